"""What counts cover, as boxes of elements, and the totals that nobody lists but that tie them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from childstats.observations.nesting import Codes

DIMENSIONS: Final = ("sex", "residence", "wealth_quintile", "ages", "days", "areas")
"""The order in which remainders are formed: those of areas last, over all the others."""


class Box(NamedTuple):
    """What a count covers, as sets of elements of each dimension.

    Attributes
    ----------
    people
        Whom it counts.
    version
        The edition whose count this was before it was corrected; usually "".
    sex, residence, wealth_quintile, ages, days, areas
        Elements.
    """

    people: str
    version: str
    sex: Codes
    residence: Codes
    wealth_quintile: Codes
    ages: Codes
    days: Codes
    areas: Codes

    def inside(self, other: "Box") -> bool:
        """Return whether all that this covers is covered by another, whoever is counted."""
        return all(mine <= theirs for mine, theirs in zip(self[2:], other[2:], strict=True))

    def differs(self, other: "Box") -> int:
        """Return in how many dimensions both cover something else."""
        return sum(mine != theirs for mine, theirs in zip(self[2:], other[2:], strict=True))


class Along(NamedTuple):
    """Boxes that differ in one dimension only.

    Attributes
    ----------
    dimension
        That one.
    others
        People, and the elements of all other dimensions.
    version
        As in `Box`.
    first
        Whether what parts leave is tied to others like them, too.
    """

    dimension: str
    others: tuple[Any, ...]
    version: str
    first: bool

    def box(self, code: Codes) -> Box:
        """Return the box with some elements of the dimension."""
        people, *codes = self.others
        codes.insert(Box._fields.index(self.dimension) - 2, code)
        return Box(people, "", *codes)


class Around:
    """The codes of one dimension, and which of them hold which others."""

    def __init__(self, codes: Iterable[Codes]) -> None:
        self._holding: dict[Any, list[Codes]] = defaultdict(list)
        for code in sorted(set(codes), key=_order):
            for element in code:
                self._holding[element].append(code)

    def of(self, code: Codes) -> list[Codes]:
        """Return the codes that hold all of a code and more, the narrowest first."""
        return [k for k in self._holding.get(next(iter(code)), ()) if code < k]

    def of_several(self, codes: Iterable[Codes], *, together: bool) -> list[Codes]:
        """Return the narrowest codes around two or more of some, or all of them together."""
        line = list(codes)
        found = Counter(outer for code in line for outer in self.of(code))
        narrowest = [
            outer
            for outer, number in found.items()
            if number > 1 and not any(o < outer and found[o] == number for o in found)
        ]
        union = frozenset().union(*line)
        if together and len(line) > 1 and union not in line and not self._holds(union):
            narrowest.append(union)
        return sorted(narrowest, key=_order)

    def _holds(self, union: Codes) -> bool:
        return any(union <= k for k in self._holding.get(next(iter(union)), ()))


def _order(code: Codes) -> tuple[int, list[str]]:
    return len(code), sorted(map(str, code))


def margins_of(names: Mapping[Box, str]) -> dict[Box, str]:
    """Return the totals that nobody lists, by name: of girls and boys, or of all ages of each.

    Counts by sex and counts by age are tied by their total though it is not printed.

    Parameters
    ----------
    names
        What is listed.
    """
    listed = {box: name for box, name in names.items() if not box.version}
    around = {
        dimension: Around(frozenset(box[Box._fields.index(dimension)]) for box in listed)
        for dimension in DIMENSIONS
    }
    lines = {d: _lines(listed, d) for d in DIMENSIONS}
    known, waiting = dict(listed), list(listed)
    found: dict[Box, str] = {}
    while waiting:
        added: dict[Box, str] = {}
        for dimension in DIMENSIONS:
            for others in dict.fromkeys(_others(box, dimension) for box in waiting):
                codes = lines[dimension][others]
                if any(isinstance(element, tuple) for code in codes for element in code):
                    continue  # numbers at two days are not added
                along = Along(dimension, others, "", first=True)
                several = around[dimension].of_several(codes, together=dimension != "areas")
                single = {outer for code in codes for outer in around[dimension].of(code)}
                for total in dict.fromkeys([*several, *sorted(single, key=_order)]):
                    box = along.box(total)
                    is_tied = total in several or _is_in_sums(box, lines, dimension)
                    if box not in known and is_tied:
                        inside = min(known[along.box(c)] for c in codes if c < total)
                        name = f"all {len(total)} by {dimension} around {inside}"
                        while name in found.values() or name in added.values():
                            name += " and more"
                        added.setdefault(box, name)
        for dimension in DIMENSIONS:
            for others, codes in _lines(added, dimension).items():
                lines[dimension][others] |= codes
        known |= added
        found |= added
        waiting = list(added)
    return found


def _others(box: Box, dimension: str) -> tuple[Any, ...]:
    """Return all that a box has besides one dimension."""
    at = Box._fields.index(dimension)
    return box.people, *box[2:at], *box[at + 1 :]


def _lines(boxes: Iterable[Box], dimension: str) -> dict[tuple[Any, ...], set[Codes]]:
    """Return the codes of one dimension of boxes that are alike in all others."""
    at = Box._fields.index(dimension)
    found: dict[tuple[Any, ...], set[Codes]] = defaultdict(set)
    for box in boxes:
        found[_others(box, dimension)].add(frozenset(box[at]))
    return found


def _is_in_sums(
    box: Box, lines: Mapping[str, Mapping[tuple[Any, ...], set[Codes]]], dimension: str
) -> bool:
    """Return whether a box stands beside others that a total along another dimension holds."""
    for other in DIMENSIONS:
        if other != dimension:
            code = frozenset(box[Box._fields.index(other)])
            codes = lines[other].get(_others(box, other), set())
            if any(code < total and any(c < total for c in codes) for total in codes):
                return True
    return False
