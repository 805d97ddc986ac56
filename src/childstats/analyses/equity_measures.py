"""WHO's measures of inequality over ordered groups, each with one sentence for readers."""

from dataclasses import dataclass
from math import isfinite
from typing import Any, Final

from childstats.analyses.equity import (
    Basis,
    Dimension,
    Gap,
    absolute_gap,
    digits_of_gap,
    gap_years,
    relative_gap,
)
from childstats.analyses.estimates import (
    concentration_index,
    population_attributable_fraction,
    relative_index_of_inequality,
    slope_index_of_inequality,
)
from childstats.analyses.report import Report, figure_ids
from childstats.analyses.tables import MISSING
from childstats.analyses.wording import value_in_words
from childstats.blocks import Column, Sentences, Table
from childstats.codes import UnitMeasure
from childstats.language import mark
from childstats.statistics.estimate import Estimate
from childstats.text.claim import Word, side_of
from childstats.text.number import Kind, Written

FIFTHS: Final = 5
"""Wealth fifths hold a fifth of the people each by definition; their children are not printed."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure of one gap.

    Attributes
    ----------
    name
        As WHO names it.
    estimate
        Value and 95 % confidence limits.
    unit
        ``points`` (percentage points), ``percent`` or ``times``.
    none
        The value that means no inequality.
    meaning
        The sentence for readers where the interval excludes that value; it names ``{value}``.
    formula
        Name of the statistic.
    """

    name: str
    estimate: Estimate
    unit: str
    none: float
    meaning: str
    formula: str

    @property
    def kind(self) -> Kind:
        """What it is."""
        kinds = {"points": Kind.DIFFERENCE, "times": Kind.RATIO, "percent": Kind.CHANGE}
        return kinds[self.unit]


def measures(gap: Gap) -> list[Measure]:
    """Return WHO's measures of five wealth groups whose confidence intervals are published.

    Parameters
    ----------
    gap
        Five groups of a proportion of which more is better, each with a confidence interval.

    Returns
    -------
    list of Measure
        Difference, ratio, slope and relative index of inequality (logistic line), absolute and
        relative concentration index, population attributable fraction (reference: the richest).

    Raises
    ------
    ValueError
        If the gap is not of that kind.
    """
    if not can_be_measured(gap):
        raise ValueError(
            f"gap must be of five wealth groups with confidence intervals; got {len(gap.groups)} "
            f"groups of {gap.indicator} by {gap.dimension}, interval from {gap.basis}"
        )
    estimates = [group.value for group in gap.groups]
    errors = [group.standard_error for group in gap.groups]
    fifths = [1 / FIFTHS] * FIFTHS

    return [
        Measure(
            mark("Difference"),
            absolute_gap(gap),
            "points",
            0,
            mark("The poorest fifth lies {value} percentage points below the richest."),
            "difference",
        ),
        Measure(
            mark("Ratio"),
            relative_gap(gap),
            "times",
            1,
            mark("Coverage in the richest fifth is {value} times that in the poorest."),
            "ratio",
        ),
        Measure(
            mark("Slope index of inequality (SII)"),
            slope_index_of_inequality(estimates, population=fifths, standard_errors=errors),
            "points",
            0,
            mark(
                "On a logistic curve through all five fifths, the richest child stands "
                "{value} percentage points above the poorest."
            ),
            "slope_index_of_inequality",
        ),
        Measure(
            mark("Relative index of inequality (RII)"),
            relative_index_of_inequality(estimates, population=fifths, standard_errors=errors),
            "times",
            1,
            mark(
                "On the same curve, coverage of the richest child is {value} times the poorest's."
            ),
            "relative_index_of_inequality",
        ),
        Measure(
            mark("Absolute concentration index (ACI)"),
            concentration_index(estimates, population=fifths, standard_errors=errors),
            "points",
            0,
            mark(
                "Above 0, vaccinated children are more often of richer households; 0 is equality: "
                "{value} points."
            ),
            "concentration_index",
        ),
        Measure(
            mark("Relative concentration index (RCI)"),
            concentration_index(
                estimates, population=fifths, standard_errors=errors, relative=True
            ),
            "percent",
            0,
            mark("The same as a share of the average, {value}; 0 is equality."),
            "relative_concentration_index",
        ),
        Measure(
            mark("Population attributable fraction (PAF)"),
            population_attributable_fraction(
                estimates,
                population=fifths,
                standard_errors=errors,
                order=range(1, FIFTHS + 1),
            ),
            "percent",
            0,
            mark(
                "If every fifth were reached like the richest, national coverage would be higher "
                "by {value} of itself."
            ),
            "population_attributable_fraction",
        ),
    ]


def can_be_measured(gap: Gap) -> bool:
    """Return whether a gap is of the kind that `measures` takes."""
    return (
        gap.dimension is Dimension.WEALTH
        and gap.basis is Basis.SAMPLE
        and len(gap.groups) == FIFTHS
        and gap.polarity == "higher"
    )


