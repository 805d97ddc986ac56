"""Two builds held against each other: which files and numbers differ, as a page of Markdown."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

from childstats.errors import EditionError
from childstats.folders import ARCHIVE
from childstats.observations.changes import Change, Previous, changes_since, edition_in
from childstats.reports.freshness import MARK, PAGES
from childstats.reports.publishing import published_files

MOST_LISTED: Final = 50
"""Files or numbers that are listed by name; of more, only how many there are is said."""
SIGNS: Final = str.maketrans({sign: f"\\{sign}" for sign in "\\|`*_<>[]"})


def compare(published: str | Path, built: str | Path, *, root: Path) -> tuple[str, bool]:
    """Say what differs between the edition that readers have and one that was just built.

    Parameters
    ----------
    published, built
        Folders with ``SHA256SUMS`` and the files that it lists.
    root
        The workspace, whose ``corrections.csv`` says why a number was corrected.

    Returns
    -------
    tuple of str and bool
        Markdown, and whether anything differs.

    Raises
    ------
    EditionError
        If a folder holds no edition, or a file is not the one that its checksums list.
    """
    then, now = Path(published), Path(built)
    files = _differing(published_files(then), published_files(now))
    changes = _changed_numbers(then, now, root)
    lines = ["## What changed since the published edition", ""]
    if not any(files.values()) and not changes:
        return "\n".join([*lines, "Nothing: all files are the same to the byte.", ""]), False
    for kind, names in files.items():
        lines += _listed(f"Files {kind}", [f"`{name}`" for name in names])
    counts = Counter(change.kind.value for change in changes)
    said = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items())) or "the same"
    lines += [f"Numbers: {said}.", ""]
    if changes:
        lines += ["| | area | period | indicator | before | now |", "|---|---|---|---|---|---|"]
        lines += [_row(change) for change in changes[:MOST_LISTED]]
        lines += [""]
    return "\n".join(lines), True


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


def _changed_numbers(then: Path, now: Path, root: Path) -> list[Change]:
    before, after = (_edition(folder) for folder in (then, now))
    return changes_since(before, after.rows.values(), root)


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


def _row(change: Change) -> str:
    cells: Iterable[object] = (
        f"{change.kind.value} {change.reason}".strip(),
        change.row["ref_area"],
        change.row["time_period"],
        change.row["indicator"],
        "" if change.before is None else change.before["obs_value"],
        "" if change.now is None else change.now["obs_value"],
    )
    return f"| {' | '.join(str(cell).translate(SIGNS) for cell in cells)} |"
