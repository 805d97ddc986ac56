"""The snapshot: all inputs of a build, copied once, read-only, and known by their content.

Everything of a build is read and run in the copy and nowhere else, so that what is published is
what the snapshot holds, whatever happens to the workspace meanwhile.
"""

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from childstats.errors import ChildstatsError, InputError
from childstats.folders import (
    ARCHIVE,
    EDITION_FILE,
    SLUG,
    declared_edition,
    files_below,
    input_files,
)
from childstats.intake import json_object

MANIFEST: Final = "manifest.json"
SUMS: Final = "SHA256SUMS"
LEDGER: Final = "disclosure.json"
BESIDE: Final = (f"reports/{LEDGER}", f"reports/{MANIFEST}")
"""What a build reads of the edition in place, and writes anew: copied, and no input."""
OBSERVATIONS: Final = "data/observations.csv"
NOTES: Final = ".childstats"
"""Folder of a workspace for what is no part of its edition."""
NOTE: Final = f"{NOTES}/built.json"
"""What the last build was made from, by which software, and what it published."""
PACKAGE: Final = Path(__file__).parents[1]
CHECKPOINTS: Final = ".ipynb_checkpoints"
"""Folder in which JupyterLab keeps copies of notebooks."""
TRIES: Final = 5
"""How often the copy is made again when a file changes while it is made."""
E = TypeVar("E", bound=ChildstatsError)
Times = dict[str, tuple[int, int, int, int]]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A read-only copy of a workspace's inputs, with the SHA-256 of each by its name below it."""

    root: Path
    origin: Path
    files: Mapping[str, str]

    @property
    def digest(self) -> str:
        """One checksum of all inputs and their names."""
        return digest_of(self.files)

    def times(self) -> Times:
        """Return what the system would change with a file of the copy."""
        return _times(_below(self.root))

    def changed(self) -> list[str]:
        """Return the inputs in the copy that are not what was copied, by content."""
        return differences(self.files, checksums_of(_below(self.root)))

    def changed_at_origin(self) -> list[str]:
        """Return the inputs of the workspace that are not what was copied, by content."""
        return differences(self.files, checksums_of(inputs_of(self.origin)))

    def at_origin(self, error: E) -> E:
        """Return an error, its message naming files where the user knows them."""
        error.args = (str(error).replace(str(self.root), str(self.origin)), *error.args[1:])
        return error


def inputs_of(folder: Path) -> dict[str, Path]:
    """Return all files that an edition is made from, earlier editions' too, by their names."""
    files = [folder / EDITION_FILE, *input_files(folder), *files_below(folder / "notebooks")]
    names = {p.relative_to(folder).as_posix(): p for p in files}
    found = {n: p for n, p in names.items() if CHECKPOINTS not in n.split("/")}
    for edition_id, (_, place) in editions_in(folder / "reports").items():
        if edition_id != declared_edition(folder).get("id"):
            for name in (MANIFEST, SUMS, OBSERVATIONS, LEDGER):
                if (place / name).is_file():
                    found[f"reports/{ARCHIVE}/{edition_id}/{name}"] = place / name
    return found


def editions_in(reports: Path) -> dict[str, tuple[str, Path]]:
    """Return day and folder of each edition in a published folder by its id, also of its own."""
    found: dict[str, tuple[str, Path]] = {}
    for folder in (*sorted((reports / ARCHIVE).glob("[!.]*")), reports):
        manifest = json_object(folder / MANIFEST)
        edition_id, day = manifest.get("edition"), manifest.get("date")
        known = isinstance(edition_id, str) and SLUG.fullmatch(edition_id) and isinstance(day, str)
        if known and (folder / SUMS).is_file():
            found.setdefault(str(edition_id), (str(day), folder))
    return found


def take_snapshot(folder: Path, target: Path) -> Snapshot:
    """Copy all inputs of a workspace as they are at one moment; `InputError` if they never rest."""
    for _ in range(TRIES):
        inputs = inputs_of(folder)
        before, files = _times(inputs), {}
        for name, path in inputs.items():
            with suppress(FileNotFoundError):  # found by the comparison of times
                files[name] = _copied(path, target / name)
        if before == _times(inputs_of(folder)) and EDITION_FILE in files:
            for name in BESIDE:
                if (folder / name).is_file():
                    _copied(folder / name, target / name)
            for where, _, names in os.walk(target, topdown=False):
                for name in names:
                    (Path(where) / name).chmod(0o444)
                Path(where).chmod(0o555)
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