def table_measures(report: Report, indicator: str) -> Table | Sentences:
    """Return WHO's measures of inequality by wealth for one indicator, each in a sentence.

    Parameters
    ----------
    report
        The report.
    indicator
        A share of which more is better, published by wealth fifth with confidence intervals.

    Returns
    -------
    Table or Sentences
        One row a measure; a sentence where no year publishes all five fifths with intervals.
    """
    t = report.t
    measurable = [
        gap for gap in gap_years(report, indicator, Dimension.WEALTH) if can_be_measured(gap)
    ]
    if not measurable:
        return Sentences([_no_fifths(report, indicator)], role="nothing")
    gap = measurable[-1]
    rows = [group.row for group in gap.groups]
    whole = report.observation(indicator, time_period=gap.time_period)
    average = report.share(sum(group.value for group in gap.groups) / FIFTHS, "mean", rows)
    notes = [
        t.say(
            "95% confidence intervals. Standard errors: half the width of the published interval "
            "of each fifth divided by 1.96. Each fifth counts the same, since the weighted number "
            "of children in each is not held."
        )
    ]
    if whole is not None:
        notes.append(
            t.say(
                "Check: equal fifths average {average}; the survey printed {published} {cite}.",
                average=average,
                published=value_in_words(report, whole),
                cite=report.cite(whole.figure_id),
            )
        )
    return Table(
        title=t.say(
            "Inequality by wealth: {name}, {period}",
            name=report.indicator_name(indicator),
            period=str(gap.time_period),
        ),
        columns=[
            Column(t.say("Measure"), width=2.2),
            Column(t.say("Value"), "right", width=1),
            Column(t.say("95% confidence interval"), "right", width=1.5),
            Column(t.say("What it says"), width=4.2),
        ],
        rows=[_row(report, gap, measure) for measure in measures(gap)],
        notes=notes,
        figure_ids=figure_ids([*rows, whole]),
    )


def _no_fifths(report: Report, indicator: str) -> str:
    return report.t.say(
        "{name}: no survey of {area} up to {year} is held with all five wealth fifths and their "
        "confidence intervals.",
        name=report.indicator_name(indicator),
        area=report.area_name(report.ref_area),
        year=str(report.time_period),
    )


def _row(report: Report, gap: Gap, measure: Measure) -> tuple[str, ...]:
    t = report.t
    of_ends = measure.formula in {"difference", "ratio"}
    of = [group.row for group in (gap.ends if of_ends else gap.groups)]
    how: dict[str, Any] = {}
    if of_ends:
        how = {"polarity": gap.polarity, "basis": gap.basis.value}
    if not all(map(isfinite, measure.estimate)):
        return (t.say(measure.name), MISSING, MISSING, MISSING)
    digits = 2 if measure.unit == "times" else 1
    value, low, high = report.number(
        *(measure.kind, measure.estimate.value, measure.formula, of),
        low=measure.estimate.low,
        high=measure.estimate.high,
        digits=digits,
        percent=measure.unit != "times",
        **how,
    )
    decimals = digits if measure.unit == "times" else digits + 2
    least, most = (round(float(end), decimals) for end in measure.estimate[1:])
    word = side_of(least, most, measure.none)
    said_of = (measure.formula, gap.indicator, report.ref_area, gap.time_period)
    report.claim(("inequality", *said_of), word, least, most, measure.none)
    if word is Word.NO_CLEAR_DIFFERENCE:
        none = report.count(measure.none, "constant")
        meaning = t.say("The interval holds {none}: this may be chance.", none=none)
    elif word is Word.BELOW:
        meaning = t.say("The other way round: the poorer fifths are reached more often.")
    else:
        meaning = t.say(measure.meaning, value=value)
    return (t.say(measure.name), value, t.span(low, high), meaning)


def gap_in_words(report: Report, gap: Gap) -> tuple[str, str]:
    """Return the absolute and the relative gap with their ranges, for a table.

    Parameters
    ----------
    report
        The report.
    gap
        Groups of one indicator.

    Returns
    -------
    tuple of str
        ``29.9 points (20.2 to 39.6)`` and ``1.77 (1.43 to 2.20)``; where only the digits of the
        print limit them, without a range.
    """
    is_share = report.indicator(gap.indicator).unit_measure is UnitMeasure.PROPORTION
    absolute, times, of = absolute_gap(gap), relative_gap(gap), [group.row for group in gap.ends]
    how: dict[str, Any] = {"polarity": gap.polarity, "basis": gap.basis.value}
    written = report.number(
        *(Kind.DIFFERENCE, absolute.value, "difference", of),
        low=absolute.low,
        high=absolute.high,
        digits=digits_of_gap(gap),
        percent=is_share,
        **how,
    )
    points = report.t.say("{value} points", value=written.value) if is_share else written.value
    relative = MISSING  # by 0
    if isfinite(times.value):
        how |= {"low": times.low, "high": times.high, "digits": 2}
        ratio = report.number(Kind.RATIO, times.value, "ratio", of, **how)
        relative = _with_limits(report, gap, ratio)
    return _with_limits(report, gap, written._replace(value=points)), relative


def _with_limits(report: Report, gap: Gap, written: Written) -> str:
    """Return a gap with its limits, without any where only the digits of the print give them."""
    if gap.basis is Basis.PRINT:
        return written.value
    return f"{written.value} ({report.t.span(written.low, written.high)})"
