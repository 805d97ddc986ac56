"""Build an edition: clean the sources, run and typeset every report, publish the whole."""

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError

import childstats
from childstats.errors import BuildError
from childstats.observations.workspace import Workspace, open_workspace, processed_files
from childstats.reports.edition import Edition, Job, read_edition
from childstats.reports.runner import run
from childstats.reports.site import index_page
from childstats.reports.typeset import typeset

MANIFEST = "manifest.json"
Progress = Callable[[Iterable[Job]], Iterable[Job]]


@dataclass(frozen=True, slots=True)
class BuiltReport:
    """One finished report.

    Attributes
    ----------
    job
        What was asked for.
    title
        As on its first page.
    pdf
        The file.
    pages
        Number of pages, counted in the file.
    figures
        Ids of the figures that it rests on.
    """

    job: Job
    title: str
    pdf: bytes
    pages: int
    figures: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the report's entry in the manifest."""
        return {
            "file": self.job.file_name,
            "title": self.title,
            "notebook": self.job.notebook.name,
            "parameters": dict(self.job.parameters),
            "pages": self.pages,
            "bytes": len(self.pdf),
            "sha256": hashlib.sha256(self.pdf).hexdigest(),
            "figures": list(self.figures),
        }


def clean(workspace: Workspace) -> list[Path]:
    """Write ``data/processed`` from the raw sources.

    Parameters
    ----------
    workspace
        The workspace.

    Returns
    -------
    list of Path
        The files written; nothing is written when a source is refused.

    Raises
    ------
    InputError
        If a source, a figure or the catalogue cannot be used.
    """
    texts = processed_files(workspace)
    return publish(
        {name: text.encode("utf-8") for name, text in texts.items()},
        workspace.root / "data" / "processed",
        last="datapackage.json",
    )


def build(path: str | Path = ".", *, progress: Progress = lambda jobs: jobs) -> list[BuiltReport]:
    """Build every report of a workspace's edition into ``reports/``.

    Parameters
    ----------
    path
        The workspace or a folder inside it.
    progress
        Wraps the jobs while they are worked off, for a progress bar.

    Returns
    -------
    list of BuiltReport
        In the order of ``childstats.toml``.

    Raises
    ------
    InputError
        If the edition or a source cannot be used; nothing is written.
    BuildError
        If a report fails; ``reports/`` is left as it was.
    """
    workspace = open_workspace(path)
    edition = read_edition(workspace)
    clean(workspace)
    built = [_build_report(job, edition) for job in progress(edition.jobs)]
    files = {report.job.file_name: report.pdf for report in built}
    files["index.html"] = index_page(edition, [r.to_json() for r in built]).encode("utf-8")
    manifest = {
        "edition": edition.edition_id,
        "date": edition.date.isoformat(),
        "childstats": childstats.__version__,
        "sources": {s.source_id: s.sha256 for s in workspace.sources.values()},
        "reports": [report.to_json() for report in built],
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    files[MANIFEST] = text.encode("utf-8")
    folder = workspace.root / "reports"
    superseded = _listed(folder) - set(files)
    publish(files, folder, last=MANIFEST)
    for name in sorted(superseded):
        (folder / name).unlink(missing_ok=True)
    return built


def changed_sources(workspace: Workspace) -> list[str]:
    """Return the sources whose figures are not those of the last edition, by checksum.

    Parameters
    ----------
    workspace
        The workspace, before a build.

    Returns
    -------
    list of str
        Ids of sources that changed, came or went; empty without an earlier edition.
    """
    try:
        text = (workspace.root / "reports" / MANIFEST).read_text(encoding="utf-8")
        before: dict[str, str] = json.loads(text)["sources"]
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return []
    now = {s.source_id: s.sha256 for s in workspace.sources.values()}
    return sorted(i for i in before.keys() | now.keys() if before.get(i) != now.get(i))


def _build_report(job: Job, edition: Edition) -> BuiltReport:
    document = run(job)
    pdf = typeset(document, edition_date=edition.date)
    try:
        pages = len(PdfReader(BytesIO(pdf)).pages)
    except PyPdfError as error:
        raise BuildError(f"{job.file_name} is not a readable PDF: {error}") from None
    return BuiltReport(job, document.front_matter["title"], pdf, pages, document.figure_ids)


def _listed(folder: Path) -> set[str]:
    """Return the PDFs that the manifest in place lists."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return {Path(report["file"]).name for report in manifest["reports"]}
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return set()


def publish(files: Mapping[str, bytes], folder: Path, *, last: str) -> list[Path]:
    """Put files into a folder, each whole, one of them after all others.

    Parameters
    ----------
    files
        Name to content.
    folder
        Where to; made if missing.
    last
        The name that vouches for the others.

    Returns
    -------
    list of Path
        The published files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    order = sorted(files, key=lambda name: (name == last, name))
    with TemporaryDirectory(prefix=".incoming-", dir=folder) as incoming:
        for name in order:
            with (Path(incoming) / name).open("wb") as new_file:
                new_file.write(files[name])
                new_file.flush()
                os.fsync(new_file.fileno())
        for name in order:
            (Path(incoming) / name).replace(folder / name)
    return [folder / name for name in order]
