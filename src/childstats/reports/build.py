"""Build an edition: find what is to be built, build it side by side, publish the whole."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from childstats.errors import BuildError, InputError
from childstats.folders import workspace_folder
from childstats.reports.limits import Limits
from childstats.reports.plan import Noted, State, Survey, read_state, stands
from childstats.reports.standing import inputs_digest, nothing_to_do

if TYPE_CHECKING:
    from childstats.observations.workspace import Workspace
    from childstats.reports.edition import Job
    from childstats.reports.issuing import Issue
    from childstats.reports.locking import Lock

NO_OTHER_LIMITS: Final = Limits()
COMPLETED: Final = "the last run was cut off while it published; what it began is completed"


@dataclass(frozen=True, slots=True)
class BuiltReport:
    """One report of the edition, as it stands in ``reports/``.

    Attributes
    ----------
    entry
        Its entry in the manifest.
    why
        Why it was built; empty when it stood already.
    failed
        Why it is not as it has to be; empty when it is.
    """

    entry: Mapping[str, Any]
    why: str
    failed: str = ""

    @property
    def status(self) -> str:
        """What became of it, and what stands in its place if it failed."""
        if not self.failed:
            return "built" if self.why else "unchanged"
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
    executor
        Where, if not here: ``dask:`` and a scheduler's address or file.
    """

    jobs: int | None = None
    limits: Limits = NO_OTHER_LIMITS
    fork: bool = True
    shard: tuple[int, int] = (1, 1)
    executor: str = ""

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
        disk is full or the disclosure policy is in doubt, nothing is published. What was finished
        is not built again.
    """
    folder = workspace_folder(path)
    state = read_state(folder)
    if state.order and nothing_to_do(str(folder), state.inputs, state.published):
        return [BuiltReport(state.reports[name].entry, "") for name in state.order]
    from childstats.reports.disk import (  # noqa: PLC0415  # only if there is something to do
        is_full,
        needed,
        no_room,
        refuse_unwritable,
    )
    from childstats.reports.locking import only_run  # noqa: PLC0415  # as before

    refuse_unwritable(folder)
    try:
        with only_run(folder, shared=options.shard[1] > 1) as lock:
            return _build(folder, lock, progress, say, options)
    except OSError as error:
        if not is_full(error):
            raise
        raise no_room(folder, needed(read_state(folder).reports.values())) from None


def _build(
    folder: Path,
    lock: "Lock",
    progress: Progress,
    say: Callable[[str], None],
    options: Options,
) -> list[BuiltReport]:
    from childstats.reports.disk import needed, refuse_full  # noqa: PLC0415  # as above
    from childstats.reports.flipping import recover  # noqa: PLC0415  # ctypes
    from childstats.reports.issuing import Issue, changed_since  # noqa: PLC0415  # as above
    from childstats.reports.keeping import with_siblings  # noqa: PLC0415  # as above

    if recover(folder, alone=options.shard[1] == 1):
        say(COMPLETED)
    state = read_state(folder)
    for name in state.damaged:
        say(f"warning: {name} is damaged and was put aside; what it noted is built again")
    if options.executor:
        from childstats.reports.cluster import refuse_early  # noqa: PLC0415  # an extra

        refuse_early(options.executor, folder)
    inputs = inputs_digest(str(folder))
    found = _survey(folder, write=True, fork=options.fork)
    for source_id in changed_since(folder / "reports", found.sources):
        say(f"changed since the last edition: data/raw/{source_id}")
    planned = _plan(folder, state, found)
    part = _of_shard(planned, options.shard)
    refuse_full(folder, needed(p.noted for p in part))
    notes = {p.job.file_name: p.noted for p in planned if p.noted and not p.why}
    failed: dict[str, BuildError] = {}
    reports = _finish(folder, part, found, options, notes=notes, failed=failed)
    for report in progress(reports, len(part)):
        say(f"{report.file}: {report.why}")
    if options.shard[1] > 1:
        notes = _of_all_shards(folder, found)
        left = len(planned) - len({*notes, *failed})
        if failed or left or not lock.take(shared=False):
            say(f"{left} reports are left to other shards; nothing is published yet")
            _refuse(failed, say)
            return []
    why = {p.job.file_name: p.why for p in planned}
    edition = Issue(folder, found, inputs, notes, with_siblings(failed, why))
    return _deliver(edition, failed, why, say)


def _deliver(
    edition: "Issue",
    failed: Mapping[str, BuildError],
    why: Mapping[str, str],
    say: Callable[[str], None],
) -> list[BuiltReport]:
    """Publish what is good, say what became of each report, and refuse if any failed."""
    from childstats.reports.issuing import issue  # noqa: PLC0415  # as above

    not_renewed = edition.failed
    if not_renewed and set(edition.notes) <= set(not_renewed):
        _refuse(failed, say)
    try:
        entries = issue(edition)
    except BuildError as error:
        _refuse(failed, say, str(error))
        raise
    issued = [BuiltReport(e, why[e["file"]], str(not_renewed.get(e["file"], ""))) for e in entries]
    width = max(len(report.file) for report in issued)
    for report in issued if failed or any(why.values()) else ():
        say(f"{report.file:<{width}}  {report.status}")
    _refuse(failed)
    return issued


def _of_all_shards(folder: Path, found: Survey) -> dict[str, Noted]:
    """Return what stands, with what other shards finished meanwhile."""
    planned = _plan(folder, read_state(folder), found)
    return {p.job.file_name: p.noted for p in planned if p.noted and not p.why}


def _refuse(
    failed: Mapping[str, BuildError],
    say: Callable[[str], None] = lambda line: None,
    instead: str = "",
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
            reads_only=True,
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
    *,
    notes: dict[str, Noted],
    failed: dict[str, BuildError],
) -> Iterator[BuiltReport]:
    """Build reports, note and keep each that is good, and note the error of each that is not."""
    from childstats.reports.issuing import keep  # noqa: PLC0415  # only if there are any
    from childstats.reports.pool import finished_reports  # noqa: PLC0415  # as before

    why = {p.job.file_name: p.why for p in planned}
    jobs = [p.job for p in planned]
    for job, outcome, seconds in finished_reports(jobs, found.edition.date, options):
        if isinstance(outcome, BuildError):
            failed[job.file_name] = outcome
            continue
        noted = keep(folder, outcome, found, seconds)
        notes[noted.file] = noted
        yield BuiltReport(noted.entry, why[noted.file])


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
