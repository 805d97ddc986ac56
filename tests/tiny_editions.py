"""Editions of a few bytes, built by the real build from reports that no notebook made."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from unittest import mock

from childstats.errors import BuildError
from childstats.reports import build as building
from childstats.reports import pool, site
from childstats.reports.build import BuiltReport, Options
from childstats.reports.edition import Edition, FinishedReport, Job
from childstats.reports.issuing import Survey
from childstats.reports.pages import Link
from childstats.reports.publishing import put

NOTEBOOKS = ("profile", "trends")
LANGUAGES = ("vi", "en")


def tiny_workspace(folder: Path) -> Path:
    """Return a folder that is a workspace as far as a build without a survey looks."""
    (folder / "data").mkdir(parents=True)
    (folder / "childstats.toml").write_text("", encoding="utf-8")
    return folder


def job(folder: Path, notebook: str, language: str) -> Job:
    parameters = {"ref_area": "VN-71", "time_period": 2025, "language": language}
    return Job(folder / "notebooks" / f"{notebook}.ipynb", parameters, LANGUAGES)


class Tiny:
    """One state of a tiny edition: what is asked for, and what each report would hold.

    `failing` names notebooks, or files, that fail; `release` is what a survey says of small areas.
    """

    def __init__(
        self,
        text: str,
        *,
        edition_id: str = "first",
        notebooks: tuple[str, ...] = NOTEBOOKS,
        languages: tuple[str, ...] = LANGUAGES,
        failing: tuple[str, ...] = (),
        release: tuple[bytes, dict[str, object]] | None = None,
    ) -> None:
        self.text, self.edition_id = text, edition_id
        self.notebooks, self.languages = notebooks, languages
        self.failing, self.release = failing, release

    def survey(self, folder: Path, processed: Path, *, fork: bool) -> Survey:
        put(dict.fromkeys(("checks.csv", "datapackage.json"), self.text.encode()), processed)
        jobs = tuple(job(folder, n, code) for n in self.notebooks for code in self.languages)
        return Survey(
            edition=Edition(self.edition_id, date(2026, 1, 1 + len(self.edition_id)), jobs),
            sources={"a-source": self.text},
            inputs=self.text,
            area_names={"VN-71": {"vi": "Điện Biên", "en": "Dien Bien"}},
            observations=self.text.encode(),
            release=self.release,
        )

    def finished(
        self, jobs: list[Job], _day: date, _options: Options
    ) -> Iterator[tuple[Job, FinishedReport | BuildError, float]]:
        for j in jobs:
            if {j.notebook.stem, j.file_name} & set(self.failing):
                yield j, BuildError(f"{j.file_name}: secret /tmp/x", "it could not be built"), 0.1
                continue
            names = (f"{j.stem}.pdf", f"{j.stem}.html", f"thumbnails/{j.stem}.png")
            content = {name: f"{name} {self.text}".encode() for name in names}
            yield j, FinishedReport(j, f"Title of {j.stem}", content, 3, ("a:1",)), 0.1

    def declare(self, folder: Path) -> None:
        """Write an edition file that is another one for every text."""
        toml = f'[edition]\nid = "{self.edition_id}"\n# {self.text} {self.failing}\n'
        (folder / "childstats.toml").write_text(toml, encoding="utf-8")

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Let the build see this edition."""

        def links(j: Job, _t: object) -> list[Link]:
            return [
                Link(f"{j.stem}.{e}", e, f"application/{e}")
                for e in ("html", "pdf")
            ]  # fmt: skip

        with (
            mock.patch.object(building, "survey", self.survey),
            mock.patch.object(pool, "finished_reports", self.finished),
            mock.patch.object(site, "file_links", links),
        ):
            yield

    def build(
        self, folder: Path, say: Callable[[str], None] = lambda line: None, **options: object
    ) -> list[BuiltReport]:
        self.declare(folder)
        with self.in_place():
            return building.build(folder, say=say, options=Options(**options))


def published(folder: Path) -> dict[str, str]:
    """Return a checksum of every published file of a workspace, what waits hidden among them."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for name in ("reports", "data")
        for path in sorted((folder / name).rglob("*"))
        if path.is_file()
    }
