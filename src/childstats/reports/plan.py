"""The plan: which reports stand, which are to be built, and why.

A report stands when its fingerprint is that of the last time and its file has the checksum noted
then. The notes are in ``.childstats/``, beside the edition and not part of it: they hold what
differs between machines. Nothing here imports pandas, so that finding nothing to do is quick.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from childstats.folders import ARCHIVE, EDITION_FILE, files_below, input_files
from childstats.reports.sealed import unsealed
from childstats.reports.unchanged import NOTES, STATE, distributions

if TYPE_CHECKING:
    from childstats.reports.edition import Edition, Job

MANIFEST: Final = "manifest.json"
PACKAGE: Final = Path(__file__).parents[1]
FORMAT: Final = 3
"""Of the notes; others are not read."""
UNTRACKED: Final = "!"
"""Noted in place of areas when a file was read of which nobody takes note."""
WHY: Final = {
    "library": "childstats itself is another",
    "environment": "Python or an installed package is another",
    "edition": "the edition's date is another",
    "notebook": "its notebook changed",
    "parameters": "its parameters are others",
    "catalogue": "the catalogue changed",
    "provenance": "the provenance of a source changed",
    "rows": "figures changed that it reads",
    "before": "the edition before is another",
}
"""What a part of a fingerprint that is not the noted one means."""


@dataclass(frozen=True, slots=True)
class Noted:
    """What is noted about a report that was built.

    Attributes
    ----------
    entry
        Its entry in the manifest.
    fingerprint
        Digest of each thing that it was made from, by name (`childstats.reports.survey`).
    reads
        Areas whose rows it read, sorted; ``"*"`` among them when it read whole tables.
    seconds
        How long it took, from which the next build orders its jobs.
    """

    entry: Mapping[str, Any]
    fingerprint: Mapping[str, str]
    reads: tuple[str, ...]
    seconds: float

    @property
    def file(self) -> str:
        """Name of its file."""
        return str(self.entry["file"])

    @property
    def files(self) -> dict[str, str]:
        """Its files below ``reports/`` and their checksums."""
        return {name: str(file["sha256"]) for name, file in self.entry["files"].items()}

    def to_json(self) -> dict[str, Any]:
        """Return the note as it is written."""
        names = ("entry", "fingerprint", "reads", "seconds")
        return {"format": FORMAT, **{name: getattr(self, name) for name in names}}


@dataclass(frozen=True, slots=True)
class State:
    """What is noted about the last build.

    Attributes
    ----------
    inputs
        `inputs_digest` of then.
    published
        Every published file below the workspace and its checksum.
    reports
        Notes by file name.
    order
        File names of the edition's reports, in its order.
    damaged
        Notes that cannot be believed, by their names below the workspace.
    """

    inputs: str = ""
    published: Mapping[str, str] = field(default_factory=dict)
    reports: Mapping[str, Noted] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the notes as they are written."""
        reports = {name: noted.to_json() for name, noted in self.reports.items()}
        return {
            "inputs": self.inputs,
            "published": dict(self.published),
            "order": list(self.order),
            "reports": reports,
        }


def digest(*parts: bytes) -> str:
    """Return the checksum of some bytes, told apart from the same bytes divided otherwise."""
    found = hashlib.sha256()
    for part in parts:
        found.update(len(part).to_bytes(8, "big") + part)
    return found.hexdigest()


