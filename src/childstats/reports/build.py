"""Build an edition: from a snapshot of all inputs, all of it or nothing."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from childstats.errors import BuildError, ChildstatsError, EditionError, InputError
from childstats.folders import ARCHIVE, EDITION_FILE, SMALL_AREAS, workspace_folder
from childstats.intake import json_object
from childstats.reports.limits import Limits
from childstats.reports.snapshot import (
    MANIFEST,
    note_build,
    outdated,
    software_digest,
    take_snapshot,
)
from childstats.reports.watching import Watch, in_brief

if TYPE_CHECKING:
    from datetime import date

    from childstats.observations.workspace import Workspace
    from childstats.reports.edition import FinishedReport, Job
    from childstats.reports.issuing import Issue, Survey

NO_OTHER_LIMITS: Final = Limits()
RESTORED: Final = "the last run was cut off while it published; the edition before it is back"


@dataclass(frozen=True, slots=True)
class BuiltReport:
    """One report of the edition, as it stands in ``reports/``.

    Attributes
    ----------
    entry
        Its entry in the manifest.
    built
        Whether it was built now; else everything was up to date.
    failed
        Why it is not as it has to be; empty when it is.
    """

    entry: Mapping[str, Any]
    built: bool = True
    failed: str = ""

    @property
    def status(self) -> str:
        """What became of it, and what stands in its place if it failed."""
        if not self.failed:
            return "built" if self.built else "unchanged"
        kept = self.entry.get("kept_from")
        stands = f"kept from {kept['edition']} of {kept['date']}" if kept else "nothing stands"
        return f"failed: {_in_short(self.file, self.failed)}; {stands}"

    @property
    def file(self) -> str:
        """Name of the PDF."""
        return str(self.entry["file"])

    @property
    def pages(self) -> int:
        """Number of pages."""
        return int(self.entry["pages"])


Progress = Callable[[Iterable[BuiltReport], int], Iterable[BuiltReport]]
Say = Callable[[str], None]


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
    executor
        Where, if not here: ``dask:`` and a scheduler's address or file.
    """

    jobs: int | None = None
    limits: Limits = NO_OTHER_LIMITS
    fork: bool = True
    executor: str = ""

    @property
    def workers(self) -> int:
        """How many reports are built at the same time."""
        affinity = getattr(os, "sched_getaffinity", None)
        return self.jobs or (len(affinity(0)) if affinity else os.cpu_count() or 1)


DEFAULTS: Final = Options()


def build(
    path: str | Path = ".",
    *,
    progress: Progress = lambda reports, total: reports,
    say: Say = lambda line: None,
    options: Options = DEFAULTS,
) -> list[BuiltReport]:
    """Build a workspace's edition, unless it is up to date, and publish it into ``reports/``.

    Parameters
    ----------
    path
        The workspace or a folder inside it.
    progress
        Wraps the reports while they are finished, given how many there will be.
    say
        Takes one line about what is found, and in the end one a report: what became of it.
    options
        How to build.

    Returns
    -------
    list of BuiltReport
        In the order of ``childstats.toml``.

    Raises
    ------
    InputError
        If the edition, a source or the cluster cannot be used, or the workspace is read-only;
        nothing is written.
    BusyError
        If another run works in the workspace.
    BuildError
        If a report fails, once all others are published: of the failed one the last good files
        stay in place, and the manifest and the download page say so. If no report is good, a
        notebook changed its inputs, a disk is full or the disclosure policy is in doubt, nothing
        is published.
    """
    folder = workspace_folder(path)
    if options.executor:
        from childstats.reports.cluster import refuse_early  # noqa: PLC0415  # an extra

        refuse_early(options.executor, folder)
    if not outdated(folder):
        entries = json_object(folder / "reports" / MANIFEST)["reports"]
        standing = [BuiltReport(entry, built=False) for entry in entries]
        say(summary(standing))
        return standing
    with at_work(folder, say) as work:
        return _build(folder, work, progress, say, options)


