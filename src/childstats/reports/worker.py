"""What a child does for one report: run its notebook, typeset it, and say what it read."""

from datetime import date

from childstats.errors import BuildError
from childstats.observations.workspace import open_workspace, what_was_read
from childstats.reports import reasons
from childstats.reports.edition import FinishedReport, Job
from childstats.reports.limits import Limits
from childstats.reports.reading import FilesRead
from childstats.reports.renderings import renderings
from childstats.reports.runner import run


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
    folder = job.notebook.parent
    files = FilesRead(open_workspace(folder).root, besides=job.notebook)
    with files:
        document = run(job, limits=limits, fork=fork)
    try:
        content, pages = renderings(job, document, open_workspace(folder), edition_date)
    except BuildError as error:
        raise BuildError(
            f"{job.file_name}: {job.notebook.name}: {error}", reasons.NOT_TYPESET
        ) from None
    reads = sorted({*what_was_read(folder), *files.read})
    title = document.front_matter["title"]
    return FinishedReport(job, title, content, pages, document.figure_ids, tuple(reads))


def peak_of_report(job: Job, edition_date: date) -> int:
    """Return this process's peak of resident memory after one report, for a benchmark."""
    build_report(job, edition_date, Limits())
    return peak_of_nothing()


def peak_of_nothing() -> int:
    """Return this process's peak of resident memory so far, in the system's unit."""
    import resource  # noqa: PLC0415  # not on Windows

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
