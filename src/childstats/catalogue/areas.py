"""Areas: countries to communes, when each exists with its borders, and what became of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

from childstats.catalogue.reading import read_rows, refuse_code, refuse_day, refuse_name
from childstats.errors import CatalogueError, nearest

LEVELS: Final = ("country", "region", "province", "district", "commune")
CODE: Final = re.compile(r"[A-Z]{3}|[A-Z]{2}-[A-Z0-9]{1,3}|[0-9]{2,5}", re.ASCII)
"""ISO 3166-1 alpha-3, ISO 3166-2, or the statistics office's digits."""
OWN_CODE: Final = re.compile(r"[A-Z0-9][A-Z0-9-]{0,30}", re.ASCII)
"""A code of nobody's standard: part of file names, so never more than letters and digits."""
KINDS: Final = ("whole", "split")
OPEN_START: Final = "0001-01-01"
OPEN_END: Final = "9999-12-31"
_PERIOD: Final = re.compile(
    r"(\d{4})(?:-(?:(\d{2})|Q([1-4])|S([12])|W(\d{2})))?(?:/P(\d{1,3})([YM]))?", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Area:
    """An area that figures refer to.

    Attributes
    ----------
    ref_area
        ISO 3166-2 for provinces, ISO 3166-1 alpha-3 for countries, the statistics office's code
        for districts and communes. A code may be given again after its bearer has ended.
    name_en, name_vi
        Its names.
    level
        ``country``, ``region``, ``province``, ``district`` or ``commune``.
    parent
        The area that contains it; "" for a country.
    valid_from, valid_to
        First and last ISO day on which the area exists with these borders; "" is open.
    code_source
        The standard that the code comes from.
    """

    ref_area: str
    name_en: str
    name_vi: str
    level: str
    parent: str
    valid_from: str
    valid_to: str
    code_source: str

    @property
    def first_day(self) -> str:
        """First ISO day of its validity, also where that is open."""
        return self.valid_from or OPEN_START

    @property
    def last_day(self) -> str:
        """Last ISO day of its validity, also where that is open."""
        return self.valid_to or OPEN_END

    def exists_in(self, first: str, last: str) -> bool:
        """Return whether the area exists on some day from `first` to `last`, ISO days."""
        return self.first_day <= last and first <= self.last_day


@dataclass(frozen=True, slots=True)
class AreaChange:
    """What one area became.

    Attributes
    ----------
    old_area, new_area
        Codes of the area that ended the day before, and of the one that began.
    valid_from
        ISO day on which the change took effect.
    kind
        ``whole``: all of the old area is in the new one; ``split``: part of it is.
    source
        The document that orders it.
    """

    old_area: str
    new_area: str
    valid_from: str
    kind: str
    source: str


@lru_cache(maxsize=4096)
def days_of(period: int | str) -> tuple[str, str]:
    """Return the first and the last ISO day of a period.

    Parameters
    ----------
    period
        A year, or SDMX text such as ``2024-01/P9M``, ``2024-Q1``, ``2024-S2``, ``2024-05`` or the
        ISO week ``2024-W05``, which begins on a Monday.

    Returns
    -------
    tuple of str
        ISO days.

    Raises
    ------
    CatalogueError
        If it is no such period.

    Examples
    --------
    >>> days_of("2024-01/P9M")
    ('2024-01-01', '2024-09-30')
    """
    match = _PERIOD.fullmatch(str(period))
    if match is None or not 1 <= int(match[2] or 1) <= 12 or not int(match[1]):
        raise CatalogueError(f"unreadable period {period!r}; write 2025 or 2024-01/P9M")
    year, month, quarter, half, week, number, unit = match.groups()
    if week:
        return _days_of_week(int(year), int(week))
    start = int(month or 3 * int(quarter or 1) - 2 if not half else 6 * int(half) - 5)
    usual = 1 if month else 3 if quarter else 6 if half else 12
    months = int(number) * (12 if unit == "Y" else 1) if number else usual
    after = int(year) * 12 + start - 1 + months
    if after // 12 > date.max.year:
        raise CatalogueError(f"period {period!r} ends after the calendar; correct it")
    last = date(after // 12, after % 12 + 1, 1) - timedelta(days=1)
    return date(int(year), start, 1).isoformat(), last.isoformat()


def day_before(day: str) -> str:
    """Return the ISO day before an ISO day."""
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def _days_of_week(year: int, week: int) -> tuple[str, str]:
    try:
        monday = date.fromisocalendar(year, week, 1)
        return monday.isoformat(), (monday + timedelta(days=6)).isoformat()
    except (ValueError, OverflowError):
        raise CatalogueError(
            f"period '{year}-W{week:02d}' is no week of the calendar; correct it"
        ) from None


def read_areas(path: Path) -> dict[str, Area]:
    """Read ``areas.csv``.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    dict
        By code; of a code that was given again, the later bearers stand under
        ``code@valid_from``. In the order of the file.

    Raises
    ------
    CatalogueError
        If a row is no area, a code has two bearers at a time, a parent is unknown or does not
        exist at the time, or an area lies inside itself.
    """
    bearers: dict[str, list[tuple[str, Area]]] = {}
    for where, row in read_rows(path, Area):
        refuse_code(row, "level", LEVELS, where)
        for name in ("name_en", "name_vi"):
            refuse_name(row, name, where)
        for name in ("valid_from", "valid_to"):
            refuse_day(row, name, where)
        area = Area(**row)
        own = area.code_source[:8] == "own code" and OWN_CODE.fullmatch(area.ref_area)
        if not own and not CODE.fullmatch(area.ref_area):
            raise CatalogueError(
                f"ref_area {area.ref_area!r} in {where} is no code; write VN-71, VNM or 03127"
            )
        if area.last_day < area.first_day:
            raise CatalogueError(
                f"area {area.ref_area!r} in {where} ends ({area.valid_to}) before it begins"
            )
        for _, other in bearers.setdefault(area.ref_area, []):
            if area.exists_in(other.first_day, other.last_day):
                raise CatalogueError(
                    f"repeated id {area.ref_area!r} in {where}; its validity overlaps that of "
                    f"{other.name_vi}; end one before the other begins"
                )
        bearers[area.ref_area].append((where, area))
    areas: dict[str, Area] = {}
    for code, several in bearers.items():
        for i, (_, area) in enumerate(sorted(several, key=lambda held: held[1].first_day)):
            areas[f"{code}@{area.valid_from}" if i else code] = area
    for area in areas.values():
        _refuse_misplaced(area, areas)
    return areas


def _refuse_misplaced(area: Area, areas: Mapping[str, Area]) -> None:
    inside = [area.ref_area]
    here = area
    while here.parent:
        if here.parent not in areas:
            raise CatalogueError(
                f"unknown area {here.parent!r}{nearest(here.parent, areas)}, the parent of "
                f"{here.ref_area!r}; add it to data/catalogue/areas.csv or correct it"
            )
        above = bearers_of(here.parent, areas)
        if not any(a.exists_in(area.first_day, area.last_day) for a in above):
            raise CatalogueError(
                f"area {area.ref_area!r} ({area.name_vi}) in areas.csv lies in {here.parent!r}, "
                f"which does not exist from {area.first_day} to {area.last_day}"
            )
        if here.parent in inside:
            raise CatalogueError(f"area {here.parent!r} in areas.csv lies inside itself")
        inside.append(here.parent)
        here = above[-1]


def bearers_of(ref_area: str, areas: Mapping[str, Area]) -> list[Area]:
    """Return every area that has borne a code, the earliest first.

    Parameters
    ----------
    ref_area
        The code.
    areas
        Result of `read_areas`.

    Returns
    -------
    list of Area
        At least one.

    Raises
    ------
    KeyError
        If none has.
    """
    first = areas[ref_area]
    later = [areas[key] for key in areas if key.startswith(f"{ref_area}@")]
    return [first, *sorted(later, key=lambda a: a.first_day)]


def read_area_changes(path: Path, areas: Mapping[str, Area]) -> tuple[AreaChange, ...]:
    """Read ``area_changes.csv``.

    Parameters
    ----------
    path
        The file.
    areas
        Result of `read_areas`.

    Returns
    -------
    tuple of AreaChange
        In the order of the file.

    Raises
    ------
    CatalogueError
        If an area is unknown, the old one does not end the day before or the new one does not
        begin on the day, an area goes whole into two, or areas become each other in a circle.
    """
    changes: list[AreaChange] = []
    for where, row in read_rows(path, AreaChange):
        refuse_code(row, "kind", KINDS, where)
        refuse_day(row, "valid_from", where)
        if not row["valid_from"] or not row["source"]:
            raise CatalogueError(f"empty valid_from or source in {where}; give both")
        change = AreaChange(**row)
        _refuse_ends(change, areas, where)
        for other in changes:
            same = (other.old_area, other.valid_from) == (change.old_area, change.valid_from)
            if same and "whole" in {change.kind, other.kind}:
                raise CatalogueError(
                    f"area {change.old_area!r} goes into {other.new_area!r} and, in {where}, into "
                    f"{change.new_area!r}; it goes whole into one area, or every part is a split"
                )
        changes.append(change)
    return tuple(changes)


def _refuse_ends(change: AreaChange, areas: Mapping[str, Area], where: str) -> None:
    for code, name, day in (
        (change.old_area, "valid_to", day_before(change.valid_from)),
        (change.new_area, "valid_from", change.valid_from),
    ):
        if code not in areas:
            raise CatalogueError(f"unknown area {code!r} in {where}; add it to areas.csv")
        if day not in {getattr(area, name) for area in bearers_of(code, areas)}:
            kind = "ended" if name == "valid_to" else "began"
            raise CatalogueError(
                f"no area {code!r} {kind} on {day}, as {where} says; correct {name} in areas.csv"
            )
