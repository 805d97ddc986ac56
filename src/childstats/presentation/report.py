"""One report in the making: its area, period and language, and the sources it has cited."""

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from math import log10
from typing import Any, Final

from childstats.catalogue.catalogue import Indicator
from childstats.codes import ObsStatus
from childstats.errors import EditionError
from childstats.language import Language, mark
from childstats.observations.findings import Row
from childstats.observations.table import yearly_rows
from childstats.observations.workspace import Workspace, open_workspace
from childstats.presentation.blocks import Column, Table, mime_bundle

TITLES: Final = {
    "annual_profile": mark("Children in {area}, {period}: annual profile"),
    "coverage_trends": mark("Coverage and survival in {area} up to {period}"),
    "risk_ratios": mark("Fair and unfair comparisons: {area}, {period}"),
    "data_quality": mark("Data quality: figures on children in {area}, {period}"),
    "equity": mark("Equity: how far children are reached alike, {area}, up to {period}"),
}
"""Title of each of the project's notebooks."""

GROUPS: Final = {
    "M": mark("male"),
    "F": mark("female"),
    "U": mark("urban"),
    "R": mark("rural"),
}
"""SDMX codes of the groups that a figure may be limited to."""

LOCATOR_WORDS: Final = (
    mark("article text"),
    mark("average population by province"),
    mark("page not noted"),
    mark("paragraph"),
    mark("page"),
    mark("table"),
    mark("sheet"),
    mark("row"),
    mark("column"),
)
"""Words for places in a source, as locators are written in ``figures.csv``."""
_LOCATOR_WORDS: Final = re.compile(rf"\b(?:{'|'.join(LOCATOR_WORDS)})\b")

INFERRED: Final = ("undated", "about", "day printed")
"""How the note of a source begins whose date was inferred."""
MOST_DIGITS: Final = 4
"""Decimals of a range beyond which a printed number is machine output, shown rounded."""
HELD_BACK: Final = {ObsStatus.LOW_RELIABILITY.value, ObsStatus.DEFINITION_DIFFERS.value}
"""Statuses that keep an observation out of charts, comparisons and denominators."""


