"""Statements that were published wrongly and are put right: ``[[correction]]`` of an edition."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from childstats.errors import EditionError, nearest
from childstats.folders import EDITION_FILE
from childstats.intake import toml_table

NAMES: Final = ("date", "notebook", "ref_area", "en", "vi")
LONGEST: Final = 600
"""As many letters has a notice at most: it stands on page one."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What was printed wrongly in reports, and what is right.

    Attributes
    ----------
    date
        The day on which it was put right, that of the edition or before.
    notebooks
        The notebooks whose reports it concerns.
    ref_areas
        Optional: the areas whose reports it concerns; all where there are none.
    en, vi
        What was printed, what is right, and why; in both languages.
    """

    date: date
    notebooks: tuple[str, ...]
    ref_areas: tuple[str, ...]
    en: str
    vi: str

    def concerns(self, notebook: str, ref_area: str) -> bool:
        """Return whether a report of a notebook on an area printed it."""
        return notebook in self.notebooks and (not self.ref_areas or ref_area in self.ref_areas)

    def to_json(self) -> dict[str, Any]:
        """Return the correction for programs."""
        return {
            "date": self.date.isoformat(),
            "notebooks": list(self.notebooks),
            "ref_areas": list(self.ref_areas),
            "en": self.en,
            "vi": self.vi,
        }


def read_corrections(declared: Mapping[str, Any]) -> tuple[Correction, ...]:
    """Read and validate the tables ``[[correction]]`` of an edition.

    Parameters
    ----------
    declared
        All of ``childstats.toml``.

    Returns
    -------
    tuple of Correction
        The latest first.

    Raises
    ------
    EditionError
        If a field is missing, unknown or of another type, a text is empty or too long, the
        correction is later than the edition, or concerns a report that the edition has not.
    """
    tables = declared.get("correction", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise EditionError(f"correction in {EDITION_FILE} is {tables!r}; write [[correction]]")
    found = [_correction(table, number, declared) for number, table in enumerate(tables, start=1)]
    return tuple(sorted(found, key=lambda c: c.date, reverse=True))


def corrections_in(root: Path) -> tuple[Correction, ...]:
    """Return the corrections that the edition of a workspace declares, as `read_corrections`."""
    try:
        declared = toml_table((root / EDITION_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise EditionError(f"unreadable {EDITION_FILE}: {error}") from None
    return read_corrections(declared)


def _correction(table: Mapping[str, Any], number: int, declared: Mapping[str, Any]) -> Correction:
    where = f"[[correction]] {number} of {EDITION_FILE}"
    for name in table:
        if name not in NAMES:
            hint = nearest(name, NAMES) or f"; known are {', '.join(NAMES)}"
            raise EditionError(f"unknown {name!r} in {where}{hint}")
    for name in NAMES:
        if name not in table and name != "ref_area":
            raise EditionError(f"missing {name!r} in {where}; {_WANTED[name]}")
    day = table["date"]
    if type(day) is not date:
        raise EditionError(f"date in {where} is {day!r}; {_WANTED['date']}")
    edition = declared.get("edition")
    of_edition = edition.get("date") if isinstance(edition, dict) else None
    if type(of_edition) is date and day > of_edition:
        raise EditionError(
            f"date in {where} is {day}, after the edition's, {of_edition}; give the corrected "
            "edition its own date"
        )
    notebooks, areas = (_names(table, name, where) for name in ("notebook", "ref_area"))
    reports = declared.get("report")
    asked = [r for r in reports if isinstance(r, dict)] if isinstance(reports, list) else []
    _refuse_others("notebook", notebooks, [r.get("notebook") for r in asked], where)
    own = [r for r in asked if r.get("notebook") in notebooks]
    in_reports = [area for r in own for area in _listed(r.get("ref_area"))]
    _refuse_others("ref_area", areas, in_reports, where)
    return Correction(day, notebooks, areas, *(_text(table, name, where) for name in ("en", "vi")))


_WANTED: Final = {
    "date": "write the day on which it was put right, such as 2026-01-31",
    "notebook": 'list the notebooks whose reports printed it, such as ["risk_ratios"]',
    "ref_area": 'list the areas whose reports printed it, such as ["VN-71"]',
    "en": "say what was printed, what is right, and why",
    "vi": "say what was printed, what is right, and why",
}


def _names(table: Mapping[str, Any], name: str, where: str) -> tuple[str, ...]:
    value = table.get(name, [])
    listed = _listed(value)
    if listed != value or (name in table and not listed):
        raise EditionError(f"{name} in {where} is {value!r}; {_WANTED[name]}")
    return tuple(listed)


def _listed(value: object) -> list[str]:
    return [part for part in value if isinstance(part, str)] if isinstance(value, list) else []


def _refuse_others(name: str, given: tuple[str, ...], known: list[Any], where: str) -> None:
    names = [other for other in known if isinstance(other, str)]
    for value in given:
        if value not in names:
            raise EditionError(
                f"{name} {value!r} in {where} is in no [[report]] that it concerns"
                f"{nearest(value, names)}; a report that is no longer made has no page for a notice"
            )


def _text(table: Mapping[str, Any], name: str, where: str) -> str:
    text = table[name]
    if not isinstance(text, str) or not text.strip():
        raise EditionError(f"{name} in {where} is {text!r}; {_WANTED[name]}")
    if len(text) > LONGEST:
        raise EditionError(
            f"{name} in {where} has {len(text)} letters, and page one has room for {LONGEST}; "
            "shorten it"
        )
    return " ".join(text.split())
