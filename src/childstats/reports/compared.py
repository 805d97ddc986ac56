"""Two builds compared: numbers, words and files that differ, as a page of Markdown."""

import csv
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fnmatch import fnmatch
from io import StringIO
from pathlib import Path
from typing import Any, Final

from childstats.errors import EditionError
from childstats.folders import ARCHIVE
from childstats.observations.changes import (
    NUMBERS,
    Change,
    Previous,
    changes_since,
    edition_in,
)
from childstats.observations.table import KEY
from childstats.precision import written
from childstats.reports.freshness import MARK, PAGES
from childstats.reports.passages import changed_passages
from childstats.reports.publishing import published_files

TITLE: Final = "What changed since the published edition"
MOST_LISTED: Final = 50
"""Files or numbers that are listed; of more, only how many there are is said."""
MOST_OF_A_REPORT: Final = 12
"""Passages of one report that are listed."""
RESTS_ON: Final = ".observations.csv"
"""End of the name of a report's table of observations."""
SIGNS: Final = str.maketrans({sign: f"\\{sign}" for sign in "\\|`*_<>[]~&$#"} | {"\n": " "})
"""What Markdown would read as more than a letter."""


def compare(
    published: str | Path, built: str | Path, *, root: Path, title: str = TITLE
) -> tuple[str, bool]:
    """Say what differs between the edition that readers have and one that was just built.

    Parameters
    ----------
    published, built
        Folders with ``SHA256SUMS`` and the files that it lists.
    root
        The workspace, whose ``corrections.csv`` says why a number was corrected.
    title
        Heading of the page.

    Returns
    -------
    tuple of str and bool
        Markdown: the numbers, the words, then the files; and whether anything differs.

    Raises
    ------
    EditionError
        If a folder holds no edition, or a file is not the one that its checksums list.
    """
    then, now = Path(published), Path(built)
    files = _differing(published_files(then), published_files(now))
    before, after = (_edition(folder) for folder in (then, now))
    changes = changes_since(before, after.rows.values(), root)
    lines = [f"## {_text(title)}", ""]
    if not any(files.values()) and not changes:
        return "\n".join([*lines, "Nothing: all files are the same to the byte.", ""]), False
    words = _passages(then, now, files["changed"])
    lines += [_counted(changes, words, files), ""]
    lines += _numbers(changes, then, now)
    lines += _words(words)
    for kind, names in files.items():
        lines += _listed(f"Files {kind}", [f"`{name}`" for name in names])
    return "\n".join(lines), True


def _counted(
    changes: Sequence[Change],
    words: Mapping[str, Sequence[Sequence[str]]],
    files: Mapping[str, Sequence[str]],
) -> str:
    """Return how much of everything changed, in a sentence."""
    kinds = Counter(change.kind.value for change in changes)
    numbers = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())) or "the same"
    told = ", ".join(f"{_text(page)} ({len(rows)})" for page, rows in words.items()) or "the same"
    count = sum(map(len, files.values()))
    return f"Numbers: {numbers}. Words and printed numbers: {told}. Files: {count}."


def _numbers(changes: Sequence[Change], then: Path, now: Path) -> list[str]:
    places = [_reports_by_observation(folder) for folder in (now, then)]
    rows = []
    for change in changes[:MOST_LISTED]:
        key = tuple(map(str, change.row.key))
        reports = next((found[key] for found in places if key in found), [])
        rows.append(
            (
                f"{change.kind.value} {change.reason}".strip(),
                *map(str, change.row.key[:3]),
                " ".join(str(code) for code in change.row.key[3:] if code != "_T"),
                *_old_and_new(change),
                ", ".join(reports),
            )
        )
    heads = ("", "area", "period", "indicator", "group", "before", "now", "reports")
    more = len(changes) - len(rows)
    return _table("Numbers", heads, rows, f"And {more} more numbers." if more else "")


