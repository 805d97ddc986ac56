"""One run at a time: a lock of the operating system, which ends with the process that holds it."""

import errno
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from childstats.errors import BusyError, InputError
from childstats.intake import json_value
from childstats.reports.snapshot import NOTES

LOCK: Final = "lock"
NO_LOCKS: Final = {None, errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS}
HOLDER: Final = "holder.json"
"""File beside the lock that says who holds it; the lock is what counts."""


@contextmanager
def only_run(folder: Path) -> Iterator[None]:
    """Hold the lock of a workspace; `BusyError` names another run, `InputError` a lockless disk."""
    path = folder / NOTES / LOCK
    path.parent.mkdir(exist_ok=True)
    lock = FileLock(path, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        holder = _holder(path.with_name(HOLDER))
        raise BusyError(f"another run works in {folder}: {holder}; wait until it ends") from None
    except (OSError, NotImplementedError) as error:
        if getattr(error, "errno", None) not in NO_LOCKS:
            raise
        why = getattr(error, "strerror", None) or error
        raise InputError(
            f"{path} cannot be locked ({why}); two runs at once would spoil each other, so put "
            "the workspace on a local disk"
        ) from None
    try:
        since = datetime.now(UTC).isoformat(timespec="seconds")
        held = {"pid": os.getpid(), "host": socket.gethostname(), "since": since}
        path.with_name(HOLDER).write_text(json.dumps(held), encoding="utf-8")
        yield
    finally:
        path.with_name(HOLDER).unlink(missing_ok=True)
        lock.release()


def _holder(path: Path) -> str:
    try:
        held = json_value(path.read_text(encoding="utf-8"))
        return f"process {held['pid']} on {held['host']}, since {held['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "it did not say which"
