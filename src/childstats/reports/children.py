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

from childstats.reports.channel import FOREVER, Channel, ClosedError
from childstats.reports.limits import Limits

SERVE: Final = "import sys; from childstats.reports import host; host.serve(int(sys.argv[1]))"
PACKAGE_FOLDER: Final = str(Path(__file__).parents[2])
ONE_THREAD: Final = dict.fromkeys(
    ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)
"""A process is forked safely, and shares two cores with others fairly, with one thread."""


class ChildDiedError(Exception):
    """A child ended without an answer: killed, out of memory or crashed."""


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
        ours, theirs = socket.socketpair()
        path = os.pathsep.join(filter(None, [PACKAGE_FOLDER, os.environ.get("PYTHONPATH")]))
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", SERVE, str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            env={**os.environ, **ONE_THREAD, "PYTHONPATH": path, "MPLBACKEND": "agg",
                 "MATPLOTLIBRC": os.devnull},
            stdin=subprocess.DEVNULL,
            process_group=0,
        )  # fmt: skip
        theirs.close()
        self._control = ours
        self._lock = threading.Lock()

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def connect(self) -> Channel:
        """Return a channel to the process's next child."""
        ours, theirs = socket.socketpair()
        with self._lock, theirs:
            try:
                socket.send_fds(self._control, [b"+"], [theirs.fileno()])
            except OSError:
                ours.close()
                raise ChildDiedError("the process that forks is gone") from None
        return Channel(ours)

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
    environment
        Variables set or, where None, unset besides this process's own.
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
        environment: Mapping[str, str] | None = None,
        workspace: Path | None = None,
        reads_only: bool = False,
    ) -> None:
        from childstats.reports.host import Request  # noqa: PLC0415  # the host imports nothing

        self._limits = limits
        self._channel = the_host().connect()
        self._pid: int | None = None
        self.cell: int | None = None
        self._ends = self._cell_ends = FOREVER
        self._channel.send(
            Request(
                task=task,
                arguments=arguments,
                keywords=dict(keywords or {}),
                folder=str(Path.cwd()),
                environment={**os.environ, **(environment or {})},
                converse=converse,
                workspace=str(workspace) if workspace else None,
                memory=limits.memory,
                reads_only=reads_only,
            )
        )

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
            raise ChildDiedError from None

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
            raise ChildDiedError from None
        except TimeoutError:
            raise self.out_of_time() from None
        match frame:
            case ("begin", pid):
                self._pid = pid
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

    def end(self) -> None:
        """Kill the child with all that it started, if it still runs."""
        if self._pid is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._pid, signal.SIGKILL)
        self._channel.close()
