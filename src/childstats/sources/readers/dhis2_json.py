"""DHIS2's analytics as JSON: headers, rows of text, and what the ids mean."""

from pathlib import Path
from typing import Any

import numpy as np

from childstats.coded import coded
from childstats.errors import SourceError
from childstats.sources.readers.collected import Collected
from childstats.sources.readers.dhis2 import KNOWN, Names, columns_of
from childstats.sources.readers.dhis2_table import add_table
from childstats.sources.readers.json_answers import json_answer, objects, spelled
from childstats.sources.reading import Reading, ReceivedFile


def read_dhis2_json(path: Path, declared: ReceivedFile, *, source_id: str) -> Reading:
    """Read an answer of DHIS2's analytics as received.

    Parameters
    ----------
    path
        The file: ``{"headers": […], "metaData": {…}, "rows": […]}``, long or in the table layout
        (``tableLayout=true``).
    declared
        Areas and indicators by id or name, whichever the rows hold, to ours; category option
        combinations in ``groups``.
    source_id
        Folder of the source.

    Returns
    -------
    Reading
        One row a value. A unit or period that the answer is filtered by is that of every value.
        An answer without rows gives no figures.

    Raises
    ------
    SourceError
        If the file is not such an answer, is an error message, has fewer rows than it says, a row
        that is not as long as the headers, or holds several indicators that are not mapped.
    """
    cells = Collected(path, declared, source_id=source_id, known=KNOWN)
    answer = json_answer(cells.text_of(path), where=cells.where)
    if not isinstance(answer, dict) or "headers" not in answer:
        raise SourceError(f"{cells.where} is no answer of DHIS2's analytics{_message(answer)}")
    headers = objects(answer["headers"], cells.where, "an answer with headers")
    rows = answer.get("rows", [])
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise SourceError(f"rows of {cells.where} is not a list of lists; ask for the file again")
    said = spelled(answer.get("height", str(len(rows))))
    if said != str(len(rows)):
        raise SourceError(f"{cells.where} has {len(rows)} rows and says {said}; ask for it again")
    if not rows:
        return cells.reading()
    for number, row in enumerate(rows, start=1):
        if len(row) != len(headers):
            raise SourceError(
                f"{len(row)} cells instead of {len(headers)} in {cells.where} row {number}; "
                "ask for the file again"
            )
    headings = [
        [spelled(header[key]) for key in ("name", "column") if header.get(key)] or [f"column {i}"]
        for i, header in enumerate(headers, start=1)
    ]
    table = [coded([spelled(row[i]) for row in rows]) for i in range(len(headings))]
    names = _names(answer.get("metaData"))
    numbers = np.arange(1, len(rows) + 1)
    add_table(cells, columns_of(headings, cells.where), numbers, table, names, word="row")
    return cells.reading()


def _names(meta: Any) -> Names:
    """Return names of ids and ids of dimensions, of this generation or before version 2.27."""
    if not isinstance(meta, dict):
        return Names()
    items, names = meta.get("items"), meta.get("names")
    found = {i: spelled(name) for i, name in names.items()} if isinstance(names, dict) else {}
    if isinstance(items, dict):
        found |= {i: spelled(x.get("name")) for i, x in items.items() if isinstance(x, dict)}
    lists = meta.get("dimensions", meta)
    pairs = lists.items() if isinstance(lists, dict) else ()
    dimensions = {d: [spelled(i) for i in ids] for d, ids in pairs if isinstance(ids, list)}
    return Names(found, dimensions)


def _message(answer: Any) -> str:
    """Return DHIS2's own error message, to go into ours."""
    text = answer.get("message") if isinstance(answer, dict) else None
    said = f" but the error {' '.join(spelled(text).split())!r}" if text else ""
    return f"{said}; check file and layout"