@contextmanager
def at_work(folder: Path, say: Say) -> Iterator[Path]:
    """Hold the workspace, clear away what a crash left, and make a folder for this build."""
    from childstats.reports.locking import only_run  # noqa: PLC0415  # only if there is any work
    from childstats.reports.publishing import (  # noqa: PLC0415  # as before
        FULL,
        USUAL_REST,
        no_room,
        recover,
        refuse_unwritable,
        work_folder,
    )

    refuse_unwritable(folder)
    try:
        with only_run(folder):
            if recover(folder):
                say(RESTORED)
            with work_folder(folder) as work:
                yield work
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise no_room(folder, USUAL_REST) from None


def _build(
    folder: Path, work: Path, progress: Progress, say: Say, options: Options
) -> list[BuiltReport]:
    from childstats.reports.issuing import (  # noqa: PLC0415  # as above
        Issue,
        changed_since,
        damaged_archive,
    )
    from childstats.reports.publishing import refuse_full  # noqa: PLC0415  # as above

    software = software_digest()
    snapshot = take_snapshot(folder, work / "inputs")
    try:
        found = survey(snapshot.root, work / "processed", fork=options.fork)
        for source_id in changed_since(folder / "reports", found.sources):
            say(f"changed since the last edition: data/raw/{source_id}")
        damaged = damaged_archive(folder)
        for name in damaged:
            say(f"warning: {name} is not the file that was published; restore it from a copy")
        if (folder / "reports" / ARCHIVE / found.edition.edition_id).exists():
            raise EditionError(
                f"edition {found.edition.edition_id!r} is kept in reports/{ARCHIVE} already; give "
                f"this one another id in {EDITION_FILE}"
            )
        jobs = found.edition.jobs
        refuse_full(folder, len(jobs))
        edition, watch = Issue(folder, work, found), Watch(snapshot)
        finished = _finish(jobs, edition, options, watch)
        for report in progress(finished, len(jobs)):
            say(f"{report.file}: {report.pages} pages")
        watch.refuse_changes()
        entries = _deliver(edition, say)
    except ChildstatsError as error:
        raise snapshot.at_origin(error) from None
    return _published(edition, entries, "" if damaged else software, watch, say)


def _finish(
    jobs: Iterable["Job"], edition: "Issue", options: Options, watch: Watch
) -> Iterator[BuiltReport]:
    """Build reports, keep each that is good, and note the error of each that is not."""
    for job, outcome in outcomes(jobs, edition.found.edition.date, options, watch):
        if isinstance(outcome, BuildError):
            edition.failed[job.file_name] = outcome
        else:
            yield BuiltReport(edition.add(outcome))


def outcomes(
    jobs: Iterable["Job"], day: "date", options: Options, watch: Watch
) -> Iterator[tuple["Job", "FinishedReport | BuildError"]]:
    """Build reports, and look after each what its notebook did."""
    from childstats.reports.pool import finished_reports  # noqa: PLC0415  # only if there are any

    for job, outcome, _ in finished_reports(jobs, day, options):
        if isinstance(outcome, BuildError):
            watch.ended(job.file_name, job.notebook.name, ())
            yield job, watch.snapshot.at_origin(outcome)
        else:
            watch.ended(job.file_name, job.notebook.name, outcome.outside)
            yield job, outcome


def _deliver(edition: "Issue", say: Say) -> list[dict[str, Any]]:
    """Publish what is good; refuse if nothing is."""
    from childstats.reports.issuing import issue  # noqa: PLC0415  # as above

    edition.fail_contradictions()
    failed = dict(edition.failed)
    edition.fail_in_all_languages()
    if not edition.entries:
        refuse(failed, say)
    try:
        return issue(edition)
    except BuildError as error:
        refuse(failed, say, str(error))
        raise


