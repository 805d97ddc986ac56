"""Children in special circumstances and at risk: what is published, and the screening cascade."""

from math import ceil, floor
from typing import Final, TypeAlias

from pandas import DataFrame

from childstats.analyses.estimates import printed_envelope, proportion
from childstats.analyses.hidden import is_hidden
from childstats.analyses.report import Report, figure_ids
from childstats.analyses.standing import earlier_than
from childstats.analyses.wording import (
    lowered,
    percent_range,
    share_in_words,
    share_of_whole,
    value_in_words,
)
from childstats.blocks import (
    Chart,
    ChartData,
    Column,
    Group,
    Sentences,
    Table,
    series_of_rows,
)
from childstats.charts import bars
from childstats.charts.palette import DARK_BLUE
from childstats.codes import Level, ObsStatus, Uncertainty, UnitMeasure
from childstats.figures.figure import Interval
from childstats.observations.findings import Row
from childstats.observations.guard import comparable
from childstats.observations.table import is_total
from childstats.statistics.printed import PrintedCount, PrintedEstimate

NAME_WIDTH: Final = 34


def table_circumstances(report: Report) -> Table | Sentences:
    """Return every count of the support level, of all periods, with its share of all children.

    Parameters
    ----------
    report
        The report.

    Returns
    -------
    Table or Sentences
        Grouped by indicator, newest first; the last column says what may not be compared, and
        why. A sentence where nothing is published.
    """
    t = report.t
    rows: list[tuple[str, ...] | Group] = []
    used: list[Row] = []
    for indicator, held in support(report).items():
        rows.append(Group(report.indicator_name(indicator)))
        for o in held:
            share = share_of_whole(report, o)
            rows.append(
                (
                    t.period(o["time_period"]),
                    value_in_words(report, o),
                    share_in_words(report, o, share) if share else "–",
                    _remark(report, o),
                    report.cite(o["figure_id"]),
                )
            )
        used += held
    if not rows:
        return Sentences(
            [
                t.say(
                    "No such figure is held for {area} up to {year}.",
                    area=report.area_name(report.ref_area),
                    year=str(report.time_period),
                )
            ],
            role="nothing",
        )
    return Table(
        title=t.say("Children in special circumstances, at risk and supported"),
        columns=[
            Column(t.say("Period"), width=1.3),
            Column(t.say("Children"), "right", width=1.2),
            Column(t.say("Share of the whole"), "right", width=1.4),
            Column(t.say("What to keep in mind"), width=4.6),
            Column(t.say("Source"), width=0.7),
        ],
        rows=rows,
        notes=[
            t.say(
                "Share: of all children under 16, or of the wider group that the "
                "definition names, where that number is held for the same year and is "
                "believed."
            )
        ],
        figure_ids=figure_ids(used),
    )


def support(report: Report) -> dict[str, list[Row]]:
    """Return the counts of the support level up to the report's year, newest first."""
    catalogue = report.workspace.catalogue
    found: dict[str, list[Row]] = {}
    for o in report.workspace.rows.observations(report.ref_area):
        indicator = catalogue.indicator(o["indicator"])
        if (
            indicator.level is Level.SUPPORT
            and indicator.unit_measure is UnitMeasure.PERSONS
            and report.is_in_time(o)
            and o["obs_status"] != ObsStatus.LOW_RELIABILITY
            and is_total(o, catalogue)
        ):
            found.setdefault(indicator.indicator, []).append(o)
    return {
        indicator: sorted(rows, key=lambda o: str(o["time_period"]), reverse=True)
        for indicator, rows in found.items()
    }


def _remark(report: Report, o: Row) -> str:
    """Return why a figure is not comparable with the one before, else its source's note."""
    if isinstance(o["time_period"], int):
        earlier = earlier_than(report, o)
        reasons = comparable(report.workspace, earlier[-1], o) if earlier else []
        if reasons:
            return report.t.say(
                "Not comparable with {year}: {reasons}",
                year=str(earlier[-1]["time_period"]),
                reasons=lowered(" ".join(reason.said(report.t) for reason in reasons)),
            )
    note = report.figure(o["figure_id"])[f"note_{report.t.code}"]
    return note or "–"


