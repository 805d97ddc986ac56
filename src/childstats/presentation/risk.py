"""Comparisons of risks and shares: the fair ones computed, the unfair ones refused by name."""

from dataclasses import dataclass
from textwrap import fill

from childstats.codes import ObsStatus, Uncertainty
from childstats.figures.figure import Interval
from childstats.language import mark
from childstats.observations.checks import Row
from childstats.observations.table import records
from childstats.presentation.blocks import Chart, Column, Sentences, Table
from childstats.presentation.charts import Bar, draw_forest
from childstats.presentation.report import Report, figure_ids
from childstats.presentation.wording import percent_range, ratio_range, share_of_whole
from childstats.statistics.ratios import risk_ratio


@dataclass(frozen=True, slots=True)
class Comparison:
    """A ratio of two shares that may fairly be compared.

    Attributes
    ----------
    indicator
        What is compared.
    exposed_label, reference_label
        Who is compared, in words.
    exposed, reference
        Their shares; intervals wider than a point where the print leaves a range.
    ratio, low, high
        Share of the exposed over share of the reference, and its interval.
    is_sampling
        True: the interval is a 95 % confidence interval. False: it is the range of the print.
    figure_ids
        The figures it rests on.
    """

    indicator: str
    exposed_label: str
    reference_label: str
    exposed: Interval
    reference: Interval
    ratio: float
    low: float
    high: float
    is_sampling: bool
    figure_ids: list[str]


def compare(
    report: Report,
    *,
    reference_area: str,
    national_indicator: str,
    exposed_period: int,
    reference_period: int,
) -> list[Comparison]:
    """Return every fair comparison of the report's area.

    Parameters
    ----------
    report
        The report.
    reference_area
        Area to compare with; where it contains the report's area, the rest of it.
    national_indicator
        A share of the whole country to compare between two years.
    exposed_period, reference_period
        The two years.

    Returns
    -------
    list of Comparison
        Shares of the same definition: of counts printed for the same year, in the report's
        area against the reference area and against the rest of each area that contains it;
        and of the country between the two years.
    """
    areas = report.workspace.catalogue.areas
    others = [reference_area, *(a for a in areas if a != report.ref_area)]
    found = []
    for indicator in report.workspace.catalogue.indicators:
        for area in dict.fromkeys(others):
            contains = report.workspace.catalogue.contains(area, report.ref_area)
            if not contains and area != reference_area:
                continue
            comparison = (
                _against_the_rest(report, indicator, area)
                if contains
                else _against_area(report, indicator, area)
            )
            if comparison:
                found.append(comparison)
    between = _between_years(report, national_indicator, exposed_period, reference_period)
    return [*found, between] if between else found


def _against_area(report: Report, indicator: str, area: str) -> Comparison | None:
    pair = _last_common(report, indicator, area)
    if pair is None:
        return None
    here, there = pair
    if here["denominator"] is not None and there["denominator"] is not None:
        return _of_counts(
            report,
            here,
            there,
            exposed=(here["numerator"], here["denominator"]),
            reference=(there["numerator"], there["denominator"]),
            labels=(_area_year(report, here), _area_year(report, there)),
        )
    exposed, reference = share_of_whole(report, here), share_of_whole(report, there)
    census = report.indicator(indicator).uncertainty is Uncertainty.CENSUS
    if exposed is None or reference is None or not census:
        return None
    ratio = exposed.divided_by(reference)
    wholes = [
        report.observation(
            report.indicator(indicator).denominator,
            ref_area=o["ref_area"],
            time_period=o["time_period"],
        )
        for o in pair
    ]
    return Comparison(
        indicator=indicator,
        exposed_label=_area_year(report, here),
        reference_label=_area_year(report, there),
        exposed=exposed,
        reference=reference,
        ratio=(ratio.low * ratio.high) ** 0.5,
        low=ratio.low,
        high=ratio.high,
        is_sampling=False,
        figure_ids=list(figure_ids([*pair, *wholes])),
    )


