"""All files of one report, from its one document: PDF, page, text, workbook, data."""

from datetime import date

from childstats.observations.workspace import Workspace
from childstats.reports.data_files import (
    about_dataset,
    csv_files,
    data_package,
    observation_rows,
)
from childstats.reports.document import Document
from childstats.reports.edition import Job
from childstats.reports.files import DATA, THUMBNAILS, file_links
from childstats.reports.plain import as_markdown
from childstats.reports.spreadsheet import workbook
from childstats.reports.twin import Surroundings, twin
from childstats.reports.typeset import thumbnail, typeset


def renderings(
    job: Job, document: Document, workspace: Workspace, edition_date: date
) -> dict[str, bytes]:
    """Return the files of a report by their names below ``reports/``.

    Parameters
    ----------
    job
        Notebook and parameters.
    document
        What the notebook said and showed.
    workspace
        Where the figures are that it rests on.
    edition_date
        The day that stands on the report; the clock is not read.

    Returns
    -------
    dict
        Name to content, the PDF first.

    Raises
    ------
    BuildError
        If the document cannot be typeset.
    """
    stem = job.stem
    data = {
        f"{DATA}/{stem}.{part}.csv": content
        for part, content in csv_files(document, workspace).items()
    }
    data[f"{DATA}/{stem}.datapackage.json"] = data_package(stem, document, edition_date)
    observations = observation_rows(document, workspace)
    sheets = workbook(document, observations, edition_date=edition_date)
    links = file_links(job, document.language)
    around = Surroundings(
        home="index.html",
        others={code: f"{job.stem_in(code)}.html" for code in job.other_languages},
        files=[link for link in links if not link.href.endswith(".html")],
        about=about_dataset(document, edition_date, {link.href: link.type for link in links}),
    )
    page = twin(document, edition_date=edition_date, around=around)
    return {
        f"{stem}.pdf": typeset(document, edition_date=edition_date),
        f"{stem}.html": page.encode("utf-8"),
        f"{stem}.md": as_markdown(document, edition_date=edition_date).encode("utf-8"),
        f"{stem}.xlsx": sheets,
        **data,
        f"{THUMBNAILS}/{stem}.png": thumbnail(document, edition_date=edition_date),
    }
