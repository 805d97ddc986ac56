"""Issuing: an edition put together of what was built, and published as a whole."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import requires, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from childstats.errors import BuildError
from childstats.folders import ARCHIVE
from childstats.intake import json_object, json_value
from childstats.reports.publishing import checksums, exchange, json_bytes, put
from childstats.reports.reasons import FALSE, OTHER_LANGUAGE
from childstats.reports.snapshot import (
    LEDGER,
    MANIFEST,
    NOTE,
    OBSERVATIONS,
    SUMS,
    checksums_of,
    differences,
    editions_in,
    leads_out,
    listed_in,
)

if TYPE_CHECKING:
    from childstats.reports.edition import Edition, FinishedReport

CHANGES: Final = "changes.json"
BUILT: Final = "built"
Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Survey:
    """An edition and what its published files say besides its reports.

    `sources` and `inputs` are checksums that may be published, also where small areas are hidden;
    `before` is name and day of the edition before, `release` what is published of small areas
    with the manifest's entry for it.
    """

    edition: "Edition"
    sources: Mapping[str, str]
    inputs: str
    area_names: Mapping[str, Mapping[str, str]]
    observations: bytes = b""
    before: tuple[str, str] | tuple[()] = ()
    changes: Sequence[Mapping[str, Any]] = ()
    release: tuple[bytes, Mapping[str, Any]] | None = None


@dataclass(frozen=True, slots=True)
class Issue:
    """An edition on its way: what is in place, the build's own folder, entries and errors."""

    folder: Path
    work: Path
    found: Survey
    entries: dict[str, dict[str, Any]] = field(default_factory=dict)
    failed: dict[str, BuildError] = field(default_factory=dict)
    finished: list["FinishedReport"] = field(default_factory=list)

    def add(self, report: "FinishedReport") -> dict[str, Any]:
        """Put the files of a finished report where the new edition is made."""
        put(report.content, self.work / "reports")
        entry = {**report.to_json(), "status": BUILT}
        self.entries[report.job.file_name] = entry
        self.finished.append(replace(report, content={}))
        return entry

    def fail_contradictions(self) -> None:
        """Count a report as failed that says of a figure what another one denies."""
        for file, fault in disagreements(self.finished):
            if file in self.entries:
                self._drop(file, BuildError(f"{file}: {fault}", FALSE))

    def _drop(self, name: str, error: BuildError) -> None:
        self.failed[name] = error
        for file in self.entries.pop(name)["files"]:
            (self.work / "reports" / file).unlink()

    def fail_in_all_languages(self) -> None:
        """Count a report as failed in every language if it failed in one: their pages link."""
        stems = {_stem(name) for name in self.failed}
        for job in self.found.edition.jobs:
            name = job.file_name
            if _stem(name) in stems and name not in self.failed:
                self._drop(name, BuildError(f"{name}: {OTHER_LANGUAGE}", OTHER_LANGUAGE))


def issue(edition: Issue) -> list[dict[str, Any]]:
    """Put an edition, all reports finished or failed, in the place of the one before.

    Returns the entries of its reports in the manifest. Nothing is published, and `BuildError`
    raised, if older reports may not stand beside new ones or a file that is to be kept is gone.
    """
    found, reports, work = edition.found, edition.folder / "reports", edition.work
    if edition.failed:
        edition.entries.update(_failed_entries(edition))
    entries = [edition.entries[job.file_name] for job in found.edition.jobs]
    known = {n: f["sha256"] for entry in entries for n, f in entry["files"].items()}
    files = _texts(edition, entries)
    kept: dict[str, bytes | Path] = {
        name: reports / name for name in known if not (work / "reports" / name).exists()
    }
    kept |= _superseded(reports, found.edition.edition_id)
    put({**files, SUMS: checksums(known, files), **kept}, work / "reports")
    exchange(work / "reports", edition.folder, "reports", _ours(reports))
    processed = [path.name for path in (work / "processed").iterdir()]
    exchange(work / "processed", edition.folder, "data/processed", processed)
    return entries


