"""One report in the making: its area, period and language, and the sources it has cited."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any, Final

import pandas as pd

from childstats.analyses.areas import country_of
from childstats.analyses.arguments import KINDS, refuse_wrong
from childstats.analyses.writing import Writing
from childstats.blocks import mime_bundle, speak
from childstats.catalogue.areas import days_of
from childstats.catalogue.indicators import Indicator
from childstats.codes import ObsStatus, Verdict
from childstats.errors import EditionError
from childstats.figures.published import PublishedFigure
from childstats.language import Language, mark
from childstats.observations.findings import Finding
from childstats.observations.policy import SMALL_LEVELS
from childstats.observations.table import Observation, Row, is_year
from childstats.observations.workspace import Workspace, open_workspace
from childstats.text.receipts import Receipts

TITLES: Final = {
    "annual_profile": mark("Children in {area}, {period}: annual profile"),
    "coverage_trends": mark("Coverage and survival in {area} up to {period}"),
    "risk_ratios": mark("Fair and unfair comparisons: {area}, {period}"),
    "data_quality": mark("Data quality: figures on children in {area}, {period}"),
    "equity": mark("Equity: gaps between groups of children, {area}, up to {period}"),
}
"""Title of each of the project's notebooks."""

GROUPS: Final = {
    "M": mark("male"),
    "F": mark("female"),
    "U": mark("urban"),
    "R": mark("rural"),
    "Q1": mark("poorest fifth"),
    "Q2": mark("second fifth"),
    "Q3": mark("middle fifth"),
    "Q4": mark("fourth fifth"),
    "Q5": mark("richest fifth"),
}
"""SDMX codes of the groups that a figure may be limited to."""

HELD_BACK: Final = {ObsStatus.LOW_RELIABILITY.value, ObsStatus.DEFINITION_DIFFERS.value}
"""Statuses that keep an observation out of charts, comparisons and denominators."""


