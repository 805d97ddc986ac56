"""Whether there is anything to do, asked before anything is imported that only an answer needs.

On most nights nothing changed. So this module knows files by their names and checksums alone, and
imports nothing but what reads and hashes them: the command line's own library takes longer.
"""

import hashlib
import os
import stat
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from childstats.reports.sealed import unsealed

NOTES: Final = ".childstats"
STATE: Final = "state.json"
EDITION: Final = "childstats.toml"
MADE_FROM: Final = ("data/catalogue", "data/raw", "notebooks")
_READ: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
PACKAGE: Final = os.path.dirname(os.path.dirname(__file__))  # noqa: PTH120  # pathlib takes longer


class _UnknownError(Exception):
    """Something that is no plain file: to be looked at by those who can say so."""


def answer(words: Sequence[str]) -> str:
    """Return what a command has to say at once, if it is a build with nothing to do.

    Parameters
    ----------
    words
        The command without its program.

    Returns
    -------
    str
        One line; empty if the command is another, or has to be looked into.
    """
    match words:
        case ["build"]:
            folder = os.getcwd()  # noqa: PTH109  # as above
        case ["build", "--workspace", folder]:
            pass
        case _:
            return ""
    try:
        root = _root(os.path.realpath(folder))
        noted = unsealed(_content(f"{root}/{NOTES}/{STATE}"))
        order, reports = noted["order"], noted["reports"]
        pages = sum(int(reports[name]["entry"]["pages"]) for name in order)
        stands = nothing_to_do(root, noted["inputs"], noted["published"])
    except (OSError, ValueError, LookupError, TypeError, AttributeError, _UnknownError):
        return ""
    return summary(len(order), pages, 0) if order and stands else ""


def summary(reports: int, pages: int, built: int) -> str:
    """Return the last line of a build."""
    return f"{reports} reports, {pages} pages, in reports/; {built} of them built now"


def nothing_to_do(root: str, inputs: str, published: Mapping[str, str]) -> bool:
    """Return whether everything is published as it would be built now.

    Parameters
    ----------
    root
        The workspace.
    inputs
        `inputs_digest` of the last build; empty after one that failed.
    published
        Every file that it published, below the workspace, and its checksum.
    """
    if not inputs or inputs != inputs_digest(root):
        return False
    try:
        return all(
            hashlib.sha256(_content(f"{root}/{name}")).hexdigest() == known
            for name, known in published.items()
        )
    except (OSError, _UnknownError):
        return False


def inputs_digest(root: str) -> str:
    """Return one checksum of all that the edition of a workspace is made from.

    Parameters
    ----------
    root
        The workspace.

    Returns
    -------
    str
        Of the files and their names, the library, Python and every installed distribution; times
        do not matter. Empty where anything is a link or no plain file.
    """
    found = hashlib.sha256()

    def add(part: bytes) -> None:
        found.update(len(part).to_bytes(8, "big") + part)

    try:
        for where, files in ((root, _files_of(root)), (PACKAGE, sorted(_below(PACKAGE)))):
            for path in files:
                add(os.fsencode(path[len(where) :]))
                add(_content(path))
    except (OSError, _UnknownError):
        return ""
    for name in distributions():
        add(name.encode())
    return found.hexdigest()


def distributions() -> tuple[str, ...]:
    """Return Python's version and the name of every installed distribution with its version."""
    names: set[str] = set()
    for folder in sys.path:
        if os.path.isdir(folder):  # noqa: PTH112  # as above
            names |= {n for n in os.listdir(folder) if n.endswith(".dist-info")}  # noqa: PTH208
    others = sorted(n.removesuffix(".dist-info") for n in names if not n.startswith("childstats-"))
    return (f"Python {sys.version}", *others)


def _files_of(root: str) -> list[str]:
    """Return the files that an edition is made from, earlier editions' manifests among them."""
    found = [path for folder in MADE_FROM for path in _below(f"{root}/{folder}")]
    editions = f"{root}/reports/editions"
    if os.path.isdir(editions):  # noqa: PTH112  # as above
        manifests = (f"{editions}/{n}/manifest.json" for n in os.listdir(editions))  # noqa: PTH208
        found += [path for path in manifests if os.path.exists(path)]  # noqa: PTH110  # as above
    return [f"{root}/{EDITION}", *sorted(found)]


def _below(folder: str) -> Iterator[str]:
    """Yield every file below a folder but Python's own caches."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_symlink():
                raise _UnknownError
            if entry.is_dir():
                yield from _below(entry.path)
            elif not entry.name.endswith(".pyc"):
                yield entry.path


def _content(path: str) -> bytes:
    """Return a plain file's content; anything else is not waited for."""
    descriptor = os.open(path, _READ)
    with open(descriptor, "rb", buffering=0) as file:  # noqa: PTH123  # a descriptor
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise _UnknownError
        return file.read()


def _root(folder: str) -> str:
    """Return the workspace at a folder or above it."""
    while not os.path.isfile(f"{folder}/{EDITION}"):  # noqa: PTH113  # as above
        above = os.path.dirname(folder)  # noqa: PTH120  # as above
        if above == folder:
            raise _UnknownError
        folder = above
    return folder
