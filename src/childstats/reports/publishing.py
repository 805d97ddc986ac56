"""Publishing: files into a folder, each whole, the one that vouches for the others last."""

import os
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from childstats.precision import json_text

if TYPE_CHECKING:
    from childstats.observations.workspace import Workspace

INCOMING: Final = ".incoming-"
"""What the names of folders begin with in which files wait to be renamed."""


def publish(files: Mapping[str, bytes], folder: Path, *, last: str) -> list[Path]:
    """Put files into a folder, each whole, one of them after all others.

    Parameters
    ----------
    files
        Name, in the folder or one below it, to content.
    folder
        Where to; made if missing.
    last
        The name that vouches for the others.

    Returns
    -------
    list of Path
        The published files; the disk has them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    order = sorted(files, key=lambda name: (name == last, name))
    with TemporaryDirectory(prefix=INCOMING, dir=folder) as incoming:
        ready = {name: Path(incoming) / str(number) for number, name in enumerate(order)}
        for name in order:
            write_through(ready[name], files[name])
        for name in order:
            (folder / name).parent.mkdir(exist_ok=True)
            ready[name].replace(folder / name)
    sync_folders({folder, *((folder / name).parent for name in order)})
    return [folder / name for name in order]


def json_bytes(value: Mapping[str, Any]) -> bytes:
    """Return JSON as it is published."""
    return (json_text(value, indent=2) + "\n").encode("utf-8")


def checksums(known: Mapping[str, str], files: Mapping[str, bytes | Path]) -> bytes:
    """Return the checksums of all published files, as ``sha256sum --check`` reads them."""
    pages = {n: sha256(c).hexdigest() for n, c in files.items() if isinstance(c, bytes)}
    lines = sorted({**known, **pages}.items())
    return "".join(f"{checksum}  {name}\n" for name, checksum in lines).encode("utf-8")


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


def publish_processed(workspace: "Workspace") -> list[Path]:
    """Write ``data/processed`` from the raw sources.

    Parameters
    ----------
    workspace
        The workspace.

    Returns
    -------
    list of Path
        The files written; nothing is written when a source is refused.

    Raises
    ------
    InputError
        If a source, a figure or the catalogue cannot be used.
    """
    from childstats.observations.processed import processed_files  # noqa: PLC0415  # pandas

    return publish(
        {name: text.encode("utf-8") for name, text in processed_files(workspace).items()},
        workspace.root / "data" / "processed",
        last="datapackage.json",
    )
