"""What the cells of the annual profile's tables say of a figure."""

from typing import Final

from childstats.analyses.report import Report, figure_ids
from childstats.analyses.rounded import share_digits
from childstats.analyses.standing import (
    Standing,
    Sureness,
    by_print,
    earlier_than,
    is_unexplained,
    spread,
)
from childstats.analyses.tables import MISSING
from childstats.analyses.targets import HEDGED, target_in_words
from childstats.analyses.wording import (
    brief_value,
    percent_range,
    printed_range,
    range_of,
    share_in_words,
    share_of_whole,
    value_in_words,
    whole_of,
)
from childstats.analyses.writing import is_count
from childstats.codes import UnitMeasure
from childstats.figures.figure import Interval
from childstats.language import mark
from childstats.observations.findings import shown_decimals
from childstats.observations.table import Observation
from childstats.precision import rounded
from childstats.statistics.benchmarks import BenchmarkVerdict
from childstats.text.claim import Word
from childstats.text.number import Kind

AGAINST_AREA: Final = {
    BenchmarkVerdict.BETTER: mark("better than {area}: {value} {cite}"),
    BenchmarkVerdict.WORSE: mark("worse than {area}: {value} {cite}"),
    BenchmarkVerdict.SIMILAR: mark("no clear difference from {area}: {value} {cite}"),
    BenchmarkVerdict.HIGHER: mark("higher than {area}: {value} {cite}"),
    BenchmarkVerdict.LOWER: mark("lower than {area}: {value} {cite}"),
}
SINCE: Final = {
    BenchmarkVerdict.HIGHER: mark("rose from {value} in {year} {cite}"),
    BenchmarkVerdict.LOWER: mark("fell from {value} in {year} {cite}"),
    BenchmarkVerdict.SIMILAR: mark("no clear change from {value} in {year} {cite}"),
}
UNTOLD: Final = mark("{value} in {year}; no direction is told, since the number due changed {cite}")
UNTESTED: Final = mark("{difference} from {value} in {year}, not tested {cite}")
UNKNOWN: Final = mark("not tested against {value} in {year} {cite}")
NOT_COMPARABLE: Final = mark("not comparable with {value} in {year} {cite}")
UNEXPLAINED: Final = {
    Word.ABOVE: mark("rose from {value} in {year}; no source here says why {cite}"),
    Word.BELOW: mark("fell from {value} in {year}; no source here says why {cite}"),
}
"""A large change is said: it is neither joined nor tested, since the definitions may differ."""


def value_and_share(report: Report, o: Observation) -> str:
    """Return a value, its share of its whole, and the interval of chance or of the print."""
    share = share_of_whole(report, o)
    parts = [share_in_words(report, o, share)] if share is not None else []
    parts += filter(None, [_interval(report, o)])
    written = value_in_words(report, o)
    return f"{written} ({'; '.join(parts)})" if parts else written


def _interval(report: Report, o: Observation) -> str:
    """Return the interval around a figure, "" around a full count and a print without a hedge."""
    t = report.t
    around = spread(report, o)
    interval = Interval(around.low, around.high)
    is_share = around.of_share or o.unit_measure == UnitMeasure.PROPORTION
    if around.sureness is Sureness.CHANCE:
        if not is_share:
            return ""  # chance has a part in the rate of a count, not in a full count
        of = [o, whole_of(report, o)] if around.of_share else [o]
        digits = share_digits(report, o)
        written = percent_range(report, interval, "proportion", of, digits=digits)
        return t.say("95% CI {range}", range=written)
    if around.sureness is Sureness.PUBLISHED:
        written = range_of(report, interval, o, "bounds", digits=shown_decimals(o))
        return t.say("published {range}", range=written)
    return t.say("printed {range}", range=printed_range(report, o)) if is_hedged(report, o) else ""


def is_hedged(report: Report, o: Observation) -> bool:
    """Return whether the source hedges a figure, or prints a range."""
    return report.figure(o.figure_id).qualifier in HEDGED


def said_in_cell(
    report: Report,
    o: Observation,
    before: Standing | None,
    standings: list[Standing],
    used: list[Observation | None],
) -> str:
    """Return change, comparison and target of a figure, a line each; a dash where there is none."""
    target = target_in_words(report, o)
    lines = [
        change_in_words(report, o, before, used),
        _compared(report, standings),
        "" if target == MISSING else report.t.say("target {target}", target=target),
    ]
    return "\n".join(filter(None, lines)) or MISSING


def _compared(report: Report, standings: list[Standing]) -> str:
    tested = [
        report.t.say(
            AGAINST_AREA[s.verdict],
            area=report.area_name(s.other.ref_area),
            value=brief_value(report, s.other),
            cite=report.cite(s.other.figure_id),
        )
        for s in standings
        if s.verdict is not None
    ]
    others = [s.other for s in standings if s.verdict is None]
    if others:
        tested.append(
            report.t.say(
                "not tested: {others} {cite}",
                others="; ".join(
                    f"{report.area_name(o.ref_area)} {brief_value(report, o)}" for o in others
                ),
                cite=report.cite(*figure_ids(others)),
            )
        )
    return "; ".join(tested)


def change_in_words(
    report: Report, o: Observation, before: Standing | None, used: list[Observation | None]
) -> str:
    """Return the change, or the earlier figure with which there is no comparison; "" of neither."""
    earlier, difference = earlier_than(report, o), ""
    if before is not None:
        other, message = before.other, UNTOLD
        if before.verdict is not None:
            message = SINCE[before.verdict]
        elif before.tells_direction:
            difference = _difference(report, o, other)
            message = UNTESTED if difference else UNKNOWN
    elif earlier:
        other, message = earlier[-1], NOT_COMPARABLE
        if is_unexplained(report, other, o):
            message = UNEXPLAINED.get(by_print(report, o, other), NOT_COMPARABLE)
    else:
        return ""
    used.append(other)
    # "fell from 1% to 2%" needs its count
    coarse = share_digits(report, other) == 0 or message in UNEXPLAINED.values()
    return report.t.say(
        message,
        difference=difference,
        value=value_and_share(report, other) if coarse else brief_value(report, other),
        year=str(other.time_period),
        cite=report.cite(other.figure_id),
    )


def _difference(report: Report, o: Observation, other: Observation) -> str:
    """Return the difference of two printed figures; "" where one is hedged, or counts."""
    if any(
        is_hedged(report, row) or row.numerator is not None or is_count(row.unit_measure)
        for row in (o, other)
    ):
        return ""
    is_share = o.unit_measure == UnitMeasure.PROPORTION
    written = report.number(
        *(Kind.DIFFERENCE, rounded(o.obs_value - other.obs_value), "change", [o, other]),
        digits=max(shown_decimals(o), shown_decimals(other)),
        percent=is_share,
        sign=True,
    ).value
    return report.t.say("{number} points", number=written) if is_share else written
