"""What ties counts to each other: which are sums, parts or remainders of which, as statements.

Areas, periods, ages, groups and indicators that contain one another are one system. A count is a
box: whom it counts, and of each dimension the elements that it covers. Boxes along one dimension
that are nested add up, with a remainder; those that cross are sums of the pieces that they cut
each other into.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from enum import StrEnum
from math import inf
from typing import Any, NamedTuple, Protocol

from childstats.observations.boxes import DIMENSIONS, Along, Around, Box, margins_of
from childstats.observations.extents import Key, Place
from childstats.observations.nesting import Atoms, Codes, nested, without_sum
from childstats.statistics.disclosure.cells import Cell, cell_label
from childstats.statistics.disclosure.system import Statement


class Tie(StrEnum):
    """How parts are to their total."""

    EQUAL = "equal"
    """They are all of it."""
    REST = "rest"
    """They leave some."""
    AT_MOST = "at_most"
    """They are no more than it."""
    BROKEN = "broken"
    """They are more than it, or otherwise than it can be: two ways of counting."""


class Judge(Protocol):
    """Who knows how some parts are to their total."""

    def __call__(
        self, total: str, parts: Sequence[str], rest: str, *, covered: bool, further: bool = False
    ) -> Tie:
        """Return how parts are to a total.

        `covered` says that by their codes they are all; `further` that others lie between them,
        so that only what is left matters, and only where it is known to be few.
        """


class Line(NamedTuple):
    """One total and its parts along a dimension, by name."""

    total: str
    parts: tuple[str, ...]
    dimension: str


class Ties:
    """The counts of one system, by name, and what ties them.

    Attributes
    ----------
    names
        Box to name.
    of
        Name of each printed count.
    statements
        What holds between counts.
    lines
        Sums that were found, for what must be hidden where one cannot be.
    rests
        Name of a remainder to the total that leaves it and the dimension.
    left
        Name of what parts leave of a total, although they are all by their codes, to the sum.
    margins
        Names of totals that nobody lists.
    crossing
        Names of counts that overlap others without being their sum.
    """

    def __init__(
        self,
        placed: Mapping[Key, Place],
        leaves: Mapping[str, Codes],
        wholes: Mapping[str, set[str]],
        judge: Judge,
        versions: Mapping[tuple[str, Key], Place] | None = None,
    ) -> None:
        self._leaves, self._judge = leaves, judge
        self._hollow = {area for area, own in leaves.items() if len(own) > 1}
        self.names: dict[Box, str] = {}
        self.of: dict[Key, str] = {}
        self.old: dict[tuple[str, Key], str] = {}
        self.statements: list[Statement] = []
        self.lines: list[Line] = []
        self.rests: dict[str, Line] = {}
        self.left: dict[str, tuple[str, tuple[str, ...]]] = {}
        self.crossing: set[str] = set()
        self.margins: set[str] = set()
        self._done: set[tuple[str, tuple[str, ...]]] = set()
        older = versions or {}
        every = [*placed.values(), *older.values()]
        self._ages = Atoms(place.age for place in every)
        self._days = Atoms(place.days for place in every if place.is_flow)
        self.listed: set[str] = set()
        for key in sorted(placed):
            self.of[key] = self._named(self._box(placed[key], ""), _label(key))
        for version, key in sorted(older):
            box = self._box(older[version, key], version)
            self.old[version, key] = self._named(box, f"{_label(key)} ({version})")
        self.listed = set(self.names.values())
        margins = margins_of(self.names)
        self.margins.update(margins.values())
        self.names |= margins
        self._within(wholes)
        for first in (True, False):
            for dimension in DIMENSIONS:
                self._along(dimension, first=first)
        self._within_by_rest(wholes)
        self._all_within(wholes)

    def _box(self, place: Place, version: str) -> Box:
        days = self._days(place.days) if place.is_flow else frozenset({place.days})
        areas = self._leaves[place.area]
        sex, residence, wealth = place.groups
        ages = self._ages(place.age)
        return Box(place.people, version, sex, residence, wealth, ages, days, areas)

    def _named(self, box: Box, name: str) -> str:
        return self.names.setdefault(box, name)

    def _state(self, parts: Mapping[str, float], low: float, high: float, label: str) -> None:
        cells: dict[Cell, float] = {(("cell", name),): factor for name, factor in parts.items()}
        self.statements.append(Statement(cells, low, high, label))

    def _along(self, dimension: str, *, first: bool) -> None:
        """Tie the boxes that differ in one dimension only."""
        at = Box._fields.index(dimension)
        lines: dict[tuple[Any, ...], dict[Codes, str]] = defaultdict(dict)
        older: dict[tuple[Any, ...], dict[str, dict[Codes, str]]] = defaultdict(dict)
        for box, name in self.names.items():
            others, code = (box.people, *box[2:at], *box[at + 1 :]), frozenset(box[at])
            if box.version:
                older[others].setdefault(box.version, {})[code] = name
            else:
                lines[others][code] = name
        for others, versions in older.items():
            for version, mine in sorted(versions.items()):
                # the count before a correction stands in its place, the others are shared
                codes = {c: n for c, n in lines.get(others, {}).items() if n not in self.margins}
                codes |= mine
                self._line(codes, Along(dimension, others, version, first), set(mine.values()))
        for others, codes in lines.items():
            self._line(codes, Along(dimension, others, "", first), set(codes.values()))

    def _line(self, codes: Mapping[Codes, str], along: Along, only: set[str]) -> None:
        """Tie codes of one dimension, as far as some names are among them."""
        above, crossed = nested(codes)
        if crossed:
            self._pieces(codes, along, crossed)
            return
        below: dict[Codes, list[Codes]] = defaultdict(list)
        for code, total in above.items():
            below[total].append(code)
        for total, parts in below.items():
            names = tuple(sorted(codes[part] for part in parts))
            if only & {codes[total], *names}:
                self._add(codes[total], names, total.difference(*parts), along)
        for code in codes if along.first else ():
            between = above.get(code)
            while between is not None and between in above:
                between = above[between]
                if only & {codes[between], codes[code]}:
                    self._add_further(codes[between], codes[code], along.dimension)

    def _add(self, total: str, names: tuple[str, ...], left: Codes, along: Along) -> None:
        """Tie parts to their total."""
        again = any(self.rests[p].total == total for p in names if p in self.rests)
        if again or (total, names) in self._done:
            return
        self._done.add((total, names))
        covered = left <= self._hollow if along.dimension == "areas" else not left
        kind = "rest" if along.first else "left" if covered else ""
        without = f"{along.dimension}, without {' and '.join(names)}"
        rest = f"{kind} of {total} by {without}" if kind else ""
        tie = self._judge(total, names, rest, covered=covered)
        line = Line(total, names, along.dimension)
        self.lines.append(line)
        label = f"parts of {total} by {along.dimension}"
        parts = {**dict.fromkeys(names, 1.0), total: -1.0}
        if tie is Tie.EQUAL:
            self._state(parts, 0.0, 0.0, label)
        elif tie is Tie.REST and rest:
            self._state({**parts, rest: 1.0}, 0.0, 0.0, label)
            if covered:
                self.left[rest] = total, names
            if along.first:
                self.rests[rest] = line
                if left and not along.version:
                    self.names.setdefault(along.box(left), rest)
        elif tie is not Tie.BROKEN:
            self._state(parts, -inf, 0.0, label)

    def _add_further(self, total: str, name: str, dimension: str) -> bool:
        """Tie a part to a total although others lie between, where few are left; return if so."""
        if (total, (name,)) in self._done or name in self.rests or total in self.rests:
            return False
        self._done.add((total, (name,)))
        rest = f"all of {total} by {dimension} without {name}"
        if self._judge(total, (name,), rest, covered=False, further=True) is Tie.REST:
            self.rests[rest] = Line(total, (name,), dimension)
            self._state({name: 1.0, rest: 1.0, total: -1.0}, 0.0, 0.0, rest)
            return True
        return False

    def _pieces(self, codes: Mapping[Codes, str], along: Along, crossed: set[Codes]) -> None:
        """Tie codes that cross each other as sums of the pieces that they cut each other into."""
        whose = "; ".join(sorted(codes.values()))
        if (whose, ()) in self._done:
            return
        self._done.add((whose, ()))
        inside: dict[frozenset[str], set[Any]] = defaultdict(set)
        holding: dict[Any, set[str]] = defaultdict(set)
        for code, name in codes.items():
            for element in code:
                holding[element].add(name)
        for element, names in holding.items():
            inside[frozenset(names)].add(element)
        pieces = {frozenset(elements): names for names, elements in inside.items()}
        named = {}
        for piece, holders in sorted(pieces.items(), key=lambda held: sorted(held[1])):
            if along.dimension == "areas" and piece <= self._hollow:
                continue
            shared = f"what {' and '.join(sorted(holders))} have in common"
            named[piece] = codes.get(piece) or shared
            if not along.version:
                self.names.setdefault(along.box(piece), named[piece])
        for code, name in codes.items():
            mine = [own for piece, own in named.items() if piece <= code]
            if mine != [name]:
                self._add_pieces(name, tuple(sorted(mine)))
        self.crossing |= {codes[c] for c in without_sum(codes, crossed)}

    def _add_pieces(self, total: str, names: tuple[str, ...]) -> None:
        rest = f"left of {total} without its pieces"
        tie = self._judge(total, names, rest, covered=True)
        parts = {**dict.fromkeys(names, 1.0), total: -1.0}
        if tie is Tie.REST:
            self.left[rest] = total, names
            parts[rest] = 1.0
        if tie is not Tie.BROKEN:
            self._state(parts, 0.0, 0.0, f"pieces of {total}")

    def _within(self, wholes: Mapping[str, set[str]]) -> None:
        """Add the box of a part that stands beside each whole, where it has parts of its own."""
        by_people: dict[str, dict[Codes, list[Box]]] = defaultdict(lambda: defaultdict(list))
        for box in self.names:
            if not box.version:
                by_people[box.people][box.areas].append(box)
        for part, several in wholes.items():
            mine = by_people.get(part, {})
            for whole in sorted(several & set(by_people)):
                for areas, boxes in list(mine.items()):
                    reach = frozenset().union(*(box.ages for box in boxes))
                    for other in by_people[whole].get(areas, ()):
                        inside = [b for b in boxes if b.inside(other)]
                        beside = other._replace(people=part, ages=other.ages & reach)
                        if len(inside) > 1 and beside not in self.names:
                            self.names[beside] = f"{part} in {self.names[other]}"

    def _within_by_rest(self, wholes: Mapping[str, set[str]]) -> None:
        """Tie each count of some people to the narrowest counts of those they are among."""
        by_people: dict[str, dict[Codes, list[Box]]] = defaultdict(lambda: defaultdict(list))
        for box in list(self.names):
            by_people[box.people][box.areas].append(box)
        for part, several in sorted(wholes.items()):
            for whole in sorted(several & set(by_people)):
                for areas, boxes in by_people.get(part, {}).items():
                    around = by_people[whole].get(areas, [])
                    for box in boxes:
                        self._tied_within(box, around)

    def _all_within(self, wholes: Mapping[str, set[str]]) -> None:
        """Tie whatever lies within whatever, where few are left, however much is between."""
        boxes: dict[tuple[str, Codes], list[Box]] = defaultdict(list)
        for box, name in self.names.items():
            if not box.version and name not in self.rests:
                boxes[box.people, box.areas].append(box)
        around = Around(areas for _, areas in boxes)
        for (people, areas), mine in list(boxes.items()):
            for outer in (areas, *around.of(areas)):
                for whole in sorted({people, *wholes.get(people, ())}):
                    for other in boxes.get((whole, outer), ()):
                        for box in mine:
                            if box.inside(other) and (people != whole or box.differs(other) > 1):
                                by = "people" if box.areas == other.areas else "areas"
                                self._add_further(self.names[other], self.names[box], by)

    def _tied_within(self, box: Box, around: Sequence[Box]) -> None:
        holding = [
            o for o in around if box.inside(o) and (o.version == box.version or not o.version)
        ]
        if box.version or any(o.version for o in holding):
            holding = [o for o in holding if o.version == box.version] or holding
        for other in holding:
            total, name = self.names[other], self.names[box]
            if any(o is not other and o.inside(other) for o in holding):
                if box[2:5] == other[2:5] and box.days == other.days:
                    self._add_further(total, name, "people")
                continue
            if (total, (name,)) in self._done:
                continue
            same = box[2:5] == other[2:5] and box.days == other.days
            if not same and self._add_further(total, name, "people"):
                continue
            self._done.add((total, (name,)))
            rest = f"those of {total} without {name}" if same else ""
            tie = self._judge(total, (name,), rest, covered=False)
            line = Line(total, (name,), "people")
            self.lines.append(line)
            label = f"{name} among {total}"
            if tie in {Tie.REST, Tie.EQUAL} and rest:
                self.rests[rest] = line
                self._state({name: 1.0, rest: 1.0, total: -1.0}, 0.0, 0.0, label)
            elif tie is not Tie.BROKEN:
                self._state({name: 1.0, total: -1.0}, -inf, 0.0, label)


def _label(key: Key) -> str:
    """Return the name of a printed count in messages."""
    indicator, cell = key
    return f"{indicator} {cell_label(cell)}"
