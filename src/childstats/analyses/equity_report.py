"""The equity report: what the gaps between groups of children are, in words and tables."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from childstats.analyses.equity import (
    Basis,
    Gap,
    Subgroup,
    absolute_gap,
    digits_of_gap,
    fits_its_total,
    gaps,
    lone_groups,
)
from childstats.analyses.equity_measures import gap_in_words
from childstats.analyses.report import Report, figure_ids
from childstats.analyses.wording import (
    brief_value,
    capitalised,
    range_of,
    value_in_words,
    year_in_words,
)
from childstats.blocks import Column, Sentences, Table
from childstats.codes import UnitMeasure
from childstats.figures.figure import Interval
from childstats.language import mark
from childstats.observations.guard import comparable
from childstats.observations.table import Observation
from childstats.text.claim import Word, side_of
from childstats.text.number import Kind

MOST: Final = 5
"""Sentences of the bottom line."""
DOUBT: Final = mark(
    "‡: these groups cannot have the total that the same source prints for all children of that "
    "year, so one of the prints must be wrong or counts others; no sentence rests on them."
)

BASES: Final = {
    Basis.SAMPLE: mark("95% CI"),
    Basis.BOUNDS: mark("published bounds"),
    Basis.PRINT: mark("print only"),
}


def equity_sentences(report: Report, indicators: Sequence[str]) -> Sentences:
    """Return the gaps in a few sentences: tested ones first, then the widest untested ones.

    Parameters
    ----------
    report
        The report.
    indicators
        Ids, most important first.

    Returns
    -------
    Sentences
        At most five; one that says so where no groups are published.
    """
    found = [gap for gap in gaps(report, indicators) if fits_its_total(report, gap)]
    tested = [gap for gap in found if gap.basis is not Basis.PRINT]
    untested = sorted(
        (gap for gap in found if gap.basis is Basis.PRINT),
        key=_relative_distance,
        reverse=True,
    )
    chosen = [*tested, *untested][:MOST]
    if not chosen:
        return Sentences([nothing_published(report)], role="nothing")
    sentences = [_sentence(report, gap) for gap in chosen]
    used = [group.row for gap in chosen for group in gap.groups]
    return Sentences(sentences, figure_ids(used), role="bottom_line")


def _relative_distance(gap: Gap) -> float:
    values = sorted(group.value for group in gap.ends)
    return values[1] / values[0] if values[0] else float("inf")


def nothing_published(report: Report) -> str:
    """Return the sentence for an area of which no gap is published."""
    return report.t.say(
        "No figure of {area} up to {year} is held for two groups of children that share nobody.",
        area=report.area_name(report.ref_area),
        year=str(report.time_period),
    )


def _sentence(report: Report, gap: Gap) -> str:
    t = report.t
    worse, better = gap.ends
    sentence = t.say(
        _message(report, gap),
        name=report.indicator_name(gap.indicator),
        year=str(gap.time_period),
        worse=worse.name,
        worse_value=group_value(report, worse),
        better=better.name,
        better_value=group_value(report, better),
        gap=_gap(report, gap),
        cite=report.cite(worse.row.figure_id, better.row.figure_id),
    )
    if _is_behind_every_other(report, gap):
        first, *others = sorted(gap.groups[1:], key=lambda group: group.value)
        sentence += " " + t.say(
            "The {worst} lies clearly behind every other group ({lowest} to {highest}).",
            worst=gap.groups[0].name,
            lowest=report.plain(first.row),
            highest=report.plain(others[-1].row),
        )
    return sentence


def _gap(report: Report, gap: Gap) -> str:
    """Return the width of the gap in its unit, with its range."""
    t = report.t
    value, low, high = _signed(gap)
    is_share = report.indicator(gap.indicator).unit_measure is UnitMeasure.PROPORTION
    written = report.number(
        *(Kind.DIFFERENCE, value, "difference", [group.row for group in gap.ends]),
        low=low,
        high=high,
        digits=digits_of_gap(gap),
        percent=is_share,
        polarity=gap.polarity,
        basis=gap.basis.value,
    )
    message = (
        mark("{value} percentage points")
        if is_share
        else mark("{value} deaths per {births} live births")
    )
    said = t.say(message, value=written.value, births=report.count(1000, "constant"))
    return said if gap.basis is Basis.PRINT else f"{said} ({t.span(written.low, written.high)})"


def _signed(gap: Gap) -> tuple[float, float, float]:
    """Return a gap with its limits, positive where it is clear, whoever is behind."""
    value, low, high = (float(end) for end in absolute_gap(gap))
    return (-value, -high, -low) if high < 0 else (value, low, high)


def _limits(report: Report, gap: Gap) -> tuple[float, float]:
    """Return the limits of a gap as they are printed."""
    is_share = report.indicator(gap.indicator).unit_measure is UnitMeasure.PROPORTION
    digits = digits_of_gap(gap) + (2 if is_share else 0)
    _, low, high = (round(float(end), digits) for end in absolute_gap(gap))
    return low, high


def _message(report: Report, gap: Gap) -> str:
    """Return the sentence whose verb the interval of the gap supports."""
    if gap.basis is Basis.PRINT:
        return mark(
            "{name}, {year}: {worse} {worse_value}, {better} {better_value}, a gap of {gap}; no "
            "interval is held, so how much of it is chance is not known {cite}."
        )
    low, high = _limits(report, gap)
    word = side_of(low, high)
    said_of = (gap.indicator, report.ref_area, gap.time_period, gap.dimension.value)
    report.claim(("gap", *said_of), word, low, high)
    if word is Word.NO_CLEAR_DIFFERENCE:
        return mark(
            "{name}, {year}: {worse} {worse_value} and {better} {better_value} cannot be told "
            "apart; the gap is {gap} {cite}."
        )
    worse, better = gap.ends
    if worse.value > better.value:
        return mark(
            "{name}, {year}: {worse} {worse_value}, higher than {better} at {better_value}; the "
            "gap is {gap} {cite}."
        )
    return mark(
        "{name}, {year}: {worse} {worse_value}, lower than {better} at {better_value}; the "
        "gap is {gap} {cite}."
    )


def _is_behind_every_other(report: Report, gap: Gap) -> bool:
    """Return whether the gaps of the first of three or more groups to each other one exclude 0."""
    if gap.basis is not Basis.SAMPLE or len(gap.groups) < 3:
        return False
    first, *others = gap.groups
    found = [absolute_gap(replace(gap, groups=[first, other])) for other in others]
    if any(one.low <= 0 for one in found):
        return False
    for other, (_, low, high) in zip(others, found, strict=True):
        fifths = [group.row.wealth_quintile for group in (first, other)]
        said_of = (gap.indicator, report.ref_area, gap.time_period, *fifths)
        report.claim(("gap", *said_of), Word.ABOVE, float(low), float(high))
    return True


def group_value(report: Report, group: Subgroup) -> str:
    """Return a group's value, with the interval that is published for it."""
    written = brief_value(report, group.row)
    if group.row.lower_bound is None:
        return written
    return f"{written} ({_range(report, group)})"


