"""Build an edition: find what is to be built, build it side by side, publish the whole."""

import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from childstats.errors import BuildError, InputError
from childstats.folders import workspace_folder
from childstats.reports.limits import Limits
from childstats.reports.plan import (
    MANIFEST,
    NOTES,
    STATE,
    Noted,
    State,
    Survey,
    file_digest,
    inputs_digest,
    nothing_to_do,
    place_of,
    read_state,
    stands,
)

if TYPE_CHECKING:
    from childstats.observations.workspace import Workspace
    from childstats.reports.edition import FinishedReport, Job

SUMS: Final = "SHA256SUMS"
CHANGES: Final = "changes.json"
OBSERVATIONS: Final = "data/observations.csv"
NO_OTHER_LIMITS: Final = Limits()


@dataclass(frozen=True, slots=True)
class BuiltReport:
    """One report of the edition, as it stands in ``reports/``.

    Attributes
    ----------
    entry
        Its entry in the manifest.
    why
        Why it was built; empty when it stood already.
    """

    entry: Mapping[str, Any]
    why: str

    @property
    def file(self) -> str:
        """Name of the PDF."""
        return str(self.entry["file"])

    @property
    def pages(self) -> int:
        """Number of pages."""
        return int(self.entry["pages"])


Progress = Callable[[Iterable[BuiltReport], int], Iterable[BuiltReport]]


@dataclass(frozen=True, slots=True)
class Options:
    """How to build; the bytes that come out do not depend on it.

    Attributes
    ----------
    jobs
        Reports that are built at the same time; None for one a processor core.
    limits
        What each notebook may use.
    fork
        Whether reports are built in forks of a warm process, where the system can fork.
    shard
        (i, n): build the i-th of n parts only, counted from 1.
    """

    jobs: int | None = None
    limits: Limits = NO_OTHER_LIMITS
    fork: bool = True
    shard: tuple[int, int] = (1, 1)

    @property
    def workers(self) -> int:
        """How many reports are built at the same time."""
        affinity = getattr(os, "sched_getaffinity", None)
        return self.jobs or (len(affinity(0)) if affinity else os.cpu_count() or 1)


DEFAULTS: Final = Options()


@dataclass(frozen=True, slots=True)
class Planned:
    """One report of the edition, and why it has to be built.

    Attributes
    ----------
    job
        The report.
    why
        Empty when it stands.
    noted
        What is noted about it, if anything.
    """

    job: "Job"
    why: str
    noted: Noted | None


def build(
    path: str | Path = ".",
    *,
    progress: Progress = lambda reports, total: reports,
    say: Callable[[str], None] = lambda line: None,
    options: Options = DEFAULTS,
) -> list[BuiltReport]:
    """Build what does not stand of a workspace's edition, and publish it into ``reports/``.

    Parameters
    ----------
    path
        The workspace or a folder inside it.
    progress
        Wraps the reports while they are finished, given how many there will be.
    say
        Takes one line about what is found.
    options
        How to build.

    Returns
    -------
    list of BuiltReport
        In the order of ``childstats.toml``.

    Raises
    ------
    InputError
        If the edition or a source cannot be used; nothing is written.
    BuildError
        If a report fails, once all others are done; ``reports/`` is left as it was, and what was
        finished is not built again.
    """
    folder = workspace_folder(path)
    state = read_state(folder)
    if nothing_to_do(folder, state):
        return [BuiltReport(state.reports[name].entry, "") for name in state.order]
    inputs = inputs_digest(folder)
    found = _survey(folder, write=True, fork=options.fork)
    for source_id in _changed(folder, found.sources):
        say(f"changed since the last edition: data/raw/{source_id}")
    planned = _plan(folder, state, found)
    part = _of_shard(planned, options.shard)
    notes = {p.job.file_name: p.noted for p in planned if p.noted and not p.why}
    for report in progress(_finish(folder, part, found, options, notes), len(part)):
        say(f"{report.file}: {report.why}")
    missing = [p.job.file_name for p in planned if p.job.file_name not in notes]
    if missing:
        say(f"{len(missing)} reports are left to other shards; nothing is published yet")
        return []
    _publish(folder, found, notes, inputs)
    why = {p.job.file_name: p.why for p in planned}
    return [BuiltReport(notes[name].entry, why[name]) for name in why]


