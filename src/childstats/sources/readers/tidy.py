"""A plain tidy table, CSV or the sheet of a workbook: one figure a row, columns declared.

::

    [file]
    name = "tre-em-2025.csv"
    layout = "tidy"
    indicator = "infant_mortality_rate"     # or a column for it, and [file.indicators]
    unit = "per_1000"
    columns = {ref_area = "Tỉnh", time_period = "Năm", sex = "Giới", text = "Giá trị"}
    areas = {"Điện Biên" = "VN-71", "Lai Châu" = "VN-01"}
    groups = {"Nam" = {sex = "M"}, "Nữ" = {sex = "F"}, "Chung" = {}}

Comma, semicolon or tab separate the cells, whichever the header line has. Columns that are not
declared are named in the reading's notes.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from childstats.errors import SourceError
from childstats.sources.columnar import Table, Texts, by_word, filled, is_blank, open_table, texts
from childstats.sources.mapping import folded, has_look_alike, matcher, unknown_area, with_zeros
from childstats.sources.periods import no_period, period_of
from childstats.sources.reading import PRINTED, Quarantined, Reading, ReceivedFile
from childstats.sources.source import GROUP_DIMENSIONS

CODED: Final = ("ref_area", "indicator", "time_period", "unit", "obs_status", *GROUP_DIMENSIONS)
"""Columns in which the same words come back, read once a word and not once a row."""
GROUP_CODES: Final = {
    "sex": re.compile("_T|F|M"),
    "age": re.compile("_T|[YM][0-9]+(?:T[0-9]+)?"),
    "residence": re.compile("_T|R|U"),
    "wealth_quintile": re.compile("_T|Q[1-5]"),
}
"""SDMX codes that need no entry in ``[file.groups]``."""
AREA_CODE: Final = re.compile("[A-Z]{3}|[A-Z]{2}-[A-Z0-9]{2,3}|[0-9]{2,5}")
"""An area's own code; needs no entry in ``[file.areas]`` when there is none at all."""
HINTS: Final = 50
"""For how many unknown areas the nearest names are looked up; each takes a moment."""
INDICATOR_ID: Final = re.compile("[a-z][a-z0-9_]{0,60}")


@dataclass(slots=True)
class _Faults:
    """Rows that cannot be used: for each the field of the cell, and the rule."""

    field: Texts
    rule: Texts

    def add(self, rows: npt.NDArray[np.bool_], field: str, rules: Texts | str) -> None:
        """Note a fault of some rows; the first one of a row counts."""
        new = rows & (self.rule == "")
        self.field[new] = field
        self.rule[new] = rules[new] if isinstance(rules, np.ndarray) else rules


def read_tidy(path: Path, declared: ReceivedFile, *, source_id: str) -> Reading:
    """Read a tidy table as received.

    Parameters
    ----------
    path
        Delimited text in any encoding of `childstats.sources.decoding`, or an ``.xlsx`` workbook.
    declared
        Its columns, and what the publisher's words for areas, indicators and groups mean.
    source_id
        Folder of the source.

    Returns
    -------
    Reading
        One row a figure. A row whose area, indicator, group or period is unknown is quarantined;
        areas and indicators that are not mapped are left out if so declared. An empty row is none.

    Raises
    ------
    SourceError
        If a column is missing or there twice, a line has another number of cells than the header,
        or the file as a whole cannot be read.
    """
    where = f"{source_id}/{path.name}"
    _validate(declared, f"{source_id}/source.toml")
    table = open_table(path, declared, few=CODED, where=where)
    size = len(table.rows)
    faults = _Faults(np.full(size, "", dtype=object), np.full(size, "", dtype=object))
    faults.add(table.hidden, "text", "hidden row; unhide it, or delete it")
    columns: dict[str, Texts] = {}
    notes = list(table.notes)
    left_out = _read_codes(table, declared, columns, faults, notes)
    _read_periods(table, declared, columns, faults)
    _read_groups(table, declared, columns, faults)
    for name in set(table.cells) - set(columns):
        columns[name] = texts(table.cells[name])
    columns.setdefault("unit", filled(declared.unit, size))
    _read_figures(columns, faults, size)
    broken = np.flatnonzero((faults.rule != "") & ~left_out).tolist()
    return Reading(
        _printed(table, columns, (faults.rule == "") & ~left_out, source_id),
        tuple(_quarantined(table, faults, row, source_id) for row in broken),
        int(left_out.sum()),
        size,
        tuple(dict.fromkeys(notes)),
    )


def _validate(declared: ReceivedFile, where: str) -> None:
    """Refuse a declaration that leaves open where a part of every figure stands."""
    columns = declared.columns
    if declared.header_rows != 1:
        raise SourceError(f"header_rows of a tidy table in {where} must be 1")
    if "ref_area" not in columns or not {"text", "numerator_text"} & set(columns):
        raise SourceError(f"columns in [file] of {where} need ref_area and text")
    for name in ("indicator", "time_period"):
        if (name in columns) == bool(getattr(declared, name)):
            raise SourceError(f"[file] of {where} needs {name}, either its own or in columns")
    own = sorted(set(columns) & {"source_id", "place", "where"})
    if own:
        raise SourceError(f"{own[0]} in columns of {where} is not read from a file; take it out")


def _read_codes(
    table: Table,
    declared: ReceivedFile,
    columns: dict[str, Texts],
    faults: _Faults,
    notes: list[str],
) -> npt.NDArray[np.bool_]:
    """Read areas and indicators; return which rows are not asked for."""
    left_out: npt.NDArray[np.bool_] = np.zeros(len(table.rows), dtype=bool)
    meanings = {"ref_area": _areas(declared, notes), "indicator": _indicators(declared)}
    for name, meaning in meanings.items():
        if name not in table.cells:
            columns[name] = filled(declared.indicator, len(table.rows))
            continue
        columns[name], rules = by_word(table.cells[name], meaning)
        unasked = (rules != "") & ~is_blank(table.cells[name]) & declared.only_mapped
        left_out |= unasked & (faults.rule == "")
        faults.add((rules != "") & ~unasked, name, rules)
    left_out &= faults.rule == ""
    return left_out


