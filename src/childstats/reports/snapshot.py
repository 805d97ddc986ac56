"""The snapshot: all inputs of a build, copied once, read-only, and known by their content.

Everything of a build is read and run in the copy and nowhere else, so that what is published is
what the snapshot holds, whatever happens to the workspace meanwhile.
"""

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from childstats.errors import BuildError, ChildstatsError, InputError
from childstats.folders import ARCHIVE, EDITION_FILE, SLUG, files_below, input_files

MANIFEST: Final = "manifest.json"
SUMS: Final = "SHA256SUMS"
LEDGER: Final = "disclosure.json"
"""What was published of small areas: read by a build, and written anew by it."""
OBSERVATIONS: Final = "data/observations.csv"
NOTES: Final = ".childstats"
"""Folder of a workspace for what is no part of its edition."""
NOTE: Final = "built.json"
"""What the last build was made from, by which software, and what it published."""
PACKAGE: Final = Path(__file__).parents[1]
CHECKPOINTS: Final = ".ipynb_checkpoints"
"""Folder in which JupyterLab keeps copies of notebooks."""
E = TypeVar("E", bound=ChildstatsError)
TRIES: Final = 5
"""How often the copy is made again when a file changes while it is made."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A read-only copy of all inputs.

    Attributes
    ----------
    root
        The copy, itself a workspace.
    origin
        The workspace that was copied.
    files
        SHA-256 of each input by its name below the root.
    """

    root: Path
    origin: Path
    files: Mapping[str, str]

    @property
    def digest(self) -> str:
        """One checksum of all inputs and their names."""
        return digest_of(self.files)

    def state(self) -> dict[str, tuple[int, int, int]]:
        """Return what the system changes with a file, by name: cheap, and no proof."""
        return {
            name: (at.st_size, at.st_mtime_ns, at.st_ctime_ns)
            for name, path in _below(self.root).items()
            for at in (path.stat(),)
        }

    def changed(self) -> list[str]:
        """Return the inputs in the copy that are not what was copied, by content."""
        return _differences(self.files, checksums_of(_below(self.root)))

    def changed_at_origin(self) -> list[str]:
        """Return the inputs of the workspace that are not what was copied, by content."""
        return _differences(self.files, checksums_of(inputs_of(self.origin)))

    def at_origin(self, error: E) -> E:
        """Return an error whose message names files where the user knows them."""
        message = str(error).replace(str(self.root), str(self.origin))
        error.args = (message, *error.args[1:])
        return error


def inputs_of(folder: Path) -> dict[str, Path]:
    """Return all files that an edition is made from.

    Parameters
    ----------
    folder
        The workspace.

    Returns
    -------
    dict
        Name in a snapshot to the file: ``childstats.toml``, catalogue, sources, notebooks, and
        manifest and observations of each earlier edition, also of the one that is about to be
        kept because ``childstats.toml`` names another.
    """
    files = [folder / EDITION_FILE, *input_files(folder), *files_below(folder / "notebooks")]
    found = {
        path.relative_to(folder).as_posix(): path for path in files if CHECKPOINTS not in path.parts
    }
    own = declared_id(folder)
    for edition_id, (_, place) in editions_in(folder / "reports").items():
        if edition_id != own:
            for name in (MANIFEST, SUMS, OBSERVATIONS):
                if (place / name).is_file():
                    found[f"reports/{ARCHIVE}/{edition_id}/{name}"] = place / name
    return found


