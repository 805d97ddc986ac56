"""Whether there is anything to do, asked before anything is imported that only an answer needs.

This module knows files by their names and checksums alone, and imports nothing but what reads and
hashes them: the command line's own library takes longer. `childstats.reports.unchanged` is asked
before it, and told what it found.
"""

import hashlib
import os
import stat
from collections.abc import Mapping
from typing import Final

from childstats.reports.sealed import unsealed
from childstats.reports.unchanged import (
    EDITION,
    NOTES,
    PACKAGE,
    STATE,
    UnknownError,
    Watch,
    distributions,
    files_below,
)

MADE_FROM: Final = ("data/catalogue", "data/raw", "notebooks")
_READ: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def answer(root: str) -> str:
    """Return what a build has to say at once, if there is nothing to do.

    Parameters
    ----------
    root
        The workspace.

    Returns
    -------
    str
        One line; empty if it has to be looked into.
    """
    watch = Watch(root)
    try:
        noted = unsealed(_content(f"{root}/{NOTES}/{STATE}"))
        order, reports = noted["order"], noted["reports"]
        pages = sum(int(reports[name]["entry"]["pages"]) for name in order)
        stands = nothing_to_do(root, noted["inputs"], noted["published"])
    except (OSError, ValueError, LookupError, TypeError, AttributeError, UnknownError):
        return ""
    if not (order and stands):
        return ""
    line = summary(len(order), pages, 0)
    watch.found(line)
    return line


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
    except (OSError, UnknownError):
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
        for where, files in ((root, _files_of(root)), (PACKAGE, _files(PACKAGE))):
            for path in files:
                add(os.fsencode(path[len(where) :]))
                add(_content(path))
    except (OSError, UnknownError):
        return ""
    for name in distributions():
        add(name.encode())
    return found.hexdigest()


def _files_of(root: str) -> list[str]:
    """Return the files that an edition is made from, earlier editions' manifests among them."""
    found = [path for folder in MADE_FROM for path in _files(f"{root}/{folder}")]
    editions = f"{root}/reports/editions"
    if os.path.isdir(editions):  # noqa: PTH112  # as above
        manifests = (f"{editions}/{n}/manifest.json" for n in os.listdir(editions))  # noqa: PTH208
        found += [path for path in manifests if os.path.exists(path)]  # noqa: PTH110  # as above
    return [f"{root}/{EDITION}", *sorted(found)]


def _files(folder: str) -> list[str]:
    return sorted(entry.path for entry in files_below(folder))


def _content(path: str) -> bytes:
    """Return a plain file's content; anything else is not waited for."""
    descriptor = os.open(path, _READ)
    with open(descriptor, "rb", buffering=0) as file:  # noqa: PTH123  # a descriptor
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise UnknownError
        return file.read()
