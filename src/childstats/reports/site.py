"""The download page: plain HTML that lists the reports of an edition."""

from collections.abc import Mapping, Sequence
from typing import Any

from jinja2 import Environment, PackageLoader

from childstats.language import LANGUAGES, Language
from childstats.reports.edition import Edition


def index_page(edition: Edition, reports: Sequence[Mapping[str, Any]]) -> str:
    """Return ``index.html``.

    Parameters
    ----------
    edition
        The edition.
    reports
        The reports' entries in the manifest.

    Returns
    -------
    str
        HTML with a section a language; needs no JavaScript and no other file but the PDFs.
    """
    sections = []
    for code in LANGUAGES:
        t = Language(code)
        sections.append(
            {
                "language": code,
                "heading": t.say("Annual reports on children"),
                "edition": t.say("Edition of {date}", date=t.date(edition.date)),
                "reports": [
                    {
                        "file": report["file"],
                        "title": report["title"],
                        "size": t.say(
                            "PDF, {pages} pages, {size} kB",
                            pages=t.count(report["pages"]),
                            size=t.count(report["bytes"] / 1000),
                        ),
                    }
                    for report in reports
                    if report["parameters"]["language"] == code
                ],
            }
        )
    templates = Environment(loader=PackageLoader("childstats.reports", "."), autoescape=True)
    page = templates.get_template("index.html.jinja")
    return page.render(sections=[s for s in sections if s["reports"]]) + "\n"
