"""Forest plots as blocks: what comparisons and strata share."""

from collections.abc import Sequence
from typing import Any

from pandas import DataFrame

from childstats.analyses.comparisons import Basis, Comparison
from childstats.analyses.report import Report
from childstats.analyses.risk import all_ids, range_of_rounding, ratio_in_words, without_year
from childstats.blocks import Chart, Sentences, data_of_forest, one_line
from childstats.charts import forest
from childstats.language import Language


def forest_chart(
    frame: DataFrame,
    report: Report,
    *,
    title: str,
    caption: str,
    alt: str,
    figure_ids: Sequence[str],
) -> Chart:
    """Return a forest plot of ratios.

    Parameters
    ----------
    frame
        As `childstats.charts.forest.plot` takes it.
    report
        The report.
    title, caption, alt, figure_ids
        As of the chart.

    Returns
    -------
    Chart
        The confidence interval and the range of the print are two series of its data.
    """
    t = report.t
    return Chart(
        forest.plot(frame, measure=t.say("Ratio (log scale)"), language=t),
        title=title,
        caption=caption,
        alt=alt,
        figure_ids=figure_ids,
        data=data_of_forest(
            frame, chance=t.say("95% confidence interval"), print_=t.say("Range of the print")
        ),
    )


def legend_of_arrows(frame: DataFrame, t: Language) -> str:
    """Return what an arrow means, with a space before it; "" where none is drawn."""
    if not forest.has_arrows(frame):
        return ""
    return " " + t.say("Arrow: the limit lies beyond the end of the axis.")


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
        "{exposed} / {reference}", exposed=c.exposed_label, reference=without_year(c)
    )
    name = report.indicator_name(c.indicator).partition(" (")[0]
    return {
        "label": f"{name}\n{who}",
        "value": c.ratio.value,
        "low": c.ratio.low,
        "high": c.ratio.high,
        "printed_low": c.printed.low,
        "printed_high": c.printed.high,
        "written": ratio_in_words(report, c, brief=True),
        "printed_written": range_of_rounding(report, c),
    }