def _published(
    edition: "Issue",
    entries: list[dict[str, Any]],
    software: str,
    watch: Watch,
    say: Say,
) -> list[BuiltReport]:
    """Say what became of each report, and note that there is nothing to do if that is so."""
    from childstats.reports.issuing import listed_elsewhere  # noqa: PLC0415  # as above
    from childstats.reports.publishing import write_whole  # noqa: PLC0415  # as above
    from childstats.reports.reasons import OTHER_LANGUAGE  # noqa: PLC0415  # as above

    folder, snapshot = edition.folder, watch.snapshot
    issued = [BuiltReport(e, failed=str(edition.failed.get(e["file"], ""))) for e in entries]
    width = max(len(report.file) for report in issued)
    for report in issued if edition.failed else ():
        say(f"{report.file:<{width}}  {report.status}")
    for places in dict.fromkeys(watch.outside.values()):
        files = [file for file, its in watch.outside.items() if its == places]
        say(f"warning: {in_brief(files)}: its notebook {in_brief(places)}; what is no input of the "
            "edition can change unseen, so it is built every time")  # fmt: skip
    if (kept := edition.work / Path(SMALL_AREAS).name).exists():
        write_whole(folder / SMALL_AREAS, kept.read_bytes())
    if not watch.outside and not edition.failed and software == software_digest():
        note_build(snapshot, software, listed_elsewhere(folder), write_whole)
    changed, note = snapshot.changed_at_origin(), ""
    if changed:
        note = (
            f"; the workspace changed meanwhile ({in_brief(changed)}): this edition is that of "
            "the beginning, build again"
        )
    for file, why in edition.found.edition.left_out.items():
        say(f"{file}  left out: {why}")
    say(summary(issued) + note)
    refuse({n: e for n, e in edition.failed.items() if e.public != OTHER_LANGUAGE})
    return issued


def summary(reports: Sequence[BuiltReport]) -> str:
    """Return the last line of a build."""
    pages = sum(report.pages for report in reports)
    built = sum(report.built and not report.failed for report in reports)
    return f"{len(reports)} reports, {pages} pages, in reports/; {built} of them built now"


def refuse(
    failed: Mapping[str, BuildError], say: Say = lambda line: None, instead: str = ""
) -> None:
    """Say of each report why it failed, and raise the first error, if there is one."""
    for name, error in failed.items():
        say(f"{name}  failed: {_in_short(name, str(error))}")
    for error in failed.values():
        more = f" ({len(failed) - 1} more reports failed)" if len(failed) > 1 else ""
        raise BuildError(f"{error}{more}{'; ' if instead else ''}{instead}")


def _in_short(file: str, message: str) -> str:
    """Return what went wrong in one line that follows the report's name."""
    return " ".join(message.removeprefix(f"{file}: ").split())


def survey(root: Path, processed: Path, *, fork: bool) -> "Survey":
    """Read a snapshot in a process of its own, while the rest is imported."""
    from childstats.reports.children import (  # noqa: PLC0415  # sockets, processes
        Child,
        ChildDiedError,
        can_fork,
    )

    if not (fork and can_fork()):
        from childstats.reports.survey import take_survey  # noqa: PLC0415  # pandas

        return take_survey(str(root), str(processed))
    with Child(
        "childstats.reports.survey:take_survey",
        str(root),
        str(processed),
        limits=Limits(),
        workspace=root,
        reads_only=True,
    ) as child:
        try:
            return child.receive()[1]  # type: ignore[no-any-return]  # from take_survey()
        except ChildDiedError:
            raise BuildError(
                "the process that reads the workspace died, perhaps for want of memory; "
                "build again, or with --no-fork to see more"
            ) from None


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
    from childstats.reports.issuing import changed_since  # noqa: PLC0415  # as above

    try:
        now = {source_id: workspace.checksum(source_id) for source_id in workspace.sources}
    except InputError:  # a source that cannot be read has changed, if it could before
        now = {s.source_id: s.sha256 for s in workspace.sources.values()}
    return changed_since(workspace.root / "reports", now)
