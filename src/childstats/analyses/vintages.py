"""Figures that were printed more than once: revised editions, and sources that disagree."""

from collections.abc import Iterable, Iterator, Sequence

from childstats.analyses.provenance import name_with_unit
from childstats.analyses.report import HELD_BACK, Report
from childstats.blocks import Column, Sentences, Table
from childstats.codes import Verdict
from childstats.figures.figure import Interval
from childstats.figures.published import COUNT_UNITS, PublishedFigure
from childstats.observations.editions import sources_agree
from childstats.observations.findings import MOST_DECIMALS
from childstats.observations.processed import as_printed
from childstats.observations.table import SHARE_SCALES
from childstats.text.number import Kind

_SAME = ("indicator", "sex", "age", "residence", "wealth_quintile", "time_period")


def table_editions(report: Report) -> Table | Sentences:
    """Return what editions of one office printed for the same period, where they differ.

    Parameters
    ----------
    report
        The report.

    Returns
    -------
    Table or Sentences
        One row a period, one column an edition, the one in use named last; a sentence where no
        edition differs, or no figure is held in several.
    """
    t = report.t
    repeated = list(_repeated(report))
    revised = [rows for rows in repeated if not _agree(rows)]
    if not revised:
        said = t.say(
            "No edition of an office differs from another in these figures."
            if repeated
            else "No figure is held in several editions."
        )
        return Sentences([said], role="nothing")
    years = sorted({_edition(report, f) for rows in revised for f in rows})
    table_rows = []
    for rows in revised:
        named = report.name_and_group(rows[0])
        in_one_unit = len({f.unit for f in rows}) == 1
        if in_one_unit:
            named = name_with_unit(report, rows[0], named)
        by_year: dict[str, dict[str, None]] = {year: {} for year in years}
        for f in rows:
            text = _shown(report, f) if in_one_unit else _with_unit(report, f)
            by_year[_edition(report, f)][text] = None
        table_rows.append(
            (
                f"{named}, {t.period(_period(rows[0]))}",
                *("; ".join(by_year[year]) or "–" for year in years),
                _used(report, rows),
                report.cite(*(f.figure_id for f in rows)),
            )
        )
    return Table(
        title=t.say("Revised from edition to edition, as printed"),
        columns=[
            Column(t.say("Figure"), width=4.4),
            *(Column(t.say("edition {year}", year=year), "right") for year in years),
            Column(t.say("Edition used"), "right"),
            Column(t.say("Source"), width=1.2),
        ],
        rows=table_rows,
        notes=[
            t.say(
                "Figures that are held in several editions: {all}; those of them that are the same "
                "in all: {same}. Editions are not joined into one series.",
                all=report.count(len(repeated), "figures_repeated"),
                same=report.count(len(repeated) - len(revised), "figures_repeated.alike"),
            ),
            *_on_decimals(report, (f for rows in revised for f in rows)),
        ],
        figure_ids=[f.figure_id for rows in revised for f in rows],
    )


def table_conflicts(report: Report) -> Table | Sentences:
    """Return where two publishers contradict each other: the figure used and the other.

    Parameters
    ----------
    report
        The report.

    Returns
    -------
    Table or Sentences
        One row a pair that cannot both be true; sentences where there is none.
    """
    t = report.t
    found = [f for f in report.findings() if f.check == sources_agree.__name__]
    if not found:
        said = t.say("No figure is held of which two publishers print the same thing.")
        return Sentences([said], role="nothing")
    differing = [f for f in found if f.verdict != Verdict.PASS]
    agreeing = t.say(
        "Pairs of figures of two publishers that can both be true: {count}.",
        count=report.count(
            len(found) - len(differing),
            "findings",
            check=sources_agree.__name__,
            verdict=Verdict.PASS.value,
        ),
    )
    if not differing:
        return Sentences([t.say("No two publishers contradict each other."), agreeing])
    rows, used = [], []
    for f in differing:
        ids = f.figure_ids.split()
        first, other = (report.figure(i) for i in ids)
        used += ids
        rows.append(
            (
                f"{report.name_and_group(first)}, {t.period(f.time_period)}",
                f"{_with_unit(report, first)} {report.cite(ids[0])}",
                f"{_with_unit(report, other)} {report.cite(ids[1])}",
            )
        )
    return Table(
        title=t.say("Conflicts between publishers"),
        columns=[
            Column(t.say("Figure"), width=3),
            Column(t.say("Used, as printed"), width=2.5),
            Column(t.say("Not used, as printed"), width=2.5),
        ],
        rows=rows,
        notes=[agreeing, *_on_decimals(report, (report.figure(i) for i in used))],
        figure_ids=list(dict.fromkeys(used)),
    )


