"""Children of the host: asking for one, watching it, ending it."""

import atexit
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from childstats.reports.channel import (
    CLOSED,
    FOREVER,
    LOUD,
    PATIENCE,
    Channel,
    ClosedError,
)
from childstats.reports.limits import Limits
from childstats.reports.temporary import temporary_folder

SERVE: Final = "import sys; from childstats.reports import host; host.serve(int(sys.argv[1]))"
PACKAGE_FOLDER: Final = str(Path(__file__).parents[2])
ONE_THREAD: Final = dict.fromkeys(
    ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)
"""A process is forked safely, and shares two cores with others fairly, with one thread."""


class ChildDiedError(Exception):
    """A child ended without an answer: killed, out of memory or crashed; its text says how."""


class OutputTooLargeError(Exception):
    """A notebook whose outputs passed the ceiling.

    Parameters
    ----------
    limit
        The ceiling, in bytes.
    """

    def __init__(self, limit: int) -> None:
        super().__init__(f"the outputs are larger than {limit:,} bytes; print less")


class OutOfTimeError(Exception):
    """A cell or a notebook that ran too long.

    Attributes
    ----------
    cell
        Number of the cell, counted from 1 as it was run; None for the whole notebook.
    seconds
        The limit that passed.
    """

    def __init__(self, cell: int | None, seconds: float) -> None:
        what = "the notebook" if cell is None else f"cell {cell}"
        super().__init__(f"{what} ran longer than {seconds:g} s")
        self.cell, self.seconds = cell, seconds


def can_fork() -> bool:
    """Return whether this system forks processes and passes sockets between them."""
    return hasattr(os, "fork") and hasattr(socket, "send_fds")


class Host:
    """The process that forks; started when first asked, ended with this process."""

    def __init__(self) -> None:
        temporary_folder()
        ours, theirs = socket.socketpair()
        path = os.pathsep.join(filter(None, [PACKAGE_FOLDER, os.environ.get("PYTHONPATH")]))
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", SERVE, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                env={**os.environ, **ONE_THREAD, "PYTHONPATH": path, "MPLBACKEND": "agg",
                     "MATPLOTLIBRC": os.devnull},
                stdin=subprocess.DEVNULL,
                process_group=0,
            )  # fmt: skip
        except OSError:
            ours.close()
            raise
        finally:
            theirs.close()
        self._control = ours
        self._lock = threading.Lock()

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def connect(self) -> tuple[Channel, Channel]:
        """Return a channel to the process's next child, and one to the child's supervisor."""
        ours, theirs = zip(*(socket.socketpair() for _ in range(2)), strict=True)
        try:
            with self._lock:
                socket.send_fds(self._control, [b"+"], [end.fileno() for end in theirs])
        except OSError:
            raise ChildDiedError("the process that forks is gone") from None
        finally:
            for end in theirs:
                end.close()
        return Channel(ours[0]), Channel(ours[1])

    def stop(self) -> None:
        """End the host and every child that still runs."""
        self._control.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(10)
        self._process.kill()
        self._process.wait()


_hosts: dict[int, Host] = {}
_starting = threading.Lock()


def the_host() -> Host:
    """Return this process's host, a new one if it died."""
    with _starting:
        host = _hosts.get(os.getpid())
        if host is None or not host.alive:
            _hosts.clear()
            host = _hosts[os.getpid()] = Host()
            atexit.register(host.stop)
        return host


