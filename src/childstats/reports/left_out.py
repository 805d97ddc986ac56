"""The plan: an edition less the reports that would have no content."""

from dataclasses import replace
from typing import TYPE_CHECKING

from childstats.errors import EditionError
from childstats.folders import EDITION_FILE
from childstats.reports.edition import Edition, parameters_of

if TYPE_CHECKING:
    from childstats.observations.workspace import Workspace


def with_content(edition: Edition, workspace: "Workspace") -> Edition:
    """Return an edition whose reports without content are left out, each with what is missing.

    Parameters
    ----------
    edition
        As its file asks for.
    workspace
        Figures.

    Returns
    -------
    Edition
        With the files that are not made in `Edition.left_out`.

    Raises
    ------
    EditionError
        If no report is left.
    """
    from childstats.analyses.content import missing_content  # noqa: PLC0415  # pandas

    found: dict[tuple[str, str, int], str] = {}
    left_out = {}
    defaults = {path: parameters_of(path) for path in {job.notebook for job in edition.jobs}}
    for job in edition.jobs:
        asked = {name: job.parameters[name] for name in ("ref_area", "time_period")}
        key = (job.notebook.stem, *asked.values())
        if key not in found:  # a report has the same content in every language
            found[key] = missing_content(
                job.notebook.stem, workspace, defaults[job.notebook] | dict(job.parameters)
            )
        if found[key]:
            left_out[job.file_name] = found[key]
    jobs = tuple(job for job in edition.jobs if job.file_name not in left_out)
    if not jobs:
        more = f" ({len(left_out) - 1} more reports)" if len(left_out) > 1 else ""
        raise EditionError(
            f"no report of {EDITION_FILE} has content: {next(iter(left_out.values()))}{more}"
        )
    return replace(edition, jobs=jobs, left_out=left_out)
