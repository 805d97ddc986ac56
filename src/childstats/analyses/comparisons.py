"""Comparisons of shares that may fairly be compared: same definition, age group and year."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import ceil, floor, isfinite
from typing import NamedTuple, SupportsFloat

from childstats.analyses.against import last_common, may_be_compared
from childstats.analyses.areas import NoReference, Reference, country_of, reference_of, siblings
from childstats.analyses.estimates import printed_envelope, risk_difference, risk_ratio
from childstats.analyses.report import Report, figure_ids
from childstats.analyses.rounded import counts_of_share, share_behind
from childstats.analyses.wording import share_of_whole, whole_of
from childstats.codes import Uncertainty, UnitMeasure
from childstats.errors import EditionError
from childstats.figures.figure import Interval
from childstats.observations.guard import comparable
from childstats.observations.table import Observation
from childstats.precision import rounded
from childstats.statistics.printed import PrintedCount


class Basis(StrEnum):
    """What the uncertainty of a comparison consists of."""

    EVENTS = "events"
    """Counts of events: chance."""
    SAMPLE = "sample"
    """Printed shares of a sample of known size: chance, and apart from it rounding."""
    COMPLETE = "complete"
    """Complete counts: no chance, at most rounding."""
    PRINT = "print"
    """Printed without counts: rounding is known, chance is not."""


class Limits(NamedTuple):
    """A value and its limits, as plain numbers."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """A ratio of two shares or rates that may fairly be compared.

    Attributes
    ----------
    indicator
        What is compared.
    exposed_label, reference_label
        Who is compared, in words.
    exposed, reference
        Their shares; intervals wider than a point where the print leaves a range.
    ratio
        Share of the exposed over that of the reference, with its 95 % confidence limits; equal to
        it where chance has no part or is not known.
    printed
        What the rounding of the print allows the ratio to be.
    difference
        Share of the exposed less that of the reference, with what limits it has.
    number
        How many more cases there are than with the share of the reference; None where nobody
        publishes of how many.
    basis
        What the limits consist of.
    figure_ids
        The figures it rests on: exposed, reference, and the wholes of both if they are counts.
    measure
        Counts, counts of wholes, a sample, or the print alone.
    rest
        Whether the reference is what remains of a wider area.
    """

    indicator: str
    exposed_label: str
    reference_label: str
    exposed: Interval
    reference: Interval
    ratio: Limits
    printed: Interval
    difference: Limits
    number: Limits | None
    basis: Basis
    figure_ids: list[str]
    measure: str = "counts"
    rest: bool = False


def compare(
    report: Report,
    *,
    reference_areas: Sequence[str] | None = None,
    national_indicators: Sequence[str] = (),
    exposed_periods: Sequence[int] | None = None,
    reference_periods: Sequence[int] | None = None,
) -> list[Comparison]:
    """Return every fair comparison of the report's area.

    Parameters
    ----------
    report
        The report.
    reference_areas
        Areas to compare with; the report's own is passed over. The area's siblings unless given.
    national_indicators
        Shares of the whole country to compare, each between two years.
    exposed_periods, reference_periods
        The two years of each; its last year and the first that may be compared with it unless
        given.

    Returns
    -------
    list of Comparison
        Shares of the same definition and year, in the report's area against the reference areas
        and against the rest of each area that contains it; and of the country between two years.
        Those whose print alone is known come last.

    Raises
    ------
    EditionError
        If the three lists are of unequal length, or the two years of one may not be compared.
    CatalogueError
        If an area or indicator is unknown.
    """
    catalogue = report.workspace.catalogue
    asked = siblings(report) if reference_areas is None else reference_areas
    named = [report.area_key(area) for area in asked]
    containing = catalogue.above(report.ref_area)
    around = [a for a in catalogue.areas if a in containing]
    others = [a for a in dict.fromkeys([*named, *around]) if a != report.ref_area]
    found = []
    for indicator in catalogue.indicators:
        for area in others:
            pair = last_common(report, indicator, area)
            comparison = _of_areas(report, *pair) if pair else None
            if comparison is not None:
                found.append(comparison)
    country = country_of(report)
    if exposed_periods is None and reference_periods is None:
        found += filter(None, (_of_long(report, i, country) for i in national_indicators))
        return _in_order(report, found)
    exposed_periods, reference_periods = exposed_periods or (), reference_periods or ()
    if not len(national_indicators) == len(exposed_periods) == len(reference_periods):
        raise EditionError(
            f"{len(national_indicators)} national_indicators, {len(exposed_periods)} exposed_"
            f"periods and {len(reference_periods)} reference_periods; give each its two years"
        )
    chosen = zip(national_indicators, exposed_periods, reference_periods, strict=True)
    found += [
        _between_years(report, *choice)
        for choice in chosen
        if choice[0] not in catalogue.indicators or report.series(choice[0], country)
    ]
    return _in_order(report, found)


def _in_order(report: Report, found: list[Comparison]) -> list[Comparison]:
    """Return those of counts first; without number where neither more nor less is better."""
    neither = {c.indicator for c in found if report.indicator(c.indicator).polarity == "none"}
    told = (replace(c, number=None) if c.indicator in neither else c for c in found)
    return sorted(told, key=lambda c: c.basis is Basis.PRINT)


def _of_areas(report: Report, here: Observation, there: Observation) -> Comparison | None:
    counted = here.numerator is not None and there.numerator is not None
    labels = (_area_year(report, here), _area_year(report, there))
    if counted:
        reference = reference_of(report, here, there)
        if isinstance(reference, NoReference):
            return None
        labels = (labels[0], f"{reference.label} ({there.time_period})")
        return _of_counts(report, here, there, reference=reference, labels=labels)
    if report.workspace.catalogue.contains(there.ref_area, here.ref_area):
        return None
    known = report.indicator(here.indicator)
    if known.uncertainty is Uncertainty.CENSUS:
        return _of_wholes(report, here, there, labels)
    if known.polarity == "none" or known.unit_measure in {UnitMeasure.PERSONS, UnitMeasure.NUMBER}:
        return None
    return _of_prints(here, there, labels)


def _of_long(report: Report, indicator: str, country: str) -> Comparison | None:
    """Compare the last year of a series with the first one with which it may be, if any."""
    rows = report.series(indicator, country)
    pairs = ((here, there) for here in reversed(rows) for there in rows if there is not here)
    found = (_of_years(report, *p) for p in pairs if may_be_compared(report, *p))
    return next(filter(None, found), None)


def _between_years(
    report: Report, indicator: str, exposed_period: int, reference_period: int
) -> Comparison:
    country = country_of(report)
    here, there = (
        _national(report, indicator, country, year, name)
        for year, name in (
            (exposed_period, "exposed_periods"),
            (reference_period, "reference_periods"),
        )
    )
    if exposed_period == reference_period:
        raise EditionError(
            f"{indicator!r} is to be compared between {exposed_period} and {reference_period}; "
            "choose two different years"
        )
    if not may_be_compared(report, here, there):
        reason = comparable(report.workspace, here, there)[0]
        raise EditionError(
            f"{indicator!r} of {exposed_period} and {reference_period} must not be compared: "
            f"{reason.message_en} Choose other years"
        )
    comparison = _of_years(report, here, there)
    if comparison is None:
        raise EditionError(
            f"{indicator!r} of {exposed_period} and {reference_period} has no ratio: more cases "
            "than people, or none at all; choose other years"
        )
    return comparison


def _of_years(report: Report, here: Observation, there: Observation) -> Comparison | None:
    labels = (_area_year(report, here), _area_year(report, there))
    if here.numerator is not None and there.numerator is not None:
        reference = reference_of(report, here, there)
        if isinstance(reference, NoReference):
            return None
        return _of_counts(report, here, there, reference=reference, labels=labels)
    sample = report.indicator(here.indicator).uncertainty is Uncertainty.SAMPLE
    if sample and all(o.denominator is not None for o in (here, there)):
        return _of_samples(here, there, labels)
    return _of_prints(here, there, labels)


def _national(report: Report, indicator: str, country: str, year: int, name: str) -> Observation:
    report.indicator(indicator)
    found = report.observation(indicator, ref_area=country, time_period=year)
    if found is not None:
        return found
    years = [str(o.time_period) for o in report.series(indicator, country)]
    published = f"{years[0]} to {years[-1]}" if years else "no year"
    raise EditionError(
        f"{name} {year}: no usable figure of {indicator!r} for {country!r} up to "
        f"{report.time_period}; there is one for years within {published}"
    )


def _of_counts(
    report: Report,
    here: Observation,
    there: Observation,
    *,
    reference: Reference,
    labels: tuple[str, str],
) -> Comparison | None:
    if reference.cases == 0:
        return None  # over 0 there is no ratio
    events = report.indicator(here.indicator).uncertainty is Uncertainty.STOCHASTIC
    counts = {
        "exposed_cases": here.numerator,
        "exposed_total": here.denominator,
        "reference_cases": reference.cases,
        "reference_total": reference.total,
    }
    ratio, difference = _limits(*risk_ratio(**counts)), _limits(*risk_difference(**counts))
    shares = (share_behind(counts_of_share(report, here)), share_behind(reference.behind))
    is_open = any(share.low < share.high for share in shares)
    if not events:
        ratio = _limits(*[ratio.value] * 3)
        difference = Limits(difference.value, *_between(*shares)[1:])
    return Comparison(
        indicator=here.indicator,
        exposed_label=labels[0],
        reference_label=labels[1],
        exposed=shares[0],
        reference=shares[1],
        ratio=ratio,
        printed=shares[0].divided_by(shares[1]) if is_open else _exact(ratio.value),
        difference=difference,
        number=_times(difference, here.denominator),
        basis=Basis.EVENTS if events else Basis.COMPLETE,
        figure_ids=list(figure_ids([here, there])),
        rest=report.workspace.catalogue.contains(there.ref_area, here.ref_area),
    )


def _of_wholes(
    report: Report, here: Observation, there: Observation, labels: tuple[str, str]
) -> Comparison | None:
    """Compare counts as shares of their wholes; both are complete, so only rounding is open."""
    exposed, reference = share_of_whole(report, here), share_of_whole(report, there)
    if exposed is None or reference is None or reference.low <= 0:
        return None
    wholes = [whole_of(report, o) for o in (here, there)]
    ratio = exposed.divided_by(reference)
    if not all(map(isfinite, (*exposed, *reference, *ratio))):
        return None  # a whole that may be nobody
    own = wholes[0].obs_value if wholes[0] else 0
    difference = _between(exposed, reference)
    return Comparison(
        indicator=here.indicator,
        exposed_label=labels[0],
        reference_label=labels[1],
        exposed=exposed,
        reference=reference,
        ratio=_limits(*[(ratio.low * ratio.high) ** 0.5] * 3),
        printed=ratio,
        difference=difference,
        number=_times(difference, own),
        basis=Basis.COMPLETE,
        figure_ids=list(figure_ids([here, there, *wholes])),
        measure="wholes",
    )


def _of_prints(here: Observation, there: Observation, labels: tuple[str, str]) -> Comparison | None:
    exposed, reference = (Interval(o.obs_low, o.obs_high) for o in (here, there))
    if reference.low <= 0 or exposed.low < 0:
        return None
    return Comparison(
        indicator=here.indicator,
        exposed_label=labels[0],
        reference_label=labels[1],
        exposed=exposed,
        reference=reference,
        ratio=_limits(*[here.obs_value / there.obs_value] * 3),
        printed=exposed.divided_by(reference),
        difference=_between(exposed, reference),
        number=None,
        basis=Basis.PRINT,
        figure_ids=list(figure_ids([here, there])),
        measure="print",
    )


def _of_samples(
    here: Observation, there: Observation, labels: tuple[str, str]
) -> Comparison | None:
    """Compare weighted shares as printed; the limits are those of the nearest counts."""
    ratio, difference = (
        printed_envelope(
            statistic,
            exposed_cases=_sampled(here),
            exposed_total=here.denominator,
            reference_cases=_sampled(there),
            reference_total=there.denominator,
        )
        for statistic in (risk_ratio, risk_difference)
    )
    exposed, reference = (Interval(o.obs_low, o.obs_high) for o in (here, there))
    if not (isfinite(float(ratio.value)) and exposed.low > 0 and reference.low > 0):
        return None
    return Comparison(
        indicator=here.indicator,
        exposed_label=labels[0],
        reference_label=labels[1],
        exposed=exposed,
        reference=reference,
        ratio=_limits(here.obs_value / there.obs_value, *ratio[1:3]),
        printed=exposed.divided_by(reference),
        difference=_limits(here.obs_value - there.obs_value, *difference[1:3]),
        number=None,
        basis=Basis.SAMPLE,
        figure_ids=list(figure_ids([here, there])),
        measure="sample",
    )


def _sampled(o: Observation) -> PrintedCount:
    """Return the counts that a printed, weighted share allows, the nearest in any case."""
    low, value, high = (
        rounded(part * o.denominator) for part in (o.obs_low, o.obs_value, o.obs_high)
    )
    nearest = round(value)
    return PrintedCount(min(ceil(low), nearest), nearest, max(floor(high), nearest))


def _between(exposed: Interval, reference: Interval) -> Limits:
    low, high = exposed.low - reference.high, exposed.high - reference.low
    return _limits((low + high) / 2, low, high)


def _exact(value: float) -> Interval:
    return Interval(rounded(value), rounded(value))


def _times(difference: Limits, people: float) -> Limits:
    return _limits(*(part * people for part in difference))


def _limits(value: SupportsFloat, low: SupportsFloat, high: SupportsFloat) -> Limits:
    return Limits(*(rounded(float(part)) for part in (value, low, high)))


def _area_year(report: Report, o: Observation) -> str:
    return f"{report.area_name(o.ref_area)} ({o.time_period})"
