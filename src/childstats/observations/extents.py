"""What the codes of a count cover: ages in months, days, areas without parts, and which people."""

import re
from datetime import date
from typing import Final, NamedTuple

from childstats.catalogue.areas import days_of
from childstats.catalogue.catalogue import Catalogue
from childstats.codes import TOTAL, UnitMeasure
from childstats.errors import CatalogueError
from childstats.observations.boundaries import COUNTED
from childstats.statistics.disclosure.cells import Cell

IN: Final = "in"
"""Code of the dimension ``part``: those that a share counts, and not its whole."""
OLDEST: Final = 12 * 200
"""Months that nobody reaches: the end of an age group that has none."""
_AGE: Final = re.compile(r"([YM])(\d{1,3})(?:T(\d{1,3}))?", re.ASCII)
_OPEN_AGE: Final = re.compile(r"([YM])_(LT|LE|GE|GT)(\d{1,3})", re.ASCII)
_MONTHS: Final = {"Y": 12, "M": 1}
GROUPS: Final = {
    "sex": frozenset("FM"),
    "residence": frozenset("UR"),
    "wealth_quintile": frozenset(f"Q{n}" for n in range(1, 6)),
}
"""Groups that together are everybody."""

Span = tuple[int, int]
"""First month or day, and the one after the last."""
Key = tuple[str, Cell]
"""Indicator and cell: what is printed."""


class Place(NamedTuple):
    """What one printed count covers.

    Attributes
    ----------
    people
        The indicator that counts them, or the numerator or denominator of a share.
    area
        Key of the area.
    days
        First day and the day after the last, as ordinals.
    is_flow
        Whether counts of several periods add up.
    age
        Months.
    groups
        Codes of sex, residence and wealth.
    """

    people: str
    area: str
    days: Span
    is_flow: bool
    age: Span
    groups: tuple[frozenset[str], ...]


def months_of(age: str) -> Span | None:
    """Return the ages of an SDMX code in months; None where it is none that is known.

    Examples
    --------
    >>> months_of("Y0T4"), months_of("Y_LT1"), months_of("M12T23")
    ((0, 60), (0, 12), (12, 24))
    """
    span = _months_of(age)
    return span if span is not None and span[0] < span[1] else None


def _months_of(age: str) -> Span | None:
    if age == TOTAL:
        return 0, OLDEST
    if match := _AGE.fullmatch(age):
        unit, first, last = match.groups()
        return _MONTHS[unit] * int(first), _MONTHS[unit] * (int(last or first) + 1)
    if match := _OPEN_AGE.fullmatch(age):
        unit, how, number = match.groups()
        at = _MONTHS[unit] * (int(number) + (how in {"LE", "GT"}))
        return (0, at) if how in {"LT", "LE"} else (at, OLDEST)
    return None


def whole_and_part(indicator: str, catalogue: Catalogue) -> tuple[str, str]:
    """Return whom the denominator and the numerator of a share count."""
    known = catalogue.indicator(indicator)
    names = []
    for name, part in ((known.denominator, "denominator"), (known.numerator, "numerator")):
        counted = name and catalogue.indicator(name).unit_measure in COUNTED
        names.append(name if counted else f"{indicator}:{part}")
    return names[0], names[1]


def parts_of_wholes(catalogue: Catalogue) -> dict[str, set[str]]:
    """Return for each kind of people all those that contain it, as far as the catalogue says."""
    direct: dict[str, set[str]] = {}
    for name, known in catalogue.indicators.items():
        if known.unit_measure == UnitMeasure.PROPORTION:
            whole, part = whole_and_part(name, catalogue)
            direct.setdefault(part, set()).add(whole)
        elif known.unit_measure in COUNTED and known.denominator in catalogue.indicators:
            direct.setdefault(name, set()).add(whole_and_part(name, catalogue)[0])
    found: dict[str, set[str]] = {}
    for part, above in direct.items():
        reached, waiting = set(), list(above)
        while waiting:
            whole = waiting.pop()
            if whole not in reached and whole != part:
                reached.add(whole)
                waiting += direct.get(whole, ())
        found[part] = reached
    return found


def place_of(key: Key, catalogue: Catalogue) -> Place | None:
    """Return what a printed count covers.

    Parameters
    ----------
    key
        Indicator and cell (`childstats.observations.small_counts.cells_behind`).
    catalogue
        Definitions.

    Returns
    -------
    Place or None
        None where a code is not known, so that the count can be tied to nothing.
    """
    indicator, cell = key
    codes = dict(cell)
    known = catalogue.indicators.get(indicator)
    if known is None or codes.get("ref_area") not in catalogue.areas:
        return None
    people = indicator
    if known.unit_measure not in COUNTED:
        people = whole_and_part(indicator, catalogue)["part" in codes]
    own = catalogue.indicators.get(people, known)
    age = months_of(codes.get("age", own.age))
    if age is None and "age" not in codes:
        age = months_of(TOTAL)
    try:
        first, last = (date.fromisoformat(d).toordinal() for d in days_of(codes["time_period"]))
        groups = tuple(
            frozenset({codes[name]}) if name in codes else everybody
            for name, everybody in GROUPS.items()
        )
    except (CatalogueError, KeyError, ValueError):
        return None
    known_groups = all(g <= all_ for g, all_ in zip(groups, GROUPS.values(), strict=True))
    if age is None or not known_groups:
        return None
    return Place(people, codes["ref_area"], (first, last + 1), own.nature == "flow", age, groups)


def leaves_of(catalogue: Catalogue) -> dict[str, frozenset[str]]:
    """Return for each area those without parts that it is made of, whatever their level.

    Areas with parts have besides one of their own, for what none of the parts covers. A unit
    after a merger is made of those before it; where one was split, of its part.
    """
    parts: dict[str, list[str]] = {}
    for key in catalogue.areas:
        if parent := catalogue.parent(key):
            parts.setdefault(parent, []).append(key)
    begins = {(a.ref_area, a.valid_from): key for key, a in catalogue.areas.items()}
    ends = {(a.ref_area, a.valid_to): key for key, a in catalogue.areas.items()}
    for change in catalogue.area_changes:
        before = date.fromisoformat(change.valid_from).toordinal() - 1
        old = ends.get((change.old_area, date.fromordinal(before).isoformat()), change.old_area)
        new = begins.get((change.new_area, change.valid_from), change.new_area)
        if change.kind == "whole":
            parts.setdefault(new, []).append(old)
        else:
            piece = f"{old} in {new}"
            parts.setdefault(old, []).append(piece)
            parts.setdefault(new, []).append(piece)
    found: dict[str, frozenset[str]] = {}

    def leaves(key: str) -> frozenset[str]:
        if key not in found:
            found[key] = frozenset({key})  # also the answer inside a circle
            below = [leaves(part) for part in parts.get(key, ())]
            found[key] = frozenset({key}).union(*below)
        return found[key]

    return {key: leaves(key) for key in catalogue.areas}
