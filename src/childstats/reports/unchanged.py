"""Whether any file was touched since a build was last found to have nothing to do.

The quickest of three answers, for the nights on which nothing happened: it reads no file, but asks
the system of each when it last changed. The system sets that time itself and nobody can set it
back, unlike the time of modification. Whatever differs, be it only such a time, is left to those
who compare contents (`childstats.reports.standing`); so a wrong no costs time, and a yes is only
given where every file was compared by its content once and then left alone.
"""

import os
import stat
import sys
from collections.abc import Iterator, Sequence
from typing import Final

NOTES: Final = ".childstats"
STATE: Final = "state.json"
SEEN: Final = "seen"
EDITION: Final = "childstats.toml"
PACKAGE: Final = os.path.dirname(os.path.dirname(__file__))  # noqa: PTH120  # pathlib takes longer
TOUCHED: Final = ("data", "notebooks", "reports")
LONG_AGO: Final = 2_000_000_000
"""Nanoseconds, the coarsest step of a file system's times: what changed twice within them may
show the same time twice."""


class UnknownError(Exception):
    """Something that is no plain file: to be looked at by those who can say so."""


def asked_for(words: Sequence[str]) -> str:
    """Return the workspace that a command asks to be built; empty if it asks for anything else.

    Parameters
    ----------
    words
        The command without its program.
    """
    match words:
        case ["build"]:
            folder = os.getcwd()  # noqa: PTH109  # as above
        case ["build", "--workspace", folder]:
            pass
        case _:
            return ""
    folder = os.path.realpath(folder)
    while not os.path.isfile(f"{folder}/{EDITION}"):  # noqa: PTH113  # as above
        above = os.path.dirname(folder)  # noqa: PTH120  # as above
        if above == folder:
            return ""
        folder = above
    return folder


def answer(root: str) -> str:
    """Return what the last build with nothing to do said, if no file was touched since.

    Parameters
    ----------
    root
        The workspace.

    Returns
    -------
    str
        One line; empty if anything is to be looked into.
    """
    try:
        with open(f"{root}/{NOTES}/{SEEN}", encoding="utf-8") as file:  # noqa: PTH123  # as above
            noted = file.read()
        line, _, rest = noted.partition("\n")
        files, _, again = rest.rpartition("\n")
        return line if line == again and files == Sight(root).files else ""
    except (OSError, ValueError, UnknownError):
        return ""


class Sight:
    """All files that an edition is made from or consists of, as they are now.

    Parameters
    ----------
    root
        The workspace.

    Attributes
    ----------
    files
        A line each: name, length, number and the time of its last change; and what is installed.
    newest
        The latest of these times, in nanoseconds.

    Raises
    ------
    UnknownError
        If there is a link or anything that is neither file nor folder, or the system does not
        say when a file changed.
    OSError
        If a folder cannot be read.
    """

    def __init__(self, root: str) -> None:
        if os.name != "posix":  # elsewhere it is the time at which a file was made
            raise UnknownError
        self.newest = 0
        lines = [*distributions(), PACKAGE]
        for path in (f"{root}/{EDITION}", f"{root}/{NOTES}/{STATE}"):
            lines.append(self._line(path, os.lstat(path)))
        for folder in (*(f"{root}/{name}" for name in TOUCHED), PACKAGE):
            lines += [self._line(entry.path, entry.stat()) for entry in files_below(folder)]
        self.files = "\n".join(lines)

    def _line(self, path: str, state: os.stat_result) -> str:
        self.newest = max(self.newest, state.st_ctime_ns, state.st_mtime_ns)
        if not stat.S_ISREG(state.st_mode):
            raise UnknownError
        return (
            f"{path!r} {state.st_size} {state.st_dev} {state.st_ino} {state.st_ctime_ns} "
            f"{state.st_mtime_ns}"
        )


class Watch:
    """Notes that everything stands, if nothing is touched while that is found out.

    Parameters
    ----------
    root
        The workspace, before any file of it is read.
    """

    def __init__(self, root: str) -> None:
        self._place = f"{root}/{NOTES}/{SEEN}"
        self._sight: Sight | None = None
        try:
            with open(f"{self._place}.new", "wb") as file:  # noqa: PTH123  # as above
                file.write(b"\n")
                file.flush()
                now = os.fstat(file.fileno()).st_mtime_ns  # by the clock that sets the others
            os.unlink(f"{self._place}.new")  # noqa: PTH108  # as above
            sight = Sight(root)
        except (OSError, UnknownError):
            return
        if sight.newest < now - LONG_AGO:
            self._sight = sight

    def found(self, line: str) -> None:
        """Note that every file was compared by its content, and what was said."""
        if self._sight is None:
            return
        try:
            with open(f"{self._place}.new", "w", encoding="utf-8") as file:  # noqa: PTH123
                file.write(f"{line}\n{self._sight.files}\n{line}")
            os.replace(f"{self._place}.new", self._place)  # noqa: PTH105  # as above
        except (OSError, ValueError):
            return


def distributions() -> tuple[str, ...]:
    """Return Python's version and the name of every installed distribution with its version."""
    names: set[str] = set()
    for folder in sys.path:
        if os.path.isdir(folder):  # noqa: PTH112  # as above
            names |= {n for n in os.listdir(folder) if n.endswith(".dist-info")}  # noqa: PTH208
    others = sorted(n.removesuffix(".dist-info") for n in names if not n.startswith("childstats-"))
    return (f"Python {sys.version}", *others)


def files_below(folder: str) -> Iterator["os.DirEntry[str]"]:
    """Yield every file below a folder but Python's own caches."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_symlink():
                raise UnknownError
            if entry.is_dir():
                yield from files_below(entry.path)
            elif not entry.name.endswith(".pyc"):
                yield entry
