"""One observation against those of other areas, in words that follow from a test."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from childstats.analyses.areas import NoReference, reference_of
from childstats.analyses.estimates import risk_ratio
from childstats.analyses.report import Report
from childstats.analyses.rounded import share_digits
from childstats.analyses.trend import has_confidence_interval
from childstats.language import mark
from childstats.observations.guard import Ground, comparable
from childstats.observations.table import Observation
from childstats.text.claim import Word


class Standing(StrEnum):
    """Where a share stands against another, at 95 per cent confidence."""

    LOWER = "lower"
    SIMILAR = "similar"
    HIGHER = "higher"


WORDS: Final = {
    Standing.LOWER: Word.BELOW,
    Standing.SIMILAR: Word.NO_CLEAR_DIFFERENCE,
    Standing.HIGHER: Word.ABOVE,
}
STANDINGS: Final = {
    Standing.LOWER: mark("lower than in {areas}"),
    Standing.SIMILAR: mark("not clearly different from {areas}"),
    Standing.HIGHER: mark("higher than in {areas}"),
}


@dataclass(frozen=True, slots=True)
class Against:
    """Another area to stand against.

    Attributes
    ----------
    label
        The area, or the rest of it where it contains the report's own.
    share
        Its share as a proportion.
    standing
        Where the report's area stands against it.
    observation
        What is published of it.
    of
        What its share is computed of: the own observation too where that is taken out.
    """

    label: str
    share: float
    standing: Standing
    observation: Observation
    of: tuple[Observation, ...]


def tested_against(report: Report, here: Observation, areas: Sequence[str]) -> list[Against]:
    """Return where an area's share stands against others of the same year.

    Parameters
    ----------
    report
        The report.
    here
        An observation of the report's area.
    areas
        Other areas; from one that contains the report's own, its own is taken out.

    Returns
    -------
    list of Against
        Those whose counts of events are published and that the guard lets pass; the standing
        follows from the 95 % interval of the risk ratio (Miettinen-Nurminen).
    """
    found = []
    for area in areas:
        there = report.observation(here.indicator, ref_area=area, time_period=here.time_period)
        if there is None or area == here.ref_area:
            continue
        if not (has_confidence_interval(report, here) and has_confidence_interval(report, there)):
            continue
        if not may_be_compared(report, here, there):
            continue
        other = reference_of(report, here, there)
        if isinstance(other, NoReference):
            continue
        ratio = risk_ratio(
            exposed_cases=here.numerator,
            exposed_total=here.denominator,
            reference_cases=other.cases,
            reference_total=other.total,
        )
        low, high = float(ratio.low), float(ratio.high)
        standing = Standing.SIMILAR
        if low > 1:
            standing = Standing.HIGHER
        elif high < 1:
            standing = Standing.LOWER
        pair = [v for row in (here, there) for v in (row.ref_area, row.time_period)]
        report.claim(("ratio", here.indicator, *pair), WORDS[standing], low, high, 1.0)
        contains = report.workspace.catalogue.contains(area, here.ref_area)
        of = (here, there) if contains else (there,)
        found.append(Against(other.label, other.cases / other.total, standing, there, of))
    return found


def may_be_compared(report: Report, here: Observation, there: Observation) -> bool:
    """Return whether the guard lets a pair pass.

    That the second area contains the first, or that counts are of areas of unequal size, is no
    hindrance here: the rest of the larger area, and shares, are compared instead. Nothing can be
    compared with a part of itself.
    """
    inner, outer = there.ref_area, here.ref_area
    if report.workspace.catalogue.contains(outer, inner):
        return False
    found = {reason.ground for reason in comparable(report.workspace, here, there)}
    return not (found - {Ground.OVERLAP, Ground.SIZE} if inner != outer else found)


def last_common(
    report: Report, indicator: str, area: str
) -> tuple[Observation, Observation] | None:
    """Return the last year that two areas share, if the guard lets the pair pass."""
    there = {o.time_period: o for o in report.series(indicator, area)}
    common = [o for o in report.series(indicator) if o.time_period in there]
    if not common or not may_be_compared(report, common[-1], there[common[-1].time_period]):
        return None
    return common[-1], there[common[-1].time_period]


def standing_in_words(report: Report, found: Sequence[Against]) -> str:
    """Return the standings as one enumeration: ``lower than in A (70%) and B (72%)``."""
    t = report.t
    parts = []
    for standing, message in STANDINGS.items():
        areas = [
            f"{other.label} ({_share(report, other)})"
            for other in found
            if other.standing is standing
        ]
        if areas:
            parts.append(t.say(message, areas=t.join(areas)))
    return "; ".join(parts)


def _share(report: Report, other: Against) -> str:
    digits, rest = share_digits(report, other.observation), len(other.of) > 1
    return report.share(other.share, "share_of_counts", other.of, digits=digits, rest=rest)
