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
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from childstats.coded import constant, differ, filled, relabelled, relabelled_as, used
from childstats.errors import SourceError
from childstats.numbered import numbered
from childstats.sources.columnar import Table, open_table
from childstats.sources.mapping import folded, has_look_alike, matcher, unknown_area, with_zeros
from childstats.sources.periods import no_period, period_of
from childstats.sources.reading import PRINTED, Quarantined, Reading, ReceivedFile
from childstats.sources.source import GROUP_DIMENSIONS

Words: TypeAlias = "pd.Series[Any]"
"""A column of words as codes."""
CODED: Final = ("ref_area", "indicator", "time_period", "unit", "obs_status", *GROUP_DIMENSIONS)
"""Columns of words, in which doubled spaces do not count."""
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


class _Faults:
    """Rows that cannot be used: for each the number of the field and rule that it breaks first."""

    def __init__(self, size: int) -> None:
        self.said: list[tuple[str, str]] = [("", "")]
        self.number: npt.NDArray[np.int64] = np.zeros(size, dtype=np.int64)

    @property
    def free(self) -> npt.NDArray[np.bool_]:
        """Which rows have no fault so far."""
        return np.asarray(self.number == 0)

    def add(self, rows: npt.NDArray[np.bool_], field: str, rule: str) -> None:
        """Note a fault of some rows; the first one of a row counts."""
        self.said.append((field, rule))
        self.number[rows & self.free] = len(self.said) - 1

    def add_words(self, column: Words, field: str, rules: Sequence[str]) -> None:
        """Note what each word of a coded column breaks, "" for nothing."""
        if not any(rules):
            return
        numbers = [0] * len(rules)
        for place, rule in enumerate(rules):
            if rule:
                self.said.append((field, rule))
                numbers[place] = len(self.said) - 1
        found = np.array(numbers)[column.cat.codes]
        self.number = np.where(self.free, found, self.number)


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
    table = open_table(path, declared, where=where)
    size = len(table.rows)
    faults = _Faults(size)
    if table.hidden.any():
        faults.add(table.hidden, "text", "hidden row; unhide it, or delete it")
    columns: dict[str, Words] = {}
    notes = list(table.notes)
    left_out = _read_codes(table, declared, columns, faults, notes)
    _read_periods(table, declared, columns, faults)
    _read_groups(table, declared, columns, faults)
    for name in set(table.cells) - set(columns):
        columns[name] = relabelled(table.cells[name], folded if name in CODED else str.strip)
    columns.setdefault("unit", constant(declared.unit, pd.RangeIndex(size)))
    _read_figures(columns, faults, size)
    broken = np.flatnonzero(~faults.free & ~left_out).tolist()
    return Reading(
        _printed(table, columns, faults.free & ~left_out, source_id),
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
    columns: dict[str, Words],
    faults: _Faults,
    notes: list[str],
) -> npt.NDArray[np.bool_]:
    """Read areas and indicators; return which rows are not asked for."""
    left_out: npt.NDArray[np.bool_] = np.zeros(len(table.rows), dtype=bool)
    meanings = {"ref_area": _areas(declared, notes), "indicator": _indicators(declared)}
    for name, meaning in meanings.items():
        if name not in table.cells:
            columns[name] = constant(declared.indicator, pd.RangeIndex(len(table.rows)))
            continue
        column = table.cells[name]
        words = [folded(word) for word in column.cat.categories.tolist()]
        codes, rules = zip(*map(meaning, words), strict=True)
        columns[name] = relabelled_as(column, codes)
        if declared.only_mapped:
            unasked = np.array([bool(w and rule) for w, rule in zip(words, rules, strict=True)])
            left_out |= unasked[column.cat.codes] & faults.free
            rules = tuple("" if word else rule for word, rule in zip(words, rules, strict=True))
        faults.add_words(column, name, rules)
    return left_out & faults.free


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
    table: Table, declared: ReceivedFile, columns: dict[str, Words], faults: _Faults
) -> None:
    if "time_period" not in table.cells:
        columns["time_period"] = constant(declared.time_period, pd.RangeIndex(len(table.rows)))
        return
    column = table.cells["time_period"]
    words = [folded(word) for word in column.cat.categories.tolist()]
    found = [period_of(word) or ("", "") for word in words]
    columns["time_period"] = relabelled_as(column, [period for period, _ in found])
    statuses = relabelled_as(column, [status for _, status in found])
    rules = [
        "" if period else no_period(word) for word, (period, _) in zip(words, found, strict=True)
    ]
    faults.add_words(column, "time_period", rules)
    if "obs_status" in table.cells:
        statuses = filled(relabelled(table.cells["obs_status"], folded), statuses)
    columns["obs_status"] = statuses