def _times(files: Mapping[str, Path]) -> Times:
    found = {}
    for name, path in files.items():
        with suppress(FileNotFoundError):
            at = path.stat()
            found[name] = at.st_size, at.st_mtime_ns, at.st_ctime_ns, at.st_ino
    return found


def _below(root: Path) -> dict[str, Path]:
    found = {path.relative_to(root).as_posix(): path for path in files_below(root)}
    return {name: path for name, path in found.items() if name not in BESIDE}


def remove_tree(folder: Path) -> None:
    """Remove a folder, also one made read-only; nothing if it is not there."""
    for where, _, names in os.walk(folder):
        for place in (Path(where), *(Path(where) / n for n in names if os.name == "nt")):
            with suppress(OSError):
                place.chmod(0o755)
    with suppress(FileNotFoundError):
        shutil.rmtree(folder)


def checksums_of(files: Mapping[str, Path]) -> dict[str, str]:
    """Return the SHA-256 of files by name; of one that cannot be read it is empty."""
    return {name: file_checksum(path) for name, path in files.items()}


def file_checksum(path: Path) -> str:
    """Return the SHA-256 of a file; empty if it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError):  # a name that none can have
        return ""


def digest_of(files: Mapping[str, str]) -> str:
    """Return one checksum of names and their checksums."""
    text = json.dumps(sorted(files.items()), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def differences(one: Mapping[str, object], other: Mapping[str, object]) -> list[str]:
    """Return the names under which two mappings do not hold the same."""
    return sorted(n for n in one.keys() | other.keys() if one.get(n) != other.get(n))


def library_digest() -> str:
    """Return one checksum of the library: modules, templates, translations."""
    files = files_below(PACKAGE)
    return digest_of(checksums_of({p.relative_to(PACKAGE).as_posix(): p for p in files}))


def software_digest() -> str:
    """Return one checksum of the library, Python, and every distribution as it was installed."""
    installed = {folder.name: file_checksum(folder / "RECORD") for folder in distributions()}
    return digest_of({**installed, sys.version: "", "childstats": library_digest()})


def distributions() -> list[Path]:
    """Return the description, in its folder, of every installed distribution."""
    found = {
        entry.name: Path(entry.path)
        for folder in reversed(sys.path)
        if folder and Path(folder).is_dir()
        for entry in os.scandir(folder)
        if entry.name.endswith(".dist-info") and not entry.name.startswith("childstats-")
    }
    return [found[name] for name in sorted(found)]


def outdated(folder: Path) -> str:
    """Return why an edition has to be built, by content; empty if it is as published."""
    note = json_object(folder / NOTE)
    published = note.get("published")
    if not isinstance(published, dict) or f"reports/{SUMS}" not in published:
        return "it was not built here before, or not without a fault"
    if note.get("inputs") != digest_of(checksums_of(inputs_of(folder))):
        return "childstats.toml, the catalogue, a source, a notebook or an earlier edition changed"
    if note.get("software") != software_digest():
        return "childstats, Python or an installed package changed"
    for name in [name for name in published if name.endswith(f"/{SUMS}")]:
        below = name.removesuffix(SUMS)
        published |= {below + n: checksum for n, checksum in listed_in(folder / name).items()}
    for name, checksum in published.items():
        if file_checksum(folder / name) != checksum:
            return f"{name} is missing or not the file that was published"
    return ""


def note_build(
    snapshot: Snapshot, software: str, others: Iterable[str], write: Callable[[Path, bytes], Any]
) -> None:
    """Note that an edition is up to date; `others` are files that no list of checksums names."""
    published = checksums_of({name: snapshot.origin / name for name in others})
    own = declared_edition(snapshot.root).get("id")
    note = {"edition": own, "inputs": snapshot.digest, "software": software, "published": published}
    write(snapshot.origin / NOTE, (json.dumps(note, indent=1) + "\n").encode("utf-8"))


def listed_in(sums: Path) -> dict[str, str]:
    """Return the checksums in a file as ``sha256sum`` writes it; none if it cannot be read."""
    try:
        lines = sums.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return {}
    found = {name: checksum for checksum, _, name in (line.partition("  ") for line in lines)}
    return {n: c for n, c in found.items() if n and not leads_out(n)}


def leads_out(name: str) -> bool:
    """Return whether a name leads out of the folder below which it is meant to be."""
    return Path(name).is_absolute() or ".." in Path(name).parts
