"""A stratified comparison in words, as a table and as a forest plot."""

from collections.abc import Sequence
from math import inf, isinf
from typing import Any, Final

from pandas import DataFrame

from childstats.analyses.forests import forest_chart, legend_of_arrows
from childstats.analyses.report import Report, figure_ids
from childstats.analyses.rounded import CHANCE, digits_of, digits_of_ratio
from childstats.analyses.stratified import Stratified, Stratum
from childstats.analyses.wording import capitalised, p_value_in_words
from childstats.blocks import Chart, Column, Sentences, Table
from childstats.language import mark
from childstats.observations.table import Observation
from childstats.statistics.estimate import Estimate
from childstats.statistics.strata import PooledEstimate
from childstats.text.claim import Word
from childstats.text.number import Kind

SIGNIFICANCE: Final = 0.05

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
    if not may_be_pooled(found):
        return _one_by_one(report, found)
    word = _word(pooled)
    if word is Word.ABOVE:
        message = mark(
            "{name}, {count} {strata} taken together: higher in {exposed} than in {reference}; "
            "pooled ratio {ratio} {cite}."
        )
    elif word is Word.BELOW:
        message = mark(
            "{name}, {count} {strata} taken together: lower in {exposed} than in {reference}; "
            "pooled ratio {ratio} {cite}."
        )
    else:
        message = mark(
            "{name}, {count} {strata} taken together: no clear difference between "
            "{exposed} and {reference}; pooled ratio {ratio} {cite}."
        )
    ids = figure_ids([o for s in found.strata for o in s.observations])
    strata = t.say(STRATA_NAMES[found.kind])
    sentence = t.say(
        message,
        name=report.indicator_name(found.indicator),
        count=report.count(len(found.strata), "strata", ids),
        strata=strata,
        exposed=found.exposed_label,
        reference=found.reference_label,
        ratio=_ratio(report, found, pooled),
        cite=report.cite(*ids),
    )
    heard = t.say(
        "The {strata} differ no more than chance would make them (Cochran’s Q of the logarithms "
        "of the ratios = {statistic}, df = {freedom}, {p_value}): one ratio describes them all.",
        strata=strata,
        **_heterogeneity(report, found, pooled),
    )
    return Sentences([sentence, heard], ids)


def _limits_of(ratio: Estimate | PooledEstimate) -> tuple[float, float]:
    """Return the limits of a ratio as they are printed."""
    low, high = float(ratio.low), float(ratio.high)
    digits = digits_of_ratio((low, high), narrow=CHANCE)
    return round(low, digits), high if isinf(high) else round(high, digits)


def _word(ratio: Estimate | PooledEstimate) -> Word:
    """Return what a ratio's printed interval says of it."""
    low, high = _limits_of(ratio)
    return Word.ABOVE if low > 1 else Word.BELOW if high < 1 else Word.NO_CLEAR_DIFFERENCE


def may_be_pooled(found: Stratified) -> bool:
    """Return whether one ratio describes all strata: they differ no more than by chance."""
    return found.pooled is not None and not found.pooled.p_value < SIGNIFICANCE


def _one_by_one(report: Report, found: Stratified) -> Sentences:
    """Return what strata say that differ by more than chance: no ratio is that of them all."""
    t, pooled = report.t, found.pooled
    assert pooled is not None  # else nothing is said to differ
    ordered = sorted(filter(_has_ratio, found.strata), key=lambda s: float(s.ratio.value))
    sides = (
        (mark("lower in {labels}"), Word.BELOW),
        (mark("higher in {labels}"), Word.ABOVE),
        (mark("no clear difference in {labels}"), Word.NO_CLEAR_DIFFERENCE),
    )
    words = {s.label: _word(s.ratio) for s in found.strata}
    for s in found.strata:
        pair = [v for o in s.observations for v in (o.ref_area, o.time_period)]
        report.claim(("ratio", found.indicator, *pair), words[s.label], *_limits_of(s.ratio), 1.0)
    ids = figure_ids([o for s in found.strata for o in s.observations])
    sentence = t.say(
        "{name}, {exposed} against {reference}: {sides} {cite}.",
        name=report.indicator_name(found.indicator),
        exposed=found.exposed_label,
        reference=found.reference_label,
        sides="; ".join(
            t.say(said, labels=t.join([label for label in words if words[label] is word]))
            for said, word in sides
            if word in words.values()
        ),
        cite=report.cite(*ids),
    )
    statistic, freedom = float(pooled.statistic), int(pooled.degrees_of_freedom)
    heard = t.say(
        "The {strata} differ by more than chance would make them (Cochran’s Q of the logarithms "
        "of the ratios = {statistic}, df = {freedom}, {p_value}; I² = {heterogeneity}): from "
        "{lowest} ({at_lowest}) to {highest} ({at_highest}). No ratio is given for all of them.",
        strata=t.say(STRATA_NAMES[found.kind]),
        **_heterogeneity(report, found, pooled),
        heterogeneity=report.share(
            max(0.0, 1 - freedom / statistic), "mantel_haenszel.i_squared", _of(found), digits=0
        ),
        lowest=_of_stratum(report, found, ordered[0]),
        at_lowest=ordered[0].label,
        highest=_of_stratum(report, found, ordered[-1]),
        at_highest=ordered[-1].label,
    )
    return Sentences([sentence, heard], ids)


