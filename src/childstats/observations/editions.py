"""Checks of sources against each other: conflicts, revised editions, and look-alikes."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, TypeVar

from childstats.codes import ObsStatus, Verdict
from childstats.language import Language
from childstats.observations.agreement import is_of_other_children
from childstats.observations.findings import (
    COUNTED,
    Finding,
    Held,
    Written,
    finding_on,
    reach,
    written_count,
    written_indicator,
    written_name,
    written_publisher,
    written_value,
    written_values,
)
from childstats.observations.table import KEY, Observation

T = TypeVar("T")
EXAMPLES: Final = 3
"""As many years are quoted of a series that differs in many."""


def sources_agree(held: Held) -> Iterator[Finding]:
    """Two publishers that print the same thing print values that can both be true."""
    for rows in _same_thing(held).values():
        used, *others = _ranked(held, rows)
        for other in others:
            if _office(held, used) and _office(held, used) == _office(held, other):
                continue  # editions of one office: see `editions_agree`
            agree = reach(used).overlaps(reach(other))
            yield finding_on(
                sources_agree,
                Verdict.PASS if agree else Verdict.NOTE,
                [used, other],
                "{name}: {used} ({source_used}) and {other} ({source_other}) can both be true."
                if agree
                else "{name}: {used} ({source_used}) is used; {other} ({source_other}) differs.",
                name=written_name(held, used),
                used=written_value(used),
                other=written_value(other),
                source_used=written_publisher(held, used),
                source_other=written_publisher(held, other),
            )


def editions_agree(held: Held) -> Iterator[Finding]:
    """Editions of one office print the same, or the figure was revised and one is used.

    Two values in the edition that is used contradict each other: neither is.
    """
    series: dict[tuple[Any, ...], list[list[Observation]]] = {}
    for rows in _same_thing(held).values():
        for office in sorted({_office(held, o) for o in rows} - {""}):
            editions = [o for o in rows if _office(held, o) == office]
            first = _ranked(held, editions)[0]
            alike = [o for o in editions if _is_of_edition(held, o, first)]
            if first.figure_id in held.used and not _all_agree(alike):
                yield _contradiction(held, first, alike)
            if len({o.source_id for o in editions}) > 1:
                key = tuple(getattr(first, name) for name in KEY if name != "time_period")
                ordered = sorted(editions, key=lambda o: _published(held, o))
                series.setdefault((*key, office), []).append(ordered)
    for periods in series.values():
        revised = [rows for rows in periods if not _all_agree(rows)]
        shown = _examples(revised)
        used = [_ranked(held, rows)[0] for rows in shown or periods[:1]]
        others = [o for rows in shown or periods for o in rows if o not in used]
        yield finding_on(
            editions_agree,
            Verdict.NOTE if revised else Verdict.PASS,
            [*used, *others],
            "{name}: editions of the same office differ in {count} of {all} periods, as in "
            "{examples}. Figures of different editions are not joined; the edition that takes "
            "precedence is used."
            if revised
            else "{name}: the editions of the same office agree (periods compared: {all}).",
            name=written_name(held, used[0]),
            count=written_count(len(revised)),
            all=written_count(len(periods)),
            examples=_written_editions(held, shown),
        )


def look_alikes_are_kept_apart(held: Held) -> Iterator[Finding]:
    """Figures that are easily mistaken for each other are not joined, subtracted or divided."""
    for indicator in held.catalogue.indicators.values():
        if not indicator.resembles:
            continue
        pairs: dict[str, list[tuple[Observation, Observation]]] = {}
        for this in held.of_indicator(indicator.indicator):
            that = held.beside(this, indicator.resembles)
            if that is None or not _same_unit(this, that):
                continue
            if is_of_other_children(this) or is_of_other_children(that):
                continue
            if not reach(this).overlaps(reach(that)):
                pairs.setdefault(this.ref_area, []).append((this, that))
        for differing in pairs.values():
            ordered = sorted(differing, key=lambda pair: str(pair[0].time_period))
            shown = _in_short(ordered, [ordered[0]], lambda pair: -_spread(pair))
            yield finding_on(
                look_alikes_are_kept_apart,
                Verdict.NOTE,
                [o for pair in shown for o in pair],
                "{this} and {that} are two definitions and differ where both are held: "
                "{examples} (periods that differ: {count}). They are not joined into one series, "
                "subtracted or divided.",
                this=written_indicator(held, indicator.indicator),
                that=written_indicator(held, indicator.resembles),
                count=written_count(len(differing)),
                examples=_written_pairs(shown),
            )


def _same_thing(held: Held) -> dict[tuple[Any, ...], list[Observation]]:
    found: dict[tuple[Any, ...], list[Observation]] = {}
    for o in held.candidate_rows:
        found.setdefault(o.key, []).append(o)
    return found


def _same_unit(this: Observation, that: Observation) -> bool:
    """Return whether two values can be mistaken for each other: cases and children can."""
    units = {this.unit_measure, that.unit_measure}
    return len(units) == 1 or units <= COUNTED


def _office(held: Held, o: Observation) -> str:
    return held.sources[o.source_id].office


def _published(held: Held, o: Observation) -> str:
    return held.sources[o.source_id].date_published


def _ranked(held: Held, rows: Sequence[Observation]) -> list[Observation]:
    """Return figures of one thing, the one that is used first."""
    return sorted(rows, key=lambda o: (o.figure_id not in held.used, int(o.precedence)))


def _is_of_edition(held: Held, o: Observation, used: Observation) -> bool:
    """Return whether nothing says which of two figures of one office supersedes the other."""
    return o.precedence == used.precedence and _published(held, o) == _published(held, used)


def _contradiction(held: Held, used: Observation, alike: Sequence[Observation]) -> Finding:
    return finding_on(
        editions_agree,
        Verdict.WARNING,
        [used, *(o for o in alike if o is not used)],
        "{name}: one edition of the office prints {values} for the same period ({date}). They "
        "cannot all be true; none is used. Correct the rows, or give the sources different "
        "precedence.",
        obs_status=ObsStatus.LOW_RELIABILITY,
        name=written_name(held, used),
        values=written_values(alike),
        date=_published(held, used),
    )


def _examples(revised: list[list[Observation]]) -> list[list[Observation]]:
    """Return the first and the last period, and the one with most editions, in order."""
    ordered = sorted(revised, key=lambda rows: str(rows[0].time_period))
    return _in_short(ordered, ordered[:1] + ordered[-1:], lambda r: (-len(r), -_spread(r)))


def _in_short(ordered: list[T], wanted: list[T], rank: Callable[[T], Any]) -> list[T]:
    """Return some of an enumeration, as many as are quoted: the wanted, and the first by rank.

    The finding is dated by the first that it quotes, which is the first of all.
    """
    others = sorted((one for one in ordered if one not in wanted), key=rank)
    chosen = (wanted + others)[:EXAMPLES]
    return [one for one in ordered if one in chosen]


def _all_agree(rows: Sequence[Observation]) -> bool:
    return all(reach(one).overlaps(reach(other)) for one in rows for other in rows)


def _spread(rows: Sequence[Observation]) -> float:
    """Return the largest value over the smallest, as distance from 1."""
    values = [o.obs_value for o in rows]
    return float(max(values) / min(values) - 1) if min(values) > 0 else float(max(values) > 0)


def _written_editions(held: Held, periods: Sequence[Sequence[Observation]]) -> Written:
    def said(t: Language) -> str:
        return "; ".join(
            t.say(
                "{period}: {values}",
                period=t.period(rows[0].time_period),
                values=", ".join(
                    dict.fromkeys(
                        f"{written_value(o)(t)} ({_published(held, o)[:4]})" for o in rows
                    )
                ),
            )
            for rows in periods
        )

    return said


def _written_pairs(pairs: Sequence[tuple[Observation, Observation]]) -> Written:
    def said(t: Language) -> str:
        return "; ".join(
            t.say(
                "{this} and {that} in {period}",
                this=written_value(this)(t),
                that=written_value(that)(t),
                period=t.period(this.time_period),
            )
            for this, that in pairs
        )

    return said
