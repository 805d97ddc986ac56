"""How a figure stands: how sure it is, against other areas and against earlier years.

A word such as better or rose follows from an interval: of chance where counts are published,
of the printed digits where everybody was counted. Where neither is known, nothing is said.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from childstats.analyses.areas import NoReference, reference_of
from childstats.analyses.denominators import tells_direction
from childstats.analyses.estimates import (
    compare_interval_with_benchmark,
    proportion,
    rate,
    risk_ratio,
)
from childstats.analyses.report import Report
from childstats.analyses.wording import share_of_whole, whole_of
from childstats.codes import Uncertainty, UnitMeasure, Verdict
from childstats.figures.figure import Interval
from childstats.observations.comparability import (
    jump_of_many_areas_is_one_of_all,
    year_on_year_change_is_explained,
)
from childstats.observations.guard import Ground, comparable
from childstats.observations.table import Observation
from childstats.precision import rounded
from childstats.statistics.benchmarks import BenchmarkVerdict
from childstats.statistics.estimate import Estimate
from childstats.text.claim import Word

UNEXPLAINED: Final = {
    year_on_year_change_is_explained.__name__,
    jump_of_many_areas_is_one_of_all.__name__,
}
COUNTS: Final = (UnitMeasure.PERSONS, UnitMeasure.NUMBER)


class Sureness(StrEnum):
    """What the interval around a figure means."""

    CHANCE = "chance"
    """A 95 % confidence interval."""
    PUBLISHED = "published"
    """Bounds that the publisher prints."""
    PRINT = "print"
    """The values that would be printed the same way."""
    EXACT = "exact"
    """A count, or a share of counts, that leaves no doubt about its value."""


@dataclass(frozen=True, slots=True)
class Spread:
    """An interval and what it means.

    Attributes
    ----------
    low, high
        In the unit of the observation; of the share of the whole where `of_share`.
    sureness
        Its meaning.
    of_share
        Whether it is of the share that a count is of its whole.
    """

    low: float
    high: float
    sureness: Sureness
    of_share: bool = False


def spread(report: Report, o: Observation) -> Spread:
    """Return the interval around a figure: chance for events, else bounds, else the print.

    Parameters
    ----------
    report
        The report.
    o
        An observation.

    Returns
    -------
    Spread
        A confidence interval only where the catalogue says that chance has a part in it.
    """
    indicator = report.indicator(o.indicator)
    if o.lower_bound is not None and o.upper_bound is not None:
        return Spread(o.lower_bound, o.upper_bound, Sureness.PUBLISHED)
    if indicator.uncertainty is Uncertainty.STOCHASTIC:
        found = _of_chance(report, o)
        if found is not None:
            return found
    sureness = Sureness.EXACT if o.obs_low == o.obs_high else Sureness.PRINT
    return Spread(o.obs_low, o.obs_high, sureness)


def _of_chance(report: Report, o: Observation) -> Spread | None:
    if o.numerator is not None:
        return _chance(proportion(o.numerator, o.denominator))
    if o.obs_low != o.obs_high or o.unit_measure not in COUNTS:
        return None
    whole = whole_of(report, o)
    if whole is not None and whole.obs_low == whole.obs_high:
        cases, total = o.obs_value, whole.obs_value
        if not 0 < total >= cases:
            return None  # nobody, or fewer than their part: no share
        if cases % 1 == total % 1 == 0:
            return _chance(proportion(cases, total), of_share=True)
    return _chance(rate(o.obs_value, 1, per=1))


def _chance(estimate: Estimate, *, of_share: bool = False) -> Spread:
    return Spread(float(estimate.low), float(estimate.high), Sureness.CHANCE, of_share)


@dataclass(frozen=True, slots=True)
class Standing:
    """A figure against another one.

    Attributes
    ----------
    other
        What it is compared with.
    verdict
        By test; None where the other may be shown but no test is possible, because neither
        counts nor an interval are published.
    tells_direction
        Whether a change may have a direction: not where only the number due has changed.
    """

    other: Observation
    verdict: BenchmarkVerdict | None
    tells_direction: bool = True


def counterpart(report: Report, o: Observation, ref_area: str) -> Observation | None:
    """Return the same figure of another area, if the two may stand beside each other.

    Parameters
    ----------
    report
        The report.
    o
        An observation.
    ref_area
        The other area.

    Returns
    -------
    Observation or None
        None where the guard refuses, no figure of that year is held, or the other area is the
        same or part of the first.
    """
    if report.workspace.catalogue.is_or_contains(o.ref_area, ref_area):
        return None
    other = report.observation(o.indicator, ref_area=ref_area, time_period=o.time_period)
    if other is None:
        return None
    grounds = {reason.ground for reason in comparable(report.workspace, o, other)}
    size_matters = o.unit_measure in COUNTS and share_of_whole(report, o) is None
    if grounds - {Ground.OVERLAP, Ground.SIZE} or (Ground.SIZE in grounds and size_matters):
        return None
    return other


def against_area(report: Report, o: Observation, ref_area: str) -> Standing | None:
    """Compare a figure with its `counterpart` of another area; None where it has none.

    Parameters
    ----------
    report
        The report.
    o
        An observation.
    ref_area
        The other area; where it contains the first, the rest of it is tested against.
    """
    other = counterpart(report, o, ref_area)
    if other is None:
        return None
    return Standing(other, _tested(report, o, other, report.indicator(o.indicator).polarity))


def since(report: Report, o: Observation) -> Standing | None:
    """Compare a figure with the last earlier one that it may be compared with.

    Parameters
    ----------
    report
        The report.
    o
        An observation of a year.

    Returns
    -------
    Standing or None
        The verdict is higher or lower, whichever is better. None where no earlier figure may be
        compared.
    """
    for earlier in reversed(earlier_than(report, o)):
        if not comparable(report.workspace, earlier, o):
            census = report.indicator(o.indicator).uncertainty is Uncertainty.CENSUS
            if census and not tells_direction(earlier, o):
                return Standing(earlier, None, tells_direction=False)
            return Standing(earlier, _tested(report, o, earlier, "none"))
    return None


def by_print(report: Report, o: Observation, other: Observation) -> Word:
    """Return where a figure lies against another one, as far as their prints tell, and claim it.

    Parameters
    ----------
    report
        The report.
    o, other
        Observations in one unit.
    """
    low, high = rounded(o.obs_low - other.obs_high), rounded(o.obs_high - other.obs_low)
    pair = [v for row in (o, other) for v in (row.ref_area, row.time_period)]
    word = _word(low, high, 0.0)
    report.claim(("print", o.indicator, *pair), word, low, high)
    return word


def is_unexplained(report: Report, earlier: Observation, later: Observation) -> bool:
    """Return whether two figures differ by so much that a reason is missed in their sources."""
    both = {earlier.figure_id, later.figure_id}
    return any(
        check.check in UNEXPLAINED
        and check.verdict == Verdict.WARNING
        and both <= set(check.figure_ids.split())
        for check in report.workspace.rows.checks(later.ref_area)
    )


def earlier_than(report: Report, o: Observation) -> list[Observation]:
    """Return the figures of the years before, of the same indicator and area."""
    rows = report.series(o.indicator, o.ref_area)
    return [p for p in rows if p.time_period < o.time_period]


def _tested(
    report: Report, o: Observation, other: Observation, polarity: str
) -> BenchmarkVerdict | None:
    """Return the verdict of the one test that the two prints allow, and claim it."""
    found = _test(report, o, other)
    if found is None:
        return None
    low, high, benchmark = found
    pair = [v for row in (o, other) for v in (row.ref_area, row.time_period)]
    report.claim(("ratio", o.indicator, *pair), _word(low, high, benchmark), low, high, benchmark)
    verdict = compare_interval_with_benchmark(low, high, benchmark, polarity=polarity)
    assert isinstance(verdict, BenchmarkVerdict)
    return verdict


def _word(low: float, high: float, benchmark: float) -> Word:
    if low <= benchmark <= high:
        return Word.NO_CLEAR_DIFFERENCE
    return Word.ABOVE if low > benchmark else Word.BELOW


def _test(report: Report, o: Observation, other: Observation) -> tuple[float, float, float] | None:
    """Return an interval and what it is compared with, where the prints allow a test."""
    census = report.indicator(o.indicator).uncertainty is Uncertainty.CENSUS
    if None not in {o.numerator, other.numerator} and not census:
        return _by_counts(report, o, other)
    if census:
        shares = [share_of_whole(report, row) for row in (o, other)]
        prints = [Interval(row.obs_low, row.obs_high) for row in (o, other)]
        this, that = prints if None in shares else shares
        assert this is not None
        assert that is not None
        return _by_print(this, that)
    bounds = [(row.lower_bound, row.upper_bound) for row in (o, other)]
    if all(None not in pair for pair in bounds):
        return _by_print(*(Interval(*pair) for pair in bounds))
    return None


def _by_counts(
    report: Report, o: Observation, other: Observation
) -> tuple[float, float, float] | None:
    reference = reference_of(report, o, other)
    if isinstance(reference, NoReference):
        return None
    ratio = risk_ratio(
        exposed_cases=o.numerator,
        exposed_total=o.denominator,
        reference_cases=reference.cases,
        reference_total=reference.total,
    )
    return float(ratio.low), float(ratio.high), 1.0


def _by_print(this: Interval, that: Interval) -> tuple[float, float, float]:
    """Return one interval and the nearest end of the other; where they meet, what both hold."""
    if this.overlaps(that):
        return this.low, this.high, max(this.low, that.low)
    return this.low, this.high, that.high if this.low > that.high else that.low