def _heterogeneity(report: Report, found: Stratified, pooled: PooledEstimate) -> dict[str, str]:
    """Return the test whether the strata agree, written."""
    of, formula = _of(found), "mantel_haenszel"
    statistic = float(pooled.statistic)
    return {
        "statistic": report.number(
            Kind.INDEX, statistic, f"{formula}.statistic", of, digits=1
        ).value,
        "freedom": report.count(
            int(pooled.degrees_of_freedom), f"{formula}.degrees_of_freedom", of
        ),
        "p_value": p_value_in_words(report, float(pooled.p_value), formula, of),
    }


def _of(found: Stratified) -> list[Observation]:
    """Return what the strata rest on: exposed and reference of each in turn."""
    return [o for s in found.strata for o in s.observations]


def _of_stratum(report: Report, found: Stratified, stratum: Stratum) -> str:
    """Return the ratio of a stratum without its interval."""
    return report.number(
        *(Kind.RATIO, float(stratum.ratio.value), "risk_ratio", stratum.observations),
        digits=2,
        rest=found.rest,
    ).value


def _ratio(report: Report, found: Stratified, ratio: Estimate | PooledEstimate) -> str:
    """Return a stratum's ratio or the pooled one with its interval."""
    t = report.t
    stratum = next((s for s in found.strata if s.ratio is ratio), None)
    formula = "risk_ratio" if stratum else "mantel_haenszel"
    of = stratum.observations if stratum else _of(found)
    value, low, high = (float(part) for part in ratio[:3])
    how: dict[str, Any] = {
        "digits": digits_of_ratio((low, high), narrow=CHANCE),
        "rest": found.rest,
    }
    if isinf(value):
        number = report.number(Kind.RATIO, low, f"{formula}.low", of, **how).value
        least = t.say("{number} or more", number=number)
        return t.say("no cases in the reference (95% CI {interval})", interval=least)
    written = report.number(Kind.RATIO, value, formula, of, low=low, high=high, **how)
    span = t.say("95% CI {interval}", interval=t.span(written.low, written.high))
    return f"{written.value} ({span})"


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
            _counted(report, s.exposed, s.observations[:1]),
            _counted(report, s.reference, s.observations[not found.rest :], rest=found.rest),
            _ratio(report, found, s.ratio)
            if _is_estimable(s.ratio)
            else t.say("no cases in either"),
        )
        for s in found.strata
    ]
    if may_be_pooled(found) and _is_estimable(found.pooled):
        rows.append((t.say("Taken together"), "", "", _ratio(report, found, found.pooled)))
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


def _counted(
    report: Report, counts: tuple[int, int], of: Sequence[Observation], *, rest: bool = False
) -> str:
    """Return the share of one side of a stratum with its counts; of a rest, what is left."""
    share, digits = counts[0] / counts[1], digits_of(report, counts[1])
    formula = "share_of_counts"
    return report.t.say(
        "{share} ({numerator} of {denominator})",
        share=report.share(share, formula, of, digits=digits, rest=rest),
        numerator=report.count(counts[0], f"{formula}.numerator", of, rest=rest),
        denominator=report.count(counts[1], f"{formula}.denominator", of, rest=rest),
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
    rows = [_row(s.label, s.ratio, _ratio(report, found, s.ratio)) for s in drawn]
    diamond = ""
    if may_be_pooled(found):
        pooled, written = Estimate(*found.pooled[:3]), _ratio(report, found, found.pooled)
        rows.append(_row(t.say("Taken together"), pooled, written, pooled=True))
        diamond = " " + t.say(
            "Diamond: all {strata} taken together (Mantel–Haenszel).",
            strata=t.say(STRATA_NAMES[found.kind]),
        )
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
            "confidence interval {cite}.",
            cite=report.cite(*ids),
        )
        + diamond
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
        "printed_written": "",
        "pooled": pooled,
    }