def _read_groups(
    table: Table, declared: ReceivedFile, columns: dict[str, Words], faults: _Faults
) -> None:
    """Read the columns of groups; one word may mean several dimensions."""
    groups = {folded(word).casefold(): meant for word, meant in declared.groups.items()}
    for name in GROUP_DIMENSIONS:
        if name not in table.cells:
            continue
        column = table.cells[name]
        words = [folded(word) for word in column.cat.categories.tolist()]
        meant = [_group(word, name, groups) for word in words]
        rules = [
            f"unknown {name} {word!r}; map it in [file.groups]" if group is None else ""
            for word, group in zip(words, meant, strict=True)
        ]
        faults.add_words(column, name, rules)
        for dimension in GROUP_DIMENSIONS:
            codes = [(group or {}).get(dimension, "") for group in meant]
            if not any(codes) and dimension in columns:
                continue
            found = relabelled_as(column, codes)
            if dimension in columns:
                before = columns[dimension]
                clash = differ(before, found) & (before != "") & (found != "")
                if clash.any():
                    rule = f"two columns give another {dimension}; correct one"
                    faults.add(clash.to_numpy(), name, rule)
                found = filled(found, before)
            columns[dimension] = found


def _group(
    word: str, name: str, groups: Mapping[str, Mapping[str, str]]
) -> Mapping[str, str] | None:
    """Return the dimensions that a word of a column means; None for an unknown word."""
    meant = groups.get(word.casefold())
    if meant is None and (not word or GROUP_CODES[name].fullmatch(word)):
        return {name: word}
    return meant


def _read_figures(columns: dict[str, Words], faults: _Faults, size: int) -> None:
    """Refuse half a fraction."""
    empty = constant("", pd.RangeIndex(size))
    columns.setdefault("text", empty)
    given = [columns.get(f"{name}_text", empty) != "" for name in ("numerator", "denominator")]
    half = (given[0] != given[1]).to_numpy()
    if half.any():
        rule = "one of numerator and denominator is empty; give both"
        faults.add(half, "numerator_text", rule)


def _printed(
    table: Table, columns: Mapping[str, Words], good: npt.NDArray[np.bool_], source_id: str
) -> pd.DataFrame:
    """Return the printed rows of those that are good."""
    numbers = numbered("", table.rows[good])
    rows = pd.RangeIndex(len(numbers))
    if not good.all():
        columns = {n: used(cells[good].reset_index(drop=True)) for n, cells in columns.items()}
    ready = {
        "locator": table.row_word + " " + numbers,
        **columns,
        "source_id": constant(source_id, rows),
        "place": numbers,
        "where": f"{table.where} {table.row_word} " + numbers,
    }
    empty = constant("", rows)
    return pd.DataFrame({name: ready.get(name, empty) for name in PRINTED}, copy=False)


def _quarantined(table: Table, faults: _Faults, row: int, source_id: str) -> Quarantined:
    name, rule = faults.said[faults.number[row]]
    heading = table.headings.get(name, "")
    cell = str(table.cells[name].iloc[row]) if name in table.cells else ""
    column = f", column {heading!r}" if heading else ""
    where = f"{table.where} {table.row_word} {table.rows[row]}{column}"
    return Quarantined(source_id, where, cell, rule)
