"""Forest plots as blocks: what comparisons and strata share."""

from collections.abc import Sequence

from pandas import DataFrame

from childstats.analyses.report import Report
from childstats.blocks import Chart, data_of_forest
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
