"""Frames of pickled values between the processes of one build, over a Unix socket."""

import contextlib
import os
import pickle
import socket
import struct
import time
from typing import Any, Final

FOREVER: Final = float("inf")
LOUD: Final = "loud"
ENDED: Final = "ended"
"""What a supervisor says of a child: that it wrote too much, or ended with a status."""
CLOSED: Final = 76
"""Exit code of a child that finds its connection to the build closed."""
PATIENCE: Final = 5.0
"""Seconds after which processes that cannot be killed are left alone."""
_LENGTH: Final = struct.Struct("!Q")


class ClosedError(Exception):
    """The process at the other end is gone."""


class Channel:
    """One end of a socket between two of our processes.

    Parameters
    ----------
    connection
        A connected stream socket; the channel owns it.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._owner: int | None = None

    def own(self) -> None:
        """Leave this end to this process: a fork of it that goes on to use it is ended."""
        self._owner = os.getpid()

    def _end_forks(self) -> None:
        if self._owner not in {None, os.getpid()}:
            os._exit(0)

    def fileno(self) -> int:
        """Return the file descriptor, for a selector."""
        return self._connection.fileno()

    def send(self, frame: Any) -> None:
        """Send one value.

        Raises
        ------
        ClosedError
            If the other process is gone.
        """
        self._end_forks()
        body = pickle.dumps(frame, protocol=pickle.HIGHEST_PROTOCOL)
        try:
            self._connection.settimeout(None)
            self._connection.sendall(_LENGTH.pack(len(body)) + body)
        except OSError:
            raise ClosedError from None

    def receive(self, until: float = FOREVER) -> Any:
        """Return the next value.

        Parameters
        ----------
        until
            Time of `time.monotonic` after which waiting ends.

        Raises
        ------
        ClosedError
            If the other process is gone.
        TimeoutError
            If no whole value came in time.
        """
        self._end_forks()
        (length,) = _LENGTH.unpack(self._exactly(_LENGTH.size, until))
        return pickle.loads(self._exactly(length, until))

    def _exactly(self, size: int, until: float) -> bytearray:
        received = bytearray(size)
        view, missing = memoryview(received), size
        while missing:
            left = None if until == FOREVER else until - time.monotonic()
            if left is not None and left <= 0:
                raise TimeoutError
            try:
                self._connection.settimeout(left)
                count = self._connection.recv_into(view[size - missing :])
            except TimeoutError:
                raise
            except OSError:
                raise ClosedError from None
            if not count:
                raise ClosedError
            missing -= count
        return received

    def close(self) -> None:
        """Close this end."""
        with contextlib.suppress(OSError):
            self._connection.close()
