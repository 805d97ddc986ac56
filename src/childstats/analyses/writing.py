"""How a report writes numbers: each through one type, each with a receipt."""

from collections.abc import Iterable
from math import isinf
from typing import Any

from childstats.codes import UnitMeasure
from childstats.figures.published import PublishedFigure
from childstats.language import Language
from childstats.observations.findings import hedged_value, printed_value, shown_decimals
from childstats.observations.table import Observation, Row
from childstats.observations.workspace import Workspace
from childstats.text.claim import Claim, Word
from childstats.text.number import Kind, Number, NumberError, Written
from childstats.text.receipts import Receipts

Of = Iterable[Row | str | None]
"""Observations, figures or their ids."""
PRINT = "print"
"""The formula of a figure as its source prints it."""


class Writing:
    """What writes the numbers of a report and keeps their receipts."""

    t: Language
    receipts: Receipts
    workspace: Workspace

    def figure(self, figure_id: str) -> PublishedFigure:
        """Return a published figure, as printed."""
        raise NotImplementedError

    def number(
        self,
        kind: Kind,
        value: Any,
        formula: str,
        of: Of = (),
        *,
        low: Any = None,
        high: Any = None,
        digits: int = 0,
        percent: bool = False,
        sign: bool = False,
        most: float | None = None,
        **arguments: Any,
    ) -> Written:
        """Return a computed number and its limits as they are printed, and keep their receipt.

        Parameters
        ----------
        kind, value, formula, low, high, digits, percent, sign, most, arguments
            As of `Number`.
        of
            The figures that it is computed of, in the order of the formula.

        Raises
        ------
        NumberError
            If it cannot be.
        """
        number = Number(
            kind,
            float(value),
            formula,
            _ids(of),
            low=None if low is None else float(low),
            high=None if high is None else float(high),
            digits=digits,
            percent=percent,
            sign=sign,
            most=most,
            arguments=arguments,
        )
        return self.receipts.write(number)

    def count(self, number: float, formula: str = "count", of: Of = (), **arguments: Any) -> str:
        """Return a whole number of things; by itself, how many of the given there are."""
        return self.number(Kind.COUNT, round(number), formula, of, **arguments).value

    def share(
        self, share: float, formula: str, of: Of = (), *, digits: int = 1, **arguments: Any
    ) -> str:
        """Return a proportion as a percentage."""
        return self.number(
            Kind.SHARE, share, formula, of, digits=digits, percent=True, **arguments
        ).value

    def limits(
        self,
        kind: Kind,
        low: float,
        high: float,
        formula: str,
        of: Of = (),
        **how: Any,
    ) -> str:
        """Return two limits as a range, a receipt each; one number where they read the same.

        Without an upper limit it is said in words.

        Parameters
        ----------
        kind, formula, of, how
            As of `number`; the receipts name the formula with ``.low`` and ``.high``.
        low, high
            The limits.

        Raises
        ------
        NumberError
            If they are not in order, or cannot be.
        """
        if low > high:
            raise NumberError(f"{formula}: the limits {low:g} and {high:g} are not in order")
        of = list(of)
        first = self.number(kind, low, f"{formula}.low", of, **how).value
        if isinf(high):
            return self.t.say("at least {number}", number=first)
        return self.t.span(first, self.number(kind, high, f"{formula}.high", of, **how).value)

    def plain(self, o: Observation) -> str:
        """Return an observation's value as it is printed, with its hedge, and nothing else."""
        return self.printed(o, hedged_value(self.t, o, self.figure(o.figure_id)))

    def printed(self, o: Observation, text: str = "", formula: str = "") -> str:
        """Return an observation's value as it is printed, by itself or as a text.

        Parameters
        ----------
        o
            An observation, also of an earlier edition.
        text
            How it is written, where that is not its value alone.
        formula
            Where it comes from; a print, or the share of its counts, unless given.
        """
        number = self._of_print(o, formula or (PRINT if o.numerator is None else "share"))
        return self.receipts.write(number, text or printed_value(self.t, o)).value

    def counts_of(self, o: Observation) -> dict[str, str]:
        """Return numerator and denominator of an observation as its source prints them."""
        return {
            name: self.number(Kind.COUNT, round(getattr(o, name)), f"{PRINT}.{name}", [o]).value
            for name in ("numerator", "denominator")
            if getattr(o, name) is not None
        }

    def _of_print(self, o: Observation, formula: str) -> Number:
        unit = o.unit_measure
        is_share = unit == UnitMeasure.PROPORTION
        kind = Kind.SHARE if is_share else Kind.COUNT if is_count(unit) else Kind.RATE
        known = self.workspace.catalogue.indicators.get(o.indicator)
        maximum = known.maximum if known else None
        return Number(
            kind,
            float(o.obs_value),
            formula,
            (o.figure_id,),
            digits=shown_decimals(o) if not is_count(unit) else 0,
            percent=is_share,
            most=float("inf") if is_share and (maximum is None or maximum > 1) else None,
        )

    def claim(
        self,
        statement: Iterable[object],
        word: Word,
        low: float,
        high: float,
        benchmark: float = 0.0,
        *,
        direction: int = 1,
    ) -> None:
        """Keep what a word says; `ClaimError` where the interval denies it."""
        said = " ".join(map(str, statement))
        self.receipts.claim(Claim(said, word, float(low), float(high), float(benchmark), direction))


def is_count(unit: str) -> bool:
    """Return whether a unit is one of whole things."""
    return unit not in {UnitMeasure.PROPORTION, UnitMeasure.DEATHS_PER_1000_BIRTHS}


def _ids(of: Of) -> tuple[str, ...]:
    """Return ids of figures, each once, in order."""
    ids = (o if isinstance(o, str) else o.figure_id for o in of if o is not None)
    return tuple(dict.fromkeys(str(i) for i in ids))
