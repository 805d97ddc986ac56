"""Receipts: of every number that a report prints its text, kind, value, formula and inputs."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isinf
from typing import Any, Final

from childstats.language import Language
from childstats.precision import rounded
from childstats.text.claim import Claim
from childstats.text.number import Number, Written

COLUMNS: Final = (
    *("text", "low_text", "high_text", "kind", "value", "low", "high", "digits", "percent"),
    *("formula", "inputs", "arguments"),
)
"""Of ``reports/data/<report>.numbers.csv``."""
TOKEN: Final = re.compile(r"\d+(?:[.,\u00a0\u202f]\d+)*")
"""A number in a text: its digits with the marks of its groups and decimals."""


@dataclass
class Receipts:
    """What a report has written so far.

    Attributes
    ----------
    language
        The language of the report.
    published_only
        Whether values are kept with no more digits than are printed, as of a small area.
    numbers, claims
        Receipts and claims, each once, in the order in which they were written.
    """

    language: Language
    published_only: bool = False
    numbers: dict[tuple[Any, ...], dict[str, Any]] = field(default_factory=dict)
    claims: dict[Claim, None] = field(default_factory=dict)

    def write(self, number: Number, text: str = "") -> Written:
        """Return a number as it is printed, and keep its receipt.

        Parameters
        ----------
        number
            The number.
        text
            How it is printed, where that is not as `Number.written`: with a source's hedge.
        """
        written = number.written(self.language)
        if text:
            written = written._replace(value=text)
        receipt = {
            "text": written.value,
            "low_text": written.low,
            "high_text": written.high,
            "kind": number.kind.value,
            "value": self._kept(number, number.value),
            "low": self._kept(number, number.low),
            "high": self._kept(number, number.high),
            "digits": number.digits,
            "percent": number.percent,
            "formula": number.formula,
            "inputs": list(number.inputs),
            "arguments": dict(number.arguments),
        }
        self.numbers.setdefault(tuple(map(str, receipt.values())), receipt)
        return written

    def _kept(self, number: Number, value: float | None) -> float | None:
        if value is None:
            return None
        places = number.digits + (2 if number.percent else 0)
        return round(float(value), places) if self.published_only else rounded(float(value))

    def claim(self, claim: Claim) -> None:
        """Keep what a word says, with the interval that it follows from."""
        self.claims.setdefault(claim)

    def to_json(self) -> dict[str, Any]:
        """Return all of it as the exporter reads it."""
        return {
            "numbers": [_finite(receipt) for receipt in self.numbers.values()],
            "claims": [claim.to_json() for claim in self.claims],
        }


def _finite(receipt: dict[str, Any]) -> dict[str, Any]:
    """Return a receipt without infinite limits, which the text alone names."""
    return {
        name: None if isinstance(value, float) and isinf(value) else value
        for name, value in receipt.items()
    }


def tokens(text: str) -> list[str]:
    """Return the numbers in a text, as they are written there.

    Examples
    --------
    >>> tokens("About 68,000 (3.0% to 3.3%), 2025")
    ['68,000', '3.0', '3.3', '2025']
    """
    return TOKEN.findall(text)


def printed_tokens(receipts: Iterable[Mapping[str, Any]]) -> set[str]:
    """Return every number that receipts account for."""
    return {
        token
        for receipt in receipts
        for name in ("text", "low_text", "high_text")
        for token in tokens(receipt[name])
    }


def of_page(receipts: Iterable[Mapping[str, Any]], texts: Sequence[str]) -> list[dict[str, Any]]:
    """Return the receipts of numbers that stand in the texts of a report."""
    shown = {token for text in texts for token in tokens(text)}
    return [
        dict(receipt)
        for receipt in receipts
        if any(token in shown for token in tokens(receipt["text"])) or not tokens(receipt["text"])
    ]
