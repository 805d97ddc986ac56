"""Frames of pickled values between the processes of one build, over a Unix socket."""

import contextlib
import pickle
import socket
import struct
import time
from typing import Any, Final

FOREVER: Final = float("inf")
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
        body = pickle.dumps(frame, protocol=pickle.HIGHEST_PROTOCOL)
        self._connection.settimeout(None)
        try:
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
        (length,) = _LENGTH.unpack(self._exactly(_LENGTH.size, until))
        return pickle.loads(self._exactly(length, until))

    def _exactly(self, size: int, until: float) -> bytearray:
        received = bytearray(size)
        view, missing = memoryview(received), size
        while missing:
            left = None if until == FOREVER else until - time.monotonic()
            if left is not None and left <= 0:
                raise TimeoutError
            self._connection.settimeout(left)
            try:
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
