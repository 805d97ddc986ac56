"""The World Bank's indicator interface, version 2, as JSON: what page this is, and its rows."""

from pathlib import Path
from typing import Any, Final

from childstats.errors import SourceError
from childstats.sources.readers.collected import Collected
from childstats.sources.readers.json_answers import json_answer, objects, spelled
from childstats.sources.readers.periods import sdmx_period
from childstats.sources.reading import Reading, ReceivedFile

NEEDED: Final = ("indicator", "country", "date", "value")


def read_worldbank_json(path: Path, declared: ReceivedFile, *, source_id: str) -> Reading:
    """Read an answer of the World Bank's API version 2 as received.

    Parameters
    ----------
    path
        The file: ``[{"page": 1, "pages": 1, …}, [{"indicator": …, "country": …}, …]]``.
    declared
        Areas by ISO 3166 code of three or two letters or name, and indicators by code or name, to
        ours.
    source_id
        Folder of the source.

    Returns
    -------
    Reading
        One row a value, digits as the file spells them; null is a row without text, status M.

    Raises
    ------
    SourceError
        If the file is not such an answer, is an error message of the interface, holds fewer rows
        than there are in all, or holds several indicators that are not mapped.
    """
    cells = Collected(path, declared, source_id=source_id)
    answer = json_answer(path, encoding=declared.encoding, where=cells.where)
    for number, row in enumerate(_rows(answer, cells.where)):
        missing = next((name for name in NEEDED if name not in row), None)
        if missing:
            raise SourceError(f"row {number} of {cells.where} has no {missing}; check the layout")
        indicator, country = _names(row["indicator"]), _names(row["country"])
        areas = (spelled(row.get("countryiso3code")), *country)
        date = spelled(row["date"])
        cells.add(
            place=f"1/{number}/value",
            at=f"row {number}",
            locator=f"{', '.join((indicator[0], next(filter(None, areas), ''), date))}"
            f" (row {number})",
            text=spelled(row["value"]),
            areas=areas,
            indicators=indicator,
            period=sdmx_period(date),
            period_text=date,
            status=spelled(row.get("obs_status")),
        )
    return cells.reading()


def _rows(answer: Any, where: str) -> list[dict[str, Any]]:
    """Return all rows, or refuse: an error, another file, a part of the answer."""
    head = answer[0] if isinstance(answer, list) and answer else None
    if not isinstance(head, dict) or len(answer) > 2:
        raise SourceError(f"{where} is no answer of the World Bank's API; check file and layout")
    if "message" in head:
        messages = head["message"] if isinstance(head["message"], list) else [head["message"]]
        texts = [m.get("value") if isinstance(m, dict) else m for m in messages]
        said = " ".join(" ".join(spelled(text).split()) for text in texts)
        raise SourceError(f"{where} holds an error of the World Bank's API: {said!r}; ask again")
    if len(answer) != 2 or "total" not in head:
        raise SourceError(f"{where} is no answer of the World Bank's API; check file and layout")
    rows = [] if answer[1] is None else list(objects(answer[1], where, "a list of World Bank rows"))
    total = spelled(head["total"])
    if total != str(len(rows)):
        raise SourceError(
            f"{where} is page {spelled(head.get('page'))} of {spelled(head.get('pages'))}, "
            f"{len(rows)} of {total} rows; ask for all with per_page={total}"
        )
    return rows


def _names(pair: object) -> tuple[str, str]:
    """Return code and name of ``{"id": …, "value": …}``."""
    fields = pair if isinstance(pair, dict) else {}
    return spelled(fields.get("id")), spelled(fields.get("value"))
