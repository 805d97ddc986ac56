"""Comparisons of shares that may fairly be compared: same definition, age group and year."""

from dataclasses import dataclass

from childstats.codes import Uncertainty
from childstats.figures.figure import Interval
from childstats.observations.findings import Row
from childstats.observations.guard import Ground, comparable
from childstats.presentation.report import Report, figure_ids
from childstats.presentation.wording import share_of_whole
from childstats.statistics.ratios import risk_ratio


@dataclass(frozen=True, slots=True)
class Comparison:
    """A ratio of two shares that may fairly be compared.

    Attributes
    ----------
    indicator
        What is compared.
    exposed_label, reference_label
        Who is compared, in words.
    exposed, reference
        Their shares; intervals wider than a point where the print leaves a range.
    ratio, low, high
        Share of the exposed over share of the reference, and its interval.
    is_sampling
        True: the interval is a 95 % confidence interval. False: it is the range of the print.
    figure_ids
        The figures it rests on.
    """

    indicator: str
    exposed_label: str
    reference_label: str
    exposed: Interval
    reference: Interval
    ratio: float
    low: float
    high: float
    is_sampling: bool
    figure_ids: list[str]


def compare(
    report: Report,
    *,
    reference_area: str,
    national_indicator: str,
    exposed_period: int,
    reference_period: int,
) -> list[Comparison]:
    """Return every fair comparison of the report's area.

    Parameters
    ----------
    report
        The report.
    reference_area
        Area to compare with; where it contains the report's area, the rest of it.
    national_indicator
        A share of the whole country to compare between two years.
    exposed_period, reference_period
        The two years.

    Returns
    -------
    list of Comparison
        Shares of the same definition: of counts printed for the same year, in the report's
        area against the reference area and against the rest of each area that contains it;
        and of the country between the two years.
    """
    areas = report.workspace.catalogue.areas
    others = [reference_area, *(a for a in areas if a != report.ref_area)]
    found = []
    for indicator in report.workspace.catalogue.indicators:
        for area in dict.fromkeys(others):
            contains = report.workspace.catalogue.contains(area, report.ref_area)
            if not contains and area != reference_area:
                continue
            comparison = (
                _against_the_rest(report, indicator, area)
                if contains
                else _against_area(report, indicator, area)
            )
            if comparison:
                found.append(comparison)
    between = _between_years(report, national_indicator, exposed_period, reference_period)
    return [*found, between] if between else found


def _against_area(report: Report, indicator: str, area: str) -> Comparison | None:
    pair = _last_common(report, indicator, area)
    if pair is None:
        return None
    here, there = pair
    if here["numerator"] is not None and there["numerator"] is not None:
        return _of_counts(
            report,
            here,
            there,
            exposed=(here["numerator"], here["denominator"]),
            reference=(there["numerator"], there["denominator"]),
            labels=(_area_year(report, here), _area_year(report, there)),
        )
    exposed, reference = share_of_whole(report, here), share_of_whole(report, there)
    census = report.indicator(indicator).uncertainty is Uncertainty.CENSUS
    if exposed is None or reference is None or not census:
        return None
    ratio = exposed.divided_by(reference)
    wholes = [
        report.observation(
            report.indicator(indicator).denominator,
            ref_area=o["ref_area"],
            time_period=o["time_period"],
        )
        for o in pair
    ]
    return Comparison(
        indicator=indicator,
        exposed_label=_area_year(report, here),
        reference_label=_area_year(report, there),
        exposed=exposed,
        reference=reference,
        ratio=(ratio.low * ratio.high) ** 0.5,
        low=ratio.low,
        high=ratio.high,
        is_sampling=False,
        figure_ids=list(figure_ids([*pair, *wholes])),
    )


def _against_the_rest(report: Report, indicator: str, area: str) -> Comparison | None:
    """Compare with the containing area less the report's own: the two groups are disjoint."""
    pair = _last_common(report, indicator, area)
    if pair is None or any(o["numerator"] is None for o in pair):
        return None
    here, whole = pair
    return _of_counts(
        report,
        here,
        whole,
        exposed=(here["numerator"], here["denominator"]),
        reference=(
            whole["numerator"] - here["numerator"],
            whole["denominator"] - here["denominator"],
        ),
        labels=(
            _area_year(report, here),
            report.t.say(
                "rest of {area}, {year}",
                area=report.area_name(area),
                year=str(whole["time_period"]),
            ),
        ),
    )


def _between_years(
    report: Report, indicator: str, exposed_period: int, reference_period: int
) -> Comparison | None:
    country = next(a.ref_area for a in report.workspace.catalogue.areas.values() if not a.parent)
    pair = [
        report.observation(indicator, ref_area=country, time_period=year)
        for year in (exposed_period, reference_period)
    ]
    here, there = pair
    if here is None or there is None or here["numerator"] is None:
        return None
    if not _may_be_compared(report, here, there):
        return None
    return _of_counts(
        report,
        here,
        there,
        exposed=(here["numerator"], here["denominator"]),
        reference=(there["numerator"], there["denominator"]),
        labels=(_area_year(report, here), _area_year(report, there)),
    )


def _of_counts(
    report: Report,
    here: Row,
    there: Row,
    *,
    exposed: tuple[int, int],
    reference: tuple[int, int],
    labels: tuple[str, str],
) -> Comparison | None:
    above_one = exposed[0] > exposed[1] or reference[0] > reference[1]
    if above_one or exposed[0] == reference[0] == 0:
        return None  # coverage over 100 % is no risk; 0/0 has no ratio
    complete = report.indicator(here["indicator"]).uncertainty is Uncertainty.CENSUS
    estimate = risk_ratio(
        exposed_cases=exposed[0],
        exposed_total=exposed[1],
        reference_cases=reference[0],
        reference_total=reference[1],
    )
    return Comparison(
        indicator=here["indicator"],
        exposed_label=labels[0],
        reference_label=labels[1],
        exposed=Interval(exposed[0] / exposed[1], exposed[0] / exposed[1]),
        reference=Interval(reference[0] / reference[1], reference[0] / reference[1]),
        ratio=float(estimate.value),
        low=float(estimate.value if complete else estimate.low),
        high=float(estimate.value if complete else estimate.high),
        is_sampling=not complete,
        figure_ids=list(figure_ids([here, there])),
    )


def _last_common(report: Report, indicator: str, area: str) -> tuple[Row, Row] | None:
    there = {o["time_period"]: o for o in report.series(indicator, area)}
    common = [o for o in report.series(indicator) if o["time_period"] in there]
    if not common or not _may_be_compared(report, common[-1], there[common[-1]["time_period"]]):
        return None
    return common[-1], there[common[-1]["time_period"]]


def _may_be_compared(report: Report, here: Row, there: Row) -> bool:
    """Return whether the guard lets a pair pass.

    That one area is part of the other, or that counts are of areas of unequal size, is no
    hindrance here: the rest of the larger area, and shares, are compared instead.
    """
    found = {reason.ground for reason in comparable(report.workspace, here, there)}
    return not found - {Ground.OVERLAP, Ground.SIZE}


def _area_year(report: Report, o: Row) -> str:
    return f"{report.area_name(o['ref_area'])}, {o['time_period']}"
