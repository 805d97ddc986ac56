"""What an edition has published of small areas: the ledger as it is written beside the edition."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from childstats.observations.ledger import LEDGER as RELEASE
from childstats.observations.ledger import Release, ledger_bytes, read_releases

__all__ = ["RELEASE", "Release", "read_releases", "release_file"]


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
    content = ledger_bytes(
        {
            **({"synthetic": True} if synthetic else {}),
            **audit,
            "release": json.loads(json.dumps(release.to_json())),
            "earlier": others,
        }
    )
    entry = {
        "file": RELEASE,
        "sha256": hashlib.sha256(content).hexdigest(),
        "verdict": audit["audit"]["verdict"],
        "hidden": audit["audit"]["hidden"],
        "earlier_editions": [r["edition"] for r in others],
    }
    return content, entry
