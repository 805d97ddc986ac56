"""Publishing: files into a folder, each whole, the one that vouches for the others last."""

import json
import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from childstats.observations.workspace import Workspace


def publish(files: Mapping[str, bytes | Path], folder: Path, *, last: str) -> list[Path]:
    """Put files into a folder, each whole, one of them after all others.

    Parameters
    ----------
    files
        Name, in the folder or one below it, to content, or to a file on the same disk that moves
        there.
    folder
        Where to; made if missing.
    last
        The name that vouches for the others.

    Returns
    -------
    list of Path
        The published files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    order = sorted(files, key=lambda name: (name == last, name))
    with TemporaryDirectory(prefix=".incoming-", dir=folder) as incoming:
        ready = {}
        for number, name in enumerate(order):
            content = files[name]
            if isinstance(content, Path):
                ready[name] = content
            else:
                ready[name] = Path(incoming) / str(number)
                write_through(ready[name], content)
        for name in order:
            (folder / name).parent.mkdir(exist_ok=True)
            ready[name].replace(folder / name)
    return [folder / name for name in order]


def json_bytes(value: Mapping[str, Any]) -> bytes:
    """Return JSON as it is published."""
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def checksums(known: Mapping[str, str], files: Mapping[str, bytes | Path]) -> bytes:
    """Return the checksums of all published files, as ``sha256sum --check`` reads them."""
    pages = {n: sha256(c).hexdigest() for n, c in files.items() if isinstance(c, bytes)}
    lines = sorted({**known, **pages}.items())
    return "".join(f"{checksum}  {name}\n" for name, checksum in lines).encode("utf-8")


def write_through(path: Path, content: bytes) -> None:
    """Write a new file and wait until the disk has it."""
    with path.open("wb") as new_file:
        new_file.write(content)
        new_file.flush()
        os.fsync(new_file.fileno())


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
