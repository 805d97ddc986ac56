"""The disk: whether a build may write, has room, and what to say when it has none."""

import errno
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from childstats.errors import BuildError, InputError
from childstats.reports.plan import Noted
from childstats.reports.unchanged import NOTES

USUAL_REPORT: Final = 1_500_000
"""Bytes of all files of a report that was never built; the largest of the project's is smaller."""
USUAL_REST: Final = 5_000_000
"""Bytes of ``data/processed``, the download pages, the table of observations and the notes."""
_FULL: Final = {errno.ENOSPC, errno.EDQUOT}


def refuse_unwritable(folder: Path) -> None:
    """Refuse a workspace in which nothing can be written, before anything is done.

    Parameters
    ----------
    folder
        The workspace.

    Raises
    ------
    InputError
        If a folder that a build writes into is read-only for this user.
    """
    written = ("reports", "data/processed", NOTES, f"{NOTES}/built")
    places = {folder, folder / "data", *(folder / name for name in written)}
    for place in sorted(places):
        if place.exists() and not os.access(place, os.W_OK | os.X_OK):
            raise InputError(f"cannot write in {place}; give the user who builds the right to")


def needed(reports: Iterable[Noted | None]) -> int:
    """Return how many bytes a build writes.

    Parameters
    ----------
    reports
        What is noted about each report that is built; None for one that never was.
    """
    sizes = (
        sum(int(file["bytes"]) for file in noted.entry["files"].values()) if noted else USUAL_REPORT
        for noted in reports
    )
    return sum(sizes) + USUAL_REST


def refuse_full(folder: Path, size: int) -> None:
    """Refuse to begin where there is less room than a build needs.

    Parameters
    ----------
    folder
        The workspace.
    size
        Bytes that will be written.

    Raises
    ------
    BuildError
        If there is less room; nothing was written.
    """
    if shutil.disk_usage(folder).free < size:
        raise no_room(folder, size)


def no_room(folder: Path, size: int) -> BuildError:
    """Return the error of a full disk."""
    return BuildError(
        f"No space left: need about {size // 1_000_000 + 1} MB in {folder}; "
        "what was published stays in place"
    )


def is_full(error: OSError) -> bool:
    """Return whether an error means that the disk, or the user's share of it, is full."""
    return error.errno in _FULL
