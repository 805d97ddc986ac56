"""Issuing: an edition put together of what was built and what stays, and published as a whole."""

import hashlib
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from childstats.errors import BuildError
from childstats.reports.keeping import failed_entries, manifest_of, refuse_doubtful_mix
from childstats.reports.plan import MANIFEST, Noted, State, Survey, place_of
from childstats.reports.publishing import checksums, json_bytes, publish
from childstats.reports.sealed import sealed
from childstats.reports.unchanged import NOTES, STATE

if TYPE_CHECKING:
    from childstats.reports.edition import FinishedReport, Job

SUMS: Final = "SHA256SUMS"
CHANGES: Final = "changes.json"
OBSERVATIONS: Final = "data/observations.csv"
BUILT: Final = "built"
"""The status of a report in the manifest that is as it has to be; the other is ``failed``."""


@dataclass(frozen=True, slots=True)
class Issue:
    """An edition that is about to be published.

    Attributes
    ----------
    folder
        The workspace.
    found
        The edition and what its reports are made from.
    inputs
        Digest of all inputs.
    notes
        What is noted about each report that is as it has to be.
    failed
        File name to error of each that is not.
    """

    folder: Path
    found: Survey
    inputs: str
    notes: Mapping[str, Noted]
    failed: Mapping[str, BuildError]

    @property
    def reports(self) -> Path:
        """The published folder."""
        return self.folder / "reports"

    def entries(self) -> list[dict[str, Any]]:
        """Return the reports' entries in the manifest, in the order of the edition."""
        jobs = {job.file_name: job for job in self.found.edition.jobs}
        old = (
            failed_entries(self.failed, {n: _about(jobs[n]) for n in self.failed}, self.reports)
            if self.failed
            else {}
        )
        return [old.get(n) or {**self.notes[n].entry, "status": BUILT} for n in jobs]


def keep(folder: Path, report: "FinishedReport", found: Survey, seconds: float) -> Noted:
    """Keep a finished report where a build that fails, or another shard, finds it.

    Parameters
    ----------
    folder
        The workspace.
    report
        The report.
    found
        What it is made from.
    seconds
        How long it took.

    Returns
    -------
    Noted
        What is noted about it.
    """
    fingerprint = found.fingerprint(report.job, report.reads)
    noted = Noted(report.to_json(), fingerprint, report.reads, round(seconds, 3))
    name = f"{report.job.file_name}.json"
    publish({**report.content, name: sealed(noted.to_json())}, folder / NOTES / "built", last=name)
    return noted


def issue(edition: Issue) -> list[dict[str, Any]]:
    """Publish an edition, and note it.

    Parameters
    ----------
    edition
        What is published.

    Returns
    -------
    list of dict
        The entries of its reports in the manifest.

    Raises
    ------
    BuildError
        If a file is gone, or older reports may not stand beside new ones; nothing is published.
    """
    from childstats.reports.archive import superseded  # noqa: PLC0415  # only if need be
    from childstats.reports.flipping import flip  # noqa: PLC0415  # ctypes

    entries, reports = edition.entries(), edition.reports
    if any("kept_from" in entry for entry in entries):
        refuse_doubtful_mix(reports, edition.found.release)
    known = {n: f["sha256"] for entry in entries for n, f in entry["files"].items()}
    files = _texts(edition, entries)
    files |= _moved(edition.folder, known)
    files[SUMS] = checksums(known, files)
    gone = listed(reports) - {*files, *known}
    files |= superseded(reports, edition.found.edition.edition_id)
    flip(files, reports, remove=gone, last=MANIFEST)
    _note(edition, known, {n: c for n, c in files.items() if isinstance(c, bytes)})
    return entries


def _texts(edition: Issue, entries: list[dict[str, Any]]) -> dict[str, bytes | Path]:
    """Return the files that are not a report's: pages, tables, the manifest."""
    from childstats import __version__  # noqa: PLC0415  # the package is being imported
    from childstats.reports.archive import earlier_editions  # noqa: PLC0415  # only if need be
    from childstats.reports.site import download_pages  # noqa: PLC0415  # templates

    found = edition.found
    manifest: dict[str, Any] = {
        "edition": found.edition.edition_id,
        "date": found.edition.date.isoformat(),
        "childstats": __version__,
        "sources": dict(found.sources),
        "notebooks": {path.name: found.notebooks[path] for path in sorted(found.notebooks)},
        "reports": entries,
    }
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
    earlier = earlier_editions(edition.reports, found.edition.edition_id)
    return {
        **download_pages(found, entries, earlier),
        OBSERVATIONS: found.observations,
        CHANGES: json_bytes(changes),
        MANIFEST: json_bytes(manifest),
        **({str(found.release[1]["file"]): found.release[0]} if found.release else {}),
    }


def _moved(folder: Path, known: Mapping[str, str]) -> dict[str, bytes | Path]:
    """Return the files of reports that are not in their place yet."""
    moved: dict[str, bytes | Path] = {}
    for name, digest in known.items():
        place = place_of(folder, name, digest)
        if place is None:
            raise BuildError(f"{name} was built and is gone; is another build running?")
        if place != folder / "reports" / name:
            moved[name] = place
    return moved


def _about(job: "Job") -> dict[str, Any]:
    return {"notebook": job.notebook.name, "parameters": dict(job.parameters)}


def _note(edition: Issue, known: Mapping[str, str], written: Mapping[str, bytes]) -> None:
    """Write the notes, then drop what was kept until they were written.

    After a failure the notes never say that there is nothing to do, and what waits for a report
    in another language stays kept.
    """
    found, notes = edition.found, edition.notes
    published = {
        **found.processed,
        **{f"reports/{name}": digest for name, digest in known.items()},
        **{f"reports/{name}": hashlib.sha256(c).hexdigest() for name, c in written.items()},
    }
    state = State(
        inputs="" if edition.failed else edition.inputs,
        published=published,
        reports=notes,
        order=tuple(job.file_name for job in found.edition.jobs if job.file_name in notes),
    )
    publish({STATE: sealed(state.to_json())}, edition.folder / NOTES, last=STATE)
    if not edition.failed:
        shutil.rmtree(edition.folder / NOTES / "built", ignore_errors=True)


def listed(reports: Path) -> set[str]:
    """Return the reports' files that the manifest in place lists."""
    try:
        entries = manifest_of(reports)["reports"]
        names = {n for r in entries for n in (r["file"], *r.get("files", ()))}
        return {name for name in names if not {"", "..", "/"} & set(Path(name).parts)}
    except (KeyError, TypeError, AttributeError):
        return set()


def changed_since(reports: Path, now: Mapping[str, str]) -> list[str]:
    """Return the sources that are not those of the edition in place.

    Parameters
    ----------
    reports
        The published folder.
    now
        Checksum of each source.
    """
    try:
        before: dict[str, str] = manifest_of(reports)["sources"]
        return sorted(i for i in before.keys() | now.keys() if before.get(i) != now.get(i))
    except (KeyError, TypeError, AttributeError):
        return []
