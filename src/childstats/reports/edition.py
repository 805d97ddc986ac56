"""The edition: ``childstats.toml`` expanded to jobs, each a notebook and its parameters."""

import ast
import hashlib
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from childstats.analyses.arguments import FIRST_YEAR, LAST_YEAR, kind_of, refuse_wrong
from childstats.errors import EditionError, nearest
from childstats.folders import EDITION_FILE, SLUG, is_portable
from childstats.intake import toml_table
from childstats.observations.corrections import Correction, read_corrections

if TYPE_CHECKING:
    from childstats.observations.workspace import Workspace

REQUIRED: Final = ("ref_area", "time_period", "language")
"""Every notebook has these parameters; the edition gives a list of values for each."""
HIDING_TAGS: Final = ("raises-exception", "skip-execution")
"""Tags of cells whose error, or whose not being run, would pass for success."""
REPORTS_LIMIT: Final = 20_000
"""As many reports one edition may ask for: all communes of Viet Nam in both languages, thrice."""


@dataclass(frozen=True, slots=True)
class Job:
    """One report to build.

    Attributes
    ----------
    notebook
        Path of the notebook.
    parameters
        All that is injected; every name stands in the notebook's parameters cell.
    languages
        All languages in which the edition has this report.
    corrections
        What it printed wrongly before and puts right.
    """

    notebook: Path
    parameters: Mapping[str, Any]
    languages: tuple[str, ...] = ()
    corrections: tuple[Correction, ...] = ()

    @property
    def file_name(self) -> str:
        """Name of the PDF: area, period, notebook and language, all ASCII."""
        return f"{self.stem}.pdf"

    @property
    def stem(self) -> str:
        """What the names of all files of the report begin with."""
        return self.stem_in(self.parameters["language"])

    @property
    def other_languages(self) -> tuple[str, ...]:
        """The other languages in which the edition has this report."""
        return tuple(code for code in self.languages if code != self.parameters["language"])

    def stem_in(self, language: str) -> str:
        """Return `stem` of the same report in a language."""
        p = self.parameters
        stem = f"{p['ref_area']}-{p['time_period']}-{self.notebook.stem}".lower()
        return f"{stem.replace('_', '-').replace('@', '-')}.{language}"


