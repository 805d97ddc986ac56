"""The comparability guard: why two observations must not be subtracted, divided or joined."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Protocol, TypeAlias

from childstats.catalogue.areas import Area, days_of
from childstats.catalogue.catalogue import Catalogue
from childstats.codes import TOTAL, ObsStatus
from childstats.language import Language, mark
from childstats.observations.boundaries import is_rebased
from childstats.observations.findings import COUNTED, Written
from childstats.observations.lookup import Lookup
from childstats.observations.table import GROUP_CODES, Observation, is_year
from childstats.sources.source import Source


class Ground(StrEnum):
    """Why two observations are not comparable."""

    DEFINITION = "definition"
    """They count different things."""
    RELIABILITY = "reliability"
    """One of them is not believed."""
    DURATION = "duration"
    """Events of unequal lengths of time."""
    PERIOD = "period"
    """Two areas at two times: a difference could be either."""
    BREAK = "break"
    """The series is interrupted between the two."""
    BORDERS = "borders"
    """The code stands for another territory, or did not exist."""
    OVERLAP = "overlap"
    """One is part of the other, or they count some of the same events."""
    GROUP = "group"
    """Groups of people that are not two parts of one whole."""
    LEVEL = "level"
    """A commune and a province, or a province and a region that it is no part of."""
    BASIS = "basis"
    """One was asked in a survey, the other counted in registers, or estimated."""
    SIZE = "size"
    """Counts of areas of unequal size."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason, as a sentence in both languages.

    Attributes
    ----------
    ground
        Its kind.
    message_en, message_vi
        What a reader is told.
    """

    ground: Ground
    message_en: str
    message_vi: str

    def said(self, t: Language) -> str:
        """Return the sentence in a language."""
        return t.pick(en=self.message_en, vi=self.message_vi)


class HasObservations(Protocol):
    """What holds a catalogue and an observation table: a workspace, or what checks see."""

    @property
    def catalogue(self) -> Catalogue:
        """Definitions."""

    @property
    def sources(self) -> Mapping[str, Source]:
        """Provenance by id."""

    @property
    def rows(self) -> Lookup:
        """The observation table by area, statuses as the checks leave them."""


AnyRow: TypeAlias = Observation | Mapping[str, Any]
_GROUPS: Final = tuple(GROUP_CODES)
_BASES: Final = {
    "survey": {"survey"},
    "administrative": {"register"},
    "official_statistics": {"survey", "register"},
    "international_estimate": {"estimate"},
    "press": {"survey", "register", "estimate"},
}
"""What figures of each kind of source may have been made from; the press quotes all of them."""
_KIND_NAMES: Final = {
    "survey": mark("a survey"),
    "administrative": mark("administrative records"),
    "official_statistics": mark("official statistics"),
    "international_estimate": mark("an international estimate"),
}


def comparable(workspace: HasObservations, first: AnyRow, second: AnyRow) -> list[Reason]:
    """Return why two observations must not be subtracted, divided, ranked or joined.

    Parameters
    ----------
    workspace
        The workspace that both are from.
    first, second
        Two of its observations, or rows of its observation table by column name.

    Returns
    -------
    list of Reason
        Empty when they may be compared. An observation may be compared with itself.

    Raises
    ------
    CatalogueError
        If an indicator or area is unknown.
    """
    first, second = Observation.of(first), Observation.of(second)
    found = [
        _definition(workspace.catalogue, first, second) or _basis(workspace.sources, first, second),
        *(_reliability(o) for o in ([first, second] if first != second else [first])),
        _duration(workspace.catalogue, first, second),
        _period(first, second),
        _break(workspace.rows, first, second),
        _borders(workspace.catalogue, first, second),
        _territory(workspace.catalogue, first, second),
        _people(workspace.catalogue, first, second),
        _size(first, second),
    ]
    return [reason for reason in found if reason is not None]


def _definition(catalogue: Catalogue, first: Observation, second: Observation) -> Reason | None:
    this, that = (catalogue.indicator(o.indicator) for o in (first, second))
    declared = ObsStatus.DEFINITION_DIFFERS in {first.obs_status, second.obs_status}
    if this.comparability == that.comparability and first.age == second.age:
        if not declared or first.figure_id == second.figure_id:
            return None
        return _reason(
            Ground.DEFINITION,
            "The source of one of the two figures counts by a definition of its own.",
        )
    if this.indicator == that.indicator:
        return _reason(
            Ground.DEFINITION, "The two figures are about children of different age groups."
        )
    return _reason(
        Ground.DEFINITION,
        "Two definitions. {this} {that}",
        this=lambda t: t.pick(en=this.definition_en, vi=this.definition_vi),
        that=lambda t: t.pick(en=that.definition_en, vi=that.definition_vi),
    )


def _basis(sources: Mapping[str, Source], first: Observation, second: Observation) -> Reason | None:
    this, that = (sources[o.source_id].kind for o in (first, second))
    if _BASES[this] & _BASES[that]:
        return None
    return _reason(
        Ground.BASIS,
        "One figure comes from {this}, the other from {that}; they are not measured alike.",
        this=lambda t: t.say(_KIND_NAMES[this]),
        that=lambda t: t.say(_KIND_NAMES[that]),
    )


def _reliability(o: Observation) -> Reason | None:
    if o.obs_status != ObsStatus.LOW_RELIABILITY:
        return None
    return _reason(
        Ground.RELIABILITY,
        "The figure for {period} contradicts others and is not used.",
        period=lambda t: t.period(o.time_period),
    )


def _duration(catalogue: Catalogue, first: Observation, second: Observation) -> Reason | None:
    flow = "flow" in {catalogue.indicator(o.indicator).nature for o in (first, second)}
    if not flow or first.time_period == second.time_period:
        return None
    periods = [days_of(o.time_period) for o in (first, second)]
    ground, message = Ground.DURATION, _UNEQUAL
    if len({_months(*days) for days in periods}) == 1:
        same_area = first.ref_area == second.ref_area
        if not same_area or max(day for day, _ in periods) > min(day for _, day in periods):
            return None
        ground, message = Ground.OVERLAP, _SHARED
    return _reason(
        ground,
        message,
        this=lambda t: t.period(first.time_period),
        that=lambda t: t.period(second.time_period),
    )


_UNEQUAL: Final = mark("Events of {this} and of {that} were counted for unequal lengths of time.")
_SHARED: Final = mark("Some events of {this} are also events of {that}; the periods overlap.")


def _months(first: str, last: str) -> int:
    return (int(last[:4]) - int(first[:4])) * 12 + int(last[5:7]) - int(first[5:7]) + 1


def _period(first: Observation, second: Observation) -> Reason | None:
    if _same_code(first, second) or first.time_period == second.time_period:
        return None
    return _reason(
        Ground.PERIOD,
        "Two areas at two times, {this} and {that}: a difference could come from either.",
        this=lambda t: t.period(first.time_period),
        that=lambda t: t.period(second.time_period),
    )


def _break(rows: Lookup, first: Observation, second: Observation) -> Reason | None:
    same = all(
        getattr(first, name) == getattr(second, name)
        for name in ("indicator", "ref_area", *_GROUPS)
    )
    years = sorted(o.time_period for o in (first, second) if is_year(o.time_period))
    if not same or len(years) < 2 or years[0] == years[1]:
        return None
    series = (
        o
        for o in rows.observations(first.ref_area)
        if (o.indicator, o.obs_status) == (first.indicator, ObsStatus.BREAK.value)
        and not is_rebased(o)
    )
    for o in series:
        between = is_year(o.time_period) and years[0] < o.time_period <= years[1]
        if between and all(getattr(o, name) == getattr(first, name) for name in _GROUPS):
            return _reason(
                Ground.BREAK,
                "A break in the series lies between the two; no source reconciles them.",
            )
    return None


def _borders(catalogue: Catalogue, first: Observation, second: Observation) -> Reason | None:
    if not _same_code(first, second):
        return None
    if first.ref_area != second.ref_area:
        bearers = (catalogue.areas[o.ref_area] for o in (first, second))
        areas = sorted(bearers, key=lambda area: area.first_day)
    else:
        areas = [_area(catalogue, o) for o in (first, second)]
    if areas[0] == areas[1]:
        return None
    return _reason(
        Ground.BORDERS,
        "The area code {code} stood for {this}, then for {that}; the territory is not the same.",
        code=areas[0].ref_area,
        this=lambda t: t.pick(en=areas[0].name_en, vi=areas[0].name_vi),
        that=lambda t: t.pick(en=areas[1].name_en, vi=areas[1].name_vi),
    )


def _territory(catalogue: Catalogue, first: Observation, second: Observation) -> Reason | None:
    """Return the reason where two areas share people, or are of two levels."""
    if _same_code(first, second):
        return None
    for outer, inner in ((first, second), (second, first)):
        if catalogue.contains(outer.ref_area, inner.ref_area):
            return _reason(
                Ground.OVERLAP,
                "{inner} is part of {outer}; it may be compared with the rest of it.",
                inner=_named(catalogue, inner),
                outer=_named(catalogue, outer),
            )
    for later, earlier in ((first, second), (second, first)):
        if catalogue.is_made_of(later.ref_area, earlier.ref_area):
            return _reason(
                Ground.BORDERS,
                "{earlier} went into {later}, whole or in part; the two share people.",
                earlier=_named(catalogue, earlier),
                later=_named(catalogue, later),
            )
    levels = {_area(catalogue, o).level for o in (first, second)}
    if len(levels) == 1:
        return None
    return _reason(
        Ground.LEVEL,
        "{this} and {that} are areas of two levels; only areas of one level are compared.",
        this=_named(catalogue, first),
        that=_named(catalogue, second),
    )


def _people(catalogue: Catalogue, first: Observation, second: Observation) -> Reason | None:
    """Return the reason where two groups are not two parts of one whole in one area."""
    groups = [_group(catalogue, o) for o in (first, second)]
    apart = {name for group in groups for name in group if len({g.get(name) for g in groups}) > 1}
    if not apart:
        return None
    same_area = first.ref_area == second.ref_area
    if same_area and any(not apart & set(group) for group in groups):
        return _reason(
            Ground.OVERLAP,
            "One group is part of the other; it may be compared with the rest of it.",
        )
    if same_area and len(apart) == 1:
        return None
    return _reason(
        Ground.GROUP,
        "The two figures are about groups of people that differ in more than one way, or share "
        "some people: a difference could come from either.",
    )


def _group(catalogue: Catalogue, o: Observation) -> dict[str, str]:
    """Return what an observation's people are limited to, by dimension."""
    subpopulation = catalogue.indicator(o.indicator).subpopulation
    name, _, code = subpopulation.partition("=")
    own = {name: code} if subpopulation else {}
    return own | {name: code for name in _GROUPS if (code := getattr(o, name)) != TOTAL}


