"""What ties counts to each other: which are sums, parts or remainders of which, as statements.

Areas, periods, ages, groups and indicators that contain one another are one system. A count is a
box: whom it counts, and of each dimension the elements that it covers. Boxes along one dimension
that are nested add up, with a remainder; those that cross are sums of the pieces that they cut
each other into.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import pairwise
from math import inf
from typing import Any, Final, NamedTuple, Protocol

from childstats.observations.extents import Key, Place, Span
from childstats.statistics.disclosure.cells import cell_label
from childstats.statistics.disclosure.system import Statement

Codes = frozenset[Any]
DIMENSIONS: Final = ("sex", "residence", "wealth_quintile", "ages", "days", "areas")
"""The order in which remainders are formed: those of areas last, over all the others."""


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

    def meets(self, other: "Box") -> bool:
        """Return whether both cover something together, whoever is counted."""
        return all(mine & theirs for mine, theirs in zip(self[2:], other[2:], strict=True))


class Judge(Protocol):
    """Who knows how some parts are to their total."""

    def __call__(self, total: str, parts: Sequence[str], rest: str, *, covered: bool) -> Tie:
        """Return how parts are to a total; `covered` says that by their codes they are all."""


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
        self._done: set[tuple[str, tuple[str, ...]]] = set()
        older = versions or {}
        every = [*placed.values(), *older.values()]
        self._ages = _atoms(place.age for place in every)
        self._days = _atoms(place.days for place in every if place.is_flow)
        self.listed: set[str] = set()
        for key in sorted(placed):
            self.of[key] = self._named(self._box(placed[key], ""), _label(key))
        for version, key in sorted(older):
            box = self._box(older[version, key], version)
            self.old[version, key] = self._named(box, f"{_label(key)} ({version})")
        self.listed = set(self.names.values())
        self._within(wholes)
        for first in (True, False):
            for dimension in DIMENSIONS:
                self._along(dimension, first=first)
        self._within_by_rest(wholes)

    def meeting(self, one: str, other: str) -> bool:
        """Return whether two counts are of the same people and overlap."""
        boxes = self._boxes
        a, b = boxes[one], boxes[other]
        return a.people == b.people and a.meets(b)

    @property
    def _boxes(self) -> dict[str, Box]:
        return {name: box for box, name in self.names.items()}

    def _box(self, place: Place, version: str) -> Box:
        days = self._days(place.days) if place.is_flow else frozenset({place.days})
        areas = self._leaves[place.area]
        return Box(place.people, version, *place.groups, self._ages(place.age), days, areas)

    def _named(self, box: Box, name: str) -> str:
        return self.names.setdefault(box, name)

    def _state(self, parts: Mapping[str, float], low: float, high: float, label: str) -> None:
        self.statements.append(Statement({(("cell", p),): c for p, c in parts.items()}, low, high, label))  # fmt: skip

    def _along(self, dimension: str, *, first: bool) -> None:
        """Tie the boxes that differ in one dimension only."""
        at = Box._fields.index(dimension)
        lines: dict[tuple[Any, ...], dict[Codes, str]] = defaultdict(dict)
        olds: dict[tuple[Any, ...], list[Box]] = defaultdict(list)
        for box, name in self.names.items():
            others = (box.people, *box[2:at], *box[at + 1 :])
            if box.version:
                olds[others].append(box)
            else:
                lines[others][box[at]] = name
        for others, boxes in olds.items():
            for version in sorted({box.version for box in boxes}):
                mine = {b[at]: self.names[b] for b in boxes if b.version == version}
                # the count before a correction stands in its place, the others are shared
                whole = {**lines.get(others, {}), **mine}
                if len(whole) > 1:
                    self._line(
                        whole, dimension, others, version, first=first, only=set(mine.values())
                    )
        for others, codes in lines.items():
            if len(codes) > 1:
                self._line(codes, dimension, others, "", first=first, only=None)

    def _line(
        self,
        codes: Mapping[Codes, str],
        dimension: str,
        others: tuple[Any, ...],
        version: str,
        *,
        first: bool,
        only: set[str] | None,
    ) -> None:
        above, crossed = _nested(codes)
        if crossed:
            self._pieces(codes, dimension, others, version, crossed)
            return
        below: dict[Codes, list[Codes]] = defaultdict(list)
        for code, total in above.items():
            below[total].append(code)
        for total, parts in below.items():
            names = tuple(sorted(codes[part] for part in parts))
            if only is not None and not only & {codes[total], *names}:
                continue
            self._add(codes[total], names, total.difference(*parts), dimension, others, version, first)  # fmt: skip

    def _add(
        self,
        total: str,
        names: tuple[str, ...],
        left: Codes,
        dimension: str,
        others: tuple[Any, ...],
        version: str,
        first: bool,
    ) -> None:
        again = any(self.rests[p].total == total for p in names if p in self.rests)
        if again or (total, names) in self._done:
            return
        self._done.add((total, names))
        covered = left <= self._hollow if dimension == "areas" else not left
        rest = f"rest of {total} by {dimension}, without {' and '.join(names)}"
        if not first:
            rest = f"left of {total} by {dimension}, without {' and '.join(names)}" if covered else ""
        tie = self._judge(total, names, rest, covered=covered)
        line = Line(total, names, dimension)
        self.lines.append(line)
        label = f"parts of {total} by {dimension}"
        parts = {**dict.fromkeys(names, 1.0), total: -1.0}
        if tie is Tie.EQUAL:
            self._state(parts, 0.0, 0.0, label)
        elif tie is Tie.REST and rest:
            self._state({**parts, rest: 1.0}, 0.0, 0.0, label)
            if covered:
                self.left[rest] = total, names
            if not first:
                return
            self.rests[rest] = line
            if left and not version:
                at = Box._fields.index(dimension)
                people, *codes = others
                codes.insert(at - 2, left)
                self.names.setdefault(Box(people, "", *codes), rest)
        elif tie is not Tie.BROKEN:
            self._state(parts, -inf, 0.0, label)

    def _pieces(
        self,
        codes: Mapping[Codes, str],
        dimension: str,
        others: tuple[Any, ...],
        version: str,
        crossed: set[Codes],
    ) -> None:
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
            if dimension == "areas" and piece <= self._hollow:
                continue
            named[piece] = codes.get(piece) or f"what {' and '.join(sorted(holders))} have in common"  # fmt: skip
            if not version:
                people, *rest = others
                rest.insert(Box._fields.index(dimension) - 2, piece)
                self.names.setdefault(Box(people, "", *rest), named[piece])
        for code, name in codes.items():
            mine = [own for piece, own in named.items() if piece <= code]
            if mine != [name]:
                self._add_pieces(name, tuple(sorted(mine)))
        self.crossing |= {codes[c] for c in _without_sum(codes, crossed)}

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

    def _tied_within(self, box: Box, around: Sequence[Box]) -> None:
        holding = [
            o for o in around if box.inside(o) and (o.version == box.version or not o.version)
        ]
        if box.version or any(o.version for o in holding):
            holding = [o for o in holding if o.version == box.version] or holding
        for other in holding:
            if any(o is not other and o.inside(other) for o in holding):
                continue
            total, name = self.names[other], self.names[box]
            if (total, (name,)) in self._done:
                continue
            self._done.add((total, (name,)))
            same = box[2:5] == other[2:5] and box.days == other.days
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


def groups_of(placed: Mapping[Key, Place], wholes: Mapping[str, set[str]]) -> list[list[Key]]:
    """Return printed counts in groups of which none is tied to one of another group.

    Parameters
    ----------
    placed
        What each covers.
    wholes
        For each kind of people all those that contain it.

    Returns
    -------
    list of list
        Sorted.
    """
    people = _Joined()
    for part, several in wholes.items():
        for whole in several:
            people.join(part, whole)
    spans: dict[str, set[tuple[Span, bool]]] = defaultdict(set)
    for place in placed.values():
        spans[people.of(place.people)].add((place.days, place.is_flow))
    times = _Joined()
    for family, found in spans.items():
        for days, is_flow in found:
            times.join((family, days, is_flow), (family, days, not is_flow))
        flows = sorted(days for days, is_flow in found if is_flow)
        reach: Span | None = None
        for days in flows:
            if reach is not None and days[0] < reach[1]:
                times.join((family, reach, True), (family, days, True))
            if reach is None or days[1] > reach[1]:
                reach = days
    groups: dict[Any, list[Key]] = defaultdict(list)
    for key, place in placed.items():
        groups[times.of((people.of(place.people), place.days, place.is_flow))].append(key)
    return sorted(sorted(group) for group in groups.values())


class _Joined:
    """Things that belong together, by one of them."""

    def __init__(self) -> None:
        self._above: dict[Any, Any] = {}

    def of(self, thing: Any) -> Any:
        while thing in self._above:
            thing = self._above[thing]
        return thing

    def join(self, one: Any, other: Any) -> None:
        a, b = self.of(one), self.of(other)
        if a != b:
            self._above[max(a, b)] = min(a, b)


class _Atoms:
    def __init__(self, spans: Iterable[Span]) -> None:
        self._ends = sorted({end for span in spans for end in span})

    def __call__(self, span: Span) -> Codes:
        return frozenset(e for e in self._ends[:-1] if span[0] <= e < span[1])


def _atoms(spans: Iterable[Span]) -> _Atoms:
    """Return what cuts a span into the pieces between all ends."""
    return _Atoms(spans)


def _nested(codes: Iterable[Codes]) -> tuple[dict[Codes, Codes], set[Codes]]:
    """Return the smallest code around each, and the codes that cross others."""
    holding: dict[Any, list[Codes]] = defaultdict(list)
    ordered = sorted(codes, key=lambda code: (len(code), sorted(map(str, code))))
    for code in ordered:
        for element in code:
            holding[element].append(code)
    pairs = {pair for chain in holding.values() for pair in pairwise(chain)}
    crossed = {code for pair in pairs if not pair[0] <= pair[1] for code in pair}
    above = {}
    for code in ordered:
        chain = holding[next(iter(code))]
        here = chain.index(code)
        if here + 1 < len(chain):
            above[code] = chain[here + 1]
    return above, crossed


def _without_sum(codes: Mapping[Codes, str], crossed: set[Codes]) -> Iterator[Codes]:
    """Yield codes that cross others and are not made of some, until no others cross."""
    left = set(codes)
    order = {code: codes[code] for code in crossed}
    while True:
        _, still = _nested(left)
        worst = [
            code
            for code in still
            if code in order and not _is_sum(code, [c for c in left if c != code])
        ]
        if not worst:
            return
        many = {c: sum(bool(c & o) and not c <= o and not o <= c for o in left) for c in worst}
        chosen = max(worst, key=lambda c: (many[c], codes[c]))
        left.remove(chosen)
        yield chosen


def _is_sum(code: Codes, others: Sequence[Codes]) -> bool:
    """Return whether a code is made of others that do not overlap, by the widest first."""
    inside = sorted((o for o in others if o <= code), key=len, reverse=True)
    covered: set[Any] = set()
    for other in inside:
        if not covered & other:
            covered |= other
    return covered == code


def _label(key: Key) -> str:
    """Return the name of a printed count in messages."""
    indicator, cell = key
    return f"{indicator} {cell_label(cell)}"
