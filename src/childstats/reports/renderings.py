"""All files of one report, from its one document: PDF, page, text, workbook, data."""

from datetime import date
from typing import Final

from childstats.language import Language
from childstats.observations.workspace import Workspace
from childstats.reports.data_files import (
    about_dataset,
    csv_files,
    data_package,
    observation_rows,
)
from childstats.reports.document import Document
from childstats.reports.edition import Job
from childstats.reports.plain import as_markdown
from childstats.reports.spreadsheet import workbook
from childstats.reports.twin import Link, Surroundings, twin
from childstats.reports.typeset import thumbnail, typeset

MEDIA: Final = {
    "pdf": "application/pdf",
    "html": "text/html",
    "md": "text/markdown",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "json": "application/json",
}
"""Media type by the ending of a file's name."""
DATA: Final = "data"
"""Folder of the files for programs."""
THUMBNAILS: Final = "thumbnails"


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


def file_links(job: Job, t: Language) -> list[Link]:
    """Return what a reader may download of a report, most asked for first."""
    stem = job.stem
    labels = {
        f"{stem}.html": t.say("Web page"),
        f"{stem}.pdf": t.say("PDF, accessible"),
        f"{stem}.xlsx": t.say("Workbook of the tables"),
        f"{stem}.md": t.say("Plain text (Markdown)"),
        f"{DATA}/{stem}.observations.csv": t.say("Data: figures with origin (CSV)"),
        f"{DATA}/{stem}.tables.csv": t.say("Data: tables as written (CSV)"),
        f"{DATA}/{stem}.charts.csv": t.say("Data: charts as numbers (CSV)"),
        f"{DATA}/{stem}.sdmx.csv": t.say("Data: SDMX-CSV"),
        f"{DATA}/{stem}.datapackage.json": t.say("Description of the data (Data Package)"),
    }
    return [Link(href, label, MEDIA[href.rpartition(".")[2]]) for href, label in labels.items()]