@dataclass(frozen=True, slots=True)
class FinishedReport:
    """One finished report.

    Attributes
    ----------
    job
        What was asked for.
    title
        As on its first page.
    content
        Its files by their names below ``reports/``.
    pages
        Number of pages, counted in the file.
    figures
        Ids of the figures that it rests on.
    outside
        What its notebook read that is no input of the edition, in words.
    numbers
        Those that it prints, without its language.
    claims
        What words say in it: statement and word.
    """

    job: Job
    title: str
    content: Mapping[str, bytes]
    pages: int
    figures: tuple[str, ...]
    outside: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    claims: tuple[tuple[str, str], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the report's entry in the manifest."""
        pdf = self.content[self.job.file_name]
        return {
            "file": self.job.file_name,
            "title": self.title,
            "notebook": self.job.notebook.name,
            "parameters": dict(self.job.parameters),
            "pages": self.pages,
            "bytes": len(pdf),
            "sha256": hashlib.sha256(pdf).hexdigest(),
            "figures": list(self.figures),
            "files": {
                name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
                for name, content in self.content.items()
            },
        }


@dataclass(frozen=True, slots=True)
class Edition:
    """What one issue of the reports holds.

    Attributes
    ----------
    edition_id
        Its name.
    date
        The day that stands on every report.
    jobs
        The reports, in the order of the file.
    left_out
        Reports without content, by the name of the file, and what is missing.
    contact
        Optional: whom a reader may write to.
    synthetic
        Whether all figures are made up, which every page and file then says.
    corrections
        Statements that were printed wrongly and are put right, the latest first.
    """

    edition_id: str
    date: date
    jobs: tuple[Job, ...]
    contact: str = ""
    synthetic: bool = False
    corrections: tuple[Correction, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)


def read_edition(workspace: "Workspace") -> Edition:
    """Read and validate the edition of a workspace.

    Parameters
    ----------
    workspace
        Its ``childstats.toml`` names the edition and the reports.

    Returns
    -------
    Edition
        One job for each report × area × period × language.

    Raises
    ------
    EditionError
        If a field is missing or unknown, a notebook does not exist or has no parameters cell, or
        a parameter is unknown, missing or of another type than the notebook's.
    CatalogueError
        If an area is not in the catalogue.
    """
    try:
        text = (workspace.root / EDITION_FILE).read_text(encoding="utf-8")
        declared = toml_table(text)
    except ValueError as error:
        raise EditionError(f"unreadable {EDITION_FILE}: {error}") from None
    _refuse_unknown(declared, ("edition", "report", "correction", "disclosure"), EDITION_FILE)
    edition = declared.get("edition", {})
    if not isinstance(edition, dict):
        raise EditionError(f"[edition] in {EDITION_FILE} is {edition!r}; write a table")
    _refuse_unknown(edition, ("id", "date", "contact", "synthetic"), f"[edition] of {EDITION_FILE}")
    edition_id, day = edition.get("id"), edition.get("date")
    synthetic = edition.get("synthetic", False)
    if not isinstance(edition_id, str) or not _is_name(edition_id):
        raise EditionError(
            f"id of [edition] in {EDITION_FILE} is {edition_id!r}; "
            'write lower-case letters, digits and hyphens, such as "dien-bien-2025"'
        )
    if type(day) is not date:
        raise EditionError(
            f"date of [edition] in {EDITION_FILE} is {day!r}; write a day such as 2026-01-31"
        )
    contact = edition.get("contact", "")
    if not isinstance(contact, str):
        raise EditionError(f"contact of [edition] in {EDITION_FILE} is {contact!r}; write a text")
    if type(synthetic) is not bool:
        raise EditionError(
            f"synthetic of [edition] in {EDITION_FILE} is {synthetic!r}; write true or false"
        )
    if "disclosure" in declared:
        from childstats.observations.policy import read_policy  # noqa: PLC0415  # rarely there

        read_policy(declared, workspace.catalogue)
    reports = declared.get("report", [])
    tables = isinstance(reports, list) and all(isinstance(report, dict) for report in reports)
    if not reports or not tables:
        raise EditionError(f"no [[report]] in {EDITION_FILE}; add at least one")
    jobs = tuple(job for report in reports for job in _jobs(workspace, report))
    corrections = read_corrections(declared)
    jobs = tuple(_with_corrections(job, corrections) for job in jobs)
    for name, count in Counter(job.file_name for job in jobs).items():
        if count > 1:
            raise EditionError(f"{EDITION_FILE} asks twice for {name}; remove one")
    return Edition(edition_id, day, jobs, contact, synthetic, corrections)


def _with_corrections(job: Job, corrections: tuple[Correction, ...]) -> Job:
    about = (job.notebook.stem, job.parameters["ref_area"])
    return replace(job, corrections=tuple(c for c in corrections if c.concerns(*about)))


def _jobs(workspace: "Workspace", report: Mapping[str, Any]) -> list[Job]:
    from childstats.language import LANGUAGES as known_languages  # noqa: PLC0415, N811  # Babel

    name = report.get("notebook")
    if not isinstance(name, str) or not _is_name(name):
        raise EditionError(f"a [[report]] in {EDITION_FILE} has notebook = {name!r}; name one")
    notebook = workspace.root / "notebooks" / f"{name}.ipynb"
    where = f'[[report]] "{name}" of {EDITION_FILE}'
    if not notebook.is_file():
        known = [path.stem for path in notebook.parent.glob("*.ipynb")]
        raise EditionError(f"no notebook notebooks/{name}.ipynb{nearest(name, known)} for {where}")
    defaults = parameters_of(notebook)
    given = {key: value for key, value in report.items() if key != "notebook"}
    _refuse_unknown(given, tuple(defaults), where)
    for key in REQUIRED:
        if key not in given:
            raise EditionError(f"missing parameter {key!r} in {where}; give a list of values")
        if not isinstance(given[key], list) or not given[key]:
            raise EditionError(f"{key} in {where} is {given[key]!r}; give a list such as [2025]")
    asked = math.prod(len(given[key]) for key in REQUIRED)
    if asked > REPORTS_LIMIT:
        raise EditionError(
            f"{where} asks for {asked:,} reports, and at most {REPORTS_LIMIT:,} are built; "
            "shorten its lists"
        )
    fixed = {key: value for key, value in given.items() if key not in REQUIRED}
    jobs = []
    for values in product(*(given[key] for key in REQUIRED)):
        parameters = dict(zip(REQUIRED, values, strict=True)) | fixed
        for key, value in parameters.items():
            kind = kind_of(key, defaults[key], workspace.catalogue)
            if kind is None or key in REQUIRED:
                _refuse_type(key, value, defaults[key], where)
            elif value is not None:
                refuse_wrong(key, value, kind, workspace.catalogue, where)
        if parameters["language"] not in known_languages:
            raise EditionError(
                f"unknown language {parameters['language']!r} in {where}; "
                f"use one of {', '.join(known_languages)}"
            )
        year = parameters["time_period"]
        if isinstance(year, int) and not FIRST_YEAR <= year <= LAST_YEAR:
            raise EditionError(f"time_period {year} in {where} is no year; write one such as 2025")
        workspace.catalogue.bearer(parameters["ref_area"], parameters["time_period"])
        jobs.append(Job(notebook, parameters, tuple(given["language"])))
    return jobs


def _is_name(name: str) -> bool:
    return bool(SLUG.fullmatch(name)) and is_portable(name)


def parameters_of(notebook: Path) -> dict[str, Any]:
    """Return the names and default values of a notebook's parameters cell.

    Parameters
    ----------
    notebook
        Path of a notebook with exactly one code cell tagged ``parameters``, which holds
        nothing but assignments of literals.

    Returns
    -------
    dict
        Name to default value.

    Raises
    ------
    EditionError
        If the notebook is unreadable, its parameters cell is not like that, or a cell is tagged
        so that its error would not be seen.
    """
    import nbformat  # noqa: PLC0415  # slow, and only the plan needs it

    try:
        # nbformat.read() would only log that it is invalid
        text = notebook.read_text(encoding="utf-8")
        whole = nbformat.reader.reads(text)  # type: ignore[no-untyped-call]
        current = nbformat.convert(whole, 4)  # type: ignore[no-untyped-call]
        nbformat.validate(current)
        cells = current.cells
        tagged = [cell for cell in cells if "parameters" in cell.metadata.get("tags", ())]
        source = "".join(cell.source for cell in tagged)
    except RecursionError:
        raise EditionError(
            f"unreadable notebook {notebook.name}: nested too deeply; save it from JupyterLab"
        ) from None
    except Exception as error:  # nbformat raises many kinds; all mean the same to the user
        raise EditionError(f"unreadable notebook {notebook.name}: {error}") from None
    for number, cell in enumerate(cells, start=1):
        for tag in set(HIDING_TAGS).intersection(cell.metadata.get("tags", ())):
            raise EditionError(
                f"cell {number} of {notebook.name} is tagged {tag!r}, under which a failure would "
                "pass for success; remove the tag"
            )
    if len(tagged) != 1:
        raise EditionError(
            f"{notebook.name} has {len(tagged)} cells tagged 'parameters'; it needs exactly one"
        )
    try:
        parameters: dict[str, Any] = {}
        for statement in ast.parse(source).body:
            match statement:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    parameters[name] = ast.literal_eval(value)
                case _:
                    raise ValueError(ast.unparse(statement))
    except (RecursionError, MemoryError):  # of the parser: parentheses in each other
        raise EditionError(
            f"the parameters cell of {notebook.name} is nested too deeply; assign plain values"
        ) from None
    except (SyntaxError, TypeError, ValueError) as error:
        raise EditionError(
            f"the parameters cell of {notebook.name} may only assign plain values: {error}"
        ) from None
    for key in REQUIRED:
        if key not in parameters:
            raise EditionError(f"the parameters cell of {notebook.name} lacks {key}")
    return parameters


def _refuse_unknown(given: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
    for name in given:
        if name not in known:
            hint = nearest(name, known) or f"; known are {', '.join(known)}"
            raise EditionError(f"unknown parameter {name!r} in {where}{hint}")


def _refuse_type(name: str, value: Any, default: Any, where: str) -> None:
    if default is not None and type(value) is not type(default):
        raise EditionError(
            f"{name} in {where} is {value!r}; write a {type(default).__name__} such as {default!r}"
        )
    if not _is_finite(value):
        raise EditionError(f"{name} in {where} is {value!r}; write a finite number")


def _is_finite(value: Any) -> bool:
    """Return whether no number in a value is infinite or none at all, which JSON cannot hold."""
    if isinstance(value, dict):
        return all(map(_is_finite, value.values()))
    if isinstance(value, list):
        return all(map(_is_finite, value))
    return not isinstance(value, float) or math.isfinite(value)