def _range(report: Report, group: Subgroup) -> str:
    return range_of(report, Interval(group.low, group.high), group.row, "bounds", digits=1)


def table_gaps(report: Report, indicators: Sequence[str]) -> Table | Sentences:
    """Return every gap: both groups, the absolute and the relative gap, and what they rest on.

    Parameters
    ----------
    report
        The report.
    indicators
        Ids.

    Returns
    -------
    Table or Sentences
        One row a gap; a sentence where no groups are published.
    """
    t = report.t
    found = gaps(report, indicators)
    if not found:
        return Sentences([nothing_published(report)], role="nothing")
    rows, doubtful = [], [gap for gap in found if not fits_its_total(report, gap)]
    for gap in found:
        worse, better = gap.ends
        absolute, relative = gap_in_words(report, gap)
        rows.append(
            (
                t.say(
                    "{name}, {period}",
                    name=report.indicator_name(gap.indicator),
                    period=_period(report, gap),
                ),
                f"{capitalised(worse.name)}: {group_value(report, worse)}",
                f"{capitalised(better.name)}: {group_value(report, better)}",
                f"{absolute} ‡" if gap in doubtful else absolute,
                relative,
                t.say(BASES[gap.basis]),
                report.cite(worse.row.figure_id, better.row.figure_id),
            )
        )
    return Table(
        title=t.say("Gaps between groups of children"),
        columns=[
            Column(t.say("Indicator"), width=2.75),
            Column(t.say("Group"), width=1.55),
            Column(t.say("Compared with"), width=1.55),
            Column(t.say("Absolute gap"), width=1.5),
            Column(t.say("Ratio"), width=1.3),
            Column(t.say("The range is"), width=1.1),
            Column(t.say("Source"), width=0.8),
        ],
        rows=rows,
        notes=[
            t.say(
                "In brackets: the range named in the column before the source. “Published "
                "bounds”: the publisher prints them without their level; the range of the gap is "
                "what they allow. “Print only”: no interval is held, so the gap is not tested."
            ),
            *([t.say(DOUBT)] if doubtful else []),
        ],
        figure_ids=figure_ids([group.row for gap in found for group in gap.ends]),
    )


