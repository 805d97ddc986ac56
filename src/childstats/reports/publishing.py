"""Publishing: whole folders, made beside those in place and exchanged with them.

Where the system can exchange two folders in one call it does, and no reader finds half of an
edition. Elsewhere the old folder is renamed away and the new one into its place; what a crash in
between leaves away, `recover` puts back.
"""

import ctypes
import errno
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any, Final

from childstats.errors import BuildError, EditionError, InputError
from childstats.precision import json_text
from childstats.reports.snapshot import (
    NOTES,
    SUMS,
    checksums_of,
    differences,
    leads_out,
    listed_in,
    remove_tree,
)

if TYPE_CHECKING:
    from childstats.observations.workspace import Workspace

WORK: Final = "build-"
"""What the name of a build's own folder begins with, below `NOTES`."""
PUBLISHED: Final = {"reports": "replaced-reports", "data/processed": "replaced-processed"}
"""Published folders, and where in a build's own folder each is renamed to."""
USUAL_REPORT: Final = 1_500_000
"""Bytes of all files of a report, at most; the largest of the project's is smaller."""
USUAL_REST: Final = 5_000_000
"""Bytes of ``data/processed``, the download pages and the table of observations."""
FULL: Final = {errno.ENOSPC, errno.EDQUOT}
_RENAME_EXCHANGE: Final = 2
"""Flag of renameat2(2) of Linux, and of renamex_np(2) of macOS, where it is RENAME_SWAP."""
_AT_FDCWD: Final = -100


@contextmanager
def work_folder(folder: Path) -> Iterator[Path]:
    """Yield an empty folder of one build's own, on the disk of the workspace, and remove it."""
    work = Path(mkdtemp(prefix=WORK, dir=folder / NOTES))
    try:
        yield work
    finally:
        _clear(work, folder)


def recover(folder: Path) -> bool:
    """Put back what a crash left renamed away, clear away the rest; return whether it was so."""
    return sum(_clear(work, folder) for work in sorted((folder / NOTES).glob(f"{WORK}*"))) > 0


def _clear(work: Path, folder: Path) -> bool:
    """Remove a build's own folder; first put back what it has renamed away, if anything."""
    back = False
    for name, away in PUBLISHED.items():
        replaced, place = work / away, (folder / name).resolve()
        if replaced.is_dir() and not place.exists():
            replaced.rename(place)
            sync_folders({place.parent})
            back = True
    remove_tree(work)
    return back


def put(files: Mapping[str, bytes | Path], folder: Path) -> None:
    """Write new files below a folder, by name; one that lies elsewhere is linked or copied."""
    for name, content in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            write_through(target, content)
            continue
        try:
            os.link(content, target)
        except OSError:  # another disk, or one without hard links
            write_through(target, content.read_bytes())


def exchange(new: Path, folder: Path, name: str, ours: Iterable[str]) -> None:
    """Put a new folder in the place of a published one, with what in that is not `ours`.

    Raises `InputError` if the published folder is a mount point or lies on another disk.
    """
    place = (folder / name).resolve()
    if place.is_dir():
        _carry(place, new, set(ours))
    new.mkdir(parents=True, exist_ok=True)
    sync_folders(Path(where) for where, _, _ in os.walk(new))
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.is_dir():
        try:
            swap(new, place)
        except OSError as error:
            if error.errno in {errno.EXDEV, errno.EBUSY}:
                raise InputError(
                    f"{place} is a mount point or on another disk, and is exchanged as a whole; "
                    "mount the folder above it"
                ) from None
            place.rename(new.with_name(PUBLISHED[name]))
            new.rename(place)
    else:
        new.rename(place)
    sync_folders({new.parent, place.parent})


def _carry(old: Path, new: Path, ours: set[str]) -> None:
    """Link what stays of a folder, in which there are plain files alone, into the new one."""
    for where, _, names in os.walk(old):
        for path in (Path(where) / name for name in names):
            there = path.relative_to(old).as_posix()
            if there not in ours and not (new / there).exists():
                put({there: path}, new)
    new.mkdir(parents=True, exist_ok=True)
    shutil.copymode(old, new)


