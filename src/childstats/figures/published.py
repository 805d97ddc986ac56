"""Published figures: the numbers of a source's rows read, each with its origin."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from childstats.coded import coded, differ, filled, relabelled, stacked, used, which
from childstats.codes import ObsStatus
from childstats.errors import SourceError
from childstats.figures.column import parse_distinct, parse_figures
from childstats.figures.figure import Qualifier
from childstats.figures.grammar import RATE_UNITS
from childstats.sources.reading import Quarantined, Reading, Rule, first_refusals
from childstats.sources.source import MISSING_CODES, ZERO, Source

COUNT_UNITS: Final = {"persons": 1, "number": 1, "thousand_persons": 1000}
"""Units of a column of counts, and what one of it is."""
UNCLEAR: Final = "unclear"
"""The source does not say what the figure is a number of."""
UNITS: Final = {*RATE_UNITS, "proportion", UNCLEAR, *COUNT_UNITS}
_READ_IN: Final = {*RATE_UNITS, "thousand_persons"}
"""Units of a column that decide how its numbers are read."""
_COUNTS: Final = ("numerator", "denominator")
_BOUNDS: Final = ("lower_text", "upper_text")
_NUMBERS: Final = (
    *("value", "low", "high", "decimals", "printed_low", "printed_high"),
    *("lower_bound", "upper_bound"),
)
MISSING_STATUSES: Final = [status for status in MISSING_CODES if status != ZERO]
_MARK_FOR: Final = {
    ZERO: "0",
    ObsStatus.MISSING: "..",
    ObsStatus.NOT_COLLECTED: "...",
    ObsStatus.CANNOT_EXIST: "-",
    ObsStatus.SUPPRESSED: "*",
}
"""How a mark that a source gives its own meaning is read."""


class PublishedFigure(NamedTuple):
    """One published figure: a row of that table, missing cells as None.

    Attributes
    ----------
    figure_id, source_id, where, locator
        Its origin.
    indicator, ref_area, time_period, sex, age, residence, wealth_quintile
        What it is about, as the source's rows name it.
    text, unit, qualifier
        What was printed, with its hedge.
    value, low, high, decimals, printed_low, printed_high
        What was read, in the printed unit.
    lower_bound, upper_bound, numerator_text, denominator_text, numerator, denominator
        What was printed beside it.
    obs_status, acknowledges, note_en, note_vi
        What the transcription says of it.
    """

    figure_id: str
    source_id: str
    where: str
    locator: str
    indicator: str
    ref_area: str
    time_period: str
    sex: str
    age: str
    residence: str
    wealth_quintile: str
    text: str
    unit: str
    qualifier: str
    value: Any
    low: Any
    high: Any
    decimals: Any
    printed_low: Any
    printed_high: Any
    lower_bound: Any
    upper_bound: Any
    numerator_text: str
    denominator_text: str
    numerator: Any
    denominator: Any
    obs_status: str
    acknowledges: str
    note_en: str
    note_vi: str

    def note(self, language: str) -> str:
        """Return the note in a language, "" where there is none."""
        return {"en": self.note_en, "vi": self.note_vi}[language] or ""


COLUMNS: Final = PublishedFigure._fields
"""Columns of the table of published figures."""


def publish(source: Source, reading: Reading) -> tuple[pd.DataFrame, list[Quarantined]]:
    """Read the numbers of a source's rows in its number format.

    Parameters
    ----------
    source
        Its language decides the number format, its ``missing`` what marks stand for.
    reading
        The rows as printed.

    Returns
    -------
    tuple of DataFrame and list of Quarantined
        The figures, columns `COLUMNS`, one a row in the order of the file, values in the printed
        unit; ``value``, ``low`` and ``high`` are missing where only counts are printed, where the
        unit is unclear and where a mark stands for a number. And the rows of a publisher's file
        that cannot be read, with the reason.

    Raises
    ------
    SourceError
        If a row of our own transcription cannot be read; the message names file and line.
    """
    read = _read_numbers(source, reading.printed)
    refusals = first_refusals(read, _rules(read))
    return without_refused(read[list(COLUMNS)], refusals, {source.source_id: source})


def without_refused(
    table: pd.DataFrame, refusals: pd.Series, sources: Mapping[str, Source]
) -> tuple[pd.DataFrame, list[Quarantined]]:
    """Return the rows of a table that are not refused, and those that are.

    Parameters
    ----------
    table
        Rows with ``source_id``, ``where`` and ``text``.
    refusals
        Result of `childstats.sources.reading.first_refusals`.
    sources
        Sources by id.

    Returns
    -------
    tuple of DataFrame and list of Quarantined
        The usable rows, numbered anew, and the refused cells of publishers' files.

    Raises
    ------
    SourceError
        At the first refused row of a transcription of our own: it is ours to correct.
    """
    if refusals.empty:
        return table, []
    quarantined = []
    names = ["source_id", "where", "text"]
    cells = table[names].iloc[refusals.index].itertuples(index=False, name=None)
    for (source_id, where, text), rule in zip(cells, refusals, strict=True):
        if sources[source_id].file is None:
            what, _, advice = rule.rpartition("; ")
            raise SourceError(f"{what} in {where}; {advice}" if what else f"{rule} in {where}")
        quarantined.append(Quarantined(source_id, where, text, rule))
    kept = np.ones(len(table), dtype=bool)
    kept[refusals.index] = False
    usable = table[kept].reset_index(drop=True)
    coded_ones = usable.select_dtypes("category")
    return usable.assign(**{str(name): used(coded_ones[name]) for name in coded_ones}), quarantined


class _Parsed:
    """Distinct texts read, and which of them each row has: a column is made when it is asked for.

    Parameters
    ----------
    table
        Result of `parse_distinct`, a row a text.
    rows
        The text of each row of the source.
    index
        Labels of the rows.
    """

    def __init__(self, table: pd.DataFrame, rows: NDArray[np.integer[Any]], index: pd.Index):
        self._table, self._rows, self._index = table, rows, index

    def __getitem__(self, name: str) -> "pd.Series[Any]":
        """Return one field of every row's figure."""
        column = self._table[name]
        if isinstance(column.dtype, pd.CategoricalDtype):
            codes = column.cat.codes.to_numpy().take(self._rows)
            return pd.Series(
                pd.Categorical.from_codes(codes, dtype=column.dtype, validate=False),
                index=self._index,
            )
        return pd.Series(column.array.take(self._rows), index=self._index)

    def has(self, name: str) -> bool:
        """Return whether any text has this field."""
        return bool(self._table[name].notna().any())


