"""Survey against register: what households say beside what is reported and estimated."""

from typing import Final

from pandas import DataFrame

from childstats.analyses.areas import country_of
from childstats.analyses.coverage import nothing_published
from childstats.analyses.estimates import sample_share
from childstats.analyses.report import Report, figure_ids
from childstats.analyses.rounded import DECIMALS
from childstats.analyses.tables import MISSING
from childstats.analyses.targets import HEDGED
from childstats.analyses.wording import percent_range
from childstats.blocks import Chart, Column, Sentences, Table, data_of_lines
from childstats.charts import lines
from childstats.codes import ObsStatus, Uncertainty
from childstats.observations.table import Observation, is_year
from childstats.statistics.estimate import Estimate
from childstats.text.claim import Word, side_of

KINDS: Final = ("survey", "reported", "estimate")


def related(report: Report, estimate: str) -> dict[str, str]:
    """Return the indicators that measure the same dose by survey, by report and by estimate.

    Parameters
    ----------
    report
        The report.
    estimate
        Indicator of the estimate; the catalogue names it as what the others resemble.

    Returns
    -------
    dict
        Kind to indicator; a kind that the catalogue does not have is absent.
    """
    kinds = {Uncertainty.SAMPLE: "survey", Uncertainty.CENSUS: "reported"}
    found = {
        kinds[known.uncertainty]: known.indicator
        for known in report.workspace.catalogue.indicators.values()
        if known.resembles == estimate and known.uncertainty in kinds
    }
    return {kind: name for kind in KINDS if (name := (found | {"estimate": estimate}).get(kind))}


def survey_interval(report: Report, o: Observation) -> Estimate | None:
    """Return the Wilson interval of a survey's share, None where its size is not given.

    The sample is taken as if drawn one by one: clusters make the true interval wider.
    """
    if o.denominator is None:
        return None
    ends = (o.obs_low, o.obs_high) if _is_hedged(report, o) else None
    return sample_share(o.obs_value, o.denominator, ends)


def _is_hedged(report: Report, o: Observation) -> bool:
    return report.figure(o.figure_id).qualifier in HEDGED


def plot_surveys(
    report: Report, estimate: str, *, ref_area: str | None = None
) -> Chart | Sentences:
    """Return surveys, reports and estimates of one dose as marks that are never joined.

    Parameters
    ----------
    report
        The report.
    estimate
        Indicator of the estimate.
    ref_area
        The area; the country unless given.

    Returns
    -------
    Chart or Sentences
        From the first survey on; each kind has its own mark. A sentence where there is none.
    """
    ref_area = ref_area or country_of(report)
    t = report.t
    kinds = related(report, estimate)
    surveys = report.series(kinds.get("survey", estimate), ref_area) if "survey" in kinds else []
    if not surveys:
        return nothing_published(report, estimate)
    start = surveys[0].time_period
    held = {
        kind: [o for o in report.series(name, ref_area) if o.time_period >= start]
        for kind, name in kinds.items()
    }
    held = {kind: rows for kind, rows in held.items() if rows}
    labels = {
        "survey": t.say("Survey"),
        "reported": t.say("Reported"),
        "estimate": t.say("WHO/UNICEF estimate"),
    }
    frame = DataFrame(
        [{"series": labels[kind], **_point(report, o)} for kind, rows in held.items() for o in rows]
    )
    used = figure_ids([o for rows in held.values() for o in rows])
    name = report.indicator_name(estimate).partition(" (")[0]
    latest = surveys[-1]
    title = t.say("{name}: three ways of measuring", name=name)
    alt = t.say(
        "Marks of {name}, {area}: {count} surveys from {first} to {last}; the latest survey "
        "found {value}.",
        name=name,
        area=report.area_name(ref_area),
        count=report.count(len(surveys), of=surveys),
        first=str(start),
        last=str(latest.time_period),
        value=report.plain(latest),
    )
    return Chart(
        lines.plot(frame, measure=t.say("Per cent"), percent=True, joined=False, language=t),
        title=title,
        caption=t.say(
            "{name}, {area}, per cent, by year of birth (surveys) or of vaccination, {first} to "
            "{last}. Strokes with caps: 95% confidence interval of a survey as if each child had "
            "been drawn by itself; the true one is wider. Marks of the three are never joined. The "
            "axis does not begin at 0. {cite}",
            name=name,
            area=report.area_name(ref_area),
            first=str(start),
            last=str(max(o.time_period for rows in held.values() for o in rows)),
            cite=report.cite(*used),
        ),
        alt=alt,
        figure_ids=used,
        data=data_of_lines(frame, percent=True, joined=False),
    )


def _point(report: Report, o: Observation) -> dict[str, object]:
    interval = survey_interval(report, o) if o.numerator is None else None
    written = report.plain(o)
    if interval is not None:
        written = f"{written} ({_in_words(report, o, interval)})"
    return {
        "year": o.time_period,
        "value": o.obs_value,
        "low": o.obs_low if interval is None else float(interval.low),
        "high": o.obs_high if interval is None else float(interval.high),
        "written": written,
        "is_sampling": interval is not None,
    }


