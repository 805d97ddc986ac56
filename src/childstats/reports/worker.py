"""What a child does for one report: run its notebook, typeset it, and say what it read."""

import tempfile
from contextlib import chdir
from datetime import date
from pathlib import Path
from typing import Final

from childstats.errors import BuildError
from childstats.observations.workspace import Workspace, open_workspace
from childstats.reports import reasons
from childstats.reports.document import Document
from childstats.reports.edition import FinishedReport, Job
from childstats.reports.limits import Limits
from childstats.reports.plain import as_markdown
from childstats.reports.reading import refuse_false, said_in
from childstats.reports.renderings import renderings
from childstats.reports.runner import run
from childstats.reports.watching import Outside, own_environment

UNSEEN: Final = "ran in a kernel of its own, where nobody sees what it reads"


def build_report(
    job: Job, edition_date: date, limits: Limits, *, fork: bool = True
) -> FinishedReport:
    """Run and typeset one report in this process.

    Parameters
    ----------
    job
        Notebook and parameters.
    edition_date
        The day that stands on the report.
    limits
        What the notebook may use.
    fork
        Whether the cells run in a fork of a warm process, such as this one.

    Returns
    -------
    FinishedReport
        The finished report.

    Raises
    ------
    BuildError
        If the notebook fails, cannot be believed, or cannot be typeset.
    """
    workspace, document, outside = _run(job, limits, fork=fork)
    try:
        content, pages = renderings(job, document, workspace, edition_date)
    except BuildError as error:
        raise BuildError(
            f"{job.file_name}: {job.notebook.name}: {error}", reasons.NOT_TYPESET
        ) from None
    seen = outside if fork else (UNSEEN,)
    title = document.front_matter["title"]
    return FinishedReport(job, title, content, pages, document.figure_ids, seen, *said_in(document))


def examine_report(job: Job, edition_date: date, limits: Limits) -> tuple[Document, str]:
    """Run one report as `build_report` does, checks included, but typeset nothing.

    Returns the document, and the same as Markdown.
    """
    _, document, _ = _run(job, limits, fork=True)
    return document, as_markdown(document, edition_date=edition_date)


def _run(job: Job, limits: Limits, *, fork: bool) -> tuple[Workspace, Document, tuple[str, ...]]:
    """Run a notebook, and return what it said and what it read besides the edition's inputs."""
    workspace = open_workspace(job.notebook.parent)
    outside = Outside(workspace.root, Path(tempfile.gettempdir()))  # a child's is its own
    with chdir(job.notebook.parent), own_environment(), outside:
        document = run(job, limits=limits, fork=fork)
    refuse_false(f"{job.file_name}: {job.notebook.name}", document)
    return workspace, document, tuple(outside.found)


def peak_of_report(job: Job, edition_date: date) -> int:
    """Return this process's peak of resident memory after one report, for a benchmark."""
    build_report(job, edition_date, Limits())
    return peak_of_nothing()


def peak_of_nothing() -> int:
    """Return this process's peak of resident memory so far, in the system's unit."""
    import resource  # noqa: PLC0415  # not on Windows

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