class Report:
    """What the cells of a notebook share.

    Attributes
    ----------
    name
        The notebook's name, a key of `TITLES`.
    workspace
        Figures, observations and checks.
    ref_area, time_period
        What the report is about.
    t
        The language it is written in.
    """

    def __init__(
        self, name: str, *, workspace: Workspace, ref_area: str, time_period: int, language: str
    ) -> None:
        if name not in TITLES:
            raise EditionError(f"unknown report {name!r}; use one of {', '.join(TITLES)}")
        self.name = name
        self.workspace = workspace
        self.ref_area = workspace.catalogue.area(ref_area).ref_area
        self.time_period = time_period
        self.t = Language(language)
        self._series: dict[str, Mapping[tuple[str, str], Sequence[Row]]] = {}
        self._cited: list[str] = []
        self._cited_figures: dict[str, None] = {}

    @property
    def title(self) -> str:
        """The report's title in its language."""
        return self.t.say(
            TITLES[self.name], area=self.area_name(self.ref_area), period=str(self.time_period)
        )

    def area_name(self, ref_area: str) -> str:
        """Return an area's name in the report's language."""
        area = self.workspace.catalogue.area(ref_area)
        return self.t.pick(en=area.name_en, vi=area.name_vi)

    def indicator(self, indicator: str) -> Indicator:
        """Return an indicator's definition."""
        return self.workspace.catalogue.indicator(indicator)

    def indicator_name(self, indicator: str) -> str:
        """Return an indicator's name in the report's language."""
        known = self.indicator(indicator)
        return self.t.pick(en=known.name_en, vi=known.name_vi)

    def figure(self, figure_id: str) -> Row:
        """Return a published figure, as printed."""
        return self.workspace.rows.figure(figure_id)

    def observed(self, figure_id: str) -> Row:
        """Return the observation that a figure is held to mean, where it takes precedence."""
        return self.workspace.rows.observed(figure_id)

    def observation(
        self, indicator: str, *, ref_area: str | None = None, time_period: int | None = None
    ) -> Row | None:
        """Return one observation that may be shown and compared, else None.

        Parameters
        ----------
        indicator
            Its id.
        ref_area, time_period
            The report's own unless given.
        """
        year = self.time_period if time_period is None else time_period
        return next((o for o in self.series(indicator, ref_area) if o["time_period"] == year), None)

    def series(self, indicator: str, ref_area: str | None = None) -> list[Row]:
        """Return the yearly observations up to the report's year that may be shown."""
        area = ref_area or self.ref_area
        rows = self._yearly(area).get((indicator, area), [])
        return [
            o
            for o in rows
            if o["obs_status"] not in HELD_BACK and o["time_period"] <= self.time_period
        ]

    def _yearly(self, ref_area: str) -> Mapping[tuple[str, str], Sequence[Row]]:
        if ref_area not in self._series:
            rows = self.workspace.rows.observations(ref_area)
            self._series[ref_area] = yearly_rows(rows, self.workspace.catalogue)
        return self._series[ref_area]

    def cite(self, *figure_ids: str) -> str:
        """Return the numbers under which the figures' sources stand in the list of sources."""
        numbers = set()
        for figure_id in figure_ids:
            self._cited_figures[figure_id] = None
            source_id = figure_id.partition(":")[0]
            if source_id not in self._cited:
                self._cited.append(source_id)
            numbers.add(self._cited.index(source_id) + 1)
        return "".join(f"[{number}]" for number in sorted(numbers))

    @property
    def cited_sources(self) -> tuple[str, ...]:
        """The sources cited so far, in the order of their numbers."""
        return tuple(self._cited)

    @property
    def cited_figures(self) -> tuple[str, ...]:
        """The figures cited so far."""
        return tuple(self._cited_figures)

    def source_date(self, source_id: str) -> str:
        """Return when a source was published, marked where the date was inferred."""
        source = self.workspace.sources[source_id]
        if not source.date_published:
            return self.t.say("undated")
        if source.date_published_note.startswith(INFERRED):
            return self.t.say("about {number}", number=source.date_published)
        return source.date_published

    def table_sources(self) -> Table:
        """Return the list of the sources cited so far, in the order of their numbers."""
        rows = []
        for number, source_id in enumerate(self._cited, start=1):
            source = self.workspace.sources[source_id]
            publisher = self.t.pick(en=source.publisher_en, vi=source.publisher)
            date = self.source_date(source_id)
            rows.append((f"[{number}]", publisher, source.title, date, source.address))
        return Table(
            title=self.t.say("Sources"),
            columns=[
                Column(self.t.say("No."), width=0.6),
                Column(self.t.say("Publisher"), width=2.4),
                Column(self.t.say("Title"), width=3.7),
                Column(self.t.say("Published"), width=1.4),
                Column(self.t.say("Address"), width=2.8),
            ],
            rows=rows,
        )

    def table_origins(self, figure_ids: Iterable[str] | None = None) -> Table:
        """Return where figures are printed: text, how it is read, source and place in it.

        Parameters
        ----------
        figure_ids
            Figures, one row each. Without them, all that the report has cited so far, the years
            of one series in one row.

        Returns
        -------
        Table
            In the order given; those cited in the order of the catalogue, the report's own area
            first.
        """
        if figure_ids is None:
            groups = self.series_of([self.figure(i) for i in self._cited_figures])
        else:
            groups = [[self.figure(i)] for i in dict.fromkeys(figure_ids)]
        areas = {f["ref_area"] for group in groups for f in group}
        rows = []
        for group in groups:
            first, last = group[0], group[-1]
            named = self.name_and_group(first)
            if len(areas) > 1:
                named = f"{named}, {self.area_name(first['ref_area'])}"
            periods = [self.t.period(_year_or_text(f["time_period"])) for f in (first, last)]
            place = self.locator(first)
            texts = as_printed(first)
            if len(group) > 1:
                place = place.replace(first["time_period"], "–".join(periods))
                texts = f"{texts} … {as_printed(last)}"
            cited = self.cite(first["figure_id"])
            period = self.t.span(*periods)
            read_as = self.read_as(first) if len(group) == 1 else self.t.say("each year by itself")
            rows.append((f"{named}, {period}", texts, read_as, f"{cited} {place}"))
        return Table(
            title=self.t.say("Where each figure is printed"),
            columns=[
                Column(self.t.say("Figure"), width=3.3),
                Column(self.t.say("As printed"), width=1.9),
                Column(self.t.say("Read as"), width=2),
                Column(self.t.say("Source and place in it"), width=2.8),
            ],
            rows=rows,
            notes=[
                self.t.say(
                    "Read as: the range of values that the print may stand for, in the printed "
                    "unit; an exact count stands for itself."
                )
            ],
            figure_ids=[f["figure_id"] for group in groups for f in group],
        )

    def series_of(self, figures: list[Row]) -> list[list[Row]]:
        """Group the years of one series: one source, one place but for the year."""
        groups: dict[tuple[str, ...], list[Row]] = {}
        for f in figures:
            place = f["locator"].replace(f["time_period"], "")
            in_series = place != f["locator"]
            own = "" if in_series else f["figure_id"]
            key = (f["source_id"], f["indicator"], f["ref_area"], f["sex"], place, own)
            groups.setdefault(key, []).append(f)
        indicators = list(self.workspace.catalogue.indicators)
        areas = list(self.workspace.catalogue.areas)
        ordered = [sorted(group, key=lambda f: str(f["time_period"])) for group in groups.values()]
        return sorted(
            ordered,
            key=lambda group: (
                indicators.index(group[0]["indicator"]),
                group[0]["ref_area"] != self.ref_area,
                areas.index(group[0]["ref_area"]),
                str(group[0]["time_period"]),
            ),
        )

    def read_as(self, f: Row) -> str:
        """Return a figure's printed interval in its printed unit, one decimal more than printed."""
        if f["value"] is None:
            return "–" if f["numerator"] is None else self.t.say("exact count")
        if f["low"] == f["high"]:
            return self.t.say("exact count")
        digits = max(0, 1 + round(-log10(f["high"] - f["low"])))
        if digits > MOST_DIGITS:
            return self.t.decimal(f["value"], digits=MOST_DIGITS - 1)
        return self.t.span(
            self.t.decimal(f["low"], digits=digits), self.t.decimal(f["high"], digits=digits)
        )

    def name_and_group(self, f: Row) -> str:
        """Return a figure's indicator with the sex or residence that it is limited to."""
        return ", ".join([self.indicator_name(f["indicator"]), *self.groups(f)])

    def groups(self, f: Row) -> list[str]:
        """Return the names of the sex and residence that a figure is limited to."""
        return [self.t.say(GROUPS[f[n]]) for n in ("sex", "residence") if f[n] in GROUPS]

    def locator(self, f: Row) -> str:
        """Return a figure's place in its source, the words for places in the report's language."""
        return _LOCATOR_WORDS.sub(lambda found: self.t.say(found[0]), f["locator"])

    def as_printed(self, f: Row) -> str:
        """Return a figure's text, and the counts that are printed beside it."""
        counts = "/".join(filter(None, [f["numerator_text"], f["denominator_text"]]))
        return f"{f['text']} ({counts})" if f["text"] and counts else f["text"] or counts

    def end(self) -> "ReportEnd":
        """Return the mark that the notebook ran to its end."""
        return ReportEnd()

    def to_json(self) -> dict[str, Any]:
        """Return the front matter as the exporter reads it; it echoes the parameters."""
        return {
            "type": "front_matter",
            "report": self.name,
            "title": self.title,
            "area": self.area_name(self.ref_area),
            "ref_area": self.ref_area,
            "time_period": self.time_period,
            "language": self.t.code,
        }

    def to_html(self) -> str:
        """Return the title for JupyterLab."""
        return f"<h1>{escape(self.title)}</h1>"

    def __str__(self) -> str:
        """Return the title."""
        return self.title

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return mime_bundle(self)