def _texts(edition: Issue, entries: list[dict[str, Any]]) -> dict[str, bytes | Path]:
    """Return the files that are not a report's: pages, tables, the manifest."""
    from childstats import __version__  # noqa: PLC0415  # the package is being imported
    from childstats.reports.site import download_pages  # noqa: PLC0415  # templates

    found, own = edition.found, edition.found.edition.edition_id
    notebooks = {job.notebook.name: job.notebook for job in found.edition.jobs}
    manifest: dict[str, Any] = {
        "edition": own,
        "date": found.edition.date.isoformat(),
        "childstats": __version__,
        "made_from": {"inputs": found.inputs, "packages": packages()},
        "sources": dict(found.sources),
        "notebooks": checksums_of(dict(sorted(notebooks.items()))),
        "reports": entries,
    }
    if found.edition.left_out:
        manifest["left_out"] = dict(found.edition.left_out)
    if found.edition.synthetic:
        manifest["synthetic"] = True
    if found.release:
        manifest["disclosure"] = dict(found.release[1])
    changes = {
        **({"synthetic": True} if found.edition.synthetic else {}),
        "since": {"edition": found.before[0], "date": found.before[1]} if found.before else {},
        "changes": list(found.changes),
    }
    if found.edition.corrections:
        changes["corrections"] = [
            c.to_json()
            | {"reports": [j.file_name for j in found.edition.jobs if c in j.corrections]}
            for c in found.edition.corrections
        ]
    ledger = edition.folder / "reports" / LEDGER  # what was published once is remembered for good
    release = found.release[0] if found.release else ledger.exists() and ledger.read_bytes()
    days = {name: day for name, (day, _) in editions_in(ledger.parent).items() if name != own}
    earlier = sorted(days.items(), key=lambda e: (e[1], e[0]), reverse=True)
    return {
        **download_pages(found, entries, earlier),
        OBSERVATIONS: found.observations,
        CHANGES: json_bytes(changes),
        MANIFEST: json_bytes(manifest),
        **({LEDGER: release} if release else {}),
    }


def packages() -> dict[str, str]:
    """Return the versions of the packages that childstats itself asks for, by name."""
    asked = (line for line in requires("childstats") or () if ";" not in line)
    names = {"".join(c if c.isalnum() or c in "-_." else " " for c in n).split()[0] for n in asked}
    return {name: version(name) for name in sorted(names)}


def _superseded(reports: Path, edition_id: str) -> dict[str, bytes | Path]:
    """Return what is to be kept of the edition in place, if another one replaces it."""
    own = {n for n, (_, at) in editions_in(reports).items() if at == reports}
    is_there = (reports / MANIFEST).exists() or (reports / SUMS).exists()
    noted = json_object(reports.parent / NOTE).get("edition")
    if not own and is_there and noted != edition_id:
        raise BuildError(
            f"reports/{MANIFEST} or reports/{SUMS} is missing or damaged, and nobody knows which "
            "edition stands there; restore it, so that the edition can be kept, or empty reports/"
        )
    old = next(iter(own), edition_id)
    if old == edition_id:
        return {}
    if (reports / ARCHIVE / old).exists():
        raise BuildError(f"reports/{ARCHIVE}/{old} is there, where {old!r} is to be kept; move it")
    kept: dict[str, bytes | Path] = {f"{ARCHIVE}/{old}/{SUMS}": reports / SUMS}
    for name in listed_in(reports / SUMS):
        if not (reports / name).is_file():
            raise BuildError(
                f"reports/{name} of the edition {old!r} is gone, which is to be kept; "
                "put it back, or build that edition again first"
            )
        kept[f"{ARCHIVE}/{old}/{name}"] = reports / name
    return kept


def damaged_archive(folder: Path) -> list[str]:
    """Return the files of earlier editions that are not as they were published."""
    noted = json_object(folder / NOTE).get("published")
    kept = dict(noted).items() if isinstance(noted, dict) else ()
    known = {n: c for n, c in kept if n.startswith(f"reports/{ARCHIVE}/")}
    for place in sorted((folder / "reports" / ARCHIVE).glob("[!.]*")):
        below = f"reports/{ARCHIVE}/{place.name}/"
        known |= {below + name: checksum for name, checksum in listed_in(place / SUMS).items()}
    return differences(known, checksums_of({name: folder / name for name in known}))


def _ours(reports: Path) -> set[str]:
    """Return the files in the published folder that builds have made, earlier editions aside."""
    listed = {SUMS, MANIFEST, *listed_in(reports / SUMS)}
    try:
        entries = json_object(reports / MANIFEST)["reports"]
        listed |= {n for r in entries for n in (r["file"], *r.get("files", ()))}
    except (KeyError, TypeError, AttributeError):
        pass
    return {name for name in listed if name and not leads_out(name)}


def _stem(file: str) -> str:
    return file.rsplit(".", 2)[0]