def _with_unit(report: Report, f: PublishedFigure) -> str:
    return name_with_unit(report, f, _shown(report, f))


def _shown(report: Report, f: PublishedFigure) -> str:
    """Return a figure as printed; without the decimals that only a program adds."""
    if not _is_machine_made(f):
        return as_printed(f)
    number = report.number(Kind.INDEX, f.value, "print.in_unit", [f], digits=MOST_DECIMALS)
    return number.value


def _is_machine_made(f: PublishedFigure) -> bool:
    return f.value is not None and f.decimals > MOST_DECIMALS


def _on_decimals(report: Report, shown: Iterable[PublishedFigure]) -> list[str]:
    if not any(map(_is_machine_made, shown)):
        return []
    return [
        report.t.say(
            "Numbers of which the file has more than three decimals are rounded to three; the "
            "other decimals were computed, not counted."
        )
    ]


def _repeated(report: Report) -> Iterator[list[PublishedFigure]]:
    """Yield the figures on the area that several editions of one office print."""
    sources = report.workspace.sources
    same: dict[tuple[str, ...], list[PublishedFigure]] = {}
    for f in report.figures_held():
        if f.value is None and f.numerator is None:
            continue
        office = sources[f.source_id].office
        if office:
            key = (office, _measured(f)[0], *(getattr(f, name) for name in _SAME))
            same.setdefault(key, []).append(f)
    for rows in same.values():
        if len({f.source_id for f in rows}) > 1:
            yield sorted(rows, key=lambda f: _published(report, f))


def _used(report: Report, rows: Sequence[PublishedFigure]) -> str:
    """Return the edition whose figure is used, with its day where its year had several."""
    known = {o.figure_id: o for o in report.workspace.rows.observations(report.ref_area)}
    used = next((f for f in rows if f.figure_id in known), None)
    if used is None or known[used.figure_id].obs_status in HELD_BACK:
        return "–"
    source = report.workspace.sources[used.source_id]
    year = _edition(report, used)
    days = {_published(report, f) for f in rows if _edition(report, f) == year}
    return year if len(days) == 1 else report.t.published(source.date_published)


def _agree(rows: Sequence[PublishedFigure]) -> bool:
    intervals = [_measured(f)[1] for f in rows]
    return all(one.overlaps(other) for one in intervals for other in intervals)


def _measured(f: PublishedFigure) -> tuple[str, Interval]:
    """Return what a figure is in whatever unit it is printed, a share or a count, and its range."""
    unit = str(f.unit)
    if f.value is None:
        share = f.numerator / f.denominator
        return "share", Interval(share, share)
    kind, scale = unit, 1.0
    if unit in SHARE_SCALES:
        kind, scale = "share", 1 / SHARE_SCALES[unit]
    elif unit in COUNT_UNITS:
        kind, scale = "count", float(COUNT_UNITS[unit])
    return kind, Interval(*(round(end * scale, 9) for end in (f.low, f.high)))


def _edition(report: Report, f: PublishedFigure) -> str:
    return _published(report, f)[:4]


def _published(report: Report, f: PublishedFigure) -> str:
    return report.workspace.sources[f.source_id].date_published


def _period(f: PublishedFigure) -> int | str:
    period = str(f.time_period)
    return int(period) if period.isdigit() else period