def _old_and_new(change: Change) -> tuple[str, str]:
    """Return the numbers that differ, the value alone where it does, else each with its name."""
    before, now = change.before, change.now
    if before is None or now is None:
        value = _written(change.row.obs_value)
        return ("", value) if before is None else (value, "")
    texts = [
        {name: _written(getattr(row, name)) for name in NUMBERS}
        | {name: str(getattr(row, name)) for name in ("obs_status", "source_id")}
        for row in (before, now)
    ]
    names = [name for name in texts[0] if texts[0][name] != texts[1][name]]
    if "obs_value" in names:
        return texts[0]["obs_value"], texts[1]["obs_value"]
    old, new = ("; ".join(f"{name} {text[name]}" for name in names) for text in texts)
    return old, new


def _written(number: float | None) -> str:
    return "" if number is None else written(number)


def _reports_by_observation(folder: Path) -> dict[tuple[str, ...], list[str]]:
    """Return the reports in whose data each observation stands."""
    found: dict[tuple[str, ...], list[str]] = {}
    for path in sorted(folder.glob(f"data/*{RESTS_ON}")):
        with StringIO(path.read_text(encoding="utf-8")) as file:
            for row in csv.DictReader(file):
                reports = found.setdefault(_key(row), [])
                if (name := path.name.removesuffix(RESTS_ON)) not in reports:
                    reports.append(name)
    return found


def _key(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(row.get(name, "")) for name in KEY)


def _passages(then: Path, now: Path, changed: Sequence[str]) -> dict[str, list[Sequence[str]]]:
    """Return what each page says differently: where, before and now."""
    found: dict[str, list[Sequence[str]]] = {}
    for name in changed:
        if name.endswith(".md"):
            pages = ((folder / name).read_text(encoding="utf-8") for folder in (then, now))
            told = changed_passages(*pages)
            found[name.removesuffix(".md")] = [
                (": ".join(filter(None, (p.heading, p.label))), p.before, p.now) for p in told
            ]
    return {page: rows for page, rows in found.items() if rows}


def _words(words: Mapping[str, Sequence[Sequence[str]]]) -> list[str]:
    rows = [(page, *row) for page, passages in words.items() for row in passages[:MOST_OF_A_REPORT]]
    more = sum(map(len, words.values())) - len(rows)
    heads = ("report", "where", "before", "now")
    return _table("Words", heads, rows, f"And {more} more passages." if more else "")


def _table(
    heading: str, heads: Sequence[str], rows: Iterable[Sequence[object]], more: str
) -> list[str]:
    written_rows = [f"| {' | '.join(_text(cell) for cell in row)} |" for row in rows]
    if not written_rows:
        return []
    head = [f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}"]
    return [f"### {heading}", "", *head, *written_rows, "", *([more, ""] if more else [])]


def _differing(then: Mapping[str, str], now: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the names of files by what happened to them.

    Kept earlier editions are left out, and what a mark of freshness changes where there is one.
    """
    is_staged = MARK in then or MARK in now
    old, new = (
        {name: checksum for name, checksum in files.items() if not _is_passed(name, is_staged)}
        for files in (then, now)
    )
    return {
        "changed": sorted(n for n in old.keys() & new.keys() if old[n] != new[n]),
        "new": sorted(new.keys() - old.keys()),
        "removed": sorted(old.keys() - new.keys()),
    }


def _is_passed(name: str, is_staged: bool) -> bool:
    is_marked = is_staged and (name == MARK or fnmatch(name, PAGES))
    return is_marked or name.startswith(f"{ARCHIVE}/")


def _edition(folder: Path) -> Previous:
    found = edition_in(folder, date.max)
    if found is None:
        raise EditionError(f"no edition in {folder}; name a folder such as reports")
    return found


def _listed(heading: str, texts: list[str]) -> list[str]:
    if not texts:
        return []
    rest = len(texts) - MOST_LISTED
    more = [f"- and {rest} more"] if rest > 0 else []
    return [f"{heading}: {len(texts)}", "", *(f"- {t}" for t in texts[:MOST_LISTED]), *more, ""]


def _text(value: object) -> str:
    """Return a text as Markdown that is shown as it is."""
    return str(value).translate(SIGNS)
