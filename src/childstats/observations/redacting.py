"""Figures and readings of small areas without the numbers that are not shown."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd

from childstats.coded import coded
from childstats.codes import TOTAL, ObsStatus, UnitMeasure
from childstats.figures.figure import Qualifier
from childstats.figures.published import COLUMNS, PublishedFigure
from childstats.language import Language
from childstats.observations.boundaries import COUNTED, is_rebased
from childstats.observations.findings import printed_value
from childstats.observations.table import GROUP_CODES, Observation, published_in
from childstats.sources.reading import Quarantined, Reading
from childstats.sources.source import Source

HIDDEN_TEXT: Final = "*"
"""What stands for the text of a figure that is not shown."""
_NUMBER: Final = re.compile(r"\d[\d.,]*")
_NUMBERS: Final = (
    *("value", "low", "high", "decimals", "printed_low", "printed_high"),
    *("lower_bound", "upper_bound"),
)
_COUNTS: Final = ("numerator", "denominator")
_SILENT: Final[Mapping[str, Any]] = dict.fromkeys(("acknowledges", "note_en", "note_vi"), "")


def redacted_figures(
    figures: pd.DataFrame,
    shown: Iterable[Observation],
    small: set[str],
    sources: Mapping[str, Source],
) -> pd.DataFrame:
    """Return published figures, those of small areas as their observations may be seen.

    Parameters
    ----------
    figures
        Every figure, areas as keys of the catalogue.
    shown
        Observations of small areas as they may be seen.
    small
        Codes of small areas.
    sources
        Provenance; the language in which numbers are written.

    Returns
    -------
    DataFrame
        Columns `childstats.figures.published.COLUMNS`. A figure of a small area that became no
        observation, or is not the preferred one, is hidden. Notes on figures of small areas are
        left out, since they may repeat the number. Sums over changes of areas are added.
    """
    rows = list(shown)
    seen = {row.figure_id: row for row in rows}
    found = []
    for f in published_in(figures):
        if f.ref_area not in small:
            found.append(f)
        elif f.figure_id in seen:
            found.append(_printed(f, seen[f.figure_id], sources))
        elif f.qualifier == Qualifier.MISSING:
            found.append(f._replace(**_SILENT))
        else:
            found.append(_hidden(f))
    found += [_printed(_sum(row), row, sources) for row in rows if is_rebased(row)]
    table = pd.DataFrame(found, columns=list(COLUMNS)).astype(dict.fromkeys(_NUMBERS, float))
    whole = {
        name: table[name].astype(float).round().astype("Int64") for name in (*_COUNTS, "decimals")
    }
    kept = [c for c in COLUMNS if isinstance(figures[c].dtype, pd.CategoricalDtype)]
    return table.assign(**whole, **{name: coded(table[name]) for name in kept})


def without_numbers(reading: Reading, small: set[str]) -> Reading:
    """Return a reading in which no row of a small area, and no quarantined cell, has a number."""
    printed = reading.printed
    local = printed["ref_area"].isin(small).to_numpy()
    emptied = {
        name: coded(printed[name].astype(object).where(~local, text))
        for name, text in {
            "text": HIDDEN_TEXT,
            **dict.fromkeys(("numerator_text", "denominator_text"), ""),
            **dict.fromkeys(("lower_text", "upper_text", "note_en", "note_vi"), ""),
        }.items()
    }
    return replace(
        reading,
        printed=printed.assign(**emptied),
        quarantined=tuple(without_number(cell) for cell in reading.quarantined),
    )


def without_number(cell: Quarantined) -> Quarantined:
    """Return a cell that cannot be used without its value, and no number in the reason."""
    rule = _NUMBER.sub(HIDDEN_TEXT, cell.rule)
    return Quarantined(cell.source_id, cell.where, HIDDEN_TEXT, rule)


def _hidden(f: PublishedFigure) -> PublishedFigure:
    nothing: dict[str, Any] = dict.fromkeys(_NUMBERS, np.nan)
    return f._replace(
        **nothing,
        numerator=None,
        denominator=None,
        **_SILENT,
        numerator_text="",
        denominator_text="",
        text=HIDDEN_TEXT,
        qualifier=Qualifier.MISSING.value,
        obs_status=ObsStatus.SUPPRESSED.value,
    )


def _printed(f: PublishedFigure, o: Observation, sources: Mapping[str, Source]) -> PublishedFigure:
    """Return a figure with the numbers of its observation."""
    if pd.isna(o.obs_value):
        return _hidden(f)
    t = Language(sources[o.source_id].language)
    is_share = o.unit_measure == UnitMeasure.PROPORTION
    scale = 100 if is_share else 1
    exact = o.obs_low == o.obs_high
    counts: dict[str, Any] = {n: getattr(o, n) if is_share else None for n in _COUNTS}
    return _hidden(f)._replace(
        text=printed_value(t, o),
        unit="percent" if is_share else "number" if f.unit == "number" else "persons",
        qualifier=(Qualifier.EXACT if exact else Qualifier.ROUNDED).value,
        value=round(scale * o.obs_value, 6),
        low=round(scale * o.obs_low, 6),
        high=round(scale * o.obs_high, 6),
        decimals=o.decimals,
        **counts,
        **{f"{n}_text": "" if pd.isna(c) else t.count(c) for n, c in counts.items()},
        obs_status="" if o.obs_status == ObsStatus.NORMAL else o.obs_status,
    )


def _sum(o: Observation) -> PublishedFigure:
    """Return the figure of a sum over a change of areas, not yet with its numbers."""
    groups = {name: "" if getattr(o, name) == TOTAL else getattr(o, name) for name in GROUP_CODES}
    return PublishedFigure(**dict.fromkeys(COLUMNS, ""))._replace(
        **groups,
        **{name: getattr(o, name) for name in ("figure_id", "source_id", "locator", "indicator")},
        where=o.locator,
        ref_area=o.ref_area,
        time_period=str(o.time_period),
        age=o.age,
        unit="persons" if o.unit_measure in COUNTED else "percent",
    )
