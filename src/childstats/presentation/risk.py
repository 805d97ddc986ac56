"""Fair comparisons shown, and the unfair ones refused by name."""

from textwrap import fill

from childstats.codes import ObsStatus
from childstats.figures.figure import Interval
from childstats.language import mark
from childstats.observations.findings import Row
from childstats.observations.guard import Ground, comparable
from childstats.presentation.blocks import Chart, Column, Sentences, Table
from childstats.presentation.charts import Bar, draw_forest
from childstats.presentation.comparisons import Comparison
from childstats.presentation.report import Report, figure_ids
from childstats.presentation.wording import percent_range, ratio_range, value_in_words


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
        One a comparison.
    """
    return Sentences(
        [
            report.t.say(
                _verdict(c),
                name=report.indicator_name(c.indicator),
                exposed=c.exposed_label,
                reference=c.reference_label,
                ratio=_ratio_in_words(report, c),
                cite=report.cite(*c.figure_ids),
            )
            for c in comparisons
        ],
        list(dict.fromkeys(i for c in comparisons for i in c.figure_ids)),
        role="bottom_line",
    )


def _verdict(c: Comparison) -> str:
    if c.low > 1:
        return mark("{name}: higher in {exposed} than in {reference}; ratio {ratio} {cite}.")
    if c.high < 1:
        return mark("{name}: lower in {exposed} than in {reference}; ratio {ratio} {cite}.")
    return mark("{name}: similar in {exposed} and {reference}; ratio {ratio} {cite}.")


def _ratio_in_words(report: Report, c: Comparison) -> str:
    t = report.t
    interval = ratio_range(report, Interval(c.low, c.high))
    if c.low == c.high:
        return t.say("{ratio} (exact counts)", ratio=t.decimal(c.ratio, digits=3))
    if not c.is_sampling:
        return t.say("{interval} (rounding)", interval=interval)
    digits = 3 if c.high - c.low < 0.05 else 2
    return t.say(
        "{ratio} (95% CI {interval})", ratio=t.decimal(c.ratio, digits=digits), interval=interval
    )


def table_comparisons(report: Report, comparisons: list[Comparison]) -> Table:
    """Return the comparisons with both shares, their ratio and its interval.

    Parameters
    ----------
    report
        The report.
    comparisons
        Result of `compare`.

    Returns
    -------
    Table
        One row a comparison.
    """
    t = report.t
    return Table(
        title=t.say("Fair comparisons"),
        columns=[
            Column(t.say("Indicator"), width=2.4),
            Column(t.say("Compared"), width=2.2),
            Column(t.say("Reference"), width=2.2),
            Column(t.say("Ratio"), width=2.2),
            Column(t.say("Source"), width=0.9),
        ],
        rows=[
            (
                report.indicator_name(c.indicator),
                f"{c.exposed_label}: {percent_range(report, c.exposed, digits=2)}",
                f"{c.reference_label}: {percent_range(report, c.reference, digits=2)}",
                _ratio_in_words(report, c),
                report.cite(*c.figure_ids),
            )
            for c in comparisons
        ],
        notes=[
            t.say(
                "“95% CI”: Miettinen–Nurminen score interval, for counts of events. “Rounding”: "
                "the counts are complete, so chance plays no part; the range is what the printed "
                "digits allow."
            )
        ],
        figure_ids=list(dict.fromkeys(i for c in comparisons for i in c.figure_ids)),
    )


def plot_comparisons(report: Report, comparisons: list[Comparison]) -> Chart:
    """Return the ratios of the comparisons as a forest plot on a log scale.

    Parameters
    ----------
    report
        The report.
    comparisons
        Result of `compare`.

    Returns
    -------
    Chart
        One row a comparison; the line at 1 means no difference.
    """
    t = report.t
    ids = list(dict.fromkeys(i for c in comparisons for i in c.figure_ids))
    bars = [
        Bar(
            label=f"{fill(report.indicator_name(c.indicator), 42)}\n"
            + fill(
                t.say(
                    "{exposed} / {reference}",
                    exposed=c.exposed_label,
                    reference=c.reference_label,
                ),
                42,
            ),
            value=c.ratio,
            low=c.low,
            high=c.high,
            written=_ratio_in_words(report, c).replace(" (", "\n("),
        )
        for c in comparisons
    ]
    return Chart(
        title=t.say("Ratios of the fair comparisons"),
        caption=t.say(
            "Ratio of the first share to the second, log scale; 1 means no difference. Lines: 95% "
            "confidence interval, or the range of rounding where the table says so {cite}.",
            cite=report.cite(*ids),
        ),
        alt=t.say(
            "Forest plot of ratios: {ratios}.",
            ratios="; ".join(
                f"{bar.label.replace(chr(10), ', ')}: {_ratio_in_words(report, c)}"
                for bar, c in zip(bars, comparisons, strict=True)
            ),
        ),
        svg=draw_forest(bars, t=t, axis=t.say("Ratio (log scale)")),
        figure_ids=ids,
    )


def table_refused(report: Report, *, reference_area: str) -> Table:
    """Return the comparisons that suggest themselves but would not be fair, with the reason.

    Parameters
    ----------
    report
        The report.
    reference_area
        Area whose look-alike indicators are refused too.

    Returns
    -------
    Table
        Look-alike indicators of different definition, and years before and after a break.
    """
    t = report.t
    rows: list[tuple[str, ...]] = []
    used: list[Row] = []
    for indicator in report.workspace.catalogue.indicators.values():
        if not indicator.resembles:
            continue
        for area in (report.ref_area, reference_area):
            this = _latest(report, indicator.indicator, area)
            that = _latest(report, indicator.resembles, report.ref_area)
            if this is None or that is None:
                continue
            used += [this, that]
            rows.append(
                (
                    _named(report, this),
                    _named(report, that),
                    _reasons(report, this, that, Ground.DEFINITION),
                    report.cite(this["figure_id"], that["figure_id"]),
                )
            )
    for o in report.workspace.rows.observations(report.ref_area):
        if o["obs_status"] != ObsStatus.BREAK:
            continue
        earlier = [p for p in report.series(o["indicator"]) if p["time_period"] < o["time_period"]]
        why_not = _reasons(report, o, earlier[-1], Ground.BREAK) if earlier else ""
        if not why_not:
            continue
        used += [o, earlier[-1]]
        rows.append(
            (
                _named(report, o),
                _named(report, earlier[-1]),
                why_not,
                report.cite(o["figure_id"], earlier[-1]["figure_id"]),
            )
        )
    return Table(
        title=t.say("Comparisons that were refused"),
        columns=[
            Column(t.say("This"), width=2.2),
            Column(t.say("against this"), width=2.2),
            Column(t.say("Why not"), width=4),
            Column(t.say("Source"), width=0.9),
        ],
        rows=rows,
        figure_ids=figure_ids(used),
    )


def _latest(report: Report, indicator: str, area: str) -> Row | None:
    """Return the last figure of any period and status: what a hurried reader would compare."""
    rows = [o for o in report.workspace.rows.observations(area) if o["indicator"] == indicator]
    return max(rows, key=lambda o: str(o["time_period"]), default=None)


def _named(report: Report, o: Row) -> str:
    t = report.t
    return t.say(
        "{name}, {area}, {period}: {value}",
        name=report.indicator_name(o["indicator"]),
        area=report.area_name(o["ref_area"]),
        period=t.period(o["time_period"]),
        value=value_in_words(report, o),
    )


def _reasons(report: Report, this: Row, that: Row, ground: Ground) -> str:
    """Return the sentences of one ground on which two observations must not be compared."""
    found = comparable(report.workspace, this, that)
    return " ".join(reason.said(report.t) for reason in found if reason.ground is ground)
