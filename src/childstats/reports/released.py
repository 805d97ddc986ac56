"""What an edition has published of small areas: kept beside it, since it cannot be taken back."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from childstats.errors import BuildError
from childstats.intake import json_object, json_value
from childstats.precision import json_text

RELEASE: Final = "disclosure.json"
"""File beside the manifest: the policy, the audit's result, and the cells of every edition."""


@dataclass(frozen=True, slots=True)
class Release:
    """What one edition has published of small areas.

    Attributes
    ----------
    edition
        Its id and date.
    blocks
        For each block of cells its indicator, period, rule, kept areas, hierarchies and rows: the
        codes of a cell, the printed count or None, and the status.
    """

    edition: str
    blocks: Sequence[Mapping[str, Any]]

    def to_json(self) -> dict[str, Any]:
        """Return the release as it is written."""
        return {"edition": self.edition, "blocks": list(self.blocks)}


def read_releases(reports: Path, manifest: str) -> list[Release]:
    """Return what the edition in place and those before it have published, the latest last.

    Parameters
    ----------
    reports
        Folder of the edition.
    manifest
        Name of its manifest.

    Returns
    -------
    list of Release
        Empty where no edition with small areas was published.

    Raises
    ------
    BuildError
        If the manifest names the file and it is not there, or is not the one it vouches for:
        without it nobody knows what is public already.
    """
    try:
        expected = json_object(reports / manifest)["disclosure"]["sha256"]
    except (KeyError, TypeError):
        return []
    try:
        content = (reports / RELEASE).read_bytes()
    except OSError:
        content = b""
    if hashlib.sha256(content).hexdigest() != expected:
        raise BuildError(
            f"reports/{RELEASE} is missing or changed, and says what earlier editions published; "
            "restore it, so that this edition can be audited together with them"
        )
    held = json_value(content)
    return [Release(r["edition"], r["blocks"]) for r in (*held["earlier"], held["release"])]


def release_file(
    audit: Mapping[str, Any],
    release: Release,
    earlier: Sequence[Release],
    *,
    synthetic: bool = False,
) -> tuple[bytes, dict[str, Any]]:
    """Return the file of a release, and the manifest's entry for it.

    Parameters
    ----------
    audit
        Policy and result of the audit.
    release
        What is published now.
    earlier
        What was published before; the same cells once more are no other release.
    synthetic
        Whether all counts are made up.

    Returns
    -------
    tuple of bytes and dict
        JSON, and its name, checksum and verdict.
    """
    now = json.loads(json.dumps(list(release.blocks)))
    others = [r.to_json() for r in earlier if list(r.blocks) != now]
    text = json_text(
        {
            **({"synthetic": True} if synthetic else {}),
            **audit,
            "release": release.to_json(),
            "earlier": others,
        },
        separators=(",", ":"),
    )
    content = (text + "\n").encode("utf-8")
    entry = {
        "file": RELEASE,
        "sha256": hashlib.sha256(content).hexdigest(),
        "verdict": audit["audit"]["verdict"],
        "hidden": audit["audit"]["hidden"],
        "earlier_editions": [r["edition"] for r in others],
    }
    return content, entry
