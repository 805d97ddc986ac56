"""Whether a figure reaches a target: the one rule, for every report, and its words."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from childstats.analyses.report import Report
from childstats.analyses.standing import Sureness, spread
from childstats.analyses.tables import MISSING
from childstats.codes import UnitMeasure
from childstats.figures.figure import Qualifier
from childstats.language import mark
from childstats.observations.findings import shown_decimals
from childstats.observations.table import Observation
from childstats.precision import rounded
from childstats.text.claim import Word
from childstats.text.documents import document_year
from childstats.text.number import Kind

OPEN_ABOVE: Final = (Qualifier.ROUNDED, Qualifier.ABOUT, Qualifier.OVER, Qualifier.BELOW)
"""Hedges whose printed interval does not hold its upper end, after `Figure`."""
HEDGED: Final = (
    *(Qualifier.ABOUT, Qualifier.OVER, Qualifier.NEARLY, Qualifier.UP_TO),
    *(Qualifier.BELOW, Qualifier.RANGE),
)

OLDEST: Final = 3
"""A figure that is more years older than the report, or than the document, judges nothing."""


class TargetVerdict(StrEnum):
    """What a figure says of a target."""

    MET = "met"
    NOT_MET = "not met"
    ALREADY = "already there"
    """A figure of an earlier year reaches it."""
    NOT_YET = "not yet there"
    """A figure of an earlier year does not."""
    TOO_OLD = "too old"
    CANNOT_BE_TOLD = "cannot be told"
    """The target lies inside the interval."""


def target_verdict(
    low: float,
    high: float,
    year: int,
    *,
    target: float,
    target_year: int,
    polarity: str,
    report_year: int,
    document_year: int,
    open_above: bool = False,
) -> TargetVerdict:
    """Return what a figure says of a target.

    Parameters
    ----------
    low, high
        The figure's interval, in the unit of the target.
    year
        Of the figure.
    target, target_year
        Value and year of the target.
    polarity
        ``higher`` or ``lower``: which is better.
    report_year
        Year up to which the report speaks.
    document_year
        Year of the document that sets the target: what was long before it was not measured by it.
    open_above
        Whether the figure is below `high` for sure, as "less than 97 %" is.

    Returns
    -------
    TargetVerdict
        Met or not from a figure of the target's year or later, of an earlier one only how it was
        then, of one more than `OLDEST` years before report or document nothing. An interval that
        only touches the target from the good side reaches it.
    """
    if year < target_year and max(report_year, document_year) - year > OLDEST:
        return TargetVerdict.TOO_OLD
    sign = 1 if polarity == "higher" else -1
    worst, best = sorted(rounded(sign * (end - target)) for end in (low, high))
    if worst >= 0:
        return TargetVerdict.MET if year >= target_year else TargetVerdict.ALREADY
    if best < 0 or (best == 0 and sign > 0 and open_above):
        return TargetVerdict.NOT_MET if year >= target_year else TargetVerdict.NOT_YET
    return TargetVerdict.CANNOT_BE_TOLD


WORDS: Final = {
    TargetVerdict.MET: Word.MET,
    TargetVerdict.ALREADY: Word.MET,
    TargetVerdict.NOT_MET: Word.MISSED,
    TargetVerdict.NOT_YET: Word.MISSED,
}
CELLS: Final[Mapping[TargetVerdict, str]] = {
    TargetVerdict.MET: mark("{target} by {year}: met"),
    TargetVerdict.NOT_MET: mark("{target} by {year}: missed{gap}"),
    TargetVerdict.ALREADY: mark("{target} by {year}: already there in {figure_year}"),
    TargetVerdict.NOT_YET: mark("{target} by {year}: not yet there in {figure_year}{gap}"),
    TargetVerdict.TOO_OLD: mark("{target} by {year}: last figure held {figure_year}"),
    TargetVerdict.CANNOT_BE_TOLD: mark("{target} by {year}: cannot be told, the interval holds it"),
}
GAPS: Final = {
    TargetVerdict.NOT_MET: mark(" by {gap}"),
    TargetVerdict.NOT_YET: mark(", {gap} away"),
}
SENTENCES: Final = {
    TargetVerdict.MET: mark("That meets the target of {target} for {year}."),
    TargetVerdict.NOT_MET: mark("That misses the target of {target} for {year}."),
    TargetVerdict.ALREADY: mark(
        "The target of {target} for {year} was reached already in {figure_year}."
    ),
    TargetVerdict.NOT_YET: mark(
        "The target of {target} for {year} was not yet reached in {figure_year}."
    ),
    TargetVerdict.TOO_OLD: mark(
        "The target of {target} for {year} is not judged: the last figure held is of {figure_year}."
    ),
    TargetVerdict.CANNOT_BE_TOLD: mark(
        "Whether that meets the target of {target} for {year} cannot be told."
    ),
}


def target_met(report: Report, o: Observation) -> TargetVerdict | None:
    """Return what a figure says of its indicator's target, given its interval.

    Parameters
    ----------
    report
        The report.
    o
        An observation of a year.

    Returns
    -------
    TargetVerdict or None
        By `target_verdict`. None where no plan sets a target.
    """
    indicator = report.indicator(o.indicator)
    year = indicator.target_year
    if indicator.target is None or year is None or indicator.polarity not in {"higher", "lower"}:
        return None
    around = spread(report, o)
    qualifier = report.figure(o.figure_id).qualifier
    verdict = target_verdict(
        around.low,
        around.high,
        int(str(o.time_period)[:4]),
        target=indicator.target,
        target_year=year,
        polarity=indicator.polarity,
        report_year=report.time_period,
        document_year=document_year(indicator.target_source),
        open_above=around.sureness is Sureness.PRINT and qualifier in OPEN_ABOVE,
    )
    if verdict in WORDS:
        report.claim(
            ("target", o.indicator, o.ref_area, o.time_period, year),
            WORDS[verdict],
            around.low,
            around.high,
            indicator.target,
            direction=1 if indicator.polarity == "higher" else -1,
        )
    return verdict


def target_in_digits(report: Report, indicator: str) -> str:
    """Return an indicator's target as it is written everywhere: 97%, 98.5%, 12.5 per 1,000."""
    known = report.indicator(indicator)
    if known.target is None:
        return "–"
    is_share = known.unit_measure is UnitMeasure.PROPORTION
    return report.number(
        *(Kind.SHARE if is_share else Kind.RATE, known.target, "target"),
        digits=target_digits(report, indicator),
        percent=is_share,
        indicator=indicator,
    ).value