def file_digest(path: Path) -> str:
    """Return the checksum of a file; empty if it cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def digest_of_files(paths: Iterable[Path], folder: Path) -> str:
    """Return one checksum of files and their names below a folder; their times do not matter."""
    parts = ((str(path.relative_to(folder)).encode(), path.read_bytes()) for path in paths)
    return digest(*(part for both in parts for part in both))


def library_digest() -> str:
    """Return the checksum of the library: modules, template, translations."""
    return digest_of_files(files_below(PACKAGE), PACKAGE)


def environment_digest() -> str:
    """Return the checksum of `distributions`."""
    return digest(*(name.encode() for name in distributions()))


def edition_files(folder: Path) -> list[Path]:
    """Return all files of a workspace that its edition is made from."""
    notebooks = files_below(folder / "notebooks")
    earlier = (folder / "reports" / ARCHIVE).glob("*/manifest.json")
    return [folder / EDITION_FILE, *input_files(folder), *notebooks, *sorted(earlier)]


def edition_digest(folder: Path) -> str:
    """Return one checksum of `edition_files`."""
    return digest_of_files(edition_files(folder), folder)


def read_state(folder: Path) -> State:
    """Return the notes of the last build, and of reports finished since in a build that failed.

    Parameters
    ----------
    folder
        The workspace.

    Returns
    -------
    State
        Empty where there are no notes that can be read; a damaged note is as good as none.
    """
    damaged: list[str] = []
    state = _read(folder, f"{NOTES}/{STATE}", damaged)
    reports = {}
    try:
        reports = {name: _noted(note) for name, note in state.get("reports", {}).items()}
        known = State(state["inputs"], dict(state["published"]), reports, tuple(state["order"]))
    except (KeyError, TypeError, AttributeError):
        known, reports = State(), {}
    for path in sorted((folder / NOTES / "built").glob("*.json")):
        try:
            noted = _noted(_read(folder, f"{NOTES}/built/{path.name}", damaged))
            reports[noted.file] = noted
        except (KeyError, TypeError, AttributeError):
            continue
    return State(known.inputs, known.published, reports, known.order, tuple(damaged))


def _read(folder: Path, name: str, damaged: list[str]) -> Any:
    """Return a note; nothing where there is none, or none that can be believed."""
    try:
        return unsealed((folder / name).read_bytes())
    except OSError:
        return {}
    except ValueError:
        damaged.append(name)
        return {}


def _noted(note: Any) -> Noted:
    if note["format"] != FORMAT:
        raise KeyError("format")
    reads = tuple(str(area) for area in note["reads"])
    noted = Noted(note["entry"], dict(note["fingerprint"]), reads, float(note["seconds"]))
    if not noted.files or any(Path(name).is_absolute() or ".." in name for name in noted.files):
        raise KeyError("files")
    return noted


def stands(folder: Path, noted: Noted) -> bool:
    """Return whether a report's files are as noted, published or waiting for the others."""
    return all(place_of(folder, name, known) is not None for name, known in noted.files.items())


def place_of(folder: Path, name: str, known: str) -> Path | None:
    """Return where a file of a report has its noted checksum; None if it is nowhere."""
    for path in (folder / NOTES / "built" / name, folder / "reports" / name):
        if file_digest(path) == known:
            return path
    return None


@dataclass(frozen=True, slots=True)
class Survey:
    """An edition and what its reports are made from.

    Attributes
    ----------
    edition
        The edition with its jobs.
    sources
        Checksum of the figures of each source.
    common
        Digests of what every report is made from, by name.
    notebooks
        Digest of each notebook, by path.
    rows
        Digest of each area's rows, and under ``"*"`` of all that there is.
    processed
        Files of ``data/processed`` and their checksums, if they were written.
    area_names
        Names of the edition's areas by code and language.
    observations
        The whole table as it is published.
    before
        Name and day of the edition before; empty for a first edition.
    changes
        What is not as it was, as published.
    release
        The file that says what is published of small areas, and the manifest's entry for it; None
        where there are none.
    """

    edition: "Edition"
    sources: Mapping[str, str]
    common: Mapping[str, str]
    notebooks: Mapping[Path, str]
    rows: Mapping[str, str]
    processed: Mapping[str, str]
    area_names: Mapping[str, Mapping[str, str]]
    observations: bytes = b""
    before: tuple[str, str] | tuple[()] = ()
    changes: Sequence[Mapping[str, Any]] = ()
    release: tuple[bytes, Mapping[str, Any]] | None = None

    def fingerprint(self, job: "Job", reads: Iterable[str]) -> dict[str, str]:
        """Return the digest of each thing that a report is made from.

        Parameters
        ----------
        job
            The report.
        reads
            What it reads of the tables, as noted when it was last built.

        Returns
        -------
        dict
            Names as in `WHY` to digests.
        """
        parameters = json.dumps(job.parameters, sort_keys=True, ensure_ascii=False)
        rows = ((area, self.rows.get(area, "")) for area in sorted(reads))
        return {
            **self.common,
            "notebook": self.notebooks[job.notebook],
            "parameters": digest(
                job.notebook.name.encode(), parameters.encode(), ",".join(job.languages).encode()
            ),
            "rows": digest(*(part.encode() for both in rows for part in both)),
        }

    def why(self, job: "Job", noted: Noted | None) -> str:
        """Return why a report has to be built; empty if its fingerprint is the noted one."""
        if noted is None:
            return "it was not built here before"
        if UNTRACKED in noted.reads:
            return "it reads files of which nobody takes note"
        now = self.fingerprint(job, noted.reads)
        reasons = [why for part, why in WHY.items() if now.get(part) != noted.fingerprint.get(part)]
        return "; ".join(reasons)