class Report(Writing):
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
    receipts
        Of the numbers written so far.
    """

    def __init__(
        self,
        name: str,
        *,
        workspace: Workspace,
        ref_area: str,
        time_period: int,
        language: str,
        title: Mapping[str, str] | None = None,
    ) -> None:
        if title is None and name not in TITLES:
            raise EditionError(
                f"unknown report {name!r}; use one of {', '.join(TITLES)}, or give a report of "
                'your own its title = {"en": "…", "vi": "…"}'
            )
        if title is not None and language not in title:
            raise EditionError(f"title of report {name!r} has no {language!r}; add it")
        for parameter, value in {"ref_area": ref_area, "time_period": time_period}.items():
            refuse_wrong(parameter, value, KINDS[parameter], workspace.catalogue)
        self.name = name
        self._own_title = title
        self.workspace = workspace
        self.ref_area = workspace.catalogue.bearer(ref_area, time_period)
        self._asked = ref_area
        self.time_period = time_period
        self.t = Language(language)
        speak(language)
        self.receipts = Receipts(self.t, published_only=self.is_small)
        self._cited: list[str] = []
        self._cited_figures: dict[str, None] = {}

    @property
    def observations(self) -> pd.DataFrame:
        """All observations, of every area, as a table to filter, pivot and plot.

        Its columns are those of SDMX and ``year``, missing where the period is no calendar year,
        and ``usable``: whether the observation may be shown and compared.
        """
        table = self.workspace.observations.copy()
        years = [period if is_year(period) else pd.NA for period in table["time_period"]]
        table["year"] = pd.array(years, dtype="Int64")
        held_back = table["obs_status"].astype(str).isin(HELD_BACK)
        table["usable"] = (table["year"].notna() & ~held_back).to_numpy()
        return table

    @property
    def country(self) -> str:
        """The area around the report's that has no wider one around it."""
        return country_of(self)

    @property
    def title(self) -> str:
        """The report's title in its language."""
        places = {"area": self.area_name(self.ref_area), "period": str(self.time_period)}
        if self._own_title is None:
            return self.t.say(TITLES[self.name], **places)
        return self._own_title[self.t.code].format(**places)

    @property
    def is_small(self) -> bool:
        """Whether the report's area is below the province, where counts are hidden or rounded."""
        return self.workspace.catalogue.areas[self.ref_area].level in SMALL_LEVELS

    def area_name(self, ref_area: str) -> str:
        """Return an area's name in the report's language."""
        areas = self.workspace.catalogue.areas
        area = areas.get(ref_area) or self.workspace.catalogue.area(ref_area)
        return self.t.pick(en=area.name_en, vi=area.name_vi)

    def area_key(self, ref_area: str) -> str:
        """Return the catalogue's key of the area that a code means in the report's year."""
        catalogue = self.workspace.catalogue
        if ref_area not in catalogue.areas:
            catalogue.area(ref_area)  # refuses it
        return catalogue.key(ref_area, self.time_period)

    def indicator(self, indicator: str) -> Indicator:
        """Return an indicator's definition."""
        return self.workspace.catalogue.indicator(indicator)

    def indicator_name(self, indicator: str) -> str:
        """Return an indicator's name in the report's language."""
        known = self.indicator(indicator)
        return self.t.pick(en=known.name_en, vi=known.name_vi)

    def figure(self, figure_id: str) -> PublishedFigure:
        """Return a published figure, as printed."""
        return self.workspace.rows.figure(figure_id)

    def observed(self, figure_id: str) -> Observation:
        """Return the observation that a figure is held to mean, where it takes precedence."""
        return self.workspace.rows.observed(figure_id)

    def observation(
        self, indicator: str, *, ref_area: str | None = None, time_period: int | None = None
    ) -> Observation | None:
        """Return one observation that may be shown and compared, else None.

        Parameters
        ----------
        indicator
            Its id.
        ref_area, time_period
            The report's own unless given.
        """
        year = self.time_period if time_period is None else time_period
        return next((o for o in self.series(indicator, ref_area) if o.time_period == year), None)

    def series(self, indicator: str, ref_area: str | None = None) -> list[Observation]:
        """Return the yearly observations up to the report's year that may be shown."""
        area = ref_area or self.ref_area
        rows = self.workspace.yearly(area).get((indicator, area), [])
        return [
            o for o in rows if o.obs_status not in HELD_BACK and o.time_period <= self.time_period
        ]

    def figures_held(self) -> list[PublishedFigure]:
        """Return the published figures on the report's area up to its year."""
        return [f for f in self.workspace.rows.figures(self.ref_area) if self.is_in_time(f)]

    def findings(
        self, ref_area: str | None = None, verdict: Verdict | None = None
    ) -> list[Finding]:
        """Return what the checks found about an area up to the report's year."""
        return [
            f
            for f in self.workspace.rows.checks(ref_area or self.ref_area)
            if self.is_in_time(f) and verdict in {None, f.verdict}
        ]

    def is_in_time(self, row: Row | Finding) -> bool:
        """Return whether a row's period is one of the report's, see `holds`."""
        return self.holds(row.time_period)

    def holds(self, time_period: int | str) -> bool:
        """Return whether a period begins by the report's year, and ends by the next.

        So a school year belongs to the year in which it begins, and several years together do not
        belong to the first of them.
        """
        first, last = (int(day[:4]) for day in days_of(time_period))
        return first <= self.time_period and last <= self.time_period + 1

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

    def name_and_group(self, f: Row) -> str:
        """Return a figure's indicator with the sex, residence or wealth it is limited to."""
        return ", ".join([self.indicator_name(f.indicator), *self.groups(f)])

    def groups(self, f: Row) -> list[str]:
        """Return the names of the sex, residence and wealth that a figure is limited to."""
        dimensions = ("sex", "residence", "wealth_quintile")
        codes = [getattr(f, name) for name in dimensions]
        return [self.t.say(GROUPS[code]) for code in codes if code in GROUPS]

    @property
    def notices(self) -> list[str]:
        """What has to stand on page one: statements of this report that are put right."""
        return [
            self.t.say(
                "Correction of {today}. {what}",
                today=self.t.date(correction.date),
                what=self.t.pick(en=correction.en, vi=correction.vi),
            )
            for correction in self.workspace.corrections
            if correction.concerns(self.name, self._asked)
        ]

    def end(self) -> "ReportEnd":
        """Return the mark that the notebook ran to its end."""
        return ReportEnd(self.receipts)

    def to_json(self) -> dict[str, Any]:
        """Return the front matter as the exporter reads it; it echoes the parameters."""
        return {
            "type": "front_matter",
            "report": self.name,
            "title": self.title,
            "area": self.area_name(self.ref_area),
            "ref_area": self._asked,
            "time_period": self.time_period,
            "language": self.t.code,
            **({"synthetic": True} if self.workspace.is_synthetic else {}),
            **({"notices": self.notices} if self.notices else {}),
        }

    def to_html(self) -> str:
        """Return the title for JupyterLab, and below it what is put right."""
        box = "border:2px solid;padding:0.4em 0.6em"
        notices = (f'<p style="{box}">{escape(notice)}</p>' for notice in self.notices)
        return f"<h1>{escape(self.title)}</h1>{''.join(notices)}"

    def __str__(self) -> str:
        """Return the title, and below it what is put right."""
        return "\n".join([self.title, *self.notices])

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return mime_bundle(self)


class ReportEnd:
    """The last cell's mark; a notebook whose output lacks it did not run to its end.

    Parameters
    ----------
    receipts
        Of the numbers that the report has written.
    """

    def __init__(self, receipts: Receipts) -> None:
        self.receipts = receipts

    def to_json(self) -> dict[str, Any]:
        """Return the mark as the exporter reads it, with the receipts of the numbers."""
        return {"type": "end", **self.receipts.to_json()}

    def to_html(self) -> str:
        """Return a rule."""
        return "<hr>"

    def __str__(self) -> str:
        """Return a rule."""
        return "———"

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return mime_bundle(self)


def begin_report(
    name: str,
    *,
    ref_area: str,
    time_period: int,
    language: str,
    title: Mapping[str, str] | None = None,
) -> Report:
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
    title
        Title by language of a notebook that is not one of the project's, with the places
        ``{area}`` and ``{period}``.

    Returns
    -------
    Report
        Over the workspace in or above the current folder; shows itself as the title.

    Raises
    ------
    InputError
        If the name is unknown and has no title, the area or language is unknown, or there is no
        workspace.
    """
    return Report(
        name,
        workspace=open_workspace(),
        ref_area=ref_area,
        time_period=time_period,
        language=language,
        title=title,
    )


def figure_ids(rows: Iterable[Observation | None]) -> Sequence[str]:
    """Return the ids of the figures behind observations, without repeats."""
    return list(dict.fromkeys(row.figure_id for row in rows if row is not None))
