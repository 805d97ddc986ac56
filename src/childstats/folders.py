"""Where things are in a workspace's folder; looking there imports nothing else."""

import re
from pathlib import Path
from typing import Final

from childstats.errors import EditionError

EDITION_FILE: Final = "childstats.toml"
ARCHIVE: Final = "editions"
"""Folder below ``reports/`` with a folder for each earlier edition, as it was published."""
SLUG: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,60}")
"""Names of editions and notebooks, which become parts of paths."""


def workspace_folder(path: str | Path = ".") -> Path:
    """Return the folder of the workspace at a folder or above it.

    Parameters
    ----------
    path
        The workspace or any folder inside it, such as ``notebooks/``.

    Returns
    -------
    Path
        The folder that holds ``childstats.toml``, absolute.

    Raises
    ------
    EditionError
        If there is no ``childstats.toml`` there or in a folder above.
    """
    start = Path(path).resolve()
    for folder in (start, *start.parents):
        if (folder / EDITION_FILE).is_file():
            return folder
    raise EditionError(f"no {EDITION_FILE} in {start} or above; go to a workspace folder")


def files_below(*folders: Path) -> list[Path]:
    """Return every file below some folders, sorted; Python's own caches left out."""
    found = (path for folder in folders for path in folder.rglob("*"))
    return sorted(p for p in found if p.suffix != ".pyc" and p.is_file())


def input_files(folder: Path) -> list[Path]:
    """Return the files from which a workspace's tables are read."""
    return files_below(folder / "data" / "catalogue", folder / "data" / "raw")
