"""Keeping: what stands in place of a report that failed, and whether it may stand beside others."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from childstats.errors import BuildError
from childstats.intake import json_value
from childstats.reports.plan import MANIFEST, file_digest
from childstats.reports.reasons import OTHER_LANGUAGE
from childstats.reports.released import RELEASE

Entry = Mapping[str, Any]


def stem_of(file: str) -> str:
    """Return what the names of a report in all its languages begin with."""
    return file.rsplit(".", 2)[0]


def with_siblings(failed: Mapping[str, BuildError], files: Iterable[str]) -> dict[str, BuildError]:
    """Return the failed reports with those of the same report in other languages.

    A report is published in all of its languages or in none, so that its pages never lead to a
    page that is not there, or to one with other numbers.

    Parameters
    ----------
    failed
        File name to error.
    files
        File names of all reports of the edition.
    """
    stems = {stem_of(name) for name in failed}
    return {
        name: failed.get(name) or BuildError(f"{name}: {OTHER_LANGUAGE}", OTHER_LANGUAGE)
        for name in files
        if stem_of(name) in stems
    }


def manifest_of(reports: Path) -> dict[str, Any]:
    """Return the manifest in place; empty where there is none that can be read."""
    try:
        manifest = json_value((reports / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return manifest if isinstance(manifest, dict) else {}


def failed_entries(
    failed: Mapping[str, BuildError], abouts: Mapping[str, Entry], reports: Path
) -> dict[str, dict[str, Any]]:
    """Return the manifest's entry for each report that failed.

    Parameters
    ----------
    failed
        File name to error, all languages of a report among them (`with_siblings`).
    abouts
        File name to what the edition says of the report.
    reports
        The published folder.

    Returns
    -------
    dict
        File name to entry: that of the last good files, if they are all there as they were
        published, with the edition that they are of; else one without files.
    """
    manifest = manifest_of(reports)
    good = _last_good(manifest, set(failed), reports)
    origin = {"edition": manifest.get("edition"), "date": manifest.get("date")}
    found = {}
    for name, error in failed.items():
        status: dict[str, Any] = {"status": "failed", "reason": error.public}
        old = good.get(name)
        if old is None:
            nothing: dict[str, Any] = {"pages": 0, "figures": [], "files": {}}
            found[name] = {"file": name, **status, **abouts[name], **nothing}
        else:
            kept = {"kept_from": old.get("kept_from", origin)}
            found[name] = {"file": name, **status, **kept, **_about(old)}
    return found


def _about(entry: Entry) -> dict[str, Any]:
    ours = ("file", "status", "reason", "kept_from")
    return {key: value for key, value in entry.items() if key not in ours}


def _last_good(manifest: Mapping[str, Any], failed: set[str], reports: Path) -> dict[str, Entry]:
    """Return the entries of whose files every one, in every language, is as it was published."""
    try:
        old = {str(entry["file"]): entry for entry in manifest["reports"] if entry["files"]}
        whole = {
            name
            for name, entry in old.items()
            if all(file_digest(reports / n) == f["sha256"] for n, f in entry["files"].items())
        }
    except (KeyError, TypeError, AttributeError):
        return {}
    broken = {stem_of(name) for name in old if name not in whole or name not in failed}
    return {n: old[n] for n in whole & failed if stem_of(n) not in broken}


def refuse_doubtful_mix(reports: Path, release: tuple[bytes, Mapping[str, Any]] | None) -> None:
    """Refuse kept reports beside new ones where a hidden count might be worked out from both.

    The audit covers what earlier editions have published, so kept reports show nothing that was
    not audited together with the new ones. That does not hold when the edition in place was
    published under another policy or under none, or was left out of the audit.

    Parameters
    ----------
    reports
        The published folder.
    release
        The file that says what is published of small areas now, and the manifest's entry for it.

    Raises
    ------
    BuildError
        If there is a doubt.
    """
    before = manifest_of(reports)
    if not release and "disclosure" not in before:
        return
    try:
        old, new = json_value((reports / RELEASE).read_bytes()), json_value((release or (b"",))[0])
        doubt = old["policy"] != new["policy"] or any(
            "audited without" in note for note in new["audit"]["notes"]
        )
    except (OSError, ValueError, KeyError, TypeError):
        doubt = True
    if doubt:
        raise BuildError(
            "the older reports that would stand in place of failed ones were published under "
            "another disclosure policy, or could not be audited; nothing was published"
        )