def _period(report: Report, gap: Gap) -> str:
    provisional = any(group.row.obs_status == "P" for group in gap.groups)
    year = str(gap.time_period)
    return report.t.say("{year} (provisional)", year=year) if provisional else year


def table_not_compared(report: Report, indicators: Sequence[str]) -> Table | Sentences:
    """Return the pairs that suggest themselves and are refused, with the guard's reasons.

    Parameters
    ----------
    report
        The report.
    indicators
        Ids.

    Returns
    -------
    Table or Sentences
        A group whose counterpart is not published against everybody, and an indicator against
        the one that it resembles; a sentence where there is no such pair.
    """
    t = report.t
    pairs = [pair for indicator in indicators for pair in _tempting(report, indicator)]
    rows = []
    used: list[Observation] = []
    for this, that in pairs:
        reasons = [reason.said(t) for reason in comparable(report.workspace, this, that)]
        used += [this, that]
        rows.append(
            (
                _named(report, this),
                _named(report, that),
                " ".join(reasons),
                report.cite(this.figure_id, that.figure_id),
            )
        )
    if not rows:
        return Sentences(
            [t.say("No comparison of these indicators had to be refused.")], role="nothing"
        )
    return Table(
        title=t.say("Comparisons that were refused"),
        columns=[
            Column(t.say("This"), width=2.4),
            Column(t.say("against this"), width=2.4),
            Column(t.say("Why not"), width=4),
            Column(t.say("Source"), width=0.8),
        ],
        rows=rows,
        figure_ids=figure_ids(used),
    )


def _tempting(report: Report, indicator: str) -> list[tuple[Observation, Observation]]:
    """Return lone groups with everybody of their year, and the look-alike of the nearest year."""
    whole = {o.time_period: o for o in report.series(indicator)}
    pairs = [
        (o, whole[o.time_period]) for o in lone_groups(report, indicator) if o.time_period in whole
    ]
    look_alike = report.indicator(indicator).resembles
    others = report.series(look_alike) if look_alike else []
    if whole and others:
        last = max(whole)
        pairs.append((whole[last], min(others, key=lambda o: abs(int(o.time_period) - last))))
    return pairs


def _named(report: Report, o: Observation) -> str:
    return report.t.say(
        "{name}, {period}: {value}",
        name=report.name_and_group(report.figure(o.figure_id)),
        period=year_in_words(report, o),
        value=value_in_words(report, o),
    )
