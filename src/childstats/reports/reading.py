"""Which files a notebook opens, past the workspace's own tables."""

import os
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any, Final

from childstats.folders import EDITION_FILE
from childstats.observations.lookup import EVERYTHING
from childstats.reports.plan import PACKAGE, UNTRACKED

SYSTEM: Final = tuple(
    os.path.realpath(folder) + os.sep
    for folder in {
        sys.prefix, sys.base_prefix, *sysconfig.get_paths().values(), str(PACKAGE),
        tempfile.gettempdir(), "/dev", "/proc", "/sys", "/etc", "/usr", "/lib",
    }
)  # fmt: skip
"""Folders whose files belong to Python, its packages and the system, or to nobody for long."""

INPUTS: Final = ("data/catalogue/", "data/raw/", "notebooks/", EDITION_FILE)
"""Where in a workspace everything is, of which `EVERYTHING` has the digest."""


class FilesRead:
    """Notes the files that Python opens for reading while it is entered.

    Readers in native code that open files past Python are not seen; the project's notebooks
    name no file (a test holds them to it).

    Parameters
    ----------
    folder
        The workspace.
    besides
        The notebook itself, which a fingerprint covers.

    Attributes
    ----------
    read
        `EVERYTHING` after a file was opened from which the tables are read, `UNTRACKED` after
        any other.
    """

    def __init__(self, folder: Path, *, besides: Path) -> None:
        self.read: set[str] = set()
        self._folder = os.path.realpath(folder)
        self._besides = os.path.realpath(besides)
        self._watching = False

    def __enter__(self) -> "FilesRead":
        """Begin to watch; the hook stays as long as the process, which is one report."""
        self._watching = True
        sys.addaudithook(self._note)
        return self

    def __exit__(self, *_: object) -> None:
        """Watch no longer."""
        self._watching = False

    def _note(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event != "open" or not self._watching or isinstance(arguments[0], int):
            return
        path, mode, flags = arguments
        if (mode and set(mode) & set("wax")) or (flags or 0) & (os.O_WRONLY | os.O_CREAT):
            return
        place = os.path.realpath(os.fsdecode(path))
        if place != self._besides and Path(place).is_file():
            self.read |= self._meaning(place)

    def _meaning(self, place: str) -> set[str]:
        inside = place.startswith(self._folder + os.sep)
        below = place[len(self._folder) + 1 :].replace(os.sep, "/") if inside else ""
        if below.startswith(INPUTS):
            return {EVERYTHING}
        known = [f for f in SYSTEM if not (inside and self._folder.startswith(f))]
        return set() if place.startswith(tuple(known)) else {UNTRACKED}
