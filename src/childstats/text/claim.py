"""A word that is printed beside an interval, and whether that interval denies it."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from math import isfinite, isnan
from typing import Any, Final


class Word(StrEnum):
    """What is said of a value against a benchmark: of a change against 0, of a ratio against 1."""

    ABOVE = "above"
    """Higher, rose, or whichever of better and worse that is."""
    BELOW = "below"
    NO_CLEAR_DIFFERENCE = "no clear difference"
    MET = "met"
    """A target is reached."""
    MISSED = "missed"


class ClaimError(ValueError):
    """A word that the interval beside it denies; nothing is printed of it."""


DIRECTED: Final = {Word.ABOVE: 1, Word.BELOW: -1}


def side_of(low: float, high: float, benchmark: float = 0.0) -> Word:
    """Return on which side of a benchmark an interval lies.

    Parameters
    ----------
    low, high
        Limits, with the digits that are printed.
    benchmark
        What they are compared with, with the digits that are printed.

    Returns
    -------
    Word
        Above or below only where both limits are.
    """
    if low <= benchmark <= high:
        return Word.NO_CLEAR_DIFFERENCE
    return Word.ABOVE if low > benchmark else Word.BELOW


@dataclass(frozen=True, slots=True)
class Claim:
    """A word with the interval that it follows from; one that its interval denies is refused.

    Attributes
    ----------
    statement
        What it is said of: the same statement has the same word in every report.
    word
        What is said.
    low, high
        The interval that the word follows from, as it is printed.
    benchmark
        What the interval lies above or below.
    direction
        Of a target, 1 where more is better, -1 where less is.

    Raises
    ------
    ClaimError
        If the interval denies the word.
    """

    statement: str
    word: Word
    low: float
    high: float
    benchmark: float = 0.0
    direction: int = 1

    def __post_init__(self) -> None:
        if isnan(self.low) or isnan(self.high) or not self.low <= self.high:
            raise ClaimError(f"{self.statement}: {self.low} to {self.high} is no interval")
        if not self._holds():
            raise ClaimError(
                f"{self.statement}: “{self.word}” is denied by {self.low:g} to {self.high:g} "
                f"against {self.benchmark:g}"
            )

    def _holds(self) -> bool:
        if self.word == Word.NO_CLEAR_DIFFERENCE:
            return self.low <= self.benchmark <= self.high
        if self.word in DIRECTED:
            sign = DIRECTED[self.word]
            near = self.low if sign > 0 else self.high
            return isfinite(near) and (near - self.benchmark) * sign > 0
        good, bad = (self.low, self.high) if self.direction > 0 else (self.high, self.low)
        if self.word == Word.MET:
            return (good - self.benchmark) * self.direction >= 0
        return (bad - self.benchmark) * self.direction <= 0

    def to_json(self) -> dict[str, Any]:
        """Return the claim as plain data; an infinite limit as text."""
        found = asdict(self)
        for end in ("low", "high"):
            if not isfinite(found[end]):
                found[end] = str(found[end])
        return found
