"""One run at a time: a lock of the operating system, which ends with the process that holds it."""

import errno
import json
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from childstats.errors import BusyError, InputError
from childstats.intake import json_value
from childstats.reports.unchanged import NOTES

LOCK: Final = "lock"
_BYTE: Final = 1 << 30
"""Windows locks this byte, far behind what the file says, so that others can read that."""
_NO_LOCKS: Final = {errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS}


class Lock:
    """A lock that this process holds.

    Parameters
    ----------
    descriptor
        Of the open lock file.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def take(self, *, shared: bool) -> bool:
        """Take the lock, or change how it is held; return False if others hold it.

        Where the change fails, the lock is lost: who asks goes away.
        """
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415  # only there

            os.lseek(self._descriptor, _BYTE, os.SEEK_SET)
            try:
                msvcrt.locking(self._descriptor, msvcrt.LK_NBLCK, 1)
            except OSError:
                return False
            return True
        import fcntl  # noqa: PLC0415  # not on Windows

        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(self._descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def is_of(self, path: Path) -> bool:
        """Return whether the locked file is still the one at a path."""
        with suppress(FileNotFoundError):
            return os.path.samestat(os.fstat(self._descriptor), path.stat())
        return False

    def write_holder(self) -> None:
        """Write who holds the lock, for those who find it taken."""
        since = datetime.now(UTC).isoformat(timespec="seconds")
        held = {"pid": os.getpid(), "host": socket.gethostname(), "since": since}
        os.ftruncate(self._descriptor, 0)
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        os.write(self._descriptor, json.dumps(held).encode("utf-8"))

    def close(self) -> None:
        """Let go."""
        os.close(self._descriptor)


@contextmanager
def only_run(folder: Path, *, shared: bool = False) -> Iterator[Lock]:
    """Hold the lock of a workspace.

    Parameters
    ----------
    folder
        The workspace.
    shared
        Whether other runs that share the lock may go on: the shards of one edition.

    Yields
    ------
    Lock
        Held; it ends with this block or with the process, however that ends.

    Raises
    ------
    BusyError
        If another run holds it; the message names that run.
    InputError
        If the folder is on a disk that has no locks.
    """
    path = folder / NOTES / LOCK
    lock = _taken(path, shared=shared)
    while not lock.is_of(path):  # its last holder removed the file in the meantime
        lock.close()
        lock = _taken(path, shared=shared)
    try:
        lock.write_holder()
        yield lock
    finally:
        if lock.is_of(path) and lock.take(shared=False):
            with suppress(OSError):  # Windows keeps an open file; a folder with notes stays
                path.unlink()
                path.parent.rmdir()
        lock.close()


def _taken(path: Path, *, shared: bool) -> Lock:
    lock = None
    while lock is None:
        path.parent.mkdir(exist_ok=True)
        with suppress(FileNotFoundError):  # its last holder removed the folder in the meantime
            lock = Lock(os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666))
    try:
        taken = lock.take(shared=shared)
    except OSError as error:
        lock.close()
        if error.errno not in _NO_LOCKS:
            raise
        raise InputError(
            f"{path} cannot be locked ({error.strerror}); two runs at once would spoil each "
            "other, so put the workspace on a local disk"
        ) from None
    if not taken:
        holder = _holder(path)
        lock.close()
        raise BusyError(f"another run works in {path.parents[1]}: {holder}; wait until it ends")
    return lock


def _holder(path: Path) -> str:
    try:
        held = json_value(path.read_text(encoding="utf-8"))
        return f"process {held['pid']} on {held['host']}, since {held['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "it did not say which"
