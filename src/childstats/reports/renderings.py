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
from childstats.reports.opening import page_count_and_thumbnail
from childstats.reports.plain import as_markdown
from childstats.reports.spreadsheet import workbook
from childstats.reports.twin import Surroundings, twin
from childstats.reports.typeset import typeset


def renderings(
    job: Job, document: Document, workspace: Workspace, edition_date: date
) -> tuple[dict[str, bytes], int]:
    """Return the files of a report by their names below ``reports/``, and its pages.

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
    files
        Name to content, the PDF first.
    pages
        How many the PDF has.

    Raises
    ------
    BuildError
        If the document cannot be typeset, or the PDF not be opened again.
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
    pdf = typeset(document, edition_date=edition_date)
    pages, thumbnail = page_count_and_thumbnail(pdf)
    contents = {
        f"{stem}.pdf": pdf,
        f"{stem}.html": page.encode("utf-8"),
        f"{stem}.md": as_markdown(document, edition_date=edition_date).encode("utf-8"),
        f"{stem}.xlsx": sheets,
        **data,
        f"{THUMBNAILS}/{stem}.png": thumbnail,
    }
    return contents, pages
