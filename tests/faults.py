"""Faults at every call of the system by which a build changes a disk: death, a full disk."""

import errno
import os
import signal
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from childstats.reports import publishing

CALLS = (
    *("open", "write", "fsync", "replace", "rename", "link", "mkdir", "unlink", "rmdir"),
    *("ftruncate", "chmod"),
)
GROWING = {"open", "write", "fsync", "link", "mkdir", "replace", "rename", "swap"}
"""Calls that a full disk refuses."""


@contextmanager
def watched(before: Callable[[str, tuple, dict], None]) -> Iterator[None]:
    """Call a function before every call that may change a disk, with its name and arguments."""

    def wrapped(name: str, call: Callable) -> Callable:
        def instead(*arguments: object, **keywords: object) -> object:
            reads = name == "open" and not arguments[1] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
            if not reads:
                before(name, arguments, keywords)
            return call(*arguments, **keywords)

        return instead

    patches = [mock.patch.object(os, name, wrapped(name, getattr(os, name))) for name in CALLS]
    patches.append(mock.patch.object(publishing, "swap", wrapped("swap", publishing.swap)))
    # shutil.rmtree asks at import time whether these take a folder's descriptor
    functions = {name: getattr(os, name) for name in ("open", "unlink", "rmdir")}
    known = os.supports_dir_fd
    for patch in patches:
        patch.start()
    try:
        os.supports_dir_fd = {*known, *(getattr(os, name) for name in functions)}
        yield
    finally:
        os.supports_dir_fd = known
        for patch in patches:
            patch.stop()


def calls_of(work: Callable[[], object]) -> list[str]:
    """Return the names of the calls that some work makes and that may change a disk."""
    names: list[str] = []
    with watched(lambda name, *_: names.append(name)):
        work()
    return names


def dies_at(number: int, work: Callable[[], object]) -> bool:
    """Do some work in a process that is killed at its n-th call; return whether it was.

    A write that is cut off has written half of what it should.
    """
    status = in_a_fork(lambda: _die(number, work))
    assert status in {0, -signal.SIGKILL}, "the work failed by itself"
    return status != 0


def in_a_fork(work: Callable[[], object]) -> int:
    """Do some work in a process of its own; return 0, 1 if it raised, or minus its signal."""
    with warnings.catch_warnings():
        # the child runs one thread and ends without what a threaded parent would do at its end
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        try:
            work()
            os._exit(0)
        finally:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _die(number: int, work: Callable[[], object]) -> None:
    left = number
    write = os.write

    def count(name: str, arguments: tuple, _keywords: dict) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            if name == "write":
                descriptor, content = arguments
                write(descriptor, bytes(content)[: len(content) // 2])
            os.kill(os.getpid(), signal.SIGKILL)

    with watched(count):
        work()


@contextmanager
def full_from(number: int) -> Iterator[list[str]]:
    """Refuse every call that needs room from the n-th on; yield the names of those refused."""
    left, refused = number, []

    def count(name: str, _arguments: tuple, _keywords: dict) -> None:
        nonlocal left
        if name in GROWING:
            left -= 1
            if left <= 0:
                refused.append(name)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with watched(count):
        yield refused


class Unsynced:
    """Refuses to let a folder be put in place, or a note vouch, for what a loss of power undoes."""

    def __init__(self, root: Path) -> None:
        self.inodes: set[int] = set()
        self.placed, self._root = 0, root

    def __call__(self, name: str, arguments: tuple, keywords: dict) -> None:
        """Note what a call is about to change."""
        if keywords.get("dir_fd") is not None:
            return  # what is thrown away may be lost
        match name, arguments:
            case "write", (int(descriptor), _):
                self.inodes.add(os.fstat(descriptor).st_ino)
            case "fsync", (int(descriptor),):
                self.inodes.discard(os.fstat(descriptor).st_ino)
            case (("rename" | "swap"), (source, target)):
                if Path(target).name in {"reports", "processed"}:
                    self._is_safe_below(Path(source))
                    self.placed += 1
                self._touch(source)
                self._touch(target)
            case "replace", (source, target):
                self._is_safe(Path(source))
                if Path(target).name == "built.json":
                    self._is_safe(self._root)
                    self._is_safe_below(self._root / "reports")
                    self._is_safe_below(self._root / "data" / "processed")
                self._touch(target)
            case "link", (_, target):
                self._touch(target)
            case (("open" | "mkdir"), (path, *_)) if not Path(path).exists():
                self._touch(path)

    def _is_safe_below(self, folder: Path) -> None:
        for path in (folder, *folder.rglob("*")):
            self._is_safe(path)

    def _is_safe(self, path: Path) -> None:
        assert path.stat().st_ino not in self.inodes, f"{path} is not on the disk"

    def _touch(self, path: object) -> None:
        self.inodes.add(Path(path).parent.stat().st_ino)
