"""Flipping: an edition put in place of another as a whole, so that no reader finds half of it.

The new folder is made beside the old one, of new files and of hard links to those that stay. Where
the system can exchange two folders by one call, it does. Elsewhere the files are renamed one by
one, after a journal says which: what a crash leaves half-done, the next run completes first.
"""

import ctypes
import errno
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from childstats.errors import BuildError
from childstats.folders import ARCHIVE
from childstats.reports.publishing import INCOMING, publish, sync_folders, write_through
from childstats.reports.sealed import sealed, unsealed
from childstats.reports.unchanged import NOTES

STAGED: Final = "incoming"
JOURNAL: Final = "journal.json"
_RENAME_EXCHANGE: Final = 2
"""Flag of renameat2(2) of Linux, and of renamex_np(2) of macOS, where it is RENAME_SWAP."""
_AT_FDCWD: Final = -100


def flip(
    files: Mapping[str, bytes | Path], reports: Path, *, remove: Iterable[str], last: str
) -> None:
    """Put files in place of those of the last edition, all at once where that can be.

    Parameters
    ----------
    files
        Name below the folder to content, or to a file that is kept elsewhere.
    reports
        The published folder; what is in it and not named here stays.
    remove
        Names of files that go.
    last
        The name that vouches for the others.
    """
    notes, staged = reports.parent / NOTES, _staged(reports)
    notes.mkdir(exist_ok=True)
    _discard(staged)
    try:
        staged.mkdir(parents=True)
        for name, content in files.items():
            _put(staged / name, content)
        if _flipped(staged, reports, set(remove)):
            return
        _sync_tree(staged)
        order = sorted(files, key=lambda n: (n == last, not n.startswith(f"{ARCHIVE}/"), n))
        journal = {"move": order, "remove": sorted(remove)}
        publish({JOURNAL: sealed(journal)}, notes, last=JOURNAL)
    finally:
        if not (notes / JOURNAL).exists():
            _discard(staged)
    _complete(reports)


def recover(folder: Path, *, alone: bool = True) -> bool:
    """Complete what a crash left half-published, and clear away what it left besides.

    Parameters
    ----------
    folder
        The workspace.
    alone
        Whether no other run works in it; else nothing is done.

    Returns
    -------
    bool
        Whether an edition was half-published.

    Raises
    ------
    BuildError
        If one is, and other runs work in the workspace.
    """
    reports = folder / "reports"
    unfinished = (folder / NOTES / JOURNAL).exists()
    if not alone:
        if unfinished:
            raise BuildError("the last run was cut off while it published; build without --shard")
        return False
    if unfinished:
        _complete(reports)
    _discard(_staged(reports))
    _discard(folder / NOTES / STAGED)
    for place in (folder / "data" / "processed", folder / NOTES, folder / NOTES / "built"):
        for left in place.glob(f"{INCOMING}*"):
            _discard(left)
    return unfinished


def _staged(reports: Path) -> Path:
    """Return where a new edition is made: beside the old one, on the same disk."""
    notes = reports.parent / NOTES
    if reports.is_dir() and reports.stat().st_dev != reports.parent.stat().st_dev:
        return reports / f"{INCOMING}{STAGED}"
    return notes / STAGED


def _put(target: Path, content: bytes | Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, bytes):
        write_through(target, content)
        return
    try:
        os.link(content, target)
    except OSError:  # another disk, or one without hard links
        write_through(target, content.read_bytes())


def _flipped(staged: Path, reports: Path, remove: set[str]) -> bool:
    """Put the new folder in place by one call; return False where the system cannot."""
    if reports.is_symlink() or staged.is_relative_to(reports):
        return False
    try:
        if reports.is_dir():
            _carry(reports, staged, remove)
            _sync_tree(staged)
            exchange(staged, reports)
        else:
            _sync_tree(staged)
            staged.rename(reports)
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise
        return False
    sync_folders({staged.parent, reports.parent})
    return True


def _carry(old: Path, new: Path, remove: set[str]) -> None:
    """Link all that stays of a folder into the new one."""
    shutil.copymode(old, new)
    for where, folders, names in os.walk(old):
        below = Path(where).relative_to(old)
        folders[:] = [name for name in folders if not name.startswith(INCOMING)]
        linked = [n for n in folders if (Path(where) / n).is_symlink()]
        for name in set(folders) - set(linked):
            (new / below / name).mkdir(exist_ok=True)
            shutil.copymode(Path(where) / name, new / below / name)
        for name in (*names, *linked):
            there = (below / name).as_posix()
            if there not in remove and not (new / there).exists():
                os.link(Path(where) / name, new / there, follow_symlinks=False)


def exchange(one: Path, other: Path) -> None:
    """Exchange two folders by one call of the system.

    Parameters
    ----------
    one, other
        Two folders on the same disk.

    Raises
    ------
    OSError
        If the system or the disk's format cannot.
    """
    library = ctypes.CDLL(None, use_errno=True) if os.name == "posix" else None
    names = os.fsencode(one), os.fsencode(other)
    call: Callable[..., int]
    if sys.platform == "darwin" and hasattr(library, "renamex_np"):
        call, arguments = library.renamex_np, (*names, _RENAME_EXCHANGE)  # type: ignore[union-attr]  # POSIX
    elif hasattr(library, "renameat2"):
        ends = (end for name in names for end in (_AT_FDCWD, name))
        call, arguments = library.renameat2, (*ends, _RENAME_EXCHANGE)  # type: ignore[union-attr]  # POSIX
    else:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    if call(*arguments):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), str(other))


def _complete(reports: Path) -> None:
    """Do what the journal says, of which a part may be done."""
    journal, staged = reports.parent / NOTES / JOURNAL, _staged(reports)
    try:
        noted = unsealed(journal.read_bytes())
        move, remove = [str(n) for n in noted["move"]], [str(n) for n in noted["remove"]]
    except (ValueError, KeyError, TypeError):
        move, remove = [], []  # nobody can say what it said; checksums show what is to be built
    reports.mkdir(exist_ok=True)
    for name in move:
        if (staged / name).exists():
            (reports / name).parent.mkdir(parents=True, exist_ok=True)
            (staged / name).replace(reports / name)
    for name in remove:
        (reports / name).unlink(missing_ok=True)
    above = {reports / folder for name in (*move, *remove) for folder in Path(name).parents}
    sync_folders({reports, *(folder for folder in above if folder.is_dir())})
    journal.unlink()
    sync_folders({journal.parent})
    _discard(staged)


def _sync_tree(folder: Path) -> None:
    sync_folders(Path(where) for where, _, _ in os.walk(folder))


def _discard(folder: Path) -> None:
    with suppress(FileNotFoundError):
        shutil.rmtree(folder)