def swap(one: Path, other: Path) -> None:
    """Exchange two folders on one disk by one call; `OSError` where the system cannot."""
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


def write_through(path: Path, content: bytes) -> None:
    """Write a new file and wait until the disk has it."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags, 0o666)
    try:
        left = memoryview(content)
        while left:
            left = left[os.write(descriptor, left) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_whole(path: Path, content: bytes) -> None:
    """Write one file in place of another, whole."""
    incoming = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        write_through(incoming, content)
        incoming.replace(path)
    finally:
        incoming.unlink(missing_ok=True)
    sync_folders({path.parent})


def sync_folders(folders: Iterable[Path]) -> None:
    """Wait until the disk has the names in some folders, where the system can say so."""
    if os.name == "nt":  # no handle of a folder can be flushed there
        return
    for folder in sorted(folders):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def json_bytes(value: Mapping[str, Any]) -> bytes:
    """Return JSON as it is published."""
    return (json_text(value, indent=2) + "\n").encode("utf-8")


def checksums(known: Mapping[str, str], files: Mapping[str, bytes | Path]) -> bytes:
    """Return the checksums of all published files, as ``sha256sum --check`` reads them."""
    pages = {n: sha256(c).hexdigest() for n, c in files.items() if isinstance(c, bytes)}
    lines = sorted({**known, **pages}.items())
    return "".join(f"{checksum}  {name}\n" for name, checksum in lines).encode("utf-8")


def published_files(folder: Path) -> dict[str, str]:
    """Return the checksums of a published folder by name; `EditionError` if a file is not so."""
    if not (folder / SUMS).is_file():
        raise EditionError(f"no {SUMS} in {folder}; build the edition first")
    for line in (folder / SUMS).read_text(encoding="utf-8", errors="replace").splitlines():
        if leads_out(name := line.partition("  ")[2]):
            raise EditionError(f"{name!r} in {folder}/{SUMS} leads out of the folder; build again")
    found = listed_in(folder / SUMS)
    for name in differences(found, checksums_of({name: folder / name for name in found})):
        what = "is not the file that SHA256SUMS lists" if (folder / name).exists() else "is missing"
        raise EditionError(f"{folder}/{name} {what}; build the edition again")
    return found


def refuse_unwritable(folder: Path) -> None:
    """Refuse, by `InputError`, a workspace in which this user cannot write what a build does."""
    for place in sorted({folder, folder / "data", *(folder / n for n in (*PUBLISHED, NOTES))}):
        if place.exists() and not os.access(place, os.W_OK | os.X_OK):
            raise InputError(f"cannot write in {place}; give the user who builds the right to")


def refuse_full(folder: Path, reports: int) -> None:
    """Refuse, by `BuildError`, to begin where there is less room than some reports need."""
    size = reports * USUAL_REPORT + USUAL_REST
    if shutil.disk_usage(folder).free < size:
        raise no_room(folder, size)


def no_room(folder: Path, size: int) -> BuildError:
    """Return the error of a full disk."""
    return BuildError(
        f"No space left: need about {size // 1_000_000 + 1} MB in {folder}; "
        "what was published stays in place"
    )


def processed_of(workspace: "Workspace") -> dict[str, bytes]:
    """Return the files of ``data/processed``; `InputError` if a source cannot be used."""
    from childstats.observations.processed import processed_files  # noqa: PLC0415  # pandas

    return {name: text.encode("utf-8") for name, text in processed_files(workspace).items()}


def publish_processed(workspace: "Workspace") -> None:
    """Write ``data/processed`` of a workspace whose lock is held."""
    files = processed_of(workspace)
    with work_folder(workspace.root) as work:
        put(files, work / "processed")
        exchange(work / "processed", workspace.root, "data/processed", files)
