"""Which codes lie inside which, and which counts nothing ties to each other."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, TypeAlias

from childstats.observations.extents import Key, Place, Span

Codes: TypeAlias = frozenset[Any]
"""What a code of one dimension covers, as elements that no code of it parts."""


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
        """Return the one that stands for all that a thing belongs to."""
        while thing in self._above:
            thing = self._above[thing]
        return thing

    def join(self, one: Any, other: Any) -> None:
        """Let two things belong together."""
        a, b = self.of(one), self.of(other)
        if a != b:
            self._above[max(a, b)] = min(a, b)


class Atoms:
    """The pieces that the ends of some spans cut each other into."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._ends = sorted({end for span in spans for end in span})

    def __call__(self, span: Span) -> Codes:
        """Return the pieces of a span."""
        return frozenset(e for e in self._ends[:-1] if span[0] <= e < span[1])


def nested(codes: Iterable[Codes]) -> tuple[dict[Codes, Codes], set[Codes]]:
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


def without_sum(codes: Mapping[Codes, str], crossed: set[Codes]) -> Iterator[Codes]:
    """Yield codes that cross others and are not made of some, until no others cross."""
    left = set(codes)
    order = {code: codes[code] for code in crossed}
    while True:
        _, still = nested(left)
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
