"""How a report's process ended early, as the error of its job; light, for those who only wait."""

from childstats.errors import BuildError, system_limit
from childstats.reports import reasons
from childstats.reports.children import OutOfTimeError, OutputTooLargeError
from childstats.reports.edition import Job


def died(job: Job, how: str) -> BuildError:
    """Return the error of a job whose process ended before its notebook, and how."""
    return BuildError(
        f"{job.file_name}: the kernel of {job.notebook.name} died{how and ': '}{how}", reasons.DIED
    )


def too_loud(job: Job, error: OutputTooLargeError) -> BuildError:
    """Return the error of a job that wrote too much."""
    return BuildError(f"{job.file_name}: {job.notebook.name}: {error}", reasons.LOUD)


def failed(job: Job, error: Exception) -> BuildError:
    """Return the error of a job that failed as nobody expected: a limit of the system, a defect."""
    return BuildError(
        f"{job.file_name}: {system_limit(error) or f'{type(error).__name__}: {error}'}"
    )


def too_slow(job: Job, error: OutOfTimeError) -> BuildError:
    """Return the error of a job that ran too long, its cell counted as in the notebook."""
    cell = "" if error.cell is None else f"cell {own_number(job, error.cell - 1)} of "
    return BuildError(
        f"{job.file_name}: {cell}{job.notebook.name} ran longer than {error.seconds:g} s",
        reasons.SLOW,
    )


def own_number(job: Job, executed: int) -> int:
    """Return which cell of the notebook, counted from 1, an executed cell is.

    papermill puts one cell with the parameters after the parameters cell.
    """
    import nbformat  # noqa: PLC0415  # slow, and only a failure needs it

    cells = nbformat.read(job.notebook, as_version=4).cells  # type: ignore[no-untyped-call]
    tagged = next(
        (i for i, cell in enumerate(cells) if "parameters" in cell.metadata.get("tags", ())), 0
    )
    return executed + 1 if executed <= tagged else executed
