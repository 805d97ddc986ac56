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

from collections.abc import Iterable
from difflib import get_close_matches


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
    matches = get_close_matches(value, list(known), n=1)
    return f" (did you mean '{matches[0]}'?)" if matches else ""
