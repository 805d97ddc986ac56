"""PX-Web's JSON-stat, version 1: dimensions with labels, and one flat list of values."""

import json
from itertools import product
from pathlib import Path
from typing import Any

from childstats.errors import SourceError
from childstats.sources.decoding import decoded
from childstats.sources.mapping import folded, matched, unknown_area
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
    labels, values = _content(path, where)
    rows: list[PrintedRow] = []
    quarantined: list[Quarantined] = []
    left_out = 0
    for number, (names, value) in enumerate(zip(product(*labels), values, strict=True)):
        text = "" if value is None else str(value)
        area = matched(names[0], declared.areas)
        heading = heading_of(" ".join(names[1:]))
        cell = f"{where} value {number}"
        if area is None or heading is None:
            if declared.only_mapped:
                left_out += 1
                continue
            rule = unknown_area(names[0], declared.areas) if area is None else "no such heading"
            quarantined.append(Quarantined(source_id, cell, text, rule))
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
                text=text,
                sex=sex,
                residence=residence,
                unit=declared.unit,
                obs_status=status,
            )
        )
    return Reading.of(rows, quarantined, left_out=left_out, seen=len(values))


def _content(path: Path, where: str) -> tuple[list[list[str]], list[str | None]]:
    """Return the labels of each dimension and the values, numbers as spelled."""
    text = decoded(path, encoding="", where=where)
    try:
        answer: Any = json.loads(text, parse_float=str, parse_int=str)
        dataset = answer["dataset"]
        dimensions = dataset["dimension"]
        labels = [_labels(dimensions[name]["category"]) for name in dimensions["id"]]
        values: list[str | None] = dataset["value"]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SourceError(
            f"{where} is no JSON-stat answer of PX-Web ({type(error).__name__}: {error})"
        ) from None
    expected = 1
    for names in labels:
        expected *= len(names)
    if len(values) != expected or len(labels) < 2:
        raise SourceError(f"{where} has {len(values)} values, its dimensions ask for {expected}")
    return labels, values


def _labels(category: dict[str, Any]) -> list[str]:
    """Return the labels of a dimension in the order of its index."""
    order = sorted(category["index"], key=lambda code: int(category["index"][code]))
    return [category["label"][code] for code in order]
