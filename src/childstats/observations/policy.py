"""The disclosure policy: what may be shown of areas below the province, from ``childstats.toml``.

::

    [disclosure]
    commune = "round"                       # districts and communes; or "threshold"
    [disclosure.indicators]
    schools_all_levels = "exact"            # no children are counted
    abused_children = "not_published"       # as it is without this line
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from childstats.catalogue.catalogue import Catalogue
from childstats.codes import Level, UnitMeasure
from childstats.errors import EditionError, nearest
from childstats.folders import EDITION_FILE
from childstats.intake import toml_table

SMALL_LEVELS: Final = ("district", "commune")
"""Levels of areas in which a count can be one child; province and above are exact."""
TABLE: Final = "disclosure"


class Rule(StrEnum):
    """What may be shown of an indicator in a small area."""

    ROUND = "round"
    """Counts from 1 to 7 are hidden, all others rounded to the nearest 5."""
    THRESHOLD = "threshold"
    """Counts from 1 to 7 are hidden, and others that give them away."""
    NOT_PUBLISHED = "not_published"
    """Nothing."""
    EXACT = "exact"
    """Everything: no people are counted."""


STRICTNESS: Final = (Rule.EXACT, Rule.THRESHOLD, Rule.ROUND, Rule.NOT_PUBLISHED)
"""From all shown to nothing shown."""
SENSITIVE: Final = ("disability_operated", "defect_operated", "child_marriage")
"""Not published in small areas, besides all of the level ``intervention`` (abuse, exploitation).

Surgery for a disability and child marriage are seen by neighbours.
"""
RULES_OF_A_LEVEL: Final = (Rule.ROUND, Rule.THRESHOLD, Rule.NOT_PUBLISHED)


@dataclass(frozen=True, slots=True)
class Policy:
    """What may be shown of small areas.

    Attributes
    ----------
    commune
        The rule of indicators that have none of their own.
    indicators
        Rules of indicators.
    """

    commune: Rule = Rule.ROUND
    indicators: Mapping[str, Rule] = field(default_factory=dict)

    def rule(self, indicator: str, catalogue: Catalogue) -> Rule:
        """Return the rule of an indicator.

        Parameters
        ----------
        indicator
            Its id.
        catalogue
            Definitions; all of the level ``intervention`` is sensitive.

        Returns
        -------
        Rule
            The declared one; else a sensitive indicator is not published, nor is a share whose
            numerator is one, and any other follows the rule of the level. A share is shown exactly
            only where its counts are, which it names.
        """
        known = catalogue.indicator(indicator)
        declared = self.indicators.get(indicator)
        if declared is Rule.EXACT and known.unit_measure == UnitMeasure.PROPORTION:
            counts = (known.numerator, known.denominator)
            rules = {self.rule(n, catalogue) for n in counts if n in catalogue.indicators}
            return max(rules, key=STRICTNESS.index, default=declared)
        if declared is not None:
            return declared
        for name in filter(None, (indicator, known.numerator)):
            sensitive = catalogue.indicator(name).level is Level.INTERVENTION or name in SENSITIVE
            default = Rule.NOT_PUBLISHED if sensitive else self.commune
            if self.indicators.get(name, default) is Rule.NOT_PUBLISHED:
                return Rule.NOT_PUBLISHED
        return self.commune

    def to_json(self) -> dict[str, Any]:
        """Return the policy as it is stored with the edition."""
        own = {name: rule.value for name, rule in sorted(self.indicators.items())}
        return {"commune": self.commune.value, "indicators": own}


def read_policy(declared: Mapping[str, Any], catalogue: Catalogue) -> Policy:
    """Read and validate the table ``[disclosure]`` of an edition.

    Parameters
    ----------
    declared
        All of ``childstats.toml``.
    catalogue
        Definitions.

    Returns
    -------
    Policy
        The defaults where there is no such table.

    Raises
    ------
    EditionError
        If a name or rule is unknown; no policy is guessed.
    """
    table = _table(declared, TABLE, f"[{TABLE}]")
    own = _table(table, "indicators", f"[{TABLE}.indicators]")
    for name in table:
        if name not in {"commune", "indicators"}:
            raise EditionError(
                f"unknown {name!r} in [{TABLE}] of {EDITION_FILE}"
                f"{nearest(name, ['commune', 'indicators'])}; province and above are exact, "
                "set the rule of commune or of indicators"
            )
    for name in own:
        if name not in catalogue.indicators:
            raise EditionError(
                f"unknown indicator {name!r} in [{TABLE}.indicators] of {EDITION_FILE}"
                f"{nearest(name, catalogue.indicators)}; name one of data/catalogue/indicators.csv"
            )
    commune = table.get("commune", Rule.ROUND.value)
    return Policy(
        commune=_rule(commune, RULES_OF_A_LEVEL, f"commune in [{TABLE}]"),
        indicators={
            name: _rule(rule, Rule, f"{name} in [{TABLE}.indicators]") for name, rule in own.items()
        },
    )


def policy_of(root: Path, catalogue: Catalogue) -> Policy:
    """Return the policy of a workspace.

    Parameters
    ----------
    root
        Its folder.
    catalogue
        Its definitions.

    Returns
    -------
    Policy
        As `read_policy`.

    Raises
    ------
    EditionError
        If ``childstats.toml`` cannot be read or its policy is none: nothing is opened without.
    """
    try:
        declared = toml_table((root / EDITION_FILE).read_text(encoding="utf-8"))
    except ValueError as error:
        raise EditionError(f"unreadable {EDITION_FILE}: {error}") from None
    return read_policy(declared, catalogue)


def small_areas(catalogue: Catalogue) -> set[str]:
    """Return the codes of areas below the province, with and without the day of their bearer."""
    return {
        code
        for key, area in catalogue.areas.items()
        if area.level in SMALL_LEVELS
        for code in (key, area.ref_area)
    }


def _table(declared: Mapping[str, Any], name: str, where: str) -> Mapping[str, Any]:
    table = declared.get(name, {})
    if not isinstance(table, dict):
        raise EditionError(f"{where} in {EDITION_FILE} is {table!r}; write a table")
    return table


def _rule(value: object, allowed: Iterable[Rule], where: str) -> Rule:
    names = [rule.value for rule in allowed]
    if value not in names:
        hint = nearest(value, names) if isinstance(value, str) else ""
        raise EditionError(
            f"{where} of {EDITION_FILE} is {value!r}{hint}; use one of {', '.join(names)}"
        )
    return Rule(str(value))