def plan(path: str | Path = ".") -> list[Planned]:
    """Return every report of a workspace's edition and why it would be built.

    Parameters
    ----------
    path
        The workspace or a folder inside it; nothing in it is written.

    Returns
    -------
    list of Planned
        In the order of ``childstats.toml``.

    Raises
    ------
    InputError
        If the edition or a source cannot be used.
    """
    folder = workspace_folder(path)
    return _plan(folder, read_state(folder), _survey(folder, write=False, fork=False))


def _survey(folder: Path, *, write: bool, fork: bool) -> Survey:
    from childstats.reports.children import (  # noqa: PLC0415  # sockets, processes
        Child,
        ChildDiedError,
        can_fork,
    )

    if fork and can_fork():
        with Child(
            "childstats.reports.survey:take_survey",
            str(folder),
            keywords={"write": write},
            limits=Limits(),
            workspace=folder,
        ) as child:
            try:
                return child.receive()[1]  # type: ignore[no-any-return]  # from take_survey()
            except ChildDiedError:
                raise BuildError(
                    "the process that reads the workspace died, perhaps for want of memory; "
                    "build again, or with --no-fork to see more"
                ) from None
    from childstats.reports.survey import take_survey  # noqa: PLC0415  # pandas

    return take_survey(str(folder), write=write)


def _plan(folder: Path, state: State, found: Survey) -> list[Planned]:
    planned = []
    for job in found.edition.jobs:
        noted = state.reports.get(job.file_name)
        why = found.why(job, noted)
        if noted is not None and not why and not stands(folder, noted):
            why = "its file is missing or damaged"
        planned.append(Planned(job, why, noted))
    return planned


def _of_shard(planned: list[Planned], shard: tuple[int, int]) -> list[Planned]:
    """Return what is to be built of one shard, the longest first.

    All shards of an edition divide all of its reports, in its order, whatever stands already, so
    that shards which start at different times agree.
    """
    number, of = shard
    part = [p for i, p in enumerate(planned) if i % of == number - 1 and p.why]
    return sorted(part, key=lambda p: -(p.noted.seconds if p.noted else float("inf")))


def _finish(
    folder: Path,
    planned: list[Planned],
    found: Survey,
    options: Options,
    notes: dict[str, Noted],
) -> Iterator[BuiltReport]:
    """Build reports, note and keep each, and refuse in the end if any failed."""
    from childstats.reports.pool import finished_reports  # noqa: PLC0415  # only if there are any

    why = {p.job.file_name: p.why for p in planned}
    failed: list[BuildError] = []
    jobs = [p.job for p in planned]
    for outcome, seconds in finished_reports(jobs, found.edition.date, options):
        if isinstance(outcome, BuildError):
            failed.append(outcome)
            continue
        noted = _keep(folder, outcome, found, seconds)
        notes[noted.file] = noted
        yield BuiltReport(noted.entry, why[noted.file])
    if failed:
        more = f" ({len(failed) - 1} more reports failed)" if len(failed) > 1 else ""
        raise BuildError(f"{failed[0]}{more}")


def _keep(folder: Path, report: "FinishedReport", found: Survey, seconds: float) -> Noted:
    """Keep a finished report where a build that fails, or another shard, finds it."""
    from childstats.reports.publishing import publish  # noqa: PLC0415  # only if need be

    fingerprint = found.fingerprint(report.job, report.reads)
    noted = Noted(report.to_json(), fingerprint, report.reads, round(seconds, 3))
    name = report.job.file_name
    text = json.dumps(noted.to_json(), ensure_ascii=False)
    built = folder / NOTES / "built"
    publish({**report.content, f"{name}.json": text.encode()}, built, last=f"{name}.json")
    return noted


