"""JSON as an interface answers it, every number kept as the file spells it."""

import json
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from childstats.errors import SourceError
from childstats.sources.decoding import decoded


def json_answer(path: Path, *, encoding: str, where: str) -> Any:
    """Return the content of a JSON file, numbers as text.

    Parameters
    ----------
    path
        The file.
    encoding
        As declared; empty for UTF-8.
    where
        Source and file, for messages.

    Returns
    -------
    dict, list, str, bool or None
        Texts in NFC; ``1.50`` is ``"1.50"``.

    Raises
    ------
    SourceError
        If the file is not one whole JSON value, names a field of an object twice, or holds NaN,
        Infinity or half a character.
    """
    text = decoded(path, encoding=encoding, where=where)
    try:
        value = json.loads(
            text,
            parse_float=str,
            parse_int=str,
            parse_constant=_no_number,
            object_pairs_hook=_each_once,
        )
        # an escape can spell what decoding the bytes would have composed or refused
        return _composed(value) if "\\u" in text else value
    except json.JSONDecodeError as error:
        raise SourceError(
            f"{where} is not whole JSON (line {error.lineno}: {error.msg}); ask for the file again"
        ) from None
    except RecursionError:
        raise SourceError(f"{where} is nested too deeply; it is no answer with figures") from None
    except ValueError as error:
        raise SourceError(f"{error} in {where}; ask for the file again") from None


def spelled(value: object) -> str:
    """Return a number or text as the file spells it, "" for null.

    Parameters
    ----------
    value
        A value of `json_answer`.

    Returns
    -------
    str
        What is neither number, text nor null comes back as JSON, which no figure looks like.

    Examples
    --------
    >>> spelled("1.50"), spelled(None), spelled([True])
    ('1.50', '', '[true]')
    """
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def objects(values: object, where: str, kind: str) -> Sequence[dict[str, Any]]:
    """Return a list of objects, or refuse what is none."""
    if not isinstance(values, list) or not all(isinstance(item, dict) for item in values):
        raise SourceError(f"{where} is not {kind}; check the file and layout")
    return values


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} stands for a number")


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"field {twice!r} is there twice")
    return fields


def _composed(value: Any) -> Any:
    if isinstance(value, dict):
        return {_composed(name): _composed(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_composed(item) for item in value]
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            raise ValueError(f"half a character in {value!r}") from None
        return unicodedata.normalize("NFC", value)
    return value
