"""Where a number comes from: from a report, an indicator or a print down to its source."""

import csv
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from childstats.errors import CatalogueError, FigureError
from childstats.figures.parse import parse_figure
from childstats.figures.published import PublishedFigure
from childstats.intake import json_object
from childstats.language import LANGUAGES, Language
from childstats.observations.findings import printed_value
from childstats.observations.table import observations_of, published_in, records
from childstats.observations.workspace import Workspace
from childstats.reports.files import DATA

RECEIPTS: Final = ".numbers.csv"
"""End of the name of the files that hold the receipts of a report's numbers."""


@dataclass(frozen=True, slots=True)
class Trace:
    """One figure with its origin, and the reports that rest on it.

    Attributes
    ----------
    figure
        The published figure.
    publisher, title, date_published, address, sha256
        Its source; the checksum is that of the figures as received.
    observed_as
        Status of the observation that it became; "" where it became none.
    reports
        File names of the reports that use it.
    found_by
        How the query led here, in words: the print itself, the same number printed otherwise, or
        a number computed from the figure.
    """

    figure: PublishedFigure
    publisher: str
    title: str
    date_published: str
    address: str
    sha256: str
    observed_as: str
    reports: tuple[str, ...]
    found_by: str = ""

    def __str__(self) -> str:
        """Return the way down and up, a line each."""
        f = self.figure
        counts = "/".join(filter(None, [f.numerator_text, f.denominator_text]))
        printed = " ".join(filter(None, [f.text, f"({counts})" if counts else ""]))
        used = f"observation, status {self.observed_as}" if self.observed_as else "not used"
        lines = [
            f"{f.figure_id}  {f.indicator}, {f.ref_area}, {f.time_period}",
            f"  printed   {printed}",
            f"  read as   {_read(f)}; {used}",
            f"  source    {self.publisher}: {self.title} ({self.date_published or 'undated'})",
            f"  place     {f.locator} ({f.where})",
            f"  address   {self.address}",
            f"  sha256    {self.sha256}",
            f"  reports   {', '.join(self.reports) or 'none'}",
        ]
        if self.found_by:
            lines.insert(1, f"  found by  {self.found_by}")
        return "\n".join(lines)


def _read(f: PublishedFigure) -> str:
    if f.value is None:
        return "counts" if f.denominator is not None else "nothing: its unit is unclear"
    if f.low == f.high:
        return f"{f.value:g} exactly"
    return f"{f.value:g}, between {f.low:g} and {f.high:g} ({f.qualifier})"


def trace(workspace: Workspace, query: str) -> list[Trace]:
    """Return the figures that a query names.

    Parameters
    ----------
    workspace
        The workspace.
    query
        A figure id (``dbp-2026-01:4``), an indicator id, a printed number (``95.5%``), a source
        id, or the file name of a report. A number may be written as either language of the
        reports writes it (``95,5 %``), and may be one that a report or a check computes.

    Returns
    -------
    list of Trace
        In the order of the sources. Where something is named or printed so, that; else figures
        of the same number in the other number format; else those that it is computed from.

    Raises
    ------
    CatalogueError
        If the query names none of these.
    """
    used_by = _used_by(workspace.root / "reports" / "manifest.json")
    wanted = query.strip()
    found = [
        f
        for f in published_in(workspace.figures)
        if wanted in {f.figure_id, f.indicator, f.source_id, f.text}
        or wanted in used_by.get(f.figure_id, ())
    ]
    found_by = dict.fromkeys((f.figure_id for f in found), "")
    written = unicodedata.normalize("NFKC", wanted)
    for look in (_same_number, _computed):
        found_by = found_by or dict(look(workspace, written))
    found_by = {**dict(_in_receipts(workspace, written)), **found_by}
    found = [f for f in published_in(workspace.figures) if f.figure_id in found_by]
    if not found:
        shown = wanted if len(wanted) <= 60 else wanted[:57] + "…"
        raise CatalogueError(
            f"nothing is called or printed {shown!r}; give a figure id, an indicator, a source, "
            "a printed number or the file name of a report"
        )
    status = {o.figure_id: o.obs_status for o in observations_of(workspace.observations)}
    return [_trace(workspace, f, status, used_by, found_by[f.figure_id]) for f in found]


def _same_number(workspace: Workspace, wanted: str) -> Iterator[tuple[str, str]]:
    """Yield the figures whose print is the same number, hedge and unit in another format."""
    readings = []
    for language in LANGUAGES:
        try:
            readings.append(parse_figure(wanted, language=language))
        except FigureError:
            continue
    for f in published_in(workspace.figures):
        for read in readings:
            same_unit = read.unit in {f.unit, None}
            if same_unit and (read.value, read.qualifier) == (f.value, f.qualifier):
                yield f.figure_id, f"“{f.text}”, the same number in another format"


def _in_receipts(workspace: Workspace, wanted: str) -> Iterator[tuple[str, str]]:
    """Yield the figures of which a report computed a number that it prints."""
    found: dict[str, dict[str, None]] = {}
    for path in sorted((workspace.root / "reports" / DATA).glob(f"*{RECEIPTS}")):
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            rows = list(csv.DictReader(file))
        for row in rows:
            texts = (row.get(name) or "" for name in ("text", "low_text", "high_text"))
            if wanted in {unicodedata.normalize("NFKC", text) for text in texts}:
                said = f"“{row['text']}”, {row['formula']} in {path.name.removesuffix(RECEIPTS)}"
                for figure_id in (row.get("inputs") or "").split():
                    found.setdefault(figure_id, {})[said] = None
    for figure_id, computed in found.items():
        yield figure_id, "; ".join(computed)


def _computed(workspace: Workspace, wanted: str) -> Iterator[tuple[str, str]]:
    """Yield the figures that a number of a report or of a finding is computed from."""
    shown = [o for o in observations_of(workspace.observations) if o.obs_value is not None]
    for o in shown:
        for code in LANGUAGES:
            written = printed_value(Language(code), o)
            if unicodedata.normalize("NFKC", written) == wanted:
                yield o.figure_id, "computed from its counts, or written in another unit"
    alone = re.compile(rf"(?<![0-9])(?<![0-9][.,]){re.escape(wanted)}(?![.,]?[0-9])")
    for finding in records(workspace.checks):
        messages = (finding["message_en"], finding["message_vi"])
        if any(alone.search(unicodedata.normalize("NFKC", message)) for message in messages):
            for figure_id in finding["figure_ids"].split():
                yield figure_id, f"{finding['check']}: {finding['message_en']}"


def _trace(
    workspace: Workspace,
    f: PublishedFigure,
    status: dict[str, str],
    used_by: dict[str, tuple[str, ...]],
    found_by: str,
) -> Trace:
    source = workspace.sources[f.source_id]
    return Trace(
        figure=f,
        publisher=source.publisher,
        title=source.title,
        date_published=source.date_published,
        address=source.address,
        sha256=workspace.checksum(source.source_id),
        observed_as=status.get(f.figure_id, ""),
        reports=used_by.get(f.figure_id, ()),
        found_by=found_by,
    )


def _used_by(manifest: Path) -> dict[str, tuple[str, ...]]:
    """Return for each figure the reports that the manifest says rest on it."""
    found: dict[str, tuple[str, ...]] = {}
    try:
        for report in json_object(manifest)["reports"]:
            for figure_id in report.get("figures", ()):
                found[figure_id] = (*found.get(figure_id, ()), str(report["file"]))
    except (KeyError, TypeError, AttributeError):
        return {}
    return found