def declared_id(folder: Path) -> str:
    """Return the id of the edition that ``childstats.toml`` names; empty if it names none."""
    from childstats.intake import toml_table  # noqa: PLC0415  # tomllib

    try:
        edition = toml_table((folder / EDITION_FILE).read_text(encoding="utf-8"))["edition"]
        return str(edition["id"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def editions_in(reports: Path) -> dict[str, tuple[str, Path]]:
    """Return the day and the folder of each published edition by its id.

    Parameters
    ----------
    reports
        The published folder; the edition in place is among them.
    """
    found: dict[str, tuple[str, Path]] = {}
    for folder in (*sorted((reports / ARCHIVE).glob("[!.]*")), reports):
        manifest = manifest_of(folder)
        edition_id, day = manifest.get("edition"), manifest.get("date")
        known = isinstance(edition_id, str) and SLUG.fullmatch(edition_id) and isinstance(day, str)
        if known and (folder / SUMS).is_file():
            found.setdefault(str(edition_id), (str(day), folder))
    return found


def manifest_of(reports: Path) -> dict[str, Any]:
    """Return the manifest in a folder; empty where there is none that can be read."""
    from childstats.intake import json_object  # noqa: PLC0415  # as above

    return json_object(reports / MANIFEST)


def take_snapshot(folder: Path, target: Path) -> Snapshot:
    """Copy all inputs of a workspace.

    Parameters
    ----------
    folder
        The workspace.
    target
        Where to; must not be there.

    Returns
    -------
    Snapshot
        Of one moment: if a file changes while it is made, it is made again.

    Raises
    ------
    InputError
        If files do not cease to change.
    """
    for _ in range(TRIES):
        inputs = inputs_of(folder)
        before = _times(inputs)
        files = {}
        for name, path in inputs.items():
            with suppress(FileNotFoundError):  # found by the comparison of times
                files[name] = _copied(path, target / name)
        if before == _times(inputs_of(folder)):
            ledger = folder / "reports" / LEDGER
            if ledger.is_file():
                _copied(ledger, target / "reports" / LEDGER)
            _protect(target)
            return Snapshot(target, folder, files)
        remove_tree(target)
    raise InputError(
        f"files in {folder} change faster than they can be copied; build again when whatever "
        "writes them has ended"
    )


def _copied(path: Path, target: Path) -> str:
    content = path.read_bytes()
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    return hashlib.sha256(content).hexdigest()


def _times(inputs: Mapping[str, Path]) -> dict[str, tuple[int, int, int, int]]:
    found = {}
    for name, path in inputs.items():
        with suppress(FileNotFoundError):
            at = path.stat()
            found[name] = at.st_size, at.st_mtime_ns, at.st_ctime_ns, at.st_ino
    return found


def _below(root: Path) -> dict[str, Path]:
    """Return all files of a snapshot but the ledger, which is checked when it is read."""
    found = {path.relative_to(root).as_posix(): path for path in files_below(root)}
    found.pop(f"reports/{LEDGER}", None)
    return found


def _protect(root: Path) -> None:
    for where, _, names in os.walk(root, topdown=False):
        for name in names:
            (Path(where) / name).chmod(0o444)
        Path(where).chmod(0o555)


def remove_tree(folder: Path) -> None:
    """Remove a folder, also one made read-only; nothing if it is not there."""
    for where, _, _ in os.walk(folder):
        with suppress(OSError):
            Path(where).chmod(0o755)
    with suppress(FileNotFoundError):
        shutil.rmtree(folder)


def checksums_of(files: Mapping[str, Path]) -> dict[str, str]:
    """Return the SHA-256 of files by name; what cannot be read has none."""
    return {name: file_checksum(path) for name, path in files.items()}


def file_checksum(path: Path) -> str:
    """Return the SHA-256 of a file; empty if it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def digest_of(files: Mapping[str, str]) -> str:
    """Return one checksum of names and their checksums."""
    text = json.dumps(sorted(files.items()), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _differences(one: Mapping[str, str], other: Mapping[str, str]) -> list[str]:
    return sorted(n for n in one.keys() | other.keys() if one.get(n) != other.get(n))


def library_digest() -> str:
    """Return one checksum of the library: modules, templates, translations."""
    files = files_below(PACKAGE)
    return digest_of(checksums_of({p.relative_to(PACKAGE).as_posix(): p for p in files}))


def distributions() -> tuple[str, ...]:
    """Return Python's version and name and version of every installed distribution."""
    folders = _installed()
    names = sorted(f.name.removesuffix(".dist-info") for f in folders)
    return (f"Python {sys.version}", *names)


def software_digest() -> str:
    """Return one checksum of the library, Python, and every distribution as it was installed."""
    installed = {str(f.name): file_checksum(f / "RECORD") for f in _installed()}
    return digest_of({**installed, sys.version: "", "childstats": library_digest()})


def _installed() -> list[Path]:
    found = {
        entry.name: Path(entry.path)
        for folder in reversed(sys.path)
        if folder and Path(folder).is_dir()
        for entry in os.scandir(folder)
        if entry.name.endswith(".dist-info") and not entry.name.startswith("childstats-")
    }
    return [found[name] for name in sorted(found)]


def outdated(folder: Path) -> str:
    """Return why a workspace's edition has to be built.

    Parameters
    ----------
    folder
        The workspace; its inputs, the software and all published files are compared by content.

    Returns
    -------
    str
        Empty if it would give what is published.
    """
    from childstats.intake import json_object  # noqa: PLC0415  # as above

    note = json_object(folder / NOTES / NOTE)
    if not note or set(note) != {"inputs", "software", "published"}:
        return "it was not built here before, or not without a fault"
    if note["inputs"] != digest_of(checksums_of(inputs_of(folder))):
        return "childstats.toml, the catalogue, a source, a notebook or an earlier edition changed"
    if note["software"] != software_digest():
        return "childstats, Python or an installed package changed"
    published = note["published"]
    if not isinstance(published, dict):
        return "the note of the last build is damaged"
    for name, checksum in published_below(folder, published).items():
        if file_checksum(folder / name) != checksum:
            return f"{name} is missing or not the file that was published"
    return ""


def published_below(folder: Path, noted: Mapping[str, str]) -> dict[str, str]:
    """Return the checksum of every published file of a workspace: noted, or listed by one noted."""
    found = dict(noted)
    for name in noted:
        if name.endswith(f"/{SUMS}"):
            listed = listed_in(folder / name)
            found |= {f"{name.removesuffix(SUMS)}{n}": checksum for n, checksum in listed.items()}
    return found


def listed_in(sums: Path) -> dict[str, str]:
    """Return the checksums in a file as ``sha256sum`` writes it; none where it cannot be read."""
    try:
        lines = sums.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return {}
    found = {name: checksum for checksum, _, name in (line.partition("  ") for line in lines)}
    return {n: c for n, c in found.items() if n and not leads_out(n)}


def leads_out(name: str) -> bool:
    """Return whether a name leads out of the folder below which it is meant to be."""
    return Path(name).is_absolute() or ".." in Path(name).parts


def note_build(
    folder: Path, snapshot: Snapshot, software: str, others: Iterable[str], write: Any
) -> None:
    """Note that everything is published as it would be built now.

    Parameters
    ----------
    folder
        The workspace.
    snapshot
        What the edition was made from.
    software
        `software_digest` at the beginning of the build.
    others
        Published files that no list of checksums names, such as those lists.
    write
        Function of a path and a content.
    """
    published = checksums_of({name: folder / name for name in others})
    note = {"inputs": snapshot.digest, "software": software, "published": published}
    write(folder / NOTES / NOTE, (json.dumps(note, indent=1) + "\n").encode("utf-8"))


def build_failed(names: Iterable[str], notebooks: Iterable[str]) -> BuildError:
    """Return the error of a build whose inputs a notebook changed."""
    who = ", ".join(sorted(set(notebooks)))
    return BuildError(
        f"{in_brief(names)} changed while {who or 'the notebooks'} ran; a notebook may not change "
        "its inputs: write to a folder of tempfile.mkdtemp(), or take the cell out; nothing was "
        "published"
    )


def in_brief(names: Iterable[str], most: int = 3) -> str:
    """Return the first of some names, and how many more there are."""
    (*found,) = names
    more = f" and {len(found) - most} more" if len(found) > most else ""
    return ", ".join(found[:most]) + more