def _named(catalogue: Catalogue, o: Observation) -> Written:
    area = _area(catalogue, o)
    return lambda t: t.pick(en=area.name_en, vi=area.name_vi)


def _size(first: Observation, second: Observation) -> Reason | None:
    same_area = _same_code(first, second)
    counts = all(o.unit_measure in COUNTED for o in (first, second))
    if same_area or not counts:
        return None
    return _reason(
        Ground.SIZE,
        "Counts of areas of unequal size are not ranked or divided; their shares may be.",
    )


def _area(catalogue: Catalogue, o: Observation) -> Area:
    """Return the area that an observation is about; what was added up, on its present borders."""
    if is_rebased(o):
        return catalogue.areas[o.ref_area]
    return catalogue.area(o.ref_area, o.time_period)


def _same_code(first: Observation, second: Observation) -> bool:
    """Return whether two areas bear one code, at the same time or one after the other."""
    codes = [o.ref_area.partition("@")[0] for o in (first, second)]
    return bool(codes[0] == codes[1])


def _reason(ground: Ground, message: str, **values: Written | str) -> Reason:
    def said(code: str) -> str:
        t = Language(code)
        written: dict[str, Any] = {k: v if isinstance(v, str) else v(t) for k, v in values.items()}
        return t.say(message, **written)

    return Reason(ground, said("en"), said("vi"))