def _areas(declared: ReceivedFile, notes: list[str]) -> Callable[[str], tuple[str, str]]:
    """Return what an area's name means: its code, or the reason why there is none."""
    areas, code_of = declared.areas, matcher(declared.areas)
    unknown: list[str] = []

    def meaning(word: str) -> tuple[str, str]:
        if not word:
            return "", "empty area; every figure needs one"
        if not areas and AREA_CODE.fullmatch(word):
            return word, ""
        code = code_of(word)
        if code is not None:
            if has_look_alike(word):
                notes.append(f"{word!r} has ð (eth) and was read with đ")
            return code, ""
        code = with_zeros(word, areas)
        if code is not None:
            notes.append(f"area {word!r} had lost its leading zeros and was read as {code!r}")
            return code, ""
        unknown.append(word)
        near = areas if len(unknown) <= HINTS and not declared.only_mapped else {}
        return "", unknown_area(word, near)

    return meaning


def _indicators(declared: ReceivedFile) -> Callable[[str], tuple[str, str]]:
    """Return what an indicator's name means."""
    code_of = matcher(declared.indicators)

    def meaning(word: str) -> tuple[str, str]:
        if not word:
            return "", "empty indicator; every figure needs one"
        code = code_of(word)
        if code is None and not declared.indicators and INDICATOR_ID.fullmatch(word):
            code = word
        if code is not None:
            return code, ""
        return "", f"unknown indicator {word!r}; map it in [file.indicators] or set only_mapped"

    return meaning


def _read_periods(
    table: Table, declared: ReceivedFile, columns: dict[str, Texts], faults: _Faults
) -> None:
    if "time_period" not in table.cells:
        columns["time_period"] = filled(declared.time_period, len(table.rows))
        return

    def meaning(word: str) -> tuple[str, ...]:
        period = period_of(word)
        return (*period, "") if period else ("", "", no_period(word))

    periods, statuses, rules = by_word(table.cells["time_period"], meaning)
    columns["time_period"] = periods
    faults.add(rules != "", "time_period", rules)
    if "obs_status" in table.cells:
        (given,) = by_word(table.cells["obs_status"], lambda word: (word,))
        statuses = np.where(given == "", statuses, given)
    columns["obs_status"] = statuses


def _read_groups(
    table: Table, declared: ReceivedFile, columns: dict[str, Texts], faults: _Faults
) -> None:
    """Read the columns of groups; one word may mean several dimensions."""
    groups = {folded(word).casefold(): meant for word, meant in declared.groups.items()}
    for name in GROUP_DIMENSIONS:
        if name not in table.cells:
            continue

        def meaning(word: str, name: str = name) -> tuple[str, ...]:
            meant = groups.get(word.casefold())
            if meant is None and (not word or GROUP_CODES[name].fullmatch(word)):
                meant = {name: word}
            if meant is None:
                rule = f"unknown {name} {word!r}; map it in [file.groups]"
                return ("",) * len(GROUP_DIMENSIONS) + (rule,)
            return (*(meant.get(dimension, "") for dimension in GROUP_DIMENSIONS), "")

        *codes, rules = by_word(table.cells[name], meaning)
        faults.add(rules != "", name, rules)
        for dimension, found in zip(GROUP_DIMENSIONS, codes, strict=True):
            before = columns.get(dimension)
            clash = (
                (before != found) & (before != "") & (found != "") if before is not None else None
            )
            if clash is not None and clash.any():
                faults.add(clash, name, f"two columns give another {dimension}; correct one")
            columns[dimension] = found if before is None else np.where(found == "", before, found)


def _read_figures(columns: dict[str, Texts], faults: _Faults, size: int) -> None:
    """Refuse half a fraction."""
    empty = filled("", size)
    columns.setdefault("text", empty)
    numerator = columns.get("numerator_text", empty)
    denominator = columns.get("denominator_text", empty)
    half = (numerator == "") != (denominator == "")
    faults.add(half, "numerator_text", "one of numerator and denominator is empty; give both")


def _printed(
    table: Table, columns: Mapping[str, Texts], good: npt.NDArray[np.bool_], source_id: str
) -> pd.DataFrame:
    """Return the printed rows of those that are good."""
    numbers = list(map(str, table.rows[good].tolist()))
    places = [f"{table.row_word} {number}" for number in numbers]
    ready = {
        "locator": np.array(places, dtype=object),
        **(columns if good.all() else {name: cells[good] for name, cells in columns.items()}),
        "source_id": filled(source_id, len(numbers)),
        "place": np.array(numbers, dtype=object),
        "where": np.array([f"{table.where} {place}" for place in places], dtype=object),
    }
    for name in PRINTED:
        ready.setdefault(name, filled("", len(numbers)))
    # every column has an array of its own, so none needs a copy
    arrays = {name: pd.array(ready[name], dtype="str") for name in PRINTED}
    return pd.DataFrame(arrays, copy=False)


def _quarantined(table: Table, faults: _Faults, row: int, source_id: str) -> Quarantined:
    name = faults.field[row]
    heading = table.headings.get(name, "")
    cell = str(table.cells[name].iloc[row]) if name in table.cells else ""
    column = f", column {heading!r}" if heading else ""
    where = f"{table.where} {table.row_word} {table.rows[row]}{column}"
    return Quarantined(source_id, where, cell, faults.rule[row])