class ReportEnd:
    """The last cell's mark; a notebook whose output lacks it did not run to its end."""

    def to_json(self) -> dict[str, Any]:
        """Return the mark as the exporter reads it."""
        return {"type": "end"}

    def to_html(self) -> str:
        """Return a rule."""
        return "<hr>"

    def __str__(self) -> str:
        """Return a rule."""
        return "———"

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return mime_bundle(self)


def begin_report(name: str, *, ref_area: str, time_period: int, language: str) -> Report:
    """Begin a report in a notebook.

    Parameters
    ----------
    name
        The notebook's name, for example ``"annual_profile"``.
    ref_area
        Area of the report, a code of ``areas.csv``.
    time_period
        Year of the report.
    language
        ``"vi"`` or ``"en"``.

    Returns
    -------
    Report
        Over the workspace in or above the current folder; shows itself as the title.

    Raises
    ------
    InputError
        If the name, area or language is unknown, or there is no workspace.
    """
    return Report(
        name,
        workspace=open_workspace(),
        ref_area=ref_area,
        time_period=time_period,
        language=language,
    )


def figure_ids(rows: Iterable[Row | None]) -> Sequence[str]:
    """Return the ids of the figures behind observations, without repeats."""
    return list(dict.fromkeys(row["figure_id"] for row in rows if row is not None))


def _year_or_text(period: str) -> int | str:
    return int(period) if period.isdigit() else period


def as_printed(f: Row) -> str:
    """Return a figure's text, and the counts that are printed beside it."""
    counts = "/".join(filter(None, [f["numerator_text"], f["denominator_text"]]))
    return f"{f['text']} ({counts})" if f["text"] and counts else f["text"] or counts
