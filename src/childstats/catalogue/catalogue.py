"""The catalogue: definitions of indicators and areas, read from ``data/catalogue``."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Final, TypeVar

import pandas as pd

from childstats.catalogue.areas import (
    Area,
    AreaChange,
    bearers_of,
    day_before,
    days_of,
    read_area_changes,
    read_areas,
)
from childstats.catalogue.indicators import Indicator, indicator_of
from childstats.catalogue.reading import ID, read_rows, refuse_code, refuse_name
from childstats.errors import CatalogueError, nearest

T = TypeVar("T")
SUBPOPULATION: Final = re.compile("(?:[a-z_]+=[a-z_]+)?")
"""A dimension that is no column of the observation table, and a code of it."""


@dataclass(frozen=True)
class Catalogue:
    """Indicators and areas by id, in the order of their files.

    Attributes
    ----------
    indicators
        By id.
    areas
        By code; a later bearer of a code that was given again stands under ``code@valid_from``.
    area_changes
        What areas became.
    """

    indicators: Mapping[str, Indicator]
    areas: Mapping[str, Area]
    area_changes: tuple[AreaChange, ...] = ()
    _bearers: Mapping[str, list[Area]] = field(init=False, repr=False, compare=False)
    """Every area that has borne a code, for the codes that were given again."""
    _into: Mapping[str, list[str]] = field(init=False, repr=False, compare=False)
    """What each area became, by key."""

    def __post_init__(self) -> None:
        again = {key.partition("@")[0] for key in self.areas if "@" in key}
        bearers = {code: bearers_of(code, self.areas) for code in sorted(again)}
        object.__setattr__(self, "_bearers", bearers)
        ended = {(area.ref_area, area.valid_to): key for key, area in self.areas.items()}
        began = {(area.ref_area, area.valid_from): key for key, area in self.areas.items()}
        into: dict[str, list[str]] = {}
        for change in self.area_changes:
            new = began.get((change.new_area, change.valid_from), change.new_area)
            old = ended.get((change.old_area, day_before(change.valid_from)), change.old_area)
            into.setdefault(old, []).append(new)
        object.__setattr__(self, "_into", into)

    def __repr__(self) -> str:
        """Return a summary for an analyst at the prompt."""
        return f"<Catalogue: {len(self.indicators)} indicators, {len(self.areas)} areas>"

    def _repr_html_(self) -> str:
        """Return the indicators as a table for JupyterLab."""
        shown = ("indicator", "name_en", "name_vi", "level", "unit_measure", "polarity")
        rows = [[getattr(i, name) for name in shown] for i in self.indicators.values()]
        table = pd.DataFrame(rows, columns=shown)
        return f"<p>{escape(repr(self))}</p>{table.to_html(index=False)}"

    def indicator(self, indicator: str) -> Indicator:
        """Return the definition of an indicator.

        Raises
        ------
        CatalogueError
            If the catalogue has no such indicator.
        """
        return _look_up(indicator, self.indicators, "indicator", "data/catalogue/indicators.csv")

    def area(self, ref_area: str, period: int | str | None = None) -> Area:
        """Return the area that bears a code in a period.

        Parameters
        ----------
        ref_area
            The code.
        period
            A year or SDMX period; of two bearers in one period the one at its end is meant,
            since figures of a year are published for the areas that the year leaves. Without a
            period the code must have had one bearer only.

        Returns
        -------
        Area
            Its definition.

        Raises
        ------
        CatalogueError
            If the catalogue has no such area, none in that period, or, without a period, two.
        """
        only = _look_up(ref_area, self.areas, "area", "data/catalogue/areas.csv")
        bearers = self._bearers.get(ref_area, [only])
        if period is None:
            if len(bearers) > 1:
                names = ", ".join(f"{a.name_vi} from {a.first_day}" for a in bearers)
                raise CatalogueError(f"area code {ref_area!r} was used again: {names}; say when")
            return only
        first, last = days_of(period)
        valid = [area for area in bearers if area.exists_in(first, last)]
        if not valid:
            raise CatalogueError(
                f"area {ref_area!r} ({only.name_vi}) does not exist in {period}: it is valid from "
                f"{only.valid_from or 'the beginning'} to {only.valid_to or 'today'}"
                f"{self._became(ref_area)}"
            )
        return valid[-1]

    def key(self, ref_area: str, period: int | str) -> str:
        """Return the key in `areas` of the area that bears a code in a period.

        Parameters
        ----------
        ref_area
            The code, or a key already.
        period
            A year or SDMX period, as in `area`.

        Returns
        -------
        str
            The code itself, or ``code@valid_from`` for a later bearer of a code that was given
            again.

        Raises
        ------
        CatalogueError
            As `area`, for a code that was given again.
        """
        if ref_area not in self._bearers:
            return ref_area
        area = self.area(ref_area, period)
        is_first = area is self._bearers[ref_area][0]
        return ref_area if is_first else f"{ref_area}@{area.valid_from}"

    def refuse_unknown(self, kind: str, codes: Iterable[str], where: Callable[[str], str]) -> None:
        """Refuse codes that the catalogue does not have, and say where the first one stands.

        Parameters
        ----------
        kind
            ``indicator`` or ``area``.
        codes
            What to look up.
        where
            Gives the place of a code, such as ``a-source/figures.csv line 2``.

        Raises
        ------
        CatalogueError
            For the first code that is not there.
        """
        known: Mapping[str, object] = self.indicators if kind == "indicator" else self.areas
        for code in codes:
            if code not in known:
                path = f"data/catalogue/{kind}s.csv"
                raise CatalogueError(_unknown(code, known, kind, path, where(code)))

    def bearer(self, ref_area: str, period: int | str) -> str:
        """Return the key of the area that a report on a period is about.

        Parameters
        ----------
        ref_area
            A code, or the key of a later bearer, whose figures may be added up to the time before
            it began.
        period
            The report's period.

        Returns
        -------
        str
            As `key`.

        Raises
        ------
        CatalogueError
            If the catalogue has no such area, if it had ended before the period, or if its code
            was used again and had no bearer then.
        """
        if "@" not in ref_area and ref_area not in self._bearers:
            area = self.area(ref_area)
            ended = area.valid_to and area.valid_to < days_of(period)[0]
            return (self.area(ref_area, period) if ended else area).ref_area
        return self.key(_known(ref_area, self.areas, "area", "data/catalogue/areas.csv"), period)

    def _became(self, ref_area: str) -> str:
        """Return where to look instead of an area at another time, for a message."""
        into = [c.new_area for c in self.area_changes if c.old_area == ref_area]
        of = [c.old_area for c in self.area_changes if c.new_area == ref_area]
        hints = []
        if into:
            hints.append(f"it became {', '.join(into)}")
        if of:
            hints.append(f"it was made of {', '.join(of)}")
        return f"; {'; '.join(hints)}; use the code of that time" if hints else ""

    def contains(self, outer: str, inner: str) -> bool:
        """Return whether an area lies inside another one while both exist.

        Parameters
        ----------
        outer, inner
            Codes, or keys of later bearers. A code that was given again means its first bearer.

        Returns
        -------
        bool
            An area does not contain itself, nor one that ended before it began.

        Raises
        ------
        CatalogueError
            If the catalogue has no such area.
        """
        _known(outer, self.areas, "area", "data/catalogue/areas.csv")
        return outer in self.above(inner)

    def is_or_contains(self, outer: str, inner: str) -> bool:
        """Return whether two areas are the same, or the second lies inside the first."""
        return outer == inner or self.contains(outer, inner)

    def parent(self, ref_area: str) -> str:
        """Return the key of the area that an area lies in, the latest of several; "" for none."""
        area = self.areas[_known(ref_area, self.areas, "area", "data/catalogue/areas.csv")]
        within = self._parents(area, area.first_day, area.last_day)
        return within[-1] if within else ""

    def is_made_of(self, later: str, earlier: str) -> bool:
        """Return whether an earlier area went into a later one, whole or in part."""
        into, seen = [earlier], set()
        while into:
            here = into.pop()
            if here == later:
                return here != earlier
            if here not in seen:
                seen.add(here)
                into += self._into.get(here, ())
        return False

    def above(self, ref_area: str) -> set[str]:
        """Return the keys of all areas that contain an area at some time of its own."""
        area = self.areas[_known(ref_area, self.areas, "area", "data/catalogue/areas.csv")]
        steps, found, i = [(area, area.first_day, area.last_day)], set(), 0
        while i < len(steps):
            _, first, last = steps[i]
            for key in self._parents(*steps[i]):
                outer = self.areas[key]
                found.add(key)
                step = (outer, max(first, outer.first_day), min(last, outer.last_day))
                if step not in steps:
                    steps.append(step)
            i += 1
        return found - {ref_area}

    def _parents(self, area: Area, first: str, last: str) -> list[str]:
        """Return the keys of an area's parents within some of its days, the earliest first."""
        if not area.parent:
            return []
        _look_up(area.parent, self.areas, "area", "data/catalogue/areas.csv")
        above = self._bearers.get(area.parent)
        if above is None:
            return [area.parent]
        keys = [area.parent, *(f"{area.parent}@{a.valid_from}" for a in above[1:])]
        return [key for key in keys if self.areas[key].exists_in(first, last)]


