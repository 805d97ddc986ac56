"""One system of counts: those of this edition and of all before, in groups that are tied."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

from childstats.catalogue.catalogue import Catalogue
from childstats.observations.extents import (
    Key,
    Place,
    leaves_of,
    parts_of_wholes,
    place_of,
)
from childstats.observations.ledger import Remembered
from childstats.observations.nesting import groups_of
from childstats.observations.ties import Ties


class Few(StrEnum):
    """Which counts are taken to be 1 to 7, of those that only an earlier edition has hidden."""

    ALL = "all"
    """All of them, whatever sums that leaves open."""
    MOST = "most"
    """As many as agree with all sums."""
    NONE = "none"


class Version(NamedTuple):
    """How an attacker may read earlier editions.

    Attributes
    ----------
    wide
        Whatever overlaps a corrected count is another count before the correction.
    few
        Which counts that an earlier edition has hidden, and this one does not list, are small.
    """

    wide: bool = True
    few: Few = Few.ALL


@dataclass(frozen=True)
class Group:
    """Printed counts that are tied to each other, with what earlier editions printed of them.

    Attributes
    ----------
    keys
        Counts of this edition.
    before
        Counts of earlier editions.
    revised
        Which of those are known to have been corrected since, and stand for themselves.
    """

    keys: tuple[Key, ...]
    before: tuple[Remembered, ...]
    revised: frozenset[tuple[str, Key]] = frozenset()

    @property
    def versions(self) -> list[Version]:
        """The ways to read it, in which an attacker might; the boldest first."""
        known = set(self.keys)
        wide = (True, False) if self.revised else (True,)
        small = tuple(Few) if any(r.key not in known for r in self.before) else (Few.ALL,)
        return [Version(w, few) for w in wide for few in small]


@dataclass(frozen=True)
class Map:
    """The catalogue as what contains what."""

    catalogue: Catalogue
    places: dict[Key, Place | None] = field(default_factory=dict, compare=False)

    @cached_property
    def leaves(self) -> dict[str, frozenset[str]]:
        """What each area is made of."""
        return leaves_of(self.catalogue)

    @cached_property
    def wholes(self) -> dict[str, set[str]]:
        """For each kind of people those that contain it."""
        return parts_of_wholes(self.catalogue)

    def place(self, key: Key) -> Place | None:
        """Return what a printed count covers."""
        if key not in self.places:
            self.places[key] = place_of(key, self.catalogue)
        return self.places[key]

    def groups(
        self, keys: Iterable[Key], before: Iterable[Remembered], revised: set[tuple[str, Key]]
    ) -> list[Group]:
        """Return counts in groups that nothing ties to each other."""
        of_now = set(keys)
        by_key: dict[Key, list[Remembered]] = {}
        for r in before:
            by_key.setdefault(r.key, []).append(r)
        placed = {k: p for k in {*of_now, *by_key} if (p := self.place(k)) is not None}
        return [
            Group(
                tuple(k for k in group if k in of_now),
                tuple(r for k in group for r in by_key.get(k, ())),
                frozenset(pair for pair in revised if pair[1] in group_keys),
            )
            for group in groups_of(placed, self.wholes)
            for group_keys in [set(group)]
        ]

    def ties(self, group: Group, version: Version, judge: Any) -> Ties:
        """Return what ties the counts of a group."""
        now = set(group.keys)
        old = {(r.edition, r.key) for r in group.before if (r.edition, r.key) in group.revised}
        if version.wide and old:
            corrected = [(edition, self.placed(key)) for edition, key in old]
            old |= {
                (r.edition, r.key)
                for r in group.before
                if any(r.edition == e and self._meet(self.placed(r.key), p) for e, p in corrected)
            }
        now |= {r.key for r in group.before if (r.edition, r.key) not in old}
        return Ties(
            {key: self.placed(key) for key in now},
            self.leaves,
            self.wholes,
            judge,
            {pair: self.placed(pair[1]) for pair in old},
        )

    def placed(self, key: Key) -> Place:
        """Return what a printed count of a group covers."""
        place = self.place(key)
        assert place is not None  # groups hold no others
        return place

    def _meet(self, a: Place, b: Place) -> bool:
        return (
            a.people == b.people
            and a.days[0] < b.days[1]
            and b.days[0] < a.days[1]
            and a.age[0] < b.age[1]
            and b.age[0] < a.age[1]
            and all(x & y for x, y in zip(a.groups, b.groups, strict=True))
            and bool(self.leaves[a.area] & self.leaves[b.area])
        )