def sentences_circumstances(report: Report) -> Sentences:
    """Return how many children there are in each group, which way it went, and what is not known.

    Parameters
    ----------
    report
        The report.

    Returns
    -------
    Sentences
        What the table that follows shows, in words.
    """
    t = report.t
    held = support(report)
    used: list[Row] = []
    sentences = []
    for rows in held.values():
        now = next((o for o in rows if o["time_period"] == report.time_period), None)
        before = next((o for o in rows if _is_before(now, o)), None)
        if now is None or before is None:
            continue
        shares = [share_of_whole(report, o) for o in (now, before)]
        if comparable(report.workspace, before, now) or shares[0] is None or shares[1] is None:
            continue
        used += [now, before]
        if shares[0].overlaps(shares[1]):
            message = t.say(
                "{name}: {now} in {year} and {before} in {earlier} are the same share of all "
                "children, as far as the print shows {cite}.",
                **_pair(report, now, before),
            )
        elif shares[0].low > shares[1].high:
            message = t.say(
                "{name}: a larger share of all children than before, {now} in {year} after "
                "{before} in {earlier} {cite}.",
                **_pair(report, now, before),
            )
        else:
            message = t.say(
                "{name}: a smaller share of all children than before, {now} in {year} after "
                "{before} in {earlier} {cite}.",
                **_pair(report, now, before),
            )
        sentences.append(message)
    unseen = [
        i.indicator
        for i in report.workspace.catalogue.indicators.values()
        if i.level is Level.SUPPORT
        and i.unit_measure is UnitMeasure.PERSONS
        and report.observation(i.indicator) is None
        and i.denominator in {"children_under_16", "special_circumstances"}
    ]
    hidden = [report.indicator_name(i) for i in unseen if is_hidden(report, i)]
    missing = [report.indicator_name(i) for i in unseen if not is_hidden(report, i)]
    if hidden:
        sentences.append(
            t.say(
                "Hidden for {area} in {year}, so that no child can be recognised: {names}.",
                area=report.area_name(report.ref_area),
                year=str(report.time_period),
                names="; ".join(lowered(name) for name in hidden),
            )
        )
    if missing:
        sentences.append(
            t.say(
                "Not in the sources used here for {area} in {year}: {names}.",
                area=report.area_name(report.ref_area),
                year=str(report.time_period),
                names="; ".join(lowered(name) for name in missing),
            )
        )
    if held and not _has_groups(report):
        sentences.append(
            t.say("None of these numbers is held by sex, age, residence or ethnic group.")
        )
    return Sentences(sentences, figure_ids(used))


def _has_groups(report: Report) -> bool:
    """Return whether any figure of the support level is about a group of the area's children."""
    catalogue = report.workspace.catalogue
    return any(
        not is_total(o, catalogue)
        for o in report.workspace.rows.observations(report.ref_area)
        if catalogue.indicator(o["indicator"]).level is Level.SUPPORT
    )


def _is_before(now: Row | None, o: Row) -> bool:
    year = o["time_period"]
    return now is not None and isinstance(year, int) and year < now["time_period"]


def _pair(report: Report, now: Row, before: Row) -> dict[str, str]:
    return {
        "name": report.indicator_name(now["indicator"]),
        "now": _percent_of(report, now),
        "before": _percent_of(report, before),
        "year": str(now["time_period"]),
        "earlier": str(before["time_period"]),
        "cite": report.cite(now["figure_id"], before["figure_id"]),
    }


def _percent_of(report: Report, o: Row) -> str:
    share = share_of_whole(report, o)
    return share_in_words(report, o, share) if share else ""


