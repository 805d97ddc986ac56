"""A stratified comparison in words, as a table and as a forest plot."""

from collections.abc import Sequence
from math import inf, isinf
from typing import Final

from pandas import DataFrame

from childstats.blocks import Chart, Column, Sentences, Table
from childstats.language import mark
from childstats.presentation.forests import forest_chart, legend_of_arrows
from childstats.presentation.report import Report, figure_ids
from childstats.presentation.rounded import digits_of
from childstats.presentation.stratified import Stratified, Stratum
from childstats.presentation.trend import SIGNIFICANCE
from childstats.presentation.wording import capitalised, p_value_in_words
from childstats.statistics.estimate import Estimate
from childstats.statistics.strata import PooledEstimate

NARROW: Final = 0.015
"""An interval that two decimals would make look a point is written with three."""
STRATA_NAMES: Final = {"years": mark("years"), "provinces": mark("provinces")}


def _too_few(report: Report, found: Stratified) -> Sentences:
    return Sentences(
        [
            report.t.say(
                "{name}: fewer than two {strata} with counts for {exposed} and {reference}, so "
                "nothing is pooled.",
                name=report.indicator_name(found.indicator),
                strata=report.t.say(STRATA_NAMES[found.kind]),
                exposed=found.exposed_label,
                reference=found.reference_label,
            )
        ],
        role="nothing",
    )


def _no_cases(report: Report, found: Stratified) -> Sentences:
    return Sentences(
        [
            report.t.say(
                "{name}: no cases in {exposed} or none in {reference} in any of the {strata}, so "
                "no ratio is pooled.",
                name=report.indicator_name(found.indicator),
                strata=report.t.say(STRATA_NAMES[found.kind]),
                exposed=found.exposed_label,
                reference=found.reference_label,
            )
        ],
        figure_ids([o for s in found.strata for o in s.observations]),
    )


def _is_estimable(ratio: Estimate | PooledEstimate) -> bool:
    """Return whether a ratio says anything: its interval is not everything."""
    return bool(ratio.low > 0 or ratio.high < inf)


def _has_ratio(stratum: Stratum) -> bool:
    return _is_estimable(stratum.ratio) and not isinf(float(stratum.ratio.value))


def strata_sentences(report: Report, found: Stratified) -> Sentences:
    """Return the pooled ratio in words, and whether the strata agree on it.

    Parameters
    ----------
    report
        The report.
    found
        Result of `stratify_by_year` or `stratify_by_area`.

    Returns
    -------
    Sentences
        Two; nothing but a word to the analyst where too little is held.
    """
    if found.pooled is None:
        return _too_few(report, found)
    t, pooled = report.t, found.pooled
    if not _is_estimable(pooled):
        return _no_cases(report, found)
    if pooled.low > 1:
        message = mark(
            "{name}, {count} {strata} taken together: higher in {exposed} than in {reference}; "
            "pooled ratio {ratio} {cite}."
        )
    elif pooled.high < 1:
        message = mark(
            "{name}, {count} {strata} taken together: lower in {exposed} than in {reference}; "
            "pooled ratio {ratio} {cite}."
        )
    else:
        message = mark(
            "{name}, {count} {strata} taken together: similar in {exposed} and {reference}; "
            "pooled ratio {ratio} {cite}."
        )
    ids = figure_ids([o for s in found.strata for o in s.observations])
    strata = t.say(STRATA_NAMES[found.kind])
    sentence = t.say(
        message,
        name=report.indicator_name(found.indicator),
        count=t.count(len(found.strata)),
        strata=strata,
        exposed=found.exposed_label,
        reference=found.reference_label,
        ratio=_ratio(report, pooled),
        cite=report.cite(*ids),
    )
    ordered = sorted(filter(_has_ratio, found.strata), key=lambda s: float(s.ratio.value))
    agree = mark(
        "The {strata} differ no more than chance would make them (Cochran’s Q = {statistic}, "
        "df = {freedom}, {p_value}): one ratio describes them all."
    )
    differ = mark(
        "The {strata} differ by more than chance would make them (Cochran’s Q = {statistic}, "
        "df = {freedom}, {p_value}): from {lowest} ({at_lowest}) to {highest} "
        "({at_highest}). The pooled ratio is an average over them, not the ratio of any one."
    )
    heard = t.say(
        differ if pooled.p_value < SIGNIFICANCE else agree,
        strata=strata,
        statistic=t.decimal(float(pooled.statistic), digits=1),
        freedom=t.count(int(pooled.degrees_of_freedom)),
        p_value=p_value_in_words(report, float(pooled.p_value)),
        **(
            {
                "lowest": t.decimal(float(ordered[0].ratio.value), digits=2),
                "at_lowest": ordered[0].label,
                "highest": t.decimal(float(ordered[-1].ratio.value), digits=2),
                "at_highest": ordered[-1].label,
            }
            if pooled.p_value < SIGNIFICANCE
            else {}
        ),
    )
    return Sentences([sentence, heard], ids)