def _read_numbers(source: Source, printed: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with their numbers, and what was found in the texts beside them."""
    parsed = _figures_by_unit(source, printed["text"], printed["unit"])
    read = {name: parsed[name] for name in _NUMBERS}
    found = {name: parsed[name] for name in ("qualifier", "unit", "refusal")}
    found["status"] = relabelled(parsed["obs_status"], lambda s: "" if s == ObsStatus.NORMAL else s)
    counts = {name: _counts(source, printed[f"{name}_text"]) for name in _COUNTS}
    has_figure = which(printed["text"], bool) | which(printed["numerator_text"], lambda t: not t)
    has_figure &= which(printed["unit"], lambda u: u != UNCLEAR)
    if not has_figure.all():
        found = {name: coded(c.astype(object).where(has_figure, "")) for name, c in found.items()}
        read = {name: numbers.where(has_figure) for name, numbers in read.items()}
    for name in filter(parsed.has, _COUNTS):
        counts[name] = counts[name].fillna(parsed[name].where(has_figure))
    for name, column in zip(("lower_bound", "upper_bound"), _BOUNDS, strict=True):
        if which(printed[column], bool).any():
            bounds = _figures_by_unit(source, printed[column], printed["unit"])["value"]
            read[name] = bounds.fillna(read[name]) if parsed.has(name) else bounds
    return printed.assign(
        figure_id=f"{source.source_id}:" + printed["place"],
        unit=relabelled(filled(printed["unit"], found["unit"]), lambda u: u or "number"),
        qualifier=found["qualifier"],
        **read,
        **counts,
        obs_status=filled(_status_of(printed["obs_status"], found["qualifier"]), found["status"]),
        column_unit=printed["unit"],
        found_unit=found["unit"],
        refusal=found["refusal"],
    )


def _status_of(status: "pd.Series[Any]", qualifier: "pd.Series[Any]") -> "pd.Series[Any]":
    """Return the statuses that rows give; where a number is missing only one that says so."""
    is_missing = which(qualifier, lambda q: q == Qualifier.MISSING)
    if not is_missing.any():
        return status
    stays = ~is_missing | which(status, lambda s: s in MISSING_STATUSES)
    return coded(status.astype(object).where(stays, ""))


def _counts(source: Source, texts: "pd.Series[Any]") -> "pd.Series[Any]":
    """Return the whole counts of a column of counts; missing where it is empty or no count."""
    if texts.cat.categories.tolist() == [""]:
        return pd.Series(pd.array([pd.NA], dtype="Int64").repeat(len(texts)), index=texts.index)
    read = parse_distinct(texts.cat.categories.to_numpy(object), language=source.language)
    exact = read["value"].where((read["qualifier"] == Qualifier.EXACT).to_numpy())
    return pd.Series(
        exact.astype("Int64").array.take(texts.cat.codes.to_numpy(), allow_fill=True),
        index=texts.index,
    )


def _rules(read: pd.DataFrame) -> list[Rule]:
    """Return what a row must not break, with what is said about it."""
    unit, found = read["column_unit"], read["found_unit"]
    return [
        (
            which(unit, lambda u: u not in {"", *UNITS}),
            lambda f: f"unknown unit {f['unit']!r}; use one of {', '.join(sorted(UNITS))}",
        ),
        (which(read["refusal"], bool), lambda f: str(f["refusal"])),
        (
            which(unit, bool) & which(found, bool) & differ(found, unit),
            lambda f: (
                f"figure {f['text']!r} says {f['found_unit']}, its column says {f['unit']}; "
                "correct one"
            ),
        ),
        (
            which(read["numerator_text"], bool) & read["numerator"].isna(),
            lambda f: _no_count(f["numerator_text"]),
        ),
        (
            which(read["denominator_text"], bool) & read["denominator"].isna(),
            lambda f: _no_count(f["denominator_text"]),
        ),
        (
            read["denominator"].to_numpy(float, na_value=np.nan) == 0,
            lambda f: "denominator 0; leave both counts empty",
        ),
        (
            (read["lower_bound"] > read["value"]) | (read["upper_bound"] < read["value"]),
            lambda f: (
                f"the interval {f['lower_text']} to {f['upper_text']} does not hold "
                f"{f['text']!r}; correct one"
            ),
        ),
    ]


def _no_count(text: str) -> str:
    shown = text if len(text) <= 60 else text[:57] + "…"
    return f"count {shown!r} is not a whole number up to 10^15; transcribe two counts"


def _figures_by_unit(source: Source, texts: "pd.Series[Any]", units: "pd.Series[Any]") -> _Parsed:
    """Return the parsed figures of a column, each in the unit of its row."""
    text, distinct = texts.cat.codes.to_numpy(), texts.cat.categories.to_numpy(object)
    if source.missing:
        meant = {mark: _MARK_FOR[code] for mark, code in source.missing.items()}
        distinct = np.array([meant.get(label, label) for label in distinct], dtype=object)
    read_in = relabelled(units, lambda u: u if u in _READ_IN else "")
    names = read_in.cat.categories
    if len(names) == 1:
        table = parse_distinct(distinct, language=source.language, unit=names[0] or None)
        return _Parsed(table, text, texts.index)
    rows, pairs = pd.factorize(text.astype(np.int64) * len(names) + read_in.cat.codes.to_numpy())
    parts, places = [], []
    for number, name in enumerate(names):
        (place,) = np.nonzero(pairs % len(names) == number)
        asked = distinct[pairs[place] // len(names)]
        parts.append(parse_distinct(asked, language=source.language, unit=name or None))
        places.append(place)
    if not parts:
        return _Parsed(parse_figures([], language=source.language), rows, texts.index)
    order = np.empty(len(pairs), dtype=np.intp)
    order[np.concatenate(places)] = range(len(pairs))
    return _Parsed(stacked(parts), order[rows], texts.index)
