"""A report's supervisor: the parent of the process that runs its notebook.

It reads what is written past Python, ends everything that the notebook started, removes its
temporary folder, and says how it ended. It lives as long as the connection to the build: whichever
of the two ends first, nothing that the notebook started goes on.
"""

import ctypes
import os
import select
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final, NoReturn

from childstats.reports.channel import CLOSED, ENDED, LOUD, PATIENCE, Channel, ClosedError

PIECE: Final = 65_536
_PR_SET_PDEATHSIG: Final = 1
_PR_SET_CHILD_SUBREAPER: Final = 36
_STREAMS: Final = ("stdout", "stderr")


def adopt_orphans() -> None:
    """Become the parent of every process below this one whose own parent ends, on Linux."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)


def end_with(parent: int) -> None:
    """End this process when its parent does, on Linux, in a process group of its own."""
    os.setpgid(0, 0)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(CLOSED)


class Output:
    """What a notebook's processes write to file descriptors 1 and 2.

    They write into pipes. The supervisor empties these into files that no disk sees and counts;
    the notebook's process reads the files after each cell.

    Parameters
    ----------
    limit
        Bytes after which `Output.went_on` says that it is too much.
    """

    def __init__(self, limit: int) -> None:
        self._left = limit
        self._pipes = [os.pipe() for _ in _STREAMS]
        self._files = [memory_file(name) for name in _STREAMS]
        self._seen = [0 for _ in _STREAMS]
        self._asking, self.asked = socket.socketpair()

    def take_over(self) -> None:
        """Let descriptors 1 and 2 lead into the pipes, in the notebook's process."""
        for descriptor, (reading, writing) in enumerate(self._pipes, start=1):
            os.dup2(writing, descriptor)
            os.close(writing)
            os.close(reading)
        self.asked.close()

    def new(self) -> Iterator[tuple[str, bytes]]:
        """Yield the name of a stream and what came since the last time, in the notebook's process.

        Raises
        ------
        ClosedError
            If the notebook closed what leads to its supervisor.
        """
        try:
            self._asking.sendall(b"?")
            if not self._asking.recv(1):
                raise ClosedError
            for index, name in enumerate(_STREAMS):
                while text := os.pread(self._files[index], PIECE, self._seen[index]):
                    self._seen[index] += len(text)
                    yield name, text
        except OSError:
            raise ClosedError from None

    def watch(self) -> list[int]:
        """Return the descriptors to read from, in the supervisor."""
        for _, writing in self._pipes:
            os.close(writing)
        self._asking.close()
        for reading, _ in self._pipes:
            os.set_blocking(reading, False)
        self.asked.setblocking(False)
        return [reading for reading, _ in self._pipes]

    def went_on(self, descriptor: int) -> bool:
        """Keep what stands in a pipe, or answer, in the supervisor.

        Returns
        -------
        bool
            Whether more may come: False at its end.

        Raises
        ------
        BufferError
            If it is more than the limit.
        """
        return self._answer() if descriptor == self.asked.fileno() else self._empty(descriptor)

    def _empty(self, descriptor: int) -> bool:
        index = [reading for reading, _ in self._pipes].index(descriptor)
        with suppress(BlockingIOError):
            while text := os.read(descriptor, PIECE):
                self._left -= len(text)
                if self._left < 0:
                    raise BufferError
                while text:
                    text = text[os.write(self._files[index], text) :]
            return False
        return True

    def _answer(self) -> bool:
        """Answer once all that was written before the question is kept."""
        with suppress(BlockingIOError, OSError):
            if not self.asked.recv(1):
                return False
            for reading, _ in self._pipes:
                self._empty(reading)
            self.asked.send(b"!")
        return True


def memory_file(name: str) -> int:
    """Return the descriptor of a file without a name, in memory where the system can."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create(name)
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


def supervise(
    work: Callable[[Output], NoReturn],
    connection: Channel,
    fate: Channel,
    *,
    limit: int,
    close: Iterable[int] = (),
) -> NoReturn:
    """Do a report's work in a child of this process, and end when it, or the build, has ended.

    Parameters
    ----------
    work
        What the child does, its temporary folder in `tempfile.tempdir`.
    connection
        Between child and build; this process only sees when the build closes it.
    fate
        Takes how the child ended, after all that it started has.
    limit
        Bytes that may be written to descriptors 1 and 2.
    close
        Descriptors that only the child needs.
    """
    child, said = 0, (ENDED, 0)
    try:
        os.setpgid(0, 0)
        adopt_orphans()
        tempfile.tempdir = None  # that of the host may be another by now
        tempfile.tempdir = tempfile.mkdtemp(prefix="childstats-")
        output = Output(limit)
        own = os.getpid()
        child = os.fork()
        if not child:
            fate.close()
            end_with(own)
            work(output)
        for descriptor in close:
            os.close(descriptor)
        said = ENDED, _watched(child, output, connection)
    except BufferError:
        said = LOUD, 0
    except OSError as error:  # a limit of the system, most likely
        with suppress(ClosedError):
            (fate if child else connection).send(("error", error))
    finally:
        if child:
            end_all(child)
        if tempfile.tempdir:
            shutil.rmtree(tempfile.tempdir, ignore_errors=True)
        with suppress(ClosedError):
            fate.send(said)
        os._exit(0)


def _watched(child: int, output: Output, connection: Channel) -> int:
    """Return a child's status when it has ended, 0 when the build or the host has."""
    woken, waking = os.pipe()
    for end in (woken, waking):
        os.set_blocking(end, False)
    is_over: list[bool] = []
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGTERM, lambda *_: is_over.append(True))
    signal.set_wakeup_fd(waking, warn_on_full_buffer=False)
    poll = select.poll()
    poll.register(connection.fileno(), 0)  # nothing is read here; that it closes is always told
    for descriptor in (woken, output.asked.fileno(), *output.watch()):
        poll.register(descriptor, select.POLLIN)
    while not is_over:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return status
        for descriptor, _ in poll.poll():
            if descriptor == connection.fileno():
                return 0
            if descriptor == woken:
                os.read(woken, PIECE)
            elif not output.went_on(descriptor):
                poll.unregister(descriptor)
    return 0


def end_all(first: int = 0) -> None:
    """Kill every process below this one, until none is left.

    Parameters
    ----------
    first
        A child whose process group is killed as well: all that can be found where orphans are not
        adopted.
    """
    if first:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(first, signal.SIGKILL)
    wait_for_children(kill=True)


def wait_for_children(*, kill: bool = False) -> None:
    """Wait until no child is left, or for `PATIENCE`.

    Parameters
    ----------
    kill
        Whether every process below this one is killed meanwhile, again and again.
    """
    until = time.monotonic() + PATIENCE
    with suppress(ChildProcessError):
        while time.monotonic() < until:
            if os.waitpid(-1, os.WNOHANG)[0]:
                continue
            for process in _below(os.getpid()) if kill else ():
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(process, signal.SIGKILL)
            time.sleep(0.002)


def _below(process: int) -> set[int]:
    """Return the processes that descend from one, where the system lists them in a folder."""
    parents: dict[int, int] = {}
    try:
        listed = list(Path("/proc").glob("[0-9]*/stat"))
    except OSError:  # no more files may be open; who waits asks again
        return set()
    for status in listed:
        with suppress(OSError):  # it ended meanwhile
            parent = status.read_bytes().rpartition(b")")[2].split()[1]
            parents[int(status.parent.name)] = int(parent)
    found: set[int] = set()
    newest = {process}
    while newest := {child for child, parent in parents.items() if parent in newest}:
        found |= newest
    return found
