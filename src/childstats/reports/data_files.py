"""The data beside a report: what it rests on and what it shows, as tables for programs."""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from io import StringIO
from typing import Any, Final

from childstats.observations.processed import PRINTED, SYNTHETIC, as_printed
from childstats.observations.table import Observation
from childstats.observations.workspace import Workspace
from childstats.precision import DIGITS, json_text, kept_digits, rounded, written
from childstats.reports.document import Document, heading_text
from childstats.reports.reading import all_texts
from childstats.text.receipts import COLUMNS as NUMBER_COLUMNS
from childstats.text.receipts import of_page

CODES: Final = (
    *("ref_area", "indicator", "time_period", "sex", "age", "residence", "wealth_quintile"),
)
NUMBERS: Final = (
    *("obs_value", "obs_low", "obs_high", "lower_bound", "upper_bound"),
    *("numerator", "denominator"),
)
OBSERVATION_COLUMNS: Final = (
    *CODES,
    *NUMBERS,
    *("unit_measure", "obs_status", "method", "printed", "ref_area_name", "indicator_name"),
    *("publisher", "title", "date_published", "address", "locator", "source_id"),
    *("source_sha256", "figure_id"),
)
"""Columns of a report's observations: SDMX concepts, then names and origin."""
TABLE_COLUMNS: Final = ("number", "title", "group", "row", "column", "text")
CHART_COLUMNS: Final = (
    *("number", "title", "caption", "series", "place", "value", "low", "high", "written"),
)
SDMX_COLUMNS: Final = (
    *("STRUCTURE", "STRUCTURE_ID", "ACTION"),
    *(name.upper() for name in (*CODES, *NUMBERS, "unit_measure", "obs_status")),
    *("DATA_SOURCE", "COMMENT_OBS", PRINTED.upper()),
)
STRUCTURE_ID: Final = "CHILDSTATS:OBSERVATIONS(1.0)"
MADE_UP: Final = "synthetic"
"""Column that stands in every file of made-up figures."""
NOT_USED: Final = "printed, not used"
"""Method of a figure that the report names and that stands for no observation."""
_FORMULA: Final = re.compile(r"[=@\t\r]|[+-](?:[A-Za-z(@]|.*(?:[|!]|[A-Za-z]\())", re.DOTALL)


def observation_rows(document: Document, workspace: Workspace) -> list[dict[str, Any]]:
    """Return what a report rests on, a row a figure, with interval, status, method and origin.

    Parameters
    ----------
    document
        The report.
    workspace
        Where its figures are.

    Returns
    -------
    list of dict
        Keys as in `OBSERVATION_COLUMNS`, numbers with the digits that are published; without
        numbers where a figure is printed but not used.
    """
    t = document.language
    rows = []
    for figure_id in document.figure_ids:
        f = workspace.rows.figure(figure_id)
        source = workspace.sources[f.source_id]
        area = workspace.catalogue.areas[f.ref_area]
        indicator = workspace.catalogue.indicator(f.indicator)
        try:
            o: Observation | None = workspace.rows.observed(figure_id)
            method = "as printed" if f.value is not None else "from the printed counts"
        except KeyError:
            o, method = None, NOT_USED
        printed = as_printed(f)
        rows.append({
            **{name: getattr(o or f, name) for name in (*CODES, "obs_status")},
            "unit_measure": getattr(o, "unit_measure", None),
            **{n: _rounded(getattr(o, n, None), kept_digits(printed)) for n in NUMBERS},
            "method": method,
            "printed": printed,
            "ref_area_name": t.pick(en=area.name_en, vi=area.name_vi),
            "indicator_name": t.pick(en=indicator.name_en, vi=indicator.name_vi),
            "publisher": t.pick(en=source.publisher_en, vi=source.publisher),
            "title": source.title,
            "date_published": source.date_published,
            "address": source.address,
            "locator": f.locator,
            "source_id": source.source_id,
            "source_sha256": workspace.checksum(source.source_id),
            "figure_id": figure_id,
        })  # fmt: skip
    return rows