def table_surveys(
    report: Report, estimate: str, *, ref_area: str | None = None
) -> Table | Sentences:
    """Return each survey with its size and interval beside the report and the estimate.

    Parameters
    ----------
    report
        The report.
    estimate
        Indicator of the estimate.
    ref_area
        The area; the country unless given.

    Returns
    -------
    Table or Sentences
        One row a survey, those that are not representative too, marked.
    """
    ref_area = ref_area or country_of(report)
    t = report.t
    kinds = related(report, estimate)
    surveys = _all_surveys(report, kinds.get("survey", ""), ref_area)
    if not surveys:
        return nothing_published(report, estimate)
    rows, used = [], []
    for o in surveys:
        beside = [
            report.observation(kinds[kind], ref_area=ref_area, time_period=o.time_period)
            if kind in kinds
            else None
            for kind in KINDS[1:]
        ]
        used += [o, *[b for b in beside if b]]
        rows.append(
            (
                str(o.time_period),
                _named(report, o),
                MISSING if o.denominator is None else report.counts_of(o)["denominator"],
                _survey_cell(report, o),
                *(report.plain(b) if b else t.say("n/p") for b in beside),
            )
        )
    return Table(
        title=t.say("{name}: the values", name=report.indicator_name(estimate).partition(" (")[0]),
        columns=[
            Column(t.say("Born"), width=0.8),
            Column(t.say("Survey"), width=5),
            Column(t.say("Children"), "right", width=1),
            Column(t.say("Survey found"), "right", width=3),
            Column(t.say("Reported"), "right", width=1.2),
            Column(t.say("Estimate"), "right", width=1),
        ],
        rows=rows,
        notes=[
            t.say(
                "In brackets: 95% confidence interval (Wilson) as if each child had been drawn by "
                "itself; the clusters of a survey make the true one wider. D: not representative "
                "of the country, not compared. –: not stated. {cite}",
                cite=report.cite(*figure_ids(used)),
            )
        ],
        figure_ids=figure_ids(used),
    )


def _all_surveys(report: Report, indicator: str, ref_area: str) -> list[Observation]:
    rows = [
        o
        for o in report.workspace.rows.observations(ref_area)
        if o.indicator == indicator
        and is_year(o.time_period)
        and o.time_period <= report.time_period
    ]
    return sorted(rows, key=lambda o: int(o.time_period))


def _named(report: Report, o: Observation) -> str:
    """Return the survey's name as its figure's note begins."""
    return report.figure(o.figure_id).note(report.t.code).partition(":")[0]


def _survey_cell(report: Report, o: Observation) -> str:
    written = report.plain(o)
    if o.obs_status == ObsStatus.DEFINITION_DIFFERS:
        return f"{written} D"
    interval = survey_interval(report, o)
    return written if interval is None else f"{written} ({_in_words(report, o, interval)})"


def _in_words(report: Report, o: Observation, interval: Estimate) -> str:
    formula = "sample_share.envelope" if _is_hedged(report, o) else "sample_share"
    return percent_range(report, interval, formula, [o])


def survey_sentences(report: Report, estimate: str, *, ref_area: str | None = None) -> Sentences:
    """Return how often the reported coverage lay above what a survey's chance allows.

    Parameters
    ----------
    report
        The report.
    estimate
        Indicator of the estimate.
    ref_area
        The area; the country unless given.

    Returns
    -------
    Sentences
        Empty where no survey has a size and a report of the same year.
    """
    ref_area = ref_area or country_of(report)
    t = report.t
    kinds = related(report, estimate)
    if not {"survey", "reported"} <= set(kinds):
        return Sentences([])
    pairs = [
        (o, interval, there)
        for o in report.series(kinds["survey"], ref_area)
        if (interval := survey_interval(report, o)) is not None
        and (
            there := report.observation(
                kinds["reported"], ref_area=ref_area, time_period=o.time_period
            )
        )
    ]
    if not pairs:
        return Sentences([])
    above, below = [], []
    both = [o for survey, _, there in pairs for o in (survey, there)]
    for pair in pairs:
        survey, interval, there = pair
        printed = [
            round(float(x), DECIMALS + 2) for x in (interval.low, interval.high, there.obs_value)
        ]
        word = side_of(*printed)
        said_of = (survey.indicator, survey.ref_area, survey.time_period)
        report.claim(("survey", *said_of), word, *printed)
        if word is Word.BELOW:  # the interval, so the report lies above it
            above.append(pair)
        elif word is Word.ABOVE:
            below.append(pair)
    sentences = [
        t.say(
            "Of {all} years of birth with a survey of known size and a report, the reported "
            "coverage lies above the interval of the survey in {above}, within it in {within} and "
            "below it in {below}.",
            all=report.count(len(pairs), "years", both),
            above=report.count(len(above), "surveys.above", both),
            within=report.count(len(pairs) - len(above) - len(below), "surveys.within", both),
            below=report.count(len(below), "surveys.below", both),
        )
    ]
    if above:
        o, interval, there = max(above, key=lambda p: p[2].obs_value - p[0].obs_value)
        sentences.append(
            t.say(
                "Furthest apart: {year}, reported {reported}, survey {survey} (95% confidence "
                "interval {interval}) {cite}.",
                year=str(o.time_period),
                reported=report.plain(there),
                survey=report.plain(o),
                interval=_in_words(report, o, interval),
                cite=report.cite(o.figure_id, there.figure_id),
            )
        )
    return Sentences(sentences, figure_ids([x for pair in pairs for x in (pair[0], pair[2])]))