def _against_the_rest(report: Report, indicator: str, area: str) -> Comparison | None:
    """Compare with the containing area less the report's own: the two groups are disjoint."""
    pair = _last_common(report, indicator, area)
    if pair is None or any(o["denominator"] is None for o in pair):
        return None
    here, whole = pair
    return _of_counts(
        report,
        here,
        whole,
        exposed=(here["numerator"], here["denominator"]),
        reference=(
            whole["numerator"] - here["numerator"],
            whole["denominator"] - here["denominator"],
        ),
        labels=(
            _area_year(report, here),
            report.t.say(
                "rest of {area}, {year}",
                area=report.area_name(area),
                year=str(whole["time_period"]),
            ),
        ),
    )


def _between_years(
    report: Report, indicator: str, exposed_period: int, reference_period: int
) -> Comparison | None:
    country = next(a.ref_area for a in report.workspace.catalogue.areas.values() if not a.parent)
    pair = [
        report.observation(indicator, ref_area=country, time_period=year)
        for year in (exposed_period, reference_period)
    ]
    here, there = pair
    if here is None or there is None or here["denominator"] is None:
        return None
    return _of_counts(
        report,
        here,
        there,
        exposed=(here["numerator"], here["denominator"]),
        reference=(there["numerator"], there["denominator"]),
        labels=(_area_year(report, here), _area_year(report, there)),
    )


def _of_counts(
    report: Report,
    here: Row,
    there: Row,
    *,
    exposed: tuple[int, int],
    reference: tuple[int, int],
    labels: tuple[str, str],
) -> Comparison | None:
    if exposed[0] > exposed[1] or reference[0] > reference[1]:
        return None
    estimate = risk_ratio(
        exposed_cases=exposed[0],
        exposed_total=exposed[1],
        reference_cases=reference[0],
        reference_total=reference[1],
    )
    return Comparison(
        indicator=here["indicator"],
        exposed_label=labels[0],
        reference_label=labels[1],
        exposed=Interval(exposed[0] / exposed[1], exposed[0] / exposed[1]),
        reference=Interval(reference[0] / reference[1], reference[0] / reference[1]),
        ratio=float(estimate.value),
        low=float(estimate.low),
        high=float(estimate.high),
        is_sampling=True,
        figure_ids=list(figure_ids([here, there])),
    )


def _last_common(report: Report, indicator: str, area: str) -> tuple[Row, Row] | None:
    there = {o["time_period"]: o for o in report.series(indicator, area)}
    common = [o for o in report.series(indicator) if o["time_period"] in there]
    return (common[-1], there[common[-1]["time_period"]]) if common else None


def _area_year(report: Report, o: Row) -> str:
    return f"{report.area_name(o['ref_area'])}, {o['time_period']}"


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


def table_comparison_origins(report: Report, comparisons: list[Comparison]) -> Table:
    """Return where every figure behind the comparisons is printed.

    Parameters
    ----------
    report
        The report.
    comparisons
        Result of `compare`.

    Returns
    -------
    Table
        One row a figure.
    """
    return report.table_origins(i for c in comparisons for i in c.figure_ids)


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
                    t.say(
                        "Two definitions. {this} {that}",
                        this=_definition(report, indicator.indicator),
                        that=_definition(report, indicator.resembles),
                    ),
                    report.cite(this["figure_id"], that["figure_id"]),
                )
            )
    for o in records(report.workspace.observations):
        if o["obs_status"] != ObsStatus.BREAK or o["ref_area"] != report.ref_area:
            continue
        earlier = [p for p in report.series(o["indicator"]) if p["time_period"] < o["time_period"]]
        if not earlier:
            continue
        used += [o, earlier[-1]]
        rows.append(
            (
                _named(report, o),
                _named(report, earlier[-1]),
                t.say("A break in the series lies between the two; no source reconciles them."),
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
    rows = [
        o
        for o in records(report.workspace.observations)
        if o["indicator"] == indicator and o["ref_area"] == area
    ]
    return max(rows, key=lambda o: str(o["time_period"]), default=None)


def _named(report: Report, o: Row) -> str:
    t = report.t
    return t.say(
        "{name}, {area}, {period}: {value}",
        name=report.indicator_name(o["indicator"]),
        area=report.area_name(o["ref_area"]),
        period=t.period(o["time_period"]),
        value=report.figure(o["figure_id"])["text"]
        if t.code == "en"
        else t.value(o["obs_value"], o["unit_measure"]),
    )


def _definition(report: Report, indicator: str) -> str:
    known = report.indicator(indicator)
    return report.t.pick(en=known.definition_en, vi=known.definition_vi)