def screening(report: Report) -> tuple[Row, Row, PrintedEstimate] | None:
    """Return the last screening with its operations and the share of the screened operated on.

    Parameters
    ----------
    report
        The report.

    Returns
    -------
    tuple or None
        Screened, operated, and the share with its confidence interval and the range that a
        hedged number of screened children leaves. None where no programme publishes both.
    """
    pairs = [
        (whole, o)
        for indicator in report.workspace.catalogue.indicators.values()
        if indicator.level is Level.SUPPORT
        and indicator.uncertainty is Uncertainty.STOCHASTIC
        and indicator.denominator
        for o in report.series(indicator.indicator)
        if o["obs_low"] == o["obs_high"]
        and o["obs_value"] % 1 == 0
        and (
            whole := report.observation(
                indicator.denominator, ref_area=o["ref_area"], time_period=o["time_period"]
            )
        )
        is not None
        and floor(whole["obs_high"]) >= max(o["obs_value"], 1)
    ]
    if not pairs:
        return None
    screened, operated = max(pairs, key=lambda pair: int(pair[1]["time_period"]))
    cases = operated["obs_value"]  # of whom at least as many were screened
    low, high = max(ceil(screened["obs_low"]), cases, 1), floor(screened["obs_high"])
    nearest = min(max(round(screened["obs_value"]), low), high)
    share = printed_envelope(proportion, cases=cases, total=PrintedCount(low, nearest, high))
    return screened, operated, share


def screening_sentence(report: Report) -> str | None:
    """Return screened, operated, the share and its interval in a sentence, if published."""
    found = screening(report)
    if found is None:
        return None
    screened, operated, _ = found
    return report.t.say(
        "{screened_name}, {year}: {screened}; {operated} of them had surgery, {share} (95% CI "
        "{interval}), since not every child who is screened needs it {cite}.",
        screened_name=report.indicator_name(screened["indicator"]),
        year=str(screened["time_period"]),
        screened=value_in_words(report, screened),
        operated=value_in_words(report, operated),
        share=_share(report, found),
        interval=_interval(report, found),
        cite=report.cite(screened["figure_id"], operated["figure_id"]),
    )


Screened: TypeAlias = tuple[Row, Row, PrintedEstimate]


def _share(report: Report, found: Screened) -> str:
    """Return the share of the screened who were operated on, a range where their number is."""
    screened, operated, share = found
    ends = Interval(float(share.value_low), float(share.value_high))
    return percent_range(report, ends, "share_of_screened", [operated, screened])


def _interval(report: Report, found: Screened) -> str:
    """Return the envelope of the confidence intervals: the interval itself for exact counts."""
    screened, operated, share = found
    ends = Interval(float(share.envelope_low), float(share.envelope_high))
    return percent_range(report, ends, "share_of_screened.envelope", [operated, screened])


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
    count = float(screened["obs_value"])
    written = t.say(
        "{operated}: {share} (95% CI {interval})",
        operated=report.plain(operated),
        share=_share(report, found),
        interval=_interval(report, found),
    )
    frame = DataFrame(
        {
            "label": [report.indicator_name(o["indicator"]) for o in (screened, operated)],
            "value": [count, float(operated["obs_value"])],
            "low": [float(screened["obs_low"]), float(share.low) * count],
            "high": [float(screened["obs_high"]), float(share.high) * count],
            "written": [value_in_words(report, screened), written],
        }
    )
    title = t.say("From screening to surgery")
    alt = t.say(
        "Cascade of children in {area}, {year}: {first} {screened}; {second} {written}.",
        area=area,
        year=str(screened["time_period"]),
        first=report.indicator_name(screened["indicator"]),
        screened=value_in_words(report, screened),
        second=report.indicator_name(operated["indicator"]),
        written=written,
    )
    ids = figure_ids([screened, operated])
    return Chart(
        bars.plot(frame, measure=t.say("Number of children"), language=t),
        title=title,
        caption=t.say(
            "Number of children, {area}, {year}. Black stroke: 95% confidence interval of the "
            "share, carried over to children. Not every child who is screened needs surgery "
            "{cite}.",
            area=area,
            year=str(screened["time_period"]),
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