def target_digits(report: Report, indicator: str) -> int:
    """Return the decimals with which an indicator's target is written."""
    known = report.indicator(indicator)
    scale = 100 if known.unit_measure is UnitMeasure.PROPORTION else 1
    return 0 if rounded((known.target or 0) * scale) % 1 == 0 else 1


def target_in_words(report: Report, o: Observation) -> str:
    """Return an indicator's national target and whether a figure meets it; a dash without one."""
    indicator = report.indicator(o.indicator)
    met = target_met(report, o)
    if met is None:
        return MISSING
    return report.t.say(
        CELLS[met],
        target=target_in_digits(report, o.indicator),
        year=str(indicator.target_year),
        figure_year=str(o.time_period),
        gap=_gap(report, o, GAPS[met]) if met in GAPS else "",
    )


def _gap(report: Report, o: Observation, message: str) -> str:
    """Return by how much a printed value misses its target; "" of a hedged one."""
    known = report.indicator(o.indicator)
    if known.target is None or report.figure(o.figure_id).qualifier in HEDGED:
        return ""
    is_share = known.unit_measure is UnitMeasure.PROPORTION
    digits, scale = shown_decimals(o), 100 if is_share else 1
    gap = abs(round(o.obs_value * scale, digits) - known.target * scale) / scale
    digits = max(digits, target_digits(report, o.indicator))
    written = report.number(
        *(Kind.DIFFERENCE, rounded(gap), "difference_to_target", [o]),
        digits=digits,
        percent=is_share,
        indicator=o.indicator,
    ).value
    said = report.t.say("{number} points", number=written) if is_share else written
    return report.t.say(message, gap=said)


def target_sentence(report: Report, o: Observation) -> str:
    """Return whether a value reaches its target for sure, misses it for sure, or neither."""
    t = report.t
    met = target_met(report, o)
    if met is None:
        return ""
    return t.say(
        SENTENCES[met],
        target=target_in_digits(report, o.indicator),
        year=str(report.indicator(o.indicator).target_year),
        figure_year=str(o.time_period),
    )