def _ratio(report: Report, ratio: Estimate | PooledEstimate | Sequence[float]) -> str:
    t = report.t
    if isinf(float(ratio[0])):
        low = t.say("{number} or more", number=t.decimal(float(ratio[1]), digits=2))
        return t.say("no cases in the reference (95% CI {interval})", interval=low)
    digits = 3 if float(ratio[2]) - float(ratio[1]) < NARROW else 2
    value, low, high = (t.decimal(float(part), digits=digits) for part in ratio[:3])
    span = t.say("95% CI {interval}", interval=t.span(low, high))
    return f"{value} ({span})"


def table_strata(report: Report, found: Stratified) -> Table | Sentences:
    """Return counts, shares and ratio of each stratum, and the pooled ratio below them.

    Parameters
    ----------
    report
        The report.
    found
        Result of `stratify_by_year` or `stratify_by_area`.

    Returns
    -------
    Table or Sentences
        A row a stratum; a sentence where too little is published.
    """
    if found.pooled is None:
        return _too_few(report, found)
    t = report.t
    rows = [
        (
            s.label,
            _counted(report, s.exposed),
            _counted(report, s.reference),
            _ratio(report, s.ratio) if _is_estimable(s.ratio) else t.say("no cases in either"),
        )
        for s in found.strata
    ]
    pooled = _ratio(report, found.pooled) if _is_estimable(found.pooled) else "–"
    rows.append((t.say("Taken together"), "", "", pooled))
    return Table(
        title=t.say("{name}: the values", name=report.indicator_name(found.indicator)),
        columns=[
            Column(t.say("Year") if found.kind == "years" else t.say("Province"), width=1),
            Column(found.exposed_label, "right", width=2.5),
            Column(capitalised(found.reference_label), "right", width=2.9),
            Column(t.say("Ratio"), "right", width=3.1),
        ],
        rows=rows,
        figure_ids=figure_ids([o for s in found.strata for o in s.observations]),
    )


def _counted(report: Report, counts: tuple[int, int]) -> str:
    t = report.t
    return t.say(
        "{share} ({numerator} of {denominator})",
        share=t.percent(counts[0] / counts[1], digits=digits_of(report, counts[1])),
        numerator=t.count(counts[0]),
        denominator=t.count(counts[1]),
    )


def plot_strata(report: Report, found: Stratified) -> Chart | Sentences:
    """Return the ratio of each stratum, and below them the pooled one, as a forest plot.

    Parameters
    ----------
    report
        The report.
    found
        Result of `stratify_by_year` or `stratify_by_area`.

    Returns
    -------
    Chart or Sentences
        A sentence where too little is published.
    """
    if found.pooled is None:
        return _too_few(report, found)
    t = report.t
    ids = figure_ids([o for s in found.strata for o in s.observations])
    if not _is_estimable(found.pooled):
        return _no_cases(report, found)
    drawn = [s for s in found.strata if _is_estimable(s.ratio)]
    rows = [_row(s.label, s.ratio, _ratio(report, s.ratio)) for s in drawn]
    pooled = Estimate(*found.pooled[:3])
    rows.append(_row(t.say("Taken together"), pooled, _ratio(report, found.pooled), pooled=True))
    name = report.indicator_name(found.indicator)
    title = f"{name}: {found.exposed_label}"
    pair = f"{found.exposed_label} / {found.reference_label}"
    alt = t.say(
        "Forest plot of ratios: {ratios}.",
        ratios="; ".join(f"{row['label']}: {row['written']}" for row in rows),
    )
    alt = f"{name}: {pair}. {alt}"
    frame = DataFrame(rows)
    left_out = t.join([s.label for s in found.strata if s not in drawn])
    return forest_chart(
        frame,
        report,
        title=title,
        caption=f"{pair}. "
        + t.say(
            "Ratio of the shares, log scale; 1 means no difference. Lines with caps: 95% "
            "confidence interval. Diamond: all {strata} taken together (Mantel–Haenszel) {cite}.",
            strata=t.say(STRATA_NAMES[found.kind]),
            cite=report.cite(*ids),
        )
        + legend_of_arrows(frame, t)
        + (" " + t.say("Not drawn, no cases in either: {left_out}.", left_out=left_out))
        * bool(left_out),
        alt=alt,
        figure_ids=ids,
    )


def _row(label: str, ratio: Estimate, written: str, *, pooled: bool = False) -> dict[str, object]:
    value, low, high = (float(part) for part in ratio)
    return {
        "label": label,
        "value": value,
        "low": low,
        "high": high,
        "printed_low": value,
        "printed_high": value,
        "written": written,
        "pooled": pooled,
    }
