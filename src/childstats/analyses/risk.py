"""Fair comparisons in words, as a table and as a forest plot."""

from collections.abc import Sequence
from itertools import groupby
from math import isfinite
from typing import Any, Final

from childstats.analyses.comparisons import Basis, Comparison, Limits
from childstats.analyses.report import Report
from childstats.analyses.rounded import (
    CHANCE,
    consistent_digits,
    digits_of_ratio,
    share_digits,
    share_ends,
)
from childstats.analyses.trend_words import per_births
from childstats.analyses.wording import (
    capitalised,
    lowered,
    percent_range,
)
from childstats.blocks import Column, Group, Sentences, Table
from childstats.codes import UnitMeasure
from childstats.figures.figure import Interval
from childstats.language import mark
from childstats.observations.findings import shown_decimals
from childstats.text.claim import Word
from childstats.text.number import Kind

BASES: Final = {
    Basis.EVENTS: mark("counts of events"),
    Basis.SAMPLE: mark("survey sample"),
    Basis.COMPLETE: mark("complete counts"),
    Basis.PRINT: mark("print only"),
}
VERDICTS: Final = {
    "higher": mark("{name}: higher in {exposed} than in {references} {cite}."),
    "lower": mark("{name}: lower in {exposed} than in {references} {cite}."),
    "similar": mark("{name}: no clear difference between {exposed} and {references} {cite}."),
}
IN_TIME: Final = {
    "higher": mark("{name}, {area}: higher in {exposed} than in {references} {cite}."),
    "lower": mark("{name}, {area}: lower in {exposed} than in {references} {cite}."),
    "similar": mark(
        "{name}, {area}: no clear difference between {exposed} and {references} {cite}."
    ),
}
RATIOS: Final = {
    "counts": "risk_ratio",
    "wholes": "ratio_of_shares",
    "sample": "sample_ratio",
    "print": "ratio_of",
}
DIFFERENCES: Final = {
    "counts": "risk_difference",
    "wholes": "difference_of_shares",
    "sample": "sample_difference",
    "print": "difference_of",
}
WORDS: Final = {
    "higher": Word.ABOVE,
    "lower": Word.BELOW,
    "similar": Word.NO_CLEAR_DIFFERENCE,
}


def risk_sentences(report: Report, comparisons: list[Comparison]) -> Sentences:
    """Return what the comparisons say, in words that follow from their intervals.

    Parameters
    ----------
    report
        The report.
    comparisons
        Result of `compare`.

    Returns
    -------
    Sentences
        One for each indicator and verdict, then the largest difference as a number of people.
        Of figures printed without counts none: chance cannot be judged there.
    """
    tested = [c for c in comparisons if c.basis is not Basis.PRINT]
    sentences = []
    for _, of_one in groupby(tested, key=lambda c: (c.indicator, c.exposed_label)):
        group = list(of_one)
        messages = VERDICTS if _is_between_areas(group[0]) else IN_TIME
        for verdict, message in messages.items():
            alike = [c for c in group if verdict_of(c) == verdict]
            if alike:
                sentences.append(_verdict_sentence(report, message, alike))
    sentences += _in_numbers(report, tested)
    if not sentences:
        sentences = [
            report.t.say(
                "No comparison of {area} rests on counts, so none is put into words.",
                area=report.area_name(report.ref_area),
            )
        ]
    return Sentences(
        sentences, all_ids(comparisons), role="bottom_line" if comparisons else "nothing"
    )


def all_ids(comparisons: Sequence[Comparison]) -> list[str]:
    """Return the figures behind comparisons, without repeats."""
    return list(dict.fromkeys(i for c in comparisons for i in c.figure_ids))


def verdict_of(c: Comparison) -> str:
    """Return ``higher``, ``lower`` or ``similar``: the side of 1 on which all limits lie."""
    low, high = _all_limits(c)
    if low > 1:
        return "higher"
    return "lower" if high < 1 else "similar"


def _all_limits(c: Comparison) -> tuple[float, float]:
    """Return the limits of chance and rounding together, with the digits that are printed."""
    digits = _ratio_digits(c)
    ends = (min(c.ratio.low, c.printed.low), max(c.ratio.high, c.printed.high))
    low, high = (round(end, digits) if isfinite(end) else end for end in ends)
    return low, high


def _ratio_digits(c: Comparison) -> int:
    """Return the decimals of a ratio and its limits."""
    if c.ratio.low < c.ratio.high:
        return digits_of_ratio((c.ratio.low, c.ratio.high), narrow=CHANCE)
    return digits_of_ratio(c.printed)


