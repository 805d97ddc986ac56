"""What changed since the last edition: new, revised, corrected and removed observations.

A *revision* is a publisher's: another source, or the same source with another status. A
*correction* is of a number that stood in the last edition with the same source: it was transcribed
wrongly, or its publisher put it right. Why stands in ``data/catalogue/corrections.csv``.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any, Final

from childstats.codes import ChangeKind
from childstats.errors import CatalogueError, nearest
from childstats.folders import ARCHIVE, SLUG, declared_edition
from childstats.intake import json_value
from childstats.observations.table import KEY, Observation

TABLE: Final = "data/observations.csv"
"""Where in an edition the observations are on which it rests."""
CORRECTIONS: Final = "data/catalogue/corrections.csv"
CORRECTION_COLUMNS: Final = (
    *("source_id", "indicator", "ref_area", "time_period"),
    *("reason", "note_en", "note_vi"),
)
REASONS: Final = ("transcription", "publisher", "definition")
"""Why a number is corrected: ours was wrong, the publisher's was, or what is counted was."""
NUMBERS: Final = (
    *("obs_value", "obs_low", "obs_high", "lower_bound", "upper_bound"),
    *("numerator", "denominator"),
)
PRINTED: Final = ("decimals", "printed_low", "printed_high")
"""How a number is printed; editions from before 2027 do not say."""
PRINTED_DIGITS: Final = 12
"""Numbers that agree so far are the same number."""


@dataclass(frozen=True, slots=True)
class Change:
    """One observation that is not as it was.

    Attributes
    ----------
    kind
        What happened.
    before, now
        The observation then and now, None where there was or is none.
    reason
        Code: one of `REASONS`, ``another_source``, ``status``, or ``""`` where none is stated.
    note_en, note_vi
        What ``corrections.csv`` says about it.
    """

    kind: ChangeKind
    before: Observation | None
    now: Observation | None
    reason: str = ""
    note_en: str = ""
    note_vi: str = ""

    @property
    def row(self) -> Observation:
        """The observation as it is, or was last."""
        found = self.now or self.before
        assert found is not None  # nothing changes that never was
        return found

    def to_json(self) -> dict[str, Any]:
        """Return the change for programs: key, numbers then and now, kind and reason."""
        return {
            "kind": self.kind.value,
            "reason": self.reason,
            **dict(zip(KEY, map(str, self.row.key), strict=True)),
            "before": _numbers_of(self.before),
            "now": _numbers_of(self.now),
            "note_en": self.note_en,
            "note_vi": self.note_vi,
        }


@dataclass(frozen=True, slots=True)
class Previous:
    """The edition before the one in ``childstats.toml``.

    Attributes
    ----------
    edition_id, day
        Its name and day.
    folder
        Where its files are.
    rows
        Its observations by key.
    present_day
        The day of the edition after it, which is being made.
    """

    edition_id: str
    day: date
    folder: Path
    rows: Mapping[tuple[str, ...], Observation]
    present_day: date


def previous_edition(root: Path) -> Previous | None:
    """Return the edition before the present one.

    Parameters
    ----------
    root
        A workspace. Its ``reports/`` holds the last edition that was built, and below
        ``editions/`` those before.

    Returns
    -------
    Previous or None
        The latest by date that is not the one in ``childstats.toml``; None for a first edition.
    """
    own = declared_edition(root)
    day = own.get("date")
    today = day if isinstance(day, date) and type(day) is date else date.max
    reports = root / "reports"
    folders = [reports, *sorted((reports / ARCHIVE).glob("*"))]
    found = [edition for folder in folders if (edition := edition_in(folder, today))]
    others = [edition for edition in found if edition.edition_id != own.get("id")]
    return max(others, key=lambda e: (e.day, e.edition_id), default=None)


def edition_in(folder: Path, today: date) -> Previous | None:
    """Return the edition in a folder.

    Parameters
    ----------
    folder
        With ``manifest.json`` and the table of observations.
    today
        The day of the edition that it is compared with.

    Returns
    -------
    Previous or None
        None where there is none that can be read whole.
    """
    try:
        manifest = json_value((folder / "manifest.json").read_text(encoding="utf-8"))
        table = (folder / TABLE).read_text(encoding="utf-8")
        name, day = manifest["edition"], date.fromisoformat(manifest["date"])
        rows = [_typed(row) for row in csv.DictReader(StringIO(table), strict=True)]
        by_key = {_key(row): row for row in rows if row.source_id and row.obs_status}
    except (OSError, ValueError, KeyError, TypeError, csv.Error):
        return None
    if not isinstance(name, str) or not SLUG.fullmatch(name):
        return None
    return Previous(name, day, folder, by_key, today)


