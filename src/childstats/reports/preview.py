"""Before a build: what it would make, and a part of it for a quick look."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from childstats.errors import BuildError, ChildstatsError, EditionError, InputError, nearest
from childstats.folders import EDITION_FILE, workspace_folder
from childstats.reports.build import DEFAULTS, Options, at_work, outcomes, refuse, survey
from childstats.reports.publishing import write_whole
from childstats.reports.snapshot import NOTES, Snapshot, outdated, take_snapshot
from childstats.reports.watching import Watch

if TYPE_CHECKING:
    from childstats.reports.edition import Edition, Job

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Planned:
    """One report of the edition, and why it would be built.

    Attributes
    ----------
    job
        The report.
    why
        The same of all reports; empty when the edition is up to date.
    """

    job: "Job"
    why: str


def plan(path: str | Path = ".") -> list[Planned]:
    """Return every report of a workspace's edition, and why a build would make it.

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
        If the edition cannot be used.
    """
    from childstats.observations.workspace import open_workspace  # noqa: PLC0415  # pandas
    from childstats.reports.edition import read_edition  # noqa: PLC0415  # as before
    from childstats.reports.left_out import with_content  # noqa: PLC0415  # as before

    folder = workspace_folder(path)
    why = outdated(folder)
    workspace = open_workspace(folder)
    edition = with_content(read_edition(workspace), workspace)
    return [Planned(job, why) for job in edition.jobs]


def preview(
    path: str | Path,
    target: str | Path,
    *,
    only: str = "",
    area: str = "",
    say: Say = lambda line: None,
    options: Options = DEFAULTS,
) -> list[Path]:
    """Build a part of an edition into a folder of one's own, for a quick look.

    Parameters
    ----------
    path
        The workspace or a folder inside it; neither ``reports/`` nor ``data/`` is written.
    target
        Folder for the reports' files; those of an earlier look are replaced.
    only
        Name of a notebook of the edition; empty for all.
    area
        Code of an area; one that the edition does not name gets the reports of those that it
        does. Empty for all areas of the edition.
    say
        Takes one line a report.
    options
        How to build.

    Returns
    -------
    list of Path
        The PDFs.

    Raises
    ------
    InputError
        If there is no such notebook or area, or the target is a folder of the workspace's own.
    BuildError
        If a report fails; the others are written.
    """
    folder, into = workspace_folder(path), Path(target).resolve()
    own = [folder / name for name in ("reports", "data", "notebooks", NOTES)]
    if folder.is_relative_to(into) or any(into.is_relative_to(place) for place in own):
        raise InputError(f"{target} is a folder of the workspace's own; name another, or a new one")
    failed: dict[str, BuildError] = {}
    made = []
    with at_work(folder, say) as work:
        snapshot = take_snapshot(folder, work / "inputs")
        try:
            edition = survey(snapshot.root, work / "processed", fork=options.fork).edition
            watch = Watch(snapshot)
            for job, outcome in outcomes(_part(snapshot, edition, only, area), edition.date,
                                          options, watch):  # fmt: skip
                if isinstance(outcome, BuildError):
                    failed[job.file_name] = outcome
                    continue
                for name, content in outcome.content.items():
                    (into / name).parent.mkdir(parents=True, exist_ok=True)
                    write_whole(into / name, content)
                made.append(into / job.file_name)
                say(f"{job.file_name}: {outcome.pages} pages")
            watch.refuse_changes()
            refuse(failed)
        except ChildstatsError as error:
            raise snapshot.at_origin(error) from None
    return made


def _part(snapshot: Snapshot, edition: "Edition", only: str, area: str) -> list["Job"]:
    """Return the reports of one notebook, one area, or both."""
    notebooks = sorted({job.notebook.stem for job in edition.jobs})
    if only and only not in notebooks:
        raise EditionError(
            f"no report of a notebook {only!r} in {EDITION_FILE}{nearest(only, notebooks)}; "
            f"known are {', '.join(notebooks)}"
        )
    jobs = [job for job in edition.jobs if only in {"", job.notebook.stem}]
    here = [job for job in jobs if area in {"", job.parameters["ref_area"]}]
    if here:
        return here
    from childstats.observations.workspace import open_workspace  # noqa: PLC0415  # pandas

    catalogue = open_workspace(snapshot.root).catalogue
    elsewhere = {}
    for job in jobs:
        catalogue.bearer(area, job.parameters["time_period"])
        moved = replace(job, parameters={**job.parameters, "ref_area": area})
        elsewhere[moved.file_name] = moved
    return list(elsewhere.values())