def _verdict_sentence(report: Report, message: str, alike: list[Comparison]) -> str:
    t = report.t
    references = [
        t.say(
            "{reference} (ratio {ratio})",
            reference=_apart(without_year(c), c),
            ratio=ratio_in_words(report, c, brief=True)[:-1].replace(" (", "; ", 1),
        )
        for c in alike
    ]
    for c in alike:
        here, there = (report.observed(i) for i in c.figure_ids[:2])
        names = ("ref_area", "time_period")
        pair = [getattr(row, name) for row in (here, there) for name in names]
        report.claim(("ratio", c.indicator, *pair), WORDS[verdict_of(c)], *_all_limits(c), 1.0)
    return t.say(
        message,
        name=report.indicator_name(alike[0].indicator),
        area=alike[0].exposed_label.rpartition(" (")[0],
        exposed=_apart(alike[0].exposed_label, alike[0]),
        references=t.join(references),
        cite=report.cite(*all_ids(alike)),
    )


def _apart(label: str, c: Comparison) -> str:
    """Return what tells two sides apart: of one area in two years the year alone."""
    return label if _is_between_areas(c) else label.rpartition(" (")[2].rstrip(")")


def without_year(c: Comparison) -> str:
    """Return the reference, without its year where that is the year of the exposed."""
    area, _, year = c.reference_label.rpartition(" (")
    return area if c.exposed_label.endswith(f" ({year}") else c.reference_label


def _in_numbers(report: Report, tested: list[Comparison]) -> list[str]:
    """Return the largest sure difference between areas as a number of cases."""
    t = report.t
    sure = [
        c
        for c in tested
        if c.number is not None and verdict_of(c) != "similar" and _is_between_areas(c)
    ]
    if not sure:
        return []
    largest = max(sure, key=lambda c: abs(c.number.value) if c.number else 0.0)
    number = largest.number or Limits(0, 0, 0)
    low, high = sorted(abs(end) for end in (number.low, number.high))
    message = (
        mark(
            "With the share of {reference}, the number of {name} in {exposed} would be {count} "
            "lower ({range}) {cite}."
        )
        if number.value > 0
        else mark(
            "With the share of {reference}, the number of {name} in {exposed} would be {count} "
            "higher ({range}) {cite}."
        )
    )
    of, how = largest.figure_ids, {"rest": largest.rest}
    least, most = round(low), round(high)
    return [
        t.say(
            message,
            count=report.count(abs(number.value), "number_of_cases", of, **how),
            exposed=largest.exposed_label,
            reference=without_year(largest),
            range=_limits_in_words(
                report,
                largest,
                report.limits(Kind.COUNT, least, most, "number_of_cases", of, **how),
            ),
            name=lowered(report.indicator_name(largest.indicator)),
            cite=report.cite(*largest.figure_ids),
        )
    ]


def _is_between_areas(c: Comparison) -> bool:
    return c.exposed_label.rpartition(" (")[0] != c.reference_label.rpartition(" (")[0]


def _limits_in_words(report: Report, c: Comparison, written: str) -> str:
    """Return limits with what they are: chance, or rounding."""
    if c.basis in {Basis.EVENTS, Basis.SAMPLE}:
        return report.t.say("95% CI {interval}", interval=written)
    return report.t.say("rounding {interval}", interval=written)


def range_of_rounding(report: Report, c: Comparison) -> str:
    """Return what the rounding of the prints allows a ratio to be; "" where it allows nothing."""
    if c.printed.low == c.printed.high:
        return ""
    how = {"digits": _ratio_digits(c), "rest": c.rest}
    formula = f"{RATIOS[c.measure]}.printed"
    return report.limits(Kind.RATIO, *c.printed, formula, c.figure_ids, **how)


def ratio_in_words(report: Report, c: Comparison, *, brief: bool = False) -> str:
    """Return a ratio with its confidence interval, and apart from it the range of rounding."""
    t, formula, of = report.t, RATIOS[c.measure], c.figure_ids
    how: dict[str, Any] = {"digits": _ratio_digits(c), "rest": c.rest}
    has_chance, has_rounding = c.ratio.low < c.ratio.high, c.printed.low < c.printed.high
    how |= {"low": c.ratio.low, "high": c.ratio.high} if has_chance else {}
    written = report.number(Kind.RATIO, c.ratio.value, formula, of, **how)
    said = []
    if has_chance:
        interval = t.span(written.low, written.high)
        said.append(t.say("95% CI {interval}", interval=interval))
    if has_rounding and not (has_chance and brief):
        said.append(t.say("rounding {interval}", interval=range_of_rounding(report, c)))
    first, *more = said or [t.say("complete counts")]
    return "\n".join([f"{written.value} ({first})", *more])