def _rounded(number: float | None, digits: int) -> float | None:
    return rounded(number, digits) if isinstance(number, float) else number


def table_rows(document: Document) -> list[dict[str, Any]]:
    """Return every cell of a report's tables as written, keys as in `TABLE_COLUMNS`."""
    rows = []
    for number, title, block in _titled(document, "table"):
        group = ""
        labels = [column["label"] for column in block["columns"]]
        for row in block["rows"]:
            if "group" in row:
                group = row["group"]
                continue
            for label, text in zip(labels[1:], row["cells"][1:], strict=True):
                values = (number, title, group, row["cells"][0], label, text)
                rows.append(dict(zip(TABLE_COLUMNS, values, strict=True)))
    return rows


def chart_rows(document: Document) -> list[dict[str, Any]]:
    """Return every mark of a report's charts as numbers, keys as in `CHART_COLUMNS`."""
    rows = []
    for number, title, block in _titled(document, "chart"):
        for s in (block.get("data") or {"series": []})["series"]:
            count = len(s["x"])
            marks = zip(
                s["x"],
                s["y"],
                s["low"] or [None] * count,
                s["high"] or [None] * count,
                s["written"] or [""] * count,
                strict=True,
            )
            for x, y, low, high, text in marks:
                values = (number, title, block["caption"], s["label"], x, y, low, high, text)
                rows.append(dict(zip(CHART_COLUMNS, values, strict=True)))
    return rows


def _titled(document: Document, kind: str) -> Iterable[tuple[int, str, dict[str, Any]]]:
    """Yield the blocks of a kind, counted from 1, with their title or the heading above."""
    heading, number = "", 0
    for block in document.blocks:
        if block["type"] == "heading":
            heading = heading_text(block)
        elif block["type"] == kind:
            number += 1
            yield number, block["title"] or heading, block


def number_rows(document: Document) -> list[dict[str, Any]]:
    """Return the receipt of every number that a report prints, keys as in `NUMBER_COLUMNS`."""
    return [
        receipt
        | {
            "percent": str(receipt["percent"]).lower(),
            "inputs": " ".join(receipt["inputs"]),
            "arguments": json_text(receipt["arguments"]) if receipt["arguments"] else "",
        }
        for receipt in of_page(document.numbers, all_texts(document))
    ]