class Child:
    """One forked process and what it says.

    Parameters
    ----------
    task
        ``module:function`` to run in the child.
    arguments, keywords
        Its arguments.
    converse
        Whether the function takes the channel and talks over it.
    limits
        What it may use.
    workspace
        A folder of the workspace that the task reads.
    reads_only
        Whether the task runs no notebook: it may begin before what they need is imported.
    """

    def __init__(
        self,
        task: str,
        *arguments: Any,
        keywords: Mapping[str, Any] | None = None,
        converse: bool = False,
        limits: Limits,
        workspace: Path | None = None,
        reads_only: bool = False,
    ) -> None:
        from childstats.reports.host import Request  # noqa: PLC0415  # the host imports nothing

        self._limits = limits
        self._channel, self._fate = _connect()
        self.cell: int | None = None
        self._ends = self._cell_ends = FOREVER
        request = Request(
            task=task,
            arguments=arguments,
            keywords=dict(keywords or {}),
            folder=str(Path.cwd()),
            environment=dict(os.environ),
            converse=converse,
            workspace=str(workspace) if workspace else None,
            memory=limits.memory,
            output=limits.output,
            reads_only=reads_only,
        )
        with suppress(ClosedError):  # found when it is listened to
            self._channel.send(request)

    def __enter__(self) -> "Child":
        """Return the child."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the child, whatever it is doing."""
        self.end()

    def fileno(self) -> int:
        """Return the file descriptor on which the child speaks, for a selector."""
        return self._channel.fileno()

    @property
    def deadline(self) -> float:
        """Time of `time.monotonic` at which the child is to be ended."""
        return min(self._ends, self._cell_ends)

    def send(self, frame: Any) -> None:
        """Say something to the child."""
        try:
            self._channel.send(frame)
        except ClosedError:
            raise self._how_it_ended() from None

    def begin_cell(self, number: int) -> None:
        """Note that a cell, counted from 1, begins now."""
        self.cell = number
        self._cell_ends = time.monotonic() + self._limits.cell_seconds

    def receive(self) -> tuple[Any, ...]:
        """Return what the child says next, when it says it.

        Returns
        -------
        tuple
            The kind and what belongs to it.

        Raises
        ------
        ChildDiedError
            If it ended.
        OutOfTimeError
            If a limit passed; the child is ended.
        """
        while True:
            kind, *rest = self.receive_one()
            if kind not in {"begin", "cell"}:
                return (kind, *rest)

    def receive_one(self) -> tuple[Any, ...]:
        """Return what the child says next, be it only that it begins (a cell)."""
        try:
            frame: tuple[Any, ...] = self._channel.receive(self.deadline)
        except ClosedError:
            raise self._how_it_ended() from None
        except TimeoutError:
            raise self.out_of_time() from None
        match frame:
            case ("begin",):
                self._ends = time.monotonic() + self._limits.notebook_seconds
            case ("cell", number):
                self.begin_cell(number)
            case ("error", error):
                raise error
        return frame

    def out_of_time(self) -> OutOfTimeError:
        """End the child and return which limit it passed."""
        self.end()
        if self._cell_ends <= self._ends:
            return OutOfTimeError(self.cell, self._limits.cell_seconds)
        return OutOfTimeError(None, self._limits.notebook_seconds)

    def _how_it_ended(self) -> Exception:
        """Return what its supervisor says of a child that is gone."""
        try:
            said = self._fate.receive(time.monotonic() + 2 * PATIENCE)
        except (ClosedError, TimeoutError):
            return ChildDiedError("its supervisor was killed")
        match said:
            case ("error", error):
                return error  # type: ignore[no-any-return]  # as it was sent
            case (kind, _) if kind == LOUD:
                return OutputTooLargeError(self._limits.output)
        return ChildDiedError(_in_words(said[1]))

    def end(self) -> None:
        """Let the supervisor kill the child with all that it started: it sees the channel close."""
        self._channel.close()
        self._fate.close()


def _connect() -> tuple[Channel, Channel]:
    """Return the channels of a new child, of a new host if the old one ends just now."""
    try:
        return the_host().connect()
    except ChildDiedError:
        the_host().stop()
        return the_host().connect()


def _in_words(status: int) -> str:
    """Return how a process ended of which the system gives this status."""
    code = os.waitstatus_to_exitcode(status)
    if code == CLOSED:
        return "it closed its connection to the build"
    if code >= 0:
        return f"it ended with exit code {code}"
    return f"it was killed by signal {-code} ({signal.strsignal(-code)})"
