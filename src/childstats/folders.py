"""Where things are in a workspace's folder; looking there imports next to nothing."""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from childstats.errors import EditionError
from childstats.intake import refuse_foreign, toml_table

EDITION_FILE: Final = "childstats.toml"
ARCHIVE: Final = "editions"
"""Folder below ``reports/`` with a folder for each earlier edition, as it was published."""
SMALL_AREAS: Final = ".childstats/small-areas.json"
"""What was worked out about small areas, for the next time a workspace is opened."""
SLUG: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,60}")
"""Names of editions and notebooks, which become parts of paths."""
NAME_LIMIT: Final = 200
_DEVICE: Final = re.compile(r"(?:con|prn|aux|nul|(?:com|lpt)[0-9¹²³])", re.IGNORECASE)
"""Names that Windows gives to devices, whatever their ending."""


def is_portable(name: str) -> bool:
    """Return whether every system takes a text for the name of one file, and nothing else.

    Parameters
    ----------
    name
        A name without a folder.

    Returns
    -------
    bool
        False for devices of Windows (``CON``, ``nul.csv``), names that begin like an option, end
        in a space or dot, are longer than 200 bytes, or hold a separator or a letter not seen.

    Examples
    --------
    >>> is_portable("Tổng hợp 2024.xlsx"), is_portable("nul.csv"), is_portable("../x")
    (True, False, False)
    """
    return (
        name.isprintable()
        and name == name.strip()
        and 0 < len(name.encode("utf-8")) <= NAME_LIMIT
        and not name.startswith("-")
        and not name.endswith(".")
        and not set(name) & set('<>:"/\\|?*')
        and not _DEVICE.fullmatch(name.partition(".")[0].strip())
    )


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
    InputError
        If anything in it is no plain file, or leads out of it (`childstats.intake`).
    """
    start = Path(path).resolve()
    for folder in (start, *start.parents):
        if (folder / EDITION_FILE).is_file():
            refuse_foreign(folder)
            return folder
    raise EditionError(f"no {EDITION_FILE} in {start} or above; go to a workspace folder")


def declared_edition(root: Path) -> Mapping[str, Any]:
    """Return what a workspace declares of its edition; nothing where it cannot be read.

    `childstats.reports.edition.read_edition` says what is wrong with it.
    """
    try:
        text = (root / EDITION_FILE).read_text(encoding="utf-8")
        edition = toml_table(text)["edition"]
    except (OSError, KeyError, ValueError):
        return {}
    return edition if isinstance(edition, dict) else {}


def entries_below(*folders: Path) -> Iterator["os.DirEntry[str]"]:
    """Yield every file below some folders in no order; Python's own caches left out."""
    waiting = [os.fspath(folder) for folder in folders]
    while waiting:
        with suppress(FileNotFoundError), os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                elif entry.is_file() and not entry.name.endswith(".pyc"):
                    yield entry


def files_below(*folders: Path) -> list[Path]:
    """Return every file below some folders, sorted; Python's own caches left out."""
    return sorted(Path(entry.path) for entry in entries_below(*folders))


def input_folders(folder: Path) -> tuple[Path, Path]:
    """Return the folders from which a workspace's tables are read."""
    return folder / "data" / "catalogue", folder / "data" / "raw"


def input_files(folder: Path) -> list[Path]:
    """Return the files from which a workspace's tables are read."""
    return files_below(*input_folders(folder))