def table_comparisons(report: Report, comparisons: list[Comparison]) -> Table | Sentences:
    """Return the comparisons with shares, ratio, difference, number and what limits them.

    Parameters
    ----------
    report
        The report.
    comparisons
        Result of `compare`.

    Returns
    -------
    Table or Sentences
        A group for each indicator with the share of the exposed, a row for each reference; a
        sentence where there is no comparison.
    """
    t = report.t
    if not comparisons:
        return Sentences(
            [t.say("There is no fair comparison of printed shares either.")], role="nothing"
        )
    rows: list[tuple[str, ...] | Group] = []
    for _, of_one in groupby(comparisons, key=lambda c: (c.indicator, c.exposed_label)):
        group = list(of_one)
        first, (digits, of_difference) = group[0], _digits_of_group(report, group)
        rows.append(
            Group(
                f"{report.indicator_name(first.indicator)}: {first.exposed_label} "
                f"{_share(report, first, 0, digits)}"
            )
        )
        rows += [
            (
                (f"{capitalised(c.reference_label)}: {_share(report, c, 1, digits)}"),
                ratio_in_words(report, c).replace("\n", "; "),
                _difference(report, c, of_difference),
                _number(report, c),
                t.say(BASES[c.basis]),
                report.cite(*c.figure_ids),
            )
            for c in group
        ]
    return Table(
        title=t.say("Fair comparisons"),
        columns=[
            Column(t.say("Reference"), width=2.6),
            Column(t.say("Ratio"), width=2.3),
            Column(t.say("Difference"), width=2.1),
            Column(t.say("In numbers"), width=1.7),
            Column(t.say("Basis"), width=1.2),
            Column(t.say("Source"), width=0.8),
        ],
        rows=rows,
        notes=[
            t.say(
                "In numbers: how many more (+) or fewer (−) than if the exposed had the share of "
                "the reference: difference times the exposed. Points: percentage points. 95% CI: "
                "Miettinen–Nurminen score interval for ratio and difference. Complete counts: "
                "chance plays no part; the range is what the printed digits allow. Print only: no "
                "counts are held, so chance cannot be judged and nothing is called higher or "
                "lower. Survey sample: as if each child had been drawn by itself; the true "
                "interval is wider."
            ),
            *per_births(report, {c.indicator for c in comparisons}),
        ],
        figure_ids=all_ids(comparisons),
    )


def _share(report: Report, c: Comparison, side: int, digits: int) -> str:
    """Return a share as it is printed, or one that is worked out with its range.

    `side` is 0 for the exposed and 1 for the reference.
    """
    share = (c.exposed, c.reference)[side]
    if c.measure in {"sample", "print"}:
        return report.plain(report.observed(c.figure_ids[side]))
    of = [c.figure_ids[side], *c.figure_ids[2 + side : 3 + side]]
    if c.measure == "wholes":
        return percent_range(report, share, "share_of", of, digits=digits)
    rest = c.rest and side == 1
    of = c.figure_ids[:2] if rest else of
    return percent_range(report, share, "share_of_counts", of, digits=digits, rest=rest)


def _difference(report: Report, c: Comparison, digits: int) -> str:
    t, formula, of = report.t, DIFFERENCES[c.measure], c.figure_ids
    per_1000 = report.indicator(c.indicator).unit_measure is UnitMeasure.DEATHS_PER_1000_BIRTHS
    value, low, high = c.difference
    if not (per_1000 or _digits(report, c)):
        low, high = share_ends(Interval(low, high), 0)
    written = report.number(
        *(Kind.DIFFERENCE, value, formula, of),
        low=min(low, value),
        high=max(high, value),
        digits=digits,
        percent=not per_1000,
        sign=True,
        rest=c.rest,
        basis=c.basis.value,
    )
    said = written.value if per_1000 else t.say("{number} points", number=written.value)
    if written.low == written.high:
        return said
    limits = _limits_in_words(report, c, t.span(written.low, written.high))
    return f"{said} ({limits})"


def _digits(report: Report, c: Comparison) -> int:
    """Return the decimals of the percentages of a comparison: none where a small area forbids."""
    return min(share_digits(report, report.observed(i)) for i in c.figure_ids[:2])


def _digits_of_group(report: Report, group: Sequence[Comparison]) -> tuple[int, int]:
    """Return the decimals of shares and of their differences."""
    digits = min(_digits(report, c) for c in group)
    if not digits:
        return 0, 0
    printed = [report.observed(i) for c in group for i in c.figure_ids[:2]]
    if group[0].measure in {"sample", "print"}:
        digits = max(digits, *(shown_decimals(o) for o in printed))
        return digits, digits
    if any(share.low < 0.1 for c in group for share in (c.exposed, c.reference)):
        digits = 2
    points = [
        (c.exposed.low, c.reference.low, c.difference.value)
        for c in group
        if c.exposed.low == c.exposed.high and c.reference.low == c.reference.high
    ]
    return consistent_digits([[100 * part for part in three] for three in points], digits)


def _number(report: Report, c: Comparison) -> str:
    if c.number is None:
        return "–"
    value, low, high = map(round, c.number)
    written = report.number(
        *(Kind.DIFFERENCE, value, "number_of_cases", c.figure_ids),
        low=low,
        high=high,
        sign=True,
        rest=c.rest,
        basis=c.basis.value,
    )
    if low == high:
        return written.value
    return report.t.say("{value} ({low} to {high})", **written._asdict())