def _known(key: str, known: Mapping[str, T], kind: str, path: str) -> str:
    _look_up(key, known, kind, path)
    return key


def _look_up(key: str, known: Mapping[str, T], kind: str, path: str) -> T:
    try:
        return known[key]
    except KeyError:
        raise CatalogueError(_unknown(key, known, kind, path, "")) from None


def _unknown(key: str, known: Mapping[str, object], kind: str, path: str, where: str) -> str:
    """Return the message about a code that is not there; a name in its place gives the code."""
    named = [code for code, entry in known.items() if _plain(key) in _names(entry)]
    hint = f" (did you mean {named[0]!r}?)" if named else nearest(key, known)
    place = f" in {where}" if where else ""
    return f"unknown {kind} {key!r}{hint}{place}; add it to {path} or correct it"


def _names(entry: object) -> set[str]:
    return {_plain(getattr(entry, name, "")) for name in ("name_en", "name_vi")}


def _plain(name: str) -> str:
    """Return a name without its marks, as people type it: ``Hòa Bình`` is ``hoa binh``."""
    letters = unicodedata.normalize("NFD", name.casefold().replace("đ", "d"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def read_catalogue(folder: Path) -> Catalogue:
    """Read ``indicators.csv``, ``areas.csv`` and, where there is one, ``area_changes.csv``.

    Parameters
    ----------
    folder
        ``data/catalogue``.

    Returns
    -------
    Catalogue
        Definitions by id.

    Raises
    ------
    CatalogueError
        If a file or column is missing, a code unknown, an id repeated, a parent or related
        indicator not in the catalogue, or a change of areas impossible.
    """
    indicators: dict[str, Indicator] = {}
    for where, row in read_rows(folder / "indicators.csv", Indicator):
        refuse_code(row, "nature", ("stock", "flow"), where)
        refuse_code(row, "polarity", ("higher", "lower", "none"), where)
        for name in ("name_en", "name_vi"):
            refuse_name(row, name, where)
        if not SUBPOPULATION.fullmatch(row["subpopulation"]):
            raise CatalogueError(
                f"subpopulation {row['subpopulation']!r} in {where} is none; write a dimension "
                "and a code, such as ethnicity=minority, or nothing for everybody"
            )
        if row["indicator"] and not ID.fullmatch(row["indicator"]):
            raise CatalogueError(
                f"indicator {row['indicator']!r} in {where} is no id; use lower-case letters, "
                "digits and _, at most 81"
            )
        if not row["indicator"] or row["indicator"] in indicators:
            raise CatalogueError(f"empty or repeated id {row['indicator']!r} in {where}")
        indicators[row["indicator"]] = indicator_of(row, where)
    areas = read_areas(folder / "areas.csv")
    changes = folder / "area_changes.csv"
    catalogue = Catalogue(
        indicators, areas, read_area_changes(changes, areas) if changes.exists() else ()
    )
    for indicator in indicators.values():
        for related in (indicator.numerator, indicator.denominator, indicator.resembles):
            if related:
                catalogue.indicator(related)
    return catalogue
