"""A workspace: the folder that holds ``childstats.toml``, sources, catalogue and reports."""

import hashlib
import pickle
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from childstats.catalogue.catalogue import Catalogue, read_catalogue
from childstats.coded import stacked
from childstats.errors import SourceError, nearest
from childstats.folders import (
    ARCHIVE,
    EDITION_FILE,
    declared_edition,
    entries_below,
    input_folders,
    workspace_folder,
)
from childstats.intake import plain_text
from childstats.observations.changes import (
    Change,
    Previous,
    changes_since,
    previous_edition,
)
from childstats.observations.checks import run_checks
from childstats.observations.contents import Contents, contents_of
from childstats.observations.corrections import Correction, corrections_in
from childstats.observations.findings import Held, apply_findings
from childstats.observations.lookup import Lookup
from childstats.observations.table import (
    Observation,
    in_order,
    observations_of,
    repeats,
    yearly_rows,
)
from childstats.sources.readers import reader_of
from childstats.sources.readers.transcription import read_transcription
from childstats.sources.reading import Reading
from childstats.sources.source import Source, read_source
from childstats.sources.verification import Verification, verify

if TYPE_CHECKING:
    from childstats.observations.protecting import Protection


@dataclass(frozen=True)
class Workspace:
    """One province's (or country's) folder; everything in it is read when first asked for.

    Attributes
    ----------
    root
        The folder that holds ``childstats.toml``.
    """

    root: Path

    @cached_property
    def catalogue(self) -> Catalogue:
        """Definitions of indicators and areas."""
        return read_catalogue(self.root / "data" / "catalogue")

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        """Raw sources by id."""
        raw = self.root / "data" / "raw"
        folders = sorted(path for path in raw.glob("*") if path.is_dir())
        if not folders:
            raise SourceError(f"no sources in {raw}; add a folder data/raw/<source_id>")
        return {folder.name: read_source(folder) for folder in folders}

    def verify(self, source_id: str, text: Path) -> list[Verification]:
        """Hold the transcribed figures of one source against its original text.

        Parameters
        ----------
        source_id
            A folder of ``data/raw``.
        text
            The original as plain text, UTF-8.

        Returns
        -------
        list of Verification
            One a figure, in the order of the file.

        Raises
        ------
        SourceError
            If there is no such source.
        InputError
            If the text is no plain file, larger than 20 MB, or not UTF-8.
        """
        if source_id not in self.sources:
            raise SourceError(
                f"no source {source_id!r} in data/raw{nearest(source_id, self.sources)}"
            )
        original = plain_text(text)
        rows = read_transcription(self.root / "data" / "raw" / source_id / "figures.csv")
        return verify(rows, original, not_counted=self.sources[source_id].not_paragraphs)

    @cached_property
    def corrections(self) -> tuple[Correction, ...]:
        """Statements of the edition's reports that were printed wrongly and are put right."""
        return corrections_in(self.root)

    @cached_property
    def previous(self) -> Previous | None:
        """The edition before the one in ``childstats.toml``, if there was one."""
        return previous_edition(self.root)

    @cached_property
    def changes(self) -> list[Change]:
        """What is not as it was in the edition before."""
        if self.previous is None:
            return []
        return changes_since(self.previous, observations_of(self._observations), self.root)

    @cached_property
    def rows(self) -> Lookup:
        """The same tables by area."""
        return Lookup(self._table)

    def yearly(self, ref_area: str) -> Mapping[tuple[str, str], list[Observation]]:
        """Return an area's totals of whole years by indicator and area, in order of year."""
        if ref_area not in self._yearly:
            rows = self.rows.observations(ref_area)
            self._yearly[ref_area] = yearly_rows(rows, self.catalogue)
        return self._yearly[ref_area]

    @cached_property
    def _yearly(self) -> dict[str, dict[tuple[str, str], list[Observation]]]:
        return {}

    def _table(self, name: str) -> pd.DataFrame:
        match name:
            case "figures":
                return self._contents.figures
            case "observations":
                return self._observations
        return self._checks

    @property
    def figures(self) -> pd.DataFrame:
        """Every published figure, as printed, typed (`childstats.figures.published.COLUMNS`)."""
        return self.rows.whole("figures")

    @property
    def readings(self) -> Mapping[str, Reading]:
        """What was read of each source: rows, quarantined cells, and how many were left out."""
        return self._contents.readings

    @cached_property
    def _contents(self) -> Contents:
        """What is read of the sources; numbers that are not shown are in none of it."""
        return contents_of(self.root, self._read(), self.catalogue, self.sources)

    def _read(self) -> Mapping[str, Reading]:
        found = {}
        for source_id, source in self.sources.items():
            folder = self.root / "data" / "raw" / source_id
            if source.file:
                path = folder / source.file.name
                read = reader_of(source.file.layout)
                found[source_id] = read(path, source.file, source_id=source_id)
            else:
                rows = read_transcription(folder / "figures.csv")
                found[source_id] = Reading.of(rows, seen=len(rows))
        return found

    @property
    def protection(self) -> "Protection | None":
        """What was done so that no child is exposed; None without areas below the province."""
        return self._contents.protection

    def checksum(self, source_id: str) -> str:
        """Return a checksum of a source's figures that may be published.

        Parameters
        ----------
        source_id
            A folder of ``data/raw``.

        Returns
        -------
        str
            That of the file; of a source with areas below the province that of its figures as
            they may be printed, since who knows all of a file but one count could try them out.
        """
        protection = self._contents.protection
        if protection is None or source_id not in protection.sources:
            return self.sources[source_id].sha256
        if source_id not in self._checksums:
            figures = self._contents.figures
            text = figures[figures["source_id"] == source_id].to_csv(index=False)
            self._checksums[source_id] = hashlib.sha256(text.encode("utf-8")).hexdigest()
        return self._checksums[source_id]

    @cached_property
    def _checksums(self) -> dict[str, str]:
        """Those of whole tables written out, which a report asks for once a figure."""
        return {}

    @property
    def quarantined(self) -> pd.DataFrame:
        """Cells of files as received that cannot be used, each with its place and the reason."""
        unmapped = [cell for reading in self.readings.values() for cell in reading.quarantined]
        cells = [asdict(c) for c in (*unmapped, *self._contents.refused)]
        return pd.DataFrame(cells, columns=["source_id", "where", "value", "rule"])

    @property
    def accounts(self) -> pd.DataFrame:
        """What became of the cells of each source: seen = read + quarantined + left_out."""
        quarantined = Counter(self.quarantined["source_id"])
        repeated = repeats(self._contents.candidates)
        accounts = []
        for source_id, reading in self.readings.items():
            received, notes = self.sources[source_id].file, list(reading.notes)
            if received and source_id in repeated:
                notes.append(f"{repeated[source_id]} figures only repeat another, and count once")
            if not reading.seen:
                notes.append(f"{source_id} holds no figures; ask for the file again if it should")
            lost = quarantined[source_id]
            accounts.append(
                {
                    "source_id": source_id,
                    "file": received.name if received else "figures.csv",
                    "seen": reading.seen,
                    "read": reading.seen - reading.left_out - lost,
                    "quarantined": lost,
                    "left_out": reading.left_out,
                    "notes": "; ".join(notes),
                }
            )
        return pd.DataFrame(accounts)

    @cached_property
    def _held(self) -> Held:
        held = self._contents
        return Held(held.figures, held.candidates, held.preferred, self.catalogue, self.sources)

    @property
    def checks(self) -> pd.DataFrame:
        """What every check found, one finding a row."""
        return self.rows.whole("checks")

    @cached_property
    def _checks(self) -> pd.DataFrame:
        return run_checks(self._held)

    @property
    def observations(self) -> pd.DataFrame:
        """The observation table, statuses as the checks leave them."""
        return self.rows.whole("observations")

    @cached_property
    def _observations(self) -> pd.DataFrame:
        found = apply_findings(self._held.observations, self._checks)
        hidden = self._contents.hidden
        return found if hidden is None else in_order(stacked([found, hidden]), self.catalogue)

    @cached_property
    def is_synthetic(self) -> bool:
        """Whether the edition says that every figure is made up."""
        return declared_edition(self.root).get("synthetic") is True

    def __repr__(self) -> str:
        """Return a summary for an analyst at the prompt."""
        return (
            f"<Workspace {self.root.name}: {len(self.sources)} sources, "
            f"{len(self.figures)} figures, {len(self.observations)} observations>"
        )

    def _repr_html_(self) -> str:
        """Return what each source holds as a table for JupyterLab."""
        counted = self.figures["source_id"].value_counts()
        rows = [
            [s.source_id, s.publisher, s.title, s.date_published, int(counted.get(s.source_id, 0))]
            for s in self.sources.values()
        ]
        names = ["source_id", "publisher", "title", "date_published", "figures"]
        table = pd.DataFrame(rows, columns=names)
        return f"<p>{escape(repr(self))}</p>{table.to_html(index=False)}"