def _typed(row: Mapping[str, str]) -> Observation:
    if not set(KEY) <= set(row):
        raise KeyError(*KEY)
    return Observation.of({
        name: (float(text) if text else None) if name in {*NUMBERS, *PRINTED} else text
        for name, text in row.items()
    })  # fmt: skip


def _key(row: Observation) -> tuple[str, ...]:
    return tuple(map(str, row.key))


def changes_since(
    previous: Previous, observations: Iterable[Observation], root: Path
) -> list[Change]:
    """Return what is not as it was, in the order of the observations, removed ones last.

    Parameters
    ----------
    previous
        The edition before.
    observations
        The observations of now.
    root
        The workspace, whose ``corrections.csv`` says why numbers were corrected.

    Raises
    ------
    CatalogueError
        If ``corrections.csv`` cannot be used.
    """
    stated = corrections(root)
    found = []
    seen = set()
    for now in observations:
        key = _key(now)
        seen.add(key)
        change = _compared(previous.rows.get(key), now, stated)
        if change is not None:
            found.append(change)
    removed = (row for key, row in previous.rows.items() if key not in seen)
    return [*found, *(Change(ChangeKind.REMOVED, row, None) for row in removed)]


def _compared(
    before: Observation | None,
    now: Observation,
    stated: Mapping[tuple[str, ...], Mapping[str, str]],
) -> Change | None:
    if before is None:
        return Change(ChangeKind.NEW, None, now)
    if _numbers_of(before) != _numbers_of(now):
        if before.source_id != now.source_id:
            return Change(ChangeKind.REVISED, before, now, "another_source")
        why = stated.get(tuple(str(getattr(now, name)) for name in CORRECTION_COLUMNS[:4]), {})
        return Change(
            ChangeKind.CORRECTED, before, now, why.get("reason", ""),
            why.get("note_en", ""), why.get("note_vi", ""),
        )  # fmt: skip
    if str(before.obs_status) != str(now.obs_status):
        return Change(ChangeKind.REVISED, before, now, "status")
    return None


def _numbers_of(row: Observation | None) -> dict[str, float] | None:
    """Return the numbers of an observation with the digits that count; None for none."""
    if row is None:
        return None
    known = {name: getattr(row, name) for name in NUMBERS}
    return {
        name: float(f"{value:.{PRINTED_DIGITS}g}")
        for name, value in known.items()
        if value is not None and value == value  # noqa: PLR0124  # not a number is no number
    }


def corrections(root: Path) -> dict[tuple[str, ...], Mapping[str, str]]:
    """Return what ``corrections.csv`` says, by source, indicator, area and period.

    Parameters
    ----------
    root
        A workspace.

    Raises
    ------
    CatalogueError
        If it cannot be used.
    """
    try:
        text = (root / CORRECTIONS).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError as error:
        raise CatalogueError(f"unreadable {CORRECTIONS}: {error}; save it as UTF-8") from None
    reader = csv.DictReader(StringIO(text), strict=True)
    try:
        return _stated(reader)
    except csv.Error as error:
        raise CatalogueError(f"unreadable {CORRECTIONS}: {error}; check the quotes") from None


def _stated(reader: "csv.DictReader[str]") -> dict[tuple[str, ...], Mapping[str, str]]:
    missing = set(CORRECTION_COLUMNS) - set(reader.fieldnames or ())
    if missing:
        raise CatalogueError(f"{CORRECTIONS} lacks the column {min(missing)!r}; add it")
    found: dict[tuple[str, ...], Mapping[str, str]] = {}
    for row in reader:
        if None in row or None in row.values():
            raise CatalogueError(
                f"wrong number of cells in {CORRECTIONS} line {reader.line_num}; put a text that "
                "holds a comma in double quotes"
            )
        if row["reason"] not in REASONS:
            raise CatalogueError(
                f"unknown reason {row['reason']!r} in {CORRECTIONS} line {reader.line_num}"
                f"{nearest(row['reason'] or '', REASONS) or '; use one of ' + ', '.join(REASONS)}"
            )
        found[tuple(row[name] for name in CORRECTION_COLUMNS[:4])] = row
    return found
