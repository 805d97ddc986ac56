"""Cells of one file while it is read: each becomes a row, is quarantined, or is left out."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from childstats.codes import ObsStatus
from childstats.errors import SourceError
from childstats.sources.mapping import folded, matched, unknown_area
from childstats.sources.reading import PrintedRow, Quarantined, Reading, ReceivedFile

Group = Mapping[str, str]
"""Dimensions of a group, such as ``{"sex": "F"}``; empty for the total."""
Found = tuple[str, Sequence[str], Group | None]
"""A further dimension of a cell: heading, the file's code and name, and the group if mapped."""
STATUSES: Final = {"": "", **{s.value: s.value for s in ObsStatus}, "I": "E"}
"""SDMX letters as they are; I (imputed) is an estimate in the version that we use."""

MAX_HINTS: Final = 200
"""For how many unknown areas of a file the nearest known ones are looked for."""
MAX_NAME: Final = 100
"""Characters of a name that a message repeats."""


class Collected:
    """What has been read of one file so far.

    Parameters
    ----------
    path
        The file.
    declared
        How its names map to our codes.
    source_id
        Folder of the source.
    known
        The layout's own words for groups, folded and in lower case, to their dimensions; words
        in ``[file.groups]`` come first.
    """

    def __init__(
        self,
        path: Path,
        declared: ReceivedFile,
        *,
        source_id: str,
        known: Mapping[str, Group] | None = None,
    ) -> None:
        self.where: Final = f"{source_id}/{path.name}"
        self.declared: Final = declared
        self.seen = 0
        self._source_id = source_id
        self._known = known or {}
        self._rows: list[PrintedRow] = []
        self._quarantined: list[Quarantined] = []
        self._left_out = 0
        self._constant: str | None = None
        self._found: dict[tuple[str, tuple[str, ...]], str | None] = {}
        self._groups: dict[tuple[str, tuple[str, ...]], Group | None] = {}
        self._reasons: dict[str, str] = {}
        if not (declared.indicator or declared.indicators):
            raise SourceError(
                f"[file] of {source_id}/source.toml names no indicator for {path.name}; "
                "give indicator, or map the file's own in [file.indicators]"
            )

    def add(
        self,
        *,
        place: str,
        at: str,
        locator: str,
        text: str,
        areas: Sequence[str],
        indicators: Sequence[str] = (),
        period: str | None,
        period_text: str = "",
        groups: Sequence[tuple[str, Sequence[str]]] = (),
        unit: str = "",
        status: str = "",
        lower: str = "",
        upper: str = "",
        broken: str = "",
    ) -> None:
        """Account for one cell.

        Parameters
        ----------
        place, at, locator
            The cell for the figure's id, for messages (after the file's name), and for a person.
        text
            The figure as printed; empty where the file has none, which is status M.
        areas, indicators
            The file's codes and names for them, the most telling first.
        period, period_text
            In SDMX form, None when it cannot be read; and as the file spells it.
        groups
            Each further dimension: its heading, and the file's code and name for the group.
        unit
            As our unit, where the file states one.
        status
            As the file spells it.
        lower, upper
            The interval as printed.
        broken
            Why the cell cannot be used, when the reader already knows.
        """
        self.seen += 1
        area, indicator = self._matched("areas", areas), self._indicator(indicators)
        found = [(heading, names, self._group(heading, names)) for heading, names in groups]
        unmapped = self._unmapped(area, areas, indicator, indicators, found)
        if unmapped and self.declared.only_mapped:
            self._left_out += 1
            return
        dimensions, contradiction = _dimensions(found)
        declared_unit = self.declared.units.get(indicator or "", self.declared.unit)
        where = f"{self.where} {at}"
        reason = (
            unmapped
            or contradiction
            or broken
            or _unreadable(period, period_text, status)
            or _other_unit(unit, declared_unit)
        )
        if reason:
            self._quarantined.append(Quarantined(self._source_id, where, text, reason))
            return
        missing = "" if text.strip() else ObsStatus.MISSING.value
        self._rows.append(
            PrintedRow(
                source_id=self._source_id,
                place=place,
                where=where,
                locator=locator,
                indicator=indicator or "",
                ref_area=area or "",
                time_period=period or "",
                text=text.strip(),
                unit=declared_unit or unit,
                lower_text=lower.strip(),
                upper_text=upper.strip(),
                obs_status=STATUSES[folded(status)] or missing,
                **dimensions,
            )
        )

    def set_aside(self, at: str, value: str, rule: str) -> None:
        """Account for something that holds no cell that can be told: a sheet, a row."""
        self.seen += 1
        if self.declared.only_mapped:
            self._left_out += 1
            return
        where = f"{self.where} {at}"
        self._quarantined.append(Quarantined(self._source_id, where, value, rule))

    def knows(self, field: str, name: str) -> bool:
        """Return whether ``areas`` or ``indicators`` of ``[file]`` has this name."""
        return self._matched(field, (name,)) is not None

    def knows_group(self, name: str) -> bool:
        """Return whether a name is a group, declared or of the layout."""
        return self._group("", (name,)) is not None

    def reading(self) -> Reading:
        """Return everything read."""
        return Reading.of(self._rows, self._quarantined, left_out=self._left_out, seen=self.seen)

    def _matched(self, field: str, names: Sequence[str]) -> str | None:
        key = (field, tuple(names))
        if key not in self._found:
            known = getattr(self.declared, field)
            codes = (matched(name, known) for name in names if name.strip())
            self._found[key] = next((code for code in codes if code is not None), None)
        return self._found[key]

    def _indicator(self, names: Sequence[str]) -> str | None:
        if self.declared.indicators:
            return self._matched("indicators", names)
        name = next((folded(name) for name in names if name.strip()), "")
        if self._constant is None:
            self._constant = name
        elif name != self._constant:
            raise SourceError(
                f"{self.where} holds several indicators, {self._constant!r} and {name!r}; "
                "map them in [file.indicators]"
            )
        return self.declared.indicator

    def _group(self, heading: str, names: Sequence[str]) -> Group | None:
        key = (heading, tuple(names))
        if key not in self._groups:
            self._groups[key] = self._group_of(heading, names)
        return self._groups[key]

    def _group_of(self, heading: str, names: Sequence[str]) -> Group | None:
        keys = [folded(name).casefold() for name in names if name.strip()]
        if not keys:
            return {}
        declared = {folded(k).casefold(): group for k, group in self.declared.groups.items()}
        spelled = [f"{folded(heading).casefold()}={key}" for key in keys]
        for key in (*spelled, *keys):
            if key in declared:
                return declared[key]
        return next((self._known[key] for key in (*spelled, *keys) if key in self._known), None)

    def _unmapped(
        self,
        area: str | None,
        areas: Sequence[str],
        indicator: str | None,
        indicators: Sequence[str],
        groups: Sequence[Found],
    ) -> str:
        """Return what of a cell is not mapped, and what to do; "" if all is."""
        if indicator is None:
            name = _first(indicators)
            return f"unknown indicator {name!r}; map it in [file.indicators] or set only_mapped"
        if area is None:
            return self._unknown_area(areas)
        for heading, names, group in groups:
            if group is None:
                return (
                    f"unknown group {_first(names)!r} of {heading}; map it in [file.groups], to "
                    "{} where it is part of what the indicator is, or set only_mapped"
                )
        return ""

    def _unknown_area(self, names: Sequence[str]) -> str:
        name = _first(names)
        if name not in self._reasons:
            known = self.declared.areas if len(self._reasons) < MAX_HINTS else {}
            self._reasons[name] = unknown_area(name, known)
        return self._reasons[name]


def _dimensions(groups: Sequence[Found]) -> tuple[dict[str, str], str]:
    """Return the dimensions of all groups together, and how two of them contradict."""
    dimensions: dict[str, str] = {}
    for heading, _, group in groups:
        for name, code in (group or {}).items():
            if dimensions.setdefault(name, code) != code:
                return {}, f"two groups of {name}, {dimensions[name]} and {code} of {heading}"
    return dimensions, ""


def _unreadable(period: str | None, period_text: str, status: str) -> str:
    """Return what of period and status cannot be read."""
    if period is None:
        text = _first((period_text,))
        return f"unreadable period {text!r}; a year, half-year, quarter, month or week is read"
    if folded(status) not in STATUSES:
        return f"unknown status {_first((status,))!r}; known are {', '.join(ObsStatus)}"
    return ""


def _other_unit(unit: str, declared: str) -> str:
    if not unit or not declared or unit == declared:
        return ""
    return f"the file says {unit}, source.toml says {declared}; correct one"


def _first(names: Sequence[str]) -> str:
    """Return the first name that is not blank, cut to what a message can hold."""
    name = next((folded(name) for name in names if name.strip()), "")
    return name if len(name) <= MAX_NAME else f"{name[:MAX_NAME]}…"
