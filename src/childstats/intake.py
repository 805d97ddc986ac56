"""What a workspace may be made of: plain files of moderate size, every one inside its folder.

Looked at before anything is opened: a link may lead anywhere, a pipe never ends, and a file of a
gigabyte is refused by its size, not by its content. Texts and tables of numbers that no honest
file holds are refused here too.
"""

import json
import os
import re
import stat
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from childstats.errors import InputError

MEGABYTE: Final = 1_000_000
LOOKED_AT: Final = ("childstats.toml", "data", "notebooks", "reports", ".childstats")
"""What is read of a workspace; whatever else lies in its folder is nobody's business."""
TOML_LIMIT: Final = MEGABYTE
WRITTEN_LIMIT: Final = 20 * MEGABYTE
"""Largest notebook, table of the catalogue, or transcription: what people write themselves."""
RECEIVED_LIMIT: Final = 200 * MEGABYTE
"""Largest file of a publisher; see `childstats.sources.decoding.SIZE_LIMIT`."""
MADE_LIMIT: Final = 1_000 * MEGABYTE
"""Largest file that a build has made."""
ENTRIES_LIMIT: Final = 200_000
DEPTH_LIMIT: Final = 12
"""How many files and folders, and how many folders in each other, are looked through."""
FILE_ENDINGS: Final = (".toml", ".csv", ".ipynb", ".json", ".xlsx", ".pdf", ".html")
"""What has such a name is no folder."""
_KINDS: Final = (
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)
_INTEGER_LIMIT: Final = 2**63
"""TOML 1.0 promises integers of 64 bits; longer ones are refused, not written out."""
_DOTTED: Final = re.compile(
    r"""(?:^|[{,\[])[ \t]*(?:(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){30}""", re.MULTILINE
)
"""A key of thirty parts, where a line, a table or a header begins."""


def refuse_foreign(root: Path) -> None:
    """Refuse a workspace in which anything is no plain file or leads out of it.

    Parameters
    ----------
    root
        Its folder, absolute and without links; no file in it is opened.

    Raises
    ------
    InputError
        If a link leads out of the workspace, a file is a pipe, socket or device, too large or not
        readable, a folder stands where a file is expected, or there are too many of them.
    """
    inside = os.fspath(root) + os.sep
    for number, (place, below, found, is_link) in enumerate(_everything(root)):
        if number >= ENTRIES_LIMIT:
            raise InputError(f"more than {ENTRIES_LIMIT:,} files in {root}; take out what is none")
        target = os.path.realpath(place) if is_link else inside
        if not target.startswith(inside):
            raise InputError(
                f"{below} is a link out of the workspace, to {target}; copy what is meant into it"
            )
        _refuse_kind(place, below, found)


def _everything(root: Path) -> Iterator[tuple[str, str, os.stat_result, bool]]:
    """Yield path, path below the workspace, status and whether it is a link, of what is read.

    Of a link the status is that of what it leads to; it is not entered.
    """
    waiting = [os.fspath(root / name) for name in reversed(LOOKED_AT)]
    skipped = len(os.fspath(root)) + 1
    while waiting:
        place = waiting.pop()
        below = place[skipped:].replace(os.sep, "/")
        try:
            found = os.lstat(place)
            is_link = stat.S_ISLNK(found.st_mode)
            yield place, below, os.stat(place) if is_link else found, is_link  # noqa: PTH116  # fast
            if not is_link and stat.S_ISDIR(found.st_mode):
                if below.count("/") >= DEPTH_LIMIT:
                    raise InputError(f"{below[:80]}… lies too deep; take out the folders in it")
                waiting += sorted((entry.path for entry in os.scandir(place)), reverse=True)
        except FileNotFoundError:
            if os.path.islink(place):  # noqa: PTH114  # as above
                yield place, below, os.lstat(place), True
        except OSError as error:
            raise InputError(
                f"{below} cannot be read ({error.strerror}); correct its rights or take it out"
            ) from None


def _refuse_kind(place: str, below: str, found: os.stat_result) -> None:
    for is_kind, kind in _KINDS:
        if is_kind(found.st_mode):
            raise InputError(f"{below} is {kind}, not a file; take it out of the workspace")
    if stat.S_ISDIR(found.st_mode):
        if below.endswith(FILE_ENDINGS):
            raise InputError(f"{below} is a folder; a file is expected under such a name")
    elif stat.S_ISREG(found.st_mode):
        limit = _limit(below)
        if found.st_size > limit:
            raise InputError(
                f"{below} has {found.st_size / MEGABYTE:,.0f} MB, and at most "
                f"{limit / MEGABYTE:,.0f} MB are read; split it, or take out what no report needs"
            )
        if not os.access(place, os.R_OK):
            raise InputError(f"{below} cannot be read; give yourself the right to read it")


def _limit(below: str) -> int:
    if below.endswith(".toml"):
        return TOML_LIMIT
    if below.startswith(("notebooks/", "data/catalogue/")) or below.endswith("/figures.csv"):
        return MADE_LIMIT if below.startswith("data/processed/") else WRITTEN_LIMIT
    return RECEIVED_LIMIT if below.startswith("data/raw/") else MADE_LIMIT


def plain_text(path: Path, *, limit: int = WRITTEN_LIMIT) -> str:
    """Return the text of a file that was named on the command line, UTF-8 with or without mark.

    Parameters
    ----------
    path
        The file; it may lie anywhere.
    limit
        Its largest size, in bytes.

    Raises
    ------
    InputError
        If it is no plain file, larger, or not UTF-8.
    """
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise InputError(f"{path} is no plain file; save the text into one")
        if found.st_size > limit:
            raise InputError(
                f"{path} has {found.st_size / MEGABYTE:,.0f} MB, and at most "
                f"{limit / MEGABYTE:,.0f} MB are read; split it"
            )
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path.name} is not UTF-8 (byte {error.start}); save it so") from None
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}); name another") from None


def json_value(content: str | bytes) -> Any:
    """Return the value that JSON stands for.

    Parameters
    ----------
    content
        Text, or bytes of UTF-8.

    Raises
    ------
    ValueError
        If it is no JSON, or lists and objects are nested too deeply in each other.
    """
    try:
        return json.loads(content)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def json_object(path: Path) -> dict[str, Any]:
    """Return the object in a JSON file that a build has made.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    dict
        Empty where there is no such file, or it holds anything else.
    """
    try:
        value = json_value(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def toml_table(text: str) -> dict[str, Any]:
    """Return the content of a TOML file.

    Parameters
    ----------
    text
        The file.

    Returns
    -------
    dict
        Without integers longer than 64 bits.

    Raises
    ------
    ValueError
        If it is no TOML, nested too deeply, or holds such an integer.
    """
    if _DOTTED.search(text):  # tomllib takes the square of their number
        raise ValueError("a key of more than 30 parts")
    try:
        table = tomllib.loads(text)
        _refuse_integers(table)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except tomllib.TOMLDecodeError:
        raise
    except ValueError as error:  # int() refuses more than 4,300 digits
        raise ValueError(
            "a number of thousands of digits" if "digits" in str(error) else error
        ) from None
    return table


def _refuse_integers(value: object) -> None:
    if isinstance(value, dict):
        for part in value.values():
            _refuse_integers(part)
    elif isinstance(value, list):
        for part in value:
            _refuse_integers(part)
    elif isinstance(value, int) and abs(value) >= _INTEGER_LIMIT:
        raise ValueError("an integer longer than 64 bits")