def open_workspace(path: str | Path = ".") -> Workspace:
    """Open the workspace at a folder or above it.

    Parameters
    ----------
    path
        The workspace or any folder inside it, such as ``notebooks/``.

    Returns
    -------
    Workspace
        Nothing but the place of ``childstats.toml`` is read yet.

    Raises
    ------
    EditionError
        If there is no ``childstats.toml`` there or in a folder above.
    """
    return _held(path) or Workspace(workspace_folder(path))


_in_memory: dict[Path, tuple[object, Workspace]] = {}


def _held(path: str | Path) -> Workspace | None:
    """Return the workspace at a folder or above it, if it is held and no file changed since.

    What was found to be a workspace when it was taken into memory is not looked through again:
    nothing of it is read any more.
    """
    start = Path(path).resolve()
    for folder in (start, *start.parents):
        state, workspace = _in_memory.get(folder, (None, None))
        if workspace is not None:
            with suppress(OSError):  # whoever looks through the folder says it better
                return workspace if state == _state_of_files(folder) else None
    return None


def hold(path: Path) -> None:
    """Read a workspace's tables and keep them; `open_workspace` returns it until a file changes.

    For a process that serves many reports, none of which changes what it is given.

    Parameters
    ----------
    path
        The workspace or a folder inside it.

    Raises
    ------
    InputError
        If a source, a figure or the catalogue cannot be used; nothing is kept.
    """
    workspace = open_workspace(path)
    state = _state_of_files(workspace.root)
    for ref_area in workspace.rows.load():
        workspace.yearly(ref_area)
        workspace.rows.figures(ref_area)
    for source_id in workspace.sources:
        workspace.checksum(source_id)
    workspace.changes  # noqa: B018  # a cached property, read for its effect
    workspace.is_synthetic  # noqa: B018  # as above
    _in_memory.clear()  # of one build at a time: each has a snapshot of its own
    _in_memory[workspace.root] = (state, workspace)


def handed_over(path: Path) -> bytes:
    """Return what `hold` keeps of a workspace, for `take_over` in another process of this program.

    Parameters
    ----------
    path
        The workspace or a folder inside it.

    Raises
    ------
    InputError
        As of `hold`.
    """
    hold(path)
    return pickle.dumps(_in_memory[workspace_folder(path)], protocol=pickle.HIGHEST_PROTOCOL)


def take_over(content: bytes) -> None:
    """Hold a workspace that another process of this program has read (`handed_over`)."""
    state, workspace = pickle.loads(content)
    _in_memory.clear()
    _in_memory[workspace.root] = (state, workspace)


def _state_of_files(root: Path) -> object:
    """Return what changes with the inputs, the disclosure policy and the edition before."""
    kept = (root / "reports" / ARCHIVE).glob("*/manifest.json")
    found = {entry.path: entry.stat() for entry in entries_below(*input_folders(root))}
    found |= {str(path): path.stat() for path in (root / EDITION_FILE, *kept)}
    return {path: (at.st_size, at.st_mtime_ns, at.st_ino) for path, at in found.items()}
