"""When reports were last built successfully: a mark on the published copy, never on the edition.

The edition is the same to the byte whenever it is built, so the clock may not be in it. A copy of
it is marked when it goes online.
"""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from childstats.errors import EditionError
from childstats.intake import json_value
from childstats.language import Language
from childstats.reports.publishing import checksums, json_bytes, published_files
from childstats.reports.snapshot import SUMS, listed_in

MARK: Final = "freshness.json"
PLACE: Final = "</header>"
"""The mark stands at the end of a page's header."""
PAGES: Final = "index*.html"
OLDEST: Final = timedelta(hours=36)
"""A nightly job that failed once is noticed before the second night is over."""


def stage(reports: str | Path, target: str | Path, *, now: datetime, revision: str = "") -> Path:
    """Copy a built edition to a new folder, marked with the time of the build; return the folder.

    A folder that is there is replaced if it was staged before; everyone may read the new one.
    `EditionError` if the edition is not whole, a page has no header, or the folder holds anything
    else.
    """
    source, folder = Path(reports), Path(target).resolve()
    if folder.is_relative_to(source.resolve()):
        raise EditionError(f"{target} lies in {reports}; stage into a folder elsewhere")
    if folder.exists() and not (folder / MARK).is_file() and any(folder.iterdir()):
        raise EditionError(f"{folder} holds no staged edition; name an empty or a new folder")
    _refuse_other_files(folder)
    built = now.astimezone(UTC).replace(microsecond=0)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".staging-", dir=folder.parent) as work:
        new, old = Path(work) / "new", Path(work) / "old"
        known = published_files(source)
        for name in known:
            (new / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source / name, new / name)
        marked = {page.name: _marked(page, built) for page in sorted(new.glob(PAGES))}
        marked[MARK] = json_bytes({"built": built.isoformat(), "revision": revision})
        marked[SUMS] = checksums(known, marked)
        for name, content in marked.items():
            (new / name).write_bytes(content)
        for path in (new, *new.rglob("*")):
            path.chmod(path.stat().st_mode | (0o755 if path.is_dir() else 0o644))
        _exchange(folder, new, old)
    return folder


def _refuse_other_files(folder: Path) -> None:
    """Refuse a staged folder with files that no staging made: they would be lost."""
    known = {MARK, SUMS, *(listed_in(folder / SUMS) if (folder / SUMS).is_file() else ())}
    found = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    if others := sorted(set(found) - known):
        raise EditionError(f"{folder}/{others[0]} is no staged file; move it out of the folder")


def _exchange(folder: Path, new: Path, old: Path) -> None:
    """Put one folder in the place of another by two renames; the old one back if that fails."""
    try:
        if folder.exists():
            folder.rename(old)
        new.rename(folder)
    except BaseException:
        if old.exists() and not folder.exists():
            old.rename(folder)
        raise


def _marked(page: Path, built: datetime) -> bytes:
    text = page.read_text(encoding="utf-8")
    if text.count(PLACE) != 1:
        raise EditionError(f"{page.name} has no header for the mark; build the edition again")
    code = text.partition('<html lang="')[2].partition('"')[0]
    t = Language(code)
    day, time = t.date(built.date()), f"{built:%H:%M}"
    said = t.say("Last successful build: {date}, {time} UTC", date=day, time=time)
    return text.replace(PLACE, f'<p class="edition">{said}</p>\n{PLACE}').encode("utf-8")


def last_build(folder: str | Path) -> datetime:
    """Return, in UTC, when the reports in a folder that `stage` made were built successfully."""
    path = Path(folder) / MARK
    try:
        built = datetime.fromisoformat(json_value(path.read_text(encoding="utf-8"))["built"])
        return built.astimezone(UTC)
    except FileNotFoundError:
        raise EditionError(f"no {MARK} in {folder}; stage an edition there first") from None
    except (OSError, ValueError, KeyError, TypeError):
        raise EditionError(f"unreadable {path}; stage the edition again") from None
