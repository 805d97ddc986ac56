"""Fair comparisons in words, as a table and as a forest plot."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any, Final

from pandas import DataFrame

from childstats.analyses.comparisons import Basis, Comparison, Limits
from childstats.analyses.forests import forest_chart, legend_of_arrows
from childstats.analyses.report import Report
from childstats.analyses.rounded import share_digits, share_ends
from childstats.analyses.trend_words import per_births
from childstats.analyses.wording import (
    capitalised,
    lowered,
    percent_range,
    ratio_digits,
    ratio_range,
)
from childstats.blocks import Chart, Column, Group, Sentences, Table, one_line
from childstats.codes import UnitMeasure
from childstats.figures.figure import Interval
from childstats.language import mark
from childstats.observations.findings import hedged_value
from childstats.precision import rounded

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
FINE: Final = 0.02
"""A narrower confidence interval of ratios is written with a third decimal."""


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
        for verdict, message in VERDICTS.items():
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
    if rounded(min(c.ratio.low, c.printed.low)) > 1:
        return "higher"
    if rounded(max(c.ratio.high, c.printed.high)) < 1:
        return "lower"
    return "similar"


def _verdict_sentence(report: Report, message: str, alike: list[Comparison]) -> str:
    t = report.t
    references = [
        t.say(
            "{reference} (ratio {ratio})",
            reference=_without_year(c),
            ratio=_ratio_in_words(report, c, brief=True)[:-1].replace(" (", "; ", 1),
        )
        for c in alike
    ]
    return t.say(
        message,
        name=report.indicator_name(alike[0].indicator),
        exposed=alike[0].exposed_label,
        references=t.join(references),
        cite=report.cite(*all_ids(alike)),
    )


def _without_year(c: Comparison) -> str:
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
    return [
        t.say(
            message,
            count=t.count(round(abs(number.value))),
            exposed=largest.exposed_label,
            reference=_without_year(largest),
            range=_limits_in_words(
                report, largest, t.span(t.count(round(low)), t.count(round(high)))
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


def _ratio_in_words(report: Report, c: Comparison, *, brief: bool = False) -> str:
    """Return a ratio with its confidence interval, and apart from it the range of rounding."""
    t = report.t
    if c.ratio.low < c.ratio.high:
        digits = 2 if c.ratio.high - c.ratio.low >= FINE else 3
        value, low, high = (t.decimal(part, digits=digits) for part in c.ratio)
        span = t.say("95% CI {interval}", interval=t.span(low, high))
        written = f"{value} ({span})"
        if brief or c.printed.low == c.printed.high:
            return written
        rounding = t.say("rounding {interval}", interval=ratio_range(report, c.printed))
        return f"{written}\n{rounding}"
    if c.printed.low < c.printed.high:
        span = t.say("rounding {interval}", interval=ratio_range(report, c.printed))
        value = t.decimal(c.ratio.value, digits=ratio_digits(c.printed))
        return f"{value} ({span})"
    return f"{t.decimal(c.ratio.value, digits=2)} ({t.say('complete counts')})"


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
        first = group[0]
        rows.append(
            Group(
                f"{report.indicator_name(first.indicator)}: {first.exposed_label} "
                f"{_share(report, first, first.exposed, first.figure_ids[0])}"
            )
        )
        rows += [
            (
                (
                    f"{capitalised(c.reference_label)}: "
                    f"{_share(report, c, c.reference, c.figure_ids[1])}"
                ),
                _ratio_in_words(report, c).replace("\n", "; "),
                _difference(report, c),
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
                "the reference: difference times the exposed. Points: percentage points. "
                "95% CI: Miettinen–Nurminen score interval for ratio and difference. "
                "Complete counts: chance plays no part; the "
                "range is what the printed digits allow. Print only: no counts are published, so "
                "chance cannot be judged and nothing is called higher or lower. Survey sample: "
                "as if each child had been drawn by itself; the true interval is wider."
            ),
            *per_births(report, {c.indicator for c in comparisons}),
        ],
        figure_ids=all_ids(comparisons),
    )


def _share(report: Report, c: Comparison, share: Interval, figure_id: str) -> str:
    """Return a share as it is printed, or one that is worked out with its range."""
    if c.basis in {Basis.SAMPLE, Basis.PRINT}:
        o = report.observed(figure_id)
        return hedged_value(report.t, o, report.figure(figure_id))
    if _digits(report, c) == 0:
        return percent_range(report, share, digits=0)
    return percent_range(report, share, digits=2 if share.low < 0.1 else 1)


def _difference(report: Report, c: Comparison) -> str:
    t = report.t
    per_1000 = report.indicator(c.indicator).unit_measure is UnitMeasure.DEATHS_PER_1000_BIRTHS
    scale = 1 if per_1000 else 100
    if per_1000 or _digits(report, c):
        value, low, high = (_plus(report, part * scale) for part in c.difference)
    else:
        ends = share_ends(Interval(c.difference.low, c.difference.high), 0)
        points = (c.difference.value, ends.low, ends.high)
        value, low, high = (_plus(report, part * scale, digits=0) for part in points)
    written = value if per_1000 else t.say("{number} points", number=value)
    if low == high:
        return written
    limits = _limits_in_words(report, c, t.span(low, high))
    return f"{written} ({limits})"


def _digits(report: Report, c: Comparison) -> int:
    """Return the decimals of the percentages of a comparison: none where a small area forbids."""
    return min(share_digits(report, report.observed(i)) for i in c.figure_ids[:2])


def _plus(report: Report, number: float, *, digits: int = 1) -> str:
    rounded = round(number, digits) + 0.0
    return ("+" if rounded > 0 else "") + report.t.decimal(rounded, digits=digits)


def _number(report: Report, c: Comparison) -> str:
    t = report.t
    if c.number is None:
        return "–"
    value, low, high = (("+" if n > 0 else "") + t.count(n) for n in map(round, c.number))
    return (
        value
        if low == high
        else t.say("{value} ({low} to {high})", value=value, low=low, high=high)
    )


def plot_comparisons(report: Report, comparisons: list[Comparison]) -> Chart | Sentences:
    """Return the ratios of the comparisons as a forest plot on a log scale.

    Parameters
    ----------
    report
        The report.
    comparisons
        Result of `compare`.

    Returns
    -------
    Chart or Sentences
        One row a comparison of counts; chance and rounding have marks of their own, and the line
        at 1 means no difference. A sentence where there is none.
    """
    t = report.t
    tested = [c for c in comparisons if c.basis is not Basis.PRINT]
    if not tested:
        return Sentences([t.say("There is no fair comparison of counts.")], role="nothing")
    rows = [_forest_row(report, c) for c in tested]
    ids = all_ids(tested)
    frame = DataFrame(rows)
    written = "; ".join(f"{one_line(row['label'])}: {row['written']}" for row in rows)
    title = t.say("Ratios of the fair comparisons")
    alt = t.say("Forest plot of ratios: {ratios}.", ratios=written)
    return forest_chart(
        frame,
        report,
        title=title,
        caption=t.say(
            "Ratio of the first share or rate to the second, log scale; 1 means no difference. "
            "Blue line with caps: 95% confidence interval, what chance could have changed. Open "
            "pink box: what the rounding of the print allows; an open pink diamond alone has no "
            "confidence interval, because the counts are complete {cite}.",
            cite=report.cite(*ids),
        )
        + legend_of_arrows(frame, t),
        alt=alt,
        figure_ids=ids,
    )


def _forest_row(report: Report, c: Comparison) -> dict[str, Any]:
    who = report.t.say(
        "{exposed} / {reference}", exposed=c.exposed_label, reference=_without_year(c)
    )
    name = report.indicator_name(c.indicator).partition(" (")[0]
    return {
        "label": f"{name}\n{who}",
        "value": c.ratio.value,
        "low": c.ratio.low,
        "high": c.ratio.high,
        "printed_low": c.printed.low,
        "printed_high": c.printed.high,
        "written": _ratio_in_words(report, c, brief=True),
    }