def sdmx_rows(observations: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return observations in the columns of SDMX-CSV 2.0; figures that are not used are left out.

    Parameters
    ----------
    observations
        As `observation_rows` returns them.

    Returns
    -------
    list of dict
        Keys as in `SDMX_COLUMNS`.
    """
    return [
        {"STRUCTURE": "dataflow", "STRUCTURE_ID": STRUCTURE_ID, "ACTION": "I"}
        | {name.upper(): o[name] for name in (*CODES, *NUMBERS, "unit_measure", "obs_status")}
        | {"DATA_SOURCE": f"{o['publisher']}: {o['title']}", "COMMENT_OBS": o["locator"]}
        | {PRINTED.upper(): o[PRINTED]}
        for o in observations
        if o["method"] != NOT_USED
    ]


def as_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Return rows as CSV in UTF-8; no text in it begins like a spreadsheet's formula.

    Parameters
    ----------
    columns
        Names in order.
    rows
        Values by name; None is empty. Numbers keep the digits of the print in their row.

    Returns
    -------
    bytes
        A text that a spreadsheet would run as a formula is written behind an apostrophe.
    """
    written = StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(columns)
    prints = [name for name in columns if name.lower() == PRINTED]
    for row in rows:
        digits = kept_digits(row[prints[0]]) if prints else DIGITS
        writer.writerow([_cell(row[name], digits) for name in columns])
    return written.getvalue().encode("utf-8")


def _cell(value: Any, digits: int) -> Any:
    if isinstance(value, str):
        return f"'{value}" if _FORMULA.match(value) else value
    return written(value, digits) if isinstance(value, float) else value


def data_package(stem: str, document: Document, edition_date: date | None) -> bytes:
    """Return the Data Package that describes a report's CSV files (Frictionless, version 1).

    Parameters
    ----------
    stem
        Name of the report's files without their endings.
    document
        The report.
    edition_date
        The day that stands on it.
    """
    resources = {
        "observations": (
            OBSERVATION_COLUMNS,
            (
                "What the report rests on: a row a figure, with the interval of the print, "
                "status, method and origin. Proportions are between 0 and 1."
            ),
        ),
        "tables": (TABLE_COLUMNS, "Every cell of the report's tables, as written."),
        "charts": (CHART_COLUMNS, "Every mark of the report's charts, as numbers."),
        "sdmx": (SDMX_COLUMNS, "The observations as SDMX-CSV 2.0."),
        "numbers": (
            NUMBER_COLUMNS,
            (
                "The receipt of every number that the report prints: how it is written, what it "
                "is, by which formula and of which figures it was computed."
            ),
        ),
    }
    more = (MADE_UP,) if document.front_matter.get("synthetic") else ()
    package = {
        "profile": "tabular-data-package",
        "name": re.sub(r"[^a-z0-9._-]", "-", stem.lower()),
        "title": document.front_matter["title"],
        **({"created": f"{edition_date.isoformat()}T00:00:00Z"} if edition_date else {}),
        **({MADE_UP: SYNTHETIC} if more else {}),
        "description": "A text that begins like a spreadsheet's formula stands behind an "
        "apostrophe. Figures belong to their publishers, who are named beside each.",
        "resources": [
            {
                "profile": "tabular-data-resource",
                "name": name,
                "description": description,
                "path": f"{stem}.{name}.csv",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "schema": {"fields": [{"name": c, "type": _type(c)} for c in (*columns, *more)]},
            }
            for name, (columns, description) in resources.items()
        ],
    }
    return (json_text(package, indent=2) + "\n").encode("utf-8")


def _type(column: str) -> str:
    if column in {"number", "digits"}:
        return "integer"
    if column == "percent":
        return "boolean"
    numbers = {*NUMBERS, *(name.upper() for name in NUMBERS), "value", "low", "high"}
    return "number" if column in numbers else "string"


def csv_files(document: Document, workspace: Workspace) -> dict[str, bytes]:
    """Return a report's CSV files by the part of their name that tells them apart."""
    observations = observation_rows(document, workspace)
    tables: dict[str, tuple[Sequence[str], Iterable[Mapping[str, Any]]]] = {
        "observations": (OBSERVATION_COLUMNS, observations),
        "tables": (TABLE_COLUMNS, table_rows(document)),
        "charts": (CHART_COLUMNS, chart_rows(document)),
        "sdmx": (SDMX_COLUMNS, sdmx_rows(observations)),
        "numbers": (NUMBER_COLUMNS, number_rows(document)),
    }
    made_up = bool(document.front_matter.get("synthetic"))
    return {
        name: as_csv(*marked(columns, rows, made_up=made_up))
        for name, (columns, rows) in tables.items()
    }


def marked(
    columns: Sequence[str], rows: Iterable[Mapping[str, Any]], *, made_up: bool
) -> tuple[Sequence[str], Iterable[Mapping[str, Any]]]:
    """Return a table that says in every row that its figures are made up, where they are."""
    if not made_up:
        return columns, rows
    return (*columns, MADE_UP), ({**row, MADE_UP: SYNTHETIC} for row in rows)


def about_dataset(
    document: Document, edition_date: date | None, files: Mapping[str, str]
) -> dict[str, Any]:
    """Return what schema.org calls a ``Dataset``.

    Parameters
    ----------
    document
        The report.
    edition_date
        The day that stands on it.
    files
        Address of each file to its media type.
    """
    front = document.front_matter
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": front["title"],
        "description": front["title"],
        "inLanguage": document.language.code,
        **({"dateModified": edition_date.isoformat()} if edition_date else {}),
        **({"spatialCoverage": front["area"]} if "area" in front else {}),
        **({"temporalCoverage": str(front["time_period"])} if "time_period" in front else {}),
        "isAccessibleForFree": True,
        "distribution": [
            {"@type": "DataDownload", "contentUrl": href, "encodingFormat": media}
            for href, media in files.items()
        ],
    }
