"""From screening to surgery: how many children were screened, and how many of them operated."""

from math import ceil, floor
from typing import Final, NamedTuple

from pandas import DataFrame

from childstats.analyses.estimates import printed_envelope, proportion
from childstats.analyses.report import Report, figure_ids
from childstats.analyses.rounded import share_digits
from childstats.analyses.wording import (
    lowered,
    percent_range,
    share_in_words,
    share_of_whole,
    value_in_words,
    whole_of,
)
from childstats.blocks import Chart, ChartData, Sentences, series_of_rows
from childstats.charts import bars
from childstats.charts.palette import DARK_BLUE
from childstats.codes import Level, Uncertainty
from childstats.figures.figure import Interval
from childstats.language import mark
from childstats.observations.table import Observation
from childstats.statistics.printed import PrintedCount, PrintedEstimate

CAPTION: Final = mark(
    "Number of children, {area}, {year}. Black stroke: 95% confidence interval of the "
    "share, carried over to children. Not every child who is screened needs surgery "
    "{cite}."
)
CAPTION_OF_COUNTS: Final = mark(
    "Number of children, {area}, {year}. Not every child who is screened needs surgery {cite}."
)


class Screened(NamedTuple):
    """A screening with its operations.

    Attributes
    ----------
    screened, operated
        The two numbers of children.
    share
        What share of the first the second is, with its confidence interval at every number that a
        hedge leaves open; None where the prints allow no share, as of 0 or of fewer than operated.
    """

    screened: Observation
    operated: Observation
    share: PrintedEstimate | None


def screening(report: Report) -> Screened | None:
    """Return the last screening with its operations; None where no programme publishes both."""
    pairs = [
        (whole, o)
        for indicator in report.workspace.catalogue.indicators.values()
        if indicator.level is Level.SUPPORT
        and indicator.uncertainty is Uncertainty.STOCHASTIC
        and indicator.denominator
        for o in report.series(indicator.indicator)
        if (whole := whole_of(report, o)) is not None
    ]
    if not pairs:
        return None
    screened, operated = max(pairs, key=lambda pair: int(pair[1].time_period))
    return Screened(screened, operated, _share_operated(screened, operated))


def _share_operated(screened: Observation, operated: Observation) -> PrintedEstimate | None:
    cases, most = operated.obs_value, screened.obs_high
    is_whole = operated.obs_low == operated.obs_high and cases % 1 == 0
    if not is_whole or max(cases, 1) > screened.obs_value:
        return None
    low, high = max(ceil(screened.obs_low), cases, 1), floor(most)
    nearest = min(max(round(screened.obs_value), low), high)
    return printed_envelope(proportion, cases=cases, total=PrintedCount(low, nearest, high))


def last_held(report: Report, o: Observation) -> str:
    """Return that a figure is the last one held, where it is not of the report's year."""
    is_last = o.time_period != report.time_period
    return report.t.say(", the last figure held") if is_last else ""


def screening_sentence(report: Report) -> str | None:
    """Return screened, operated, the share and its interval in a sentence, if published."""
    found = screening(report)
    if found is None:
        return None
    screened, operated, share = found
    said = {
        "screened_name": report.indicator_name(screened.indicator),
        "year": str(screened.time_period),
        "held": last_held(report, screened),
        "screened": value_in_words(report, screened),
        "operated": value_in_words(report, operated),
        "cite": report.cite(screened.figure_id, operated.figure_id),
    }
    if share is None:
        return report.t.say(
            "{screened_name}, {year}{held}: {screened}; {operated_name}: {operated}; no share is "
            "reckoned of these two numbers {cite}.",
            operated_name=lowered(report.indicator_name(operated.indicator)),
            **said,
        )
    return report.t.say(
        "{screened_name}, {year}{held}: {screened}; {operated} of them had surgery, {share} (95% "
        "CI {interval}), since not every child who is screened needs it {cite}.",
        share=_share(report, found),
        interval=_interval(report, found, share),
        **said,
    )


def _share(report: Report, found: Screened) -> str:
    share = share_of_whole(report, found.operated)
    return share_in_words(report, found.operated, share) if share else ""


def _interval(report: Report, found: Screened, share: PrintedEstimate) -> str:
    """Return the envelope of the confidence intervals: the interval itself for exact counts."""
    return percent_range(
        report,
        Interval(float(share.envelope_low), float(share.envelope_high)),
        "share_of_screened.envelope",
        [found.operated, found.screened],
        digits=share_digits(report, found.operated),
    )


def plot_cascade(report: Report) -> Chart | Sentences:
    """Return the last screening as a cascade: screened, then operated on, with its interval.

    Parameters
    ----------
    report
        The report.

    Returns
    -------
    Chart or Sentences
        A sentence where no programme publishes both numbers.
    """
    t = report.t
    found = screening(report)
    area = report.area_name(report.ref_area)
    if found is None:
        return Sentences(
            [
                t.say(
                    "No screening of children with its operations is held for {area}.",
                    area=area,
                )
            ],
            role="nothing",
        )
    screened, operated, share = found
    count, written = float(screened.obs_value), value_in_words(report, operated)
    limits = (operated.obs_low, operated.obs_high)
    if share is not None:
        limits = (float(share.low) * count, float(share.high) * count)
        written = t.say(
            "{operated}: {share} (95% CI {interval})",
            operated=written,
            share=_share(report, found),
            interval=_interval(report, found, share),
        )
    frame = DataFrame(
        {
            "label": [report.indicator_name(o.indicator) for o in (screened, operated)],
            "value": [count, float(operated.obs_value)],
            "low": [float(screened.obs_low), float(limits[0])],
            "high": [float(screened.obs_high), float(limits[1])],
            "written": [value_in_words(report, screened), written],
        }
    )
    title = t.say("From screening to surgery")
    alt = t.say(
        "Cascade of children in {area}, {year}: {first} {screened}; {second} {written}.",
        area=area,
        year=str(screened.time_period),
        first=report.indicator_name(screened.indicator),
        screened=value_in_words(report, screened),
        second=report.indicator_name(operated.indicator),
        written=written,
    )
    ids = figure_ids([screened, operated])
    return Chart(
        bars.plot(frame, measure=t.say("Number of children"), language=t),
        title=title,
        caption=t.say(
            CAPTION if share else CAPTION_OF_COUNTS,
            area=area,
            year=str(screened.time_period),
            cite=report.cite(*ids),
        ),
        alt=alt,
        figure_ids=ids,
        data=ChartData(
            kind="bars",
            series=[series_of_rows(t.say("Children"), frame, written=list(frame["written"]))],
            y_from_zero=True,
            colours=[DARK_BLUE],
        ),
    )
