"""Hiding: which counts of one system are not printed, found with the true ones."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from childstats.observations.extents import Key
from childstats.observations.group_audit import audited_group
from childstats.observations.linked import Group, Map
from childstats.observations.policy import SMALL_LEVELS, Rule
from childstats.observations.prints import Count, may_be_small, printed
from childstats.observations.public_reading import UNSEEN, UNSEEN_SMALL, Outcome, Reading

MOST_ROUNDS: Final = 12
"""Attempts at hiding a few more before all that is tied is hidden."""
NOTHING: Final = "nothing is shown, since a count of it cannot be protected"


@dataclass
class Hiding:
    """The counts of a group while it is found out which must be hidden.

    Attributes
    ----------
    group
        The counts, and what earlier editions printed of them.
    where
        What contains what.
    counts
        The true counts.
    knowledge
        How parts were found to be to their totals.
    notes
        What could not be tied, or not be protected.
    """

    group: Group
    where: Map
    counts: Mapping[Key, Count]
    knowledge: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def prints(self, own: frozenset[Key], *, hide_all: bool) -> Outcome:
        """Return what may be printed, and what parts leave of totals and must not be known.

        Parameters
        ----------
        own
            The counts of small areas that are guarded.
        hide_all
            Whether to hide them all: they contradict what is public.
        """
        for version in () if hide_all else self.group.versions:
            reading = Reading(self, own, version)
            if reading.counts is not None:
                self.knowledge, self.notes = reading.knowledge, reading.notes
                done = self._safe(reading)
                if done is not None:
                    return done
                break
        self.notes.append(NOTHING)
        unseen = {True: UNSEEN_SMALL, False: UNSEEN}
        found = {
            k: unseen[c.low == c.high and may_be_small(c)]
            for k, c in self.counts.items()
            if k in own
        }
        return {k: found.get(k) or printed(c) for k, c in self.counts.items()}, {}

    def _safe(self, reading: "Reading") -> Outcome | None:
        """Return what may be printed, hiding a few more as long as some count is given away."""
        must_hide = set(reading.untied)
        for _ in range(MOST_ROUNDS):
            found = reading.pattern(must_hide)
            if isinstance(found, str):
                wrong = {found}
            else:
                done = reading.outcome(found, must_hide)
                wrong = self._given_away(done) if reading.is_guessed else set()
                if not wrong:
                    return done
            more = reading.near(wrong, must_hide)
            if not more:
                return None
            must_hide |= more
        return None

    def _given_away(self, done: Outcome) -> set[str]:
        """Return the hidden counts that earlier editions, or what cannot be tied, give away."""
        exact = {
            dict(key[1])["ref_area"] if self._is_large(key) else key[0]
            for key, count in self.counts.items()
            if count.rule is Rule.EXACT
        }
        found = audited_group(self.group, self.where, done[0], self.knowledge, done[1], exact=exact)
        if found is None:
            return {""}
        return set(found.loc[found["verdict"] == "fail", "cell"])

    def _is_large(self, key: Key) -> bool:
        area = self.where.catalogue.areas[dict(key[1])["ref_area"]]
        return area.level not in SMALL_LEVELS
