"""PX-Web's JSON-stat, version 1: dimensions with labels, and one flat list of values."""

import math
from itertools import product
from pathlib import Path
from typing import Any

from childstats.errors import SourceError
from childstats.sources.decoding import read_text
from childstats.sources.mapping import folded, matched, unknown_area
from childstats.sources.readers.json_answers import json_answer, spelled
from childstats.sources.readers.pxweb_csv import heading_of
from childstats.sources.reading import PrintedRow, Quarantined, Reading, ReceivedFile


def read_pxweb_jsonstat(path: Path, declared: ReceivedFile, *, source_id: str) -> Reading:
    """Read a PX-Web JSON-stat answer as received.

    Parameters
    ----------
    path
        The file; a NUL byte at its end, which some servers add, is allowed.
    declared
        Its indicator and unit, and the publisher's area names to codes. The first dimension is
        the area, the last the year, one between may be sex or residence.
    source_id
        Folder of the source.

    Returns
    -------
    Reading
        One row a value, its digits as the file spells them; a null is a row without text, status
        M. Areas and groups that are not mapped are quarantined, or left out if so declared.

    Raises
    ------
    SourceError
        If the file is not such an answer, or the number of values is not that of the dimensions.
    """
    where = f"{source_id}/{path.name}"
    if not declared.indicator:
        raise SourceError(f"[file] of {source_id}/source.toml names no indicator for {path.name}")
    text = read_text(path, encoding=declared.encoding, where=where)
    labels, values = _content(text.text, where)
    rows: list[PrintedRow] = []
    quarantined: list[Quarantined] = []
    left_out = 0
    for number, (names, value) in enumerate(zip(product(*labels), values, strict=True)):
        text_of = spelled(value)
        area = matched(names[0], declared.areas)
        heading = heading_of(" ".join(names[1:]))
        cell = f"{where} value {number}"
        if area is None or heading is None:
            if declared.only_mapped:
                left_out += 1
                continue
            rule = unknown_area(names[0], declared.areas) if area is None else "no such heading"
            quarantined.append(Quarantined(source_id, cell, text_of, rule))
            continue
        sex, residence, year, status = heading
        rows.append(
            PrintedRow(
                source_id=source_id,
                place=f"value/{number}",
                where=cell,
                locator=f"row {folded(names[0])}, column {folded(' '.join(names[1:]))}",
                indicator=declared.indicator,
                ref_area=area,
                time_period=year,
                text=text_of,
                sex=sex,
                residence=residence,
                unit=declared.unit,
                obs_status=status,
            )
        )
    seen = len(values)
    return Reading.of(rows, quarantined, left_out=left_out, seen=seen, notes=text.notes)


def _content(text: str, where: str) -> tuple[list[list[str]], list[Any]]:
    """Return the labels of each dimension and the values, numbers as spelled."""
    answer = json_answer(text, where=where)
    try:
        dataset = answer["dataset"]
        dimensions = dataset["dimension"]
        labels = [_labels(dimensions[name]["category"]) for name in dimensions["id"]]
        sizes = [int(size) for size in dimensions.get("size", map(len, labels))]
        values = dataset["value"]
        expected = math.prod(map(len, labels))
        if isinstance(values, dict):  # those that are not null, by their place
            values = [values.pop(str(place), None) for place in range(expected)] + [*values]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SourceError(
            f"{where} is no JSON-stat answer of PX-Web ({type(error).__name__}: {error})"
        ) from None
    if sizes != [len(names) for names in labels]:
        raise SourceError(f"{where} has dimensions of other sizes than it says; ask for it again")
    if not isinstance(values, list) or len(values) != expected or len(labels) < 2:
        count = len(values) if isinstance(values, list) else "no"
        raise SourceError(f"{where} has {count} values, its dimensions ask for {expected}")
    return labels, values


def _labels(category: dict[str, Any]) -> list[str]:
    """Return the labels of a dimension in the order of its index."""
    order = sorted(category["index"], key=lambda code: int(category["index"][code]))
    return [category["label"][code] for code in order]
