"""The exceptions of childstats, each message in one line: what, the value, where, what to do.

::

    ChildstatsError
    ├── InputError            exit code 2: what was given cannot be used; nothing was written
    │   ├── FigureError       a printed figure that cannot be read without guessing
    │   ├── SourceError       a raw source without its provenance, or with a broken row
    │   ├── CatalogueError    an indicator or area that the catalogue does not know
    │   └── EditionError      childstats.toml, or a report's parameters
    ├── BuildError            exit code 1: a report failed while it was being built
    └── BusyError             exit code 3: another run works in the workspace

A wrong argument to a statistic is a plain ``ValueError``.
"""

import errno
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

SHOWN: Final = 700
"""As many letters of a message are shown; of a longer one its beginning and its end."""
SUGGESTED: Final = 100
"""Longest name for which the nearest is looked for."""


class ChildstatsError(Exception):
    """Root of every error that childstats raises on purpose."""


class InputError(ChildstatsError):
    """What the user gave cannot be used."""


class FigureError(InputError, ValueError):
    """A printed figure that cannot be read without guessing."""


class SourceError(InputError):
    """A raw source without its provenance, or with a broken row."""


class CatalogueError(InputError):
    """An indicator or area that the catalogue does not know."""


class EditionError(InputError):
    """A fault in ``childstats.toml`` or in a report's parameters."""


class BuildError(ChildstatsError):
    """A report failed while it was being built.

    Parameters
    ----------
    message
        What went wrong, for the log.
    public
        What may be published of it: without a path, a time, or anything that a notebook said.
    """

    def __init__(self, message: str, public: str = "it could not be built") -> None:
        super().__init__(message)
        self.public = public


class BusyError(ChildstatsError):
    """Another run works in the workspace."""


_LIMITS: Final = {
    errno.ENOSPC: "no space left; free some",
    errno.EDQUOT: "this user's share of the disk is used up; free some",
    errno.EFBIG: "a file would be larger than this user may write; raise the limit (ulimit -f)",
    errno.EMFILE: "more files would be open than this user may have; raise the limit (ulimit -n)",
    errno.ENFILE: "more files would be open than the system can have",
    errno.EAGAIN: "no more processes can be started; raise the limit (ulimit -u)",
    errno.ENOMEM: "too little memory; raise the limit (ulimit -v), or build with --jobs 1",
}


def system_limit(error: BaseException) -> str:
    """Return which limit of the system an error means and what to do; empty if none.

    Parameters
    ----------
    error
        As Python raised it.

    Examples
    --------
    >>> system_limit(OSError(28, "No space left on device"))
    'no space left; free some'
    """
    if isinstance(error, MemoryError):
        return _LIMITS[errno.ENOMEM]
    return _LIMITS.get(error.errno or 0, "") if isinstance(error, OSError) else ""


def printable(text: str) -> str:
    r"""Return a text that does nothing to a terminal: what is not seen is spelled.

    Parameters
    ----------
    text
        Any text, with what a file holds in it.

    Returns
    -------
    str
        Control characters but the line end, marks that turn the direction of writing, and halves
        of letters as Python spells them.

    Examples
    --------
    >>> print(printable("red: \x1b[31m, turned: \u202e"))
    red: \x1b[31m, turned: \u202e
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in "\n\u00a0\u202f" else ascii(c)[1:-1] for c in text)


def one_line(message: object) -> str:
    """Return a message in one line that a terminal can show: `printable`, and not too long.

    Parameters
    ----------
    message
        An error, or its text.

    Returns
    -------
    str
        At most about `SHOWN` letters; what to do stands at the end, and is kept.
    """
    text = str(message)
    if len(text) > SHOWN:
        text = f"{text[: SHOWN // 2]} … {text[-SHOWN // 2 :]}"
    return printable(" ".join(text.split()))


def nearest(value: str, known: Iterable[str]) -> str:
    """Return " (did you mean 'x'?)" for the known name nearest to a misspelt one, else "".

    Parameters
    ----------
    value
        The name that was given.
    known
        The names that exist.

    Returns
    -------
    str
        A remark to append to an error message; empty when nothing is near.

    Examples
    --------
    >>> nearest("ref_aera", ["ref_area", "time_period"])
    " (did you mean 'ref_area'?)"
    """
    if len(value) > SUGGESTED:  # the search takes the square of the length
        return ""
    matches = get_close_matches(value, list(known), n=1)
    return f" (did you mean '{matches[0]}'?)" if matches else ""
