"""Names, kinds and labels of the files of a report."""

from typing import Final

from childstats.language import Language
from childstats.reports.edition import Job
from childstats.reports.pages import Link

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
        f"{DATA}/{stem}.numbers.csv": t.say("Data: every number with its formula (CSV)"),
        f"{DATA}/{stem}.datapackage.json": t.say("Description of the data (Data Package)"),
    }
    return [Link(href, label, MEDIA[href.rpartition(".")[2]]) for href, label in labels.items()]