def _publish(folder: Path, found: Survey, notes: Mapping[str, Noted], inputs: str) -> None:
    from childstats import __version__  # noqa: PLC0415  # the package is being imported
    from childstats.reports.archive import (  # noqa: PLC0415  # only if need be
        archive_superseded,
        earlier_editions,
    )
    from childstats.reports.publishing import (  # noqa: PLC0415  # only if need be
        checksums,
        json_bytes,
        publish,
    )
    from childstats.reports.site import download_pages  # noqa: PLC0415  # templates

    reports = folder / "reports"
    entries = [notes[job.file_name].entry for job in found.edition.jobs]
    manifest: dict[str, Any] = {
        "edition": found.edition.edition_id,
        "date": found.edition.date.isoformat(),
        "childstats": __version__,
        "sources": dict(found.sources),
        "reports": entries,
    }
    if found.edition.synthetic:
        manifest["synthetic"] = True
    if found.release:
        manifest["disclosure"] = dict(found.release[1])
    since = {"edition": found.before[0], "date": found.before[1]} if found.before else {}
    files: dict[str, bytes | Path] = {
        **download_pages(found, entries, earlier_editions(reports, found.edition.edition_id)),
        OBSERVATIONS: found.observations,
        CHANGES: json_bytes(
            {
                **({"synthetic": True} if found.edition.synthetic else {}),
                "since": since,
                "changes": list(found.changes),
            }
        ),
        MANIFEST: json_bytes(manifest),
    }
    if found.release:
        files[str(found.release[1]["file"])] = found.release[0]
    known = {name: digest for noted in notes.values() for name, digest in noted.files.items()}
    for name, digest in known.items():
        place = place_of(folder, name, digest)
        if place is None:
            raise BuildError(f"{name} was built and is gone; is another build running?")
        if place != reports / name:
            files[name] = place
    files[SUMS] = checksums(known, files)
    written = [name for name, content in files.items() if isinstance(content, bytes)]
    archive_superseded(reports, found.edition.edition_id)
    superseded = _listed(reports) - {*files, *known}
    publish(files, reports, last=MANIFEST)
    for name in sorted(superseded):
        (reports / name).unlink(missing_ok=True)
    _note(folder, State(
        inputs=inputs,
        published={
            **found.processed,
            **{f"reports/{name}": digest for name, digest in known.items()},
            **{f"reports/{n}": file_digest(reports / n) for n in written},
        },
        reports=notes,
        order=tuple(job.file_name for job in found.edition.jobs),
    ))  # fmt: skip


def _note(folder: Path, state: State) -> None:
    """Write the notes, then drop what was kept until they were written."""
    from childstats.reports.publishing import publish  # noqa: PLC0415  # only if need be

    reports = {name: noted.to_json() for name, noted in state.reports.items()}
    text = json.dumps(
        {"inputs": state.inputs, "published": state.published, "order": state.order,
         "reports": reports},
        ensure_ascii=False,
    )  # fmt: skip
    publish({STATE: text.encode()}, folder / NOTES, last=STATE)
    shutil.rmtree(folder / NOTES / "built", ignore_errors=True)


def changed_sources(workspace: "Workspace") -> list[str]:
    """Return the sources whose figures are not those of the last edition, by checksum.

    Parameters
    ----------
    workspace
        The workspace, before a build.

    Returns
    -------
    list of str
        Ids of sources that changed, came or went; empty without an earlier edition.
    """
    try:
        now = {source_id: workspace.checksum(source_id) for source_id in workspace.sources}
    except InputError:  # a source that cannot be read has changed, if it could before
        now = {s.source_id: s.sha256 for s in workspace.sources.values()}
    return _changed(workspace.root, now)


def _changed(folder: Path, now: Mapping[str, str]) -> list[str]:
    try:
        text = (folder / "reports" / MANIFEST).read_text(encoding="utf-8")
        before: dict[str, str] = json.loads(text)["sources"]
        return sorted(i for i in before.keys() | now.keys() if before.get(i) != now.get(i))
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
        return []


def _listed(folder: Path) -> set[str]:
    """Return the reports' files that the manifest in place lists."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        names = {n for r in manifest["reports"] for n in (r["file"], *r.get("files", ()))}
        return {name for name in names if not {"", "..", "/"} & set(Path(name).parts)}
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
        return set()