def _failed_entries(edition: Issue) -> dict[str, dict[str, Any]]:
    """Return the manifest's entries of failed reports: of their last good files, if they stand."""
    manifest = json_object(edition.folder / "reports" / MANIFEST)
    good = _last_good(manifest, set(edition.failed), edition.folder / "reports")
    if good:
        refuse_doubtful_mix(edition.folder / "reports", edition.found.release)
    origin = {"edition": manifest.get("edition"), "date": manifest.get("date")}
    jobs = {job.file_name: job for job in edition.found.edition.jobs}
    found = {}
    for name, error in edition.failed.items():
        status: dict[str, Any] = {"status": "failed", "reason": error.public}
        old = good.get(name)
        if old is None:
            asked = {"notebook": jobs[name].notebook.name, "parameters": jobs[name].parameters}
            nothing = {"pages": 0, "figures": [], "files": {}}
            found[name] = {"file": name, **status, **asked, **nothing}
        else:
            rest = {k: v for k, v in old.items() if k not in {"file", "status", "reason"}}
            found[name] = {"file": name, **status, **{"kept_from": origin, **rest}}
    return found


def _last_good(manifest: Mapping[str, Any], failed: set[str], reports: Path) -> dict[str, Entry]:
    """Return the entries of whose files every one, in every language, is as it was published."""
    try:
        old = {str(entry["file"]): entry for entry in manifest["reports"] if entry["files"]}
        whole = {name for name, entry in old.items() if _is_whole(entry["files"], reports)}
    except (KeyError, TypeError, AttributeError):
        return {}
    broken = {_stem(name) for name in old if name not in whole or name not in failed}
    return {n: old[n] for n in whole & failed if _stem(n) not in broken}


def _is_whole(files: Mapping[str, Entry], reports: Path) -> bool:
    known = {name: str(file["sha256"]) for name, file in files.items()}
    found = checksums_of({name: reports / name for name in files if not leads_out(name)})
    return found == known


def refuse_doubtful_mix(reports: Path, release: tuple[bytes, Mapping[str, Any]] | None) -> None:
    """Refuse, by `BuildError`, kept reports that were not audited under the policy of new ones."""
    if not release and not (reports / LEDGER).exists():
        return
    try:
        old, new = (
            json_value(c) for c in ((reports / LEDGER).read_bytes(), (release or (b"",))[0])
        )
        doubt = old["policy"] != new["policy"] or any(
            "audited without" in note for note in new["audit"]["notes"]
        )
    except (OSError, ValueError, KeyError, TypeError):
        doubt = True
    if doubt:
        raise BuildError(
            "the older reports that would stand in place of failed ones were published under "
            "another disclosure policy, or could not be audited; nothing was published"
        )


def changed_since(reports: Path, now: Mapping[str, str]) -> list[str]:
    """Return the sources whose checksums are not those of the edition in place."""
    try:
        before: dict[str, str] = json_object(reports / MANIFEST)["sources"]
        return sorted(i for i in before.keys() | now.keys() if before.get(i) != now.get(i))
    except (KeyError, TypeError, AttributeError):
        return []


def listed_elsewhere(folder: Path) -> Iterable[str]:
    """Return the published files that no list of checksums names, below the workspace."""
    yield f"reports/{SUMS}"
    for place in sorted((folder / "reports" / ARCHIVE).glob("[!.]*")):
        yield f"reports/{ARCHIVE}/{place.name}/{SUMS}"
    for path in sorted((folder / "data" / "processed").iterdir()):
        yield f"data/processed/{path.name}"


def disagreements(reports: Iterable["FinishedReport"]) -> Iterator[tuple[str, str]]:
    """Yield the reports that contradict another one, or themselves in another language.

    Parameters
    ----------
    reports
        All reports of an edition.

    Yields
    ------
    file, fault
        Name of the report, and what it says otherwise than which.
    """
    first: dict[str, tuple[str, str]] = {}
    by_stem: dict[tuple[str, ...], FinishedReport] = {}
    for report in reports:
        file = report.job.file_name
        for statement, word in report.claims:
            before, where = first.setdefault(statement, (word, file))
            if word != before:
                yield file, f"{statement} is {word!r}, and {before!r} in {where}"
        asked = {k: v for k, v in report.job.parameters.items() if k != "language"}
        other = by_stem.setdefault((report.job.notebook.name, repr(sorted(asked.items()))), report)
        apart = sorted(set(report.numbers) ^ set(other.numbers))
        if apart:
            yield file, f"the languages do not say the same numbers: {apart[0]}"
