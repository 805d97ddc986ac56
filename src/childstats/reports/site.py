"""The download pages: plain HTML, one a language, that lists the reports of an edition."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from childstats.folders import ARCHIVE
from childstats.language import LANGUAGES, Language
from childstats.reports.edition import Edition, Job
from childstats.reports.files import DATA, THUMBNAILS, file_links
from childstats.reports.issuing import Survey
from childstats.reports.pages import SYNTHETIC, environment
from childstats.reports.reasons import OTHER, REASONS
from childstats.text.change_words import KINDS

HOME: Final = "index.html"


def download_pages(
    found: Survey, reports: Sequence[Mapping[str, Any]], earlier: Sequence[tuple[str, str]]
) -> dict[str, bytes]:
    """Return the download pages by name.

    Parameters
    ----------
    found
        The edition, names of its areas, and what changed.
    reports
        The reports' entries in the manifest, in the order of the edition's jobs.
    earlier
        Name and day of every earlier edition.

    Returns
    -------
    dict
        ``index.html`` in the first language of the edition and ``index.CODE.html`` in others;
        they need no JavaScript and work wherever the folder lies.
    """
    edition = found.edition
    codes = [c for c in LANGUAGES if any(_language(job) == c for job in edition.jobs)]
    names = {code: HOME if code == codes[0] else f"index.{code}.html" for code in codes}
    template = environment().get_template("index.html.jinja")
    pages = {}
    for code, name in names.items():
        t = Language(code)
        page = template.render(
            language=code,
            title=t.say("Annual reports on children"),
            made_up=t.say(SYNTHETIC) if edition.synthetic else "",
            edition=t.say("Edition of {date}", date=t.date(edition.date)),
            skip=t.say("Skip to the content"),
            others=[
                {"language": c, "href": n, "label": Language(c).say("English version")}
                for c, n in names.items()
                if c != code
            ],
            corrected=list(_corrected(edition, reports, t)),
            corrected_heading=t.say("Corrections of this edition"),
            not_renewed=list(_not_renewed(edition, reports, found.area_names, t)),
            not_renewed_heading=t.say("Reports that could not be renewed"),
            areas=list(_areas(edition, reports, found.area_names, t)),
            parts=[*_changed(found, earlier, t), *_parts(edition, t)],
        )
        pages[name] = (page + "\n").encode("utf-8")
    return pages


def _language(job: Job) -> str:
    return str(job.parameters["language"])


def _areas(
    edition: Edition,
    reports: Sequence[Mapping[str, Any]],
    names: Mapping[str, Mapping[str, str]],
    t: Language,
) -> Any:
    listed: dict[str, list[dict[str, Any]]] = {}
    for job, entry in zip(edition.jobs, reports, strict=True):
        if _language(job) == t.code and entry["files"]:
            listed.setdefault(job.parameters["ref_area"], []).append(_report(job, entry, t))
    for ref_area, found in listed.items():
        yield {"name": names[ref_area][t.code], "reports": found}


def _corrected(
    edition: Edition, reports: Sequence[Mapping[str, Any]], t: Language
) -> Iterator[str]:
    """Say what was printed wrongly, in which reports, and what is right."""
    titles = [
        (job, entry["title"])
        for job, entry in zip(edition.jobs, reports, strict=True)
        if _language(job) == t.code and entry["files"]
    ]
    for correction in edition.corrections:
        concerned = [title for job, title in titles if correction in job.corrections]
        if concerned:
            yield t.say(
                "{day}: {what} ({reports})",
                day=t.date(correction.date),
                what=t.pick(en=correction.en, vi=correction.vi),
                reports="; ".join(concerned),
            )


def _not_renewed(
    edition: Edition,
    reports: Sequence[Mapping[str, Any]],
    names: Mapping[str, Mapping[str, str]],
    t: Language,
) -> Iterator[str]:
    """Say which report failed, why, and what stands in its place."""
    for job, entry in zip(edition.jobs, reports, strict=True):
        if _language(job) != t.code or entry["status"] != "failed":
            continue
        asked = job.parameters
        report = ", ".join(
            [names[asked["ref_area"]][t.code], str(asked["time_period"]), job.notebook.stem]
        )
        why = t.say(entry["reason"] if entry["reason"] in REASONS else OTHER)
        kept = entry.get("kept_from")
        if kept is None:
            yield t.say("{report}: {why}. No earlier report stands.", report=report, why=why)
        else:
            yield t.say(
                "{report}: {why}. The report of the edition of {date} stands in its place.",
                report=entry["title"],
                why=why,
                date=t.date(date.fromisoformat(kept["date"])),
            )


def _report(job: Job, entry: Mapping[str, Any], t: Language) -> dict[str, Any]:
    page, *files = (
        {
            "href": link.href,
            "label": link.label,
            "type": link.type,
            "size": _size(entry, link.href, t),
        }
        for link in file_links(job, t)
        if link.href in entry["files"]  # a report that stands from before may have fewer
    )
    return {
        "title": entry["title"],
        "kept": _kept(entry, t),
        "page": page["href"],
        "thumbnail": f"{THUMBNAILS}/{job.stem}.png",
        "files": [file for file in files if not file["href"].startswith(DATA)],
        "data_label": t.say("Data"),
        "data": [file for file in files if file["href"].startswith(DATA)],
    }


def _kept(entry: Mapping[str, Any], t: Language) -> str:
    """Say of a report that was not renewed which edition it is of; nothing of any other."""
    kept = entry.get("kept_from")
    if kept is None:
        return ""
    day = t.date(date.fromisoformat(kept["date"]))
    return t.say("Not renewed: of the edition of {date}", date=day)


def _size(entry: Mapping[str, Any], name: str, t: Language) -> str:
    size = t.say("{size} kB", size=t.count(max(1, entry["files"][name]["bytes"] / 1000)))
    if name == entry["file"]:
        return t.say("{pages} pages, {size}", pages=t.count(entry["pages"]), size=size)
    return size


def _changed(
    found: Survey, earlier: Sequence[tuple[str, str]], t: Language
) -> list[dict[str, Any]]:
    """Say how much changed of what kind, and where earlier editions are."""
    heading = t.say("What changed since the last edition")
    if not found.before:
        return [{"heading": heading, "lines": [t.say("This is the first edition.")]}]
    day = t.date(date.fromisoformat(found.before[1]))
    counts = Counter(change["kind"] for change in found.changes)
    listed = [
        f"{t.say(words)}: {t.say('{count} figures', count=t.count(counts[kind]))}"
        for kind, words in KINDS.items()
        if counts[kind]
    ]
    said = (
        t.say("Since the edition of {date}: {listed}.", date=day, listed="; ".join(listed))
        if listed
        else t.say("Nothing changed since the edition of {date}.", date=day)
    )
    editions = [
        {
            "href": f"{ARCHIVE}/{name}/{HOME}",
            "label": t.say("Edition of {date}", date=t.date(date.fromisoformat(when))),
        }
        for name, when in earlier
    ]
    return [
        {
            "heading": heading,
            "lines": [said],
            "links": [{"href": "changes.json", "label": t.say("All changes, for programs")}],
        },
        {"heading": t.say("Earlier editions"), "lines": [], "links": editions},
    ]


def _parts(edition: Edition, t: Language) -> list[dict[str, Any]]:
    ask = (
        t.say("For another format, write to {contact}.", contact=edition.contact)
        if edition.contact
        else t.say("For another format, ask whoever publishes this page.")
    )
    return [
        {
            "heading": t.say("Formats"),
            "lines": [
                t.say(
                    "Every report is a web page, an accessible PDF, plain text, a workbook and "
                    "data for programs; the numbers are the same in all."
                ),
                ask,
            ],
        },
        {
            "heading": t.say("Revisions and corrections"),
            "lines": [
                t.say(
                    "A revision is a publisher's own later figure; it is taken over with the next "
                    "edition. A correction is a mistake of ours put right: the report says so on "
                    "its first page. Where a figure is corrected, the earlier edition stays "
                    "available; a file with a false statement is replaced."
                )
            ],
        },
        {
            "heading": t.say("Method and licence"),
            "lines": [
                t.say(
                    "Figures are transcribed as printed, each with its place in its source, and "
                    "kept with the range that the print may stand for. How each report was made "
                    "stands at its end."
                ),
                t.say("Figures belong to their publishers, who are named beside each; quote them."),
            ],
            "links": [
                {"href": "manifest.json", "label": t.say("List of all files, for programs")},
                {"href": "SHA256SUMS", "label": t.say("Checksums of all files")},
            ],
        },
    ]
