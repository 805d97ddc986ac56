"""What was worked out about small areas, kept for the next time a workspace is opened.

It holds what may be printed and no true count; beside it stands the checksum of all that it was
worked out from.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from childstats.folders import EDITION_FILE, SMALL_AREAS, files_below, input_files
from childstats.intake import json_object
from childstats.observations.ledger import Release, read_releases, remembered_in
from childstats.observations.policy import Policy, Rule
from childstats.observations.prints import Print
from childstats.observations.small_counts import Block
from childstats.statistics.disclosure.cells import Cell

PACKAGE: Final = Path(__file__).parents[1]


def kept_blocks(
    root: Path, policy: Policy, releases: Sequence[Release]
) -> tuple[Block, ...] | None:
    """Return what was kept about a workspace as it is now.

    Parameters
    ----------
    root
        The workspace.
    policy
        Its policy.
    releases
        What earlier editions have published.

    Returns
    -------
    tuple of Block or None
        None where nothing was kept, or it was worked out from anything else.
    """
    try:
        kept = json_object(root / SMALL_AREAS)
        if kept["of"] != _checksum(root, policy):
            return None
        blocks = tuple(_block(block) for block in kept["blocks"])
        return blocks if kept["before"] == _before(releases, blocks) else None
    except (ValueError, KeyError, TypeError):
        return None


def blocks_to_keep(root: Path, policy: Policy, blocks: Sequence[Block]) -> bytes:
    """Return what was worked out about a workspace as it is kept, in `SMALL_AREAS`.

    Parameters
    ----------
    root
        The workspace.
    policy
        Its policy.
    blocks
        The cells with what is printed of them.
    """
    kept = {
        "of": _checksum(root, policy),
        "before": _before(read_releases(root / "reports"), blocks),
        "blocks": [_json(block) for block in blocks],
    }
    return json.dumps(kept, ensure_ascii=False).encode("utf-8")


def _checksum(root: Path, policy: Policy) -> str:
    found = hashlib.sha256(json.dumps(policy.to_json()).encode())
    for path in (*input_files(root), *files_below(PACKAGE), root / EDITION_FILE):
        content = path.read_bytes()
        found.update(f"{path.name} {len(content)} ".encode() + content)
    return found.hexdigest()


def _before(releases: Iterable[Release], blocks: Sequence[Block]) -> str:
    """Return a checksum of the editions that tell anything which is not printed here anyway."""
    prints = {key: printed for block in blocks for key, printed in block.prints.items()}
    rules = {key: block.rules.get(key[0]) for block in blocks for key in block.own}
    telling = [
        release.to_json()
        for release in releases
        if not all(
            r.key in prints
            and (
                r.value is None
                or (r.value == prints[r.key].value and r.rule is rules.get(r.key, Rule.EXACT))
            )
            for r in remembered_in([release])
        )
    ]
    return hashlib.sha256(json.dumps(telling, sort_keys=True).encode()).hexdigest()


def _json(block: Block) -> dict[str, Any]:
    return {
        "name": block.name,
        "rules": {name: rule.value for name, rule in block.rules.items()},
        "cells": [
            [key[0], list(key[1]), list(block.prints[key]), key in block.own]
            for key in sorted(block.prints)
        ],
        "knowledge": dict(block.knowledge),
        "rests": {name: list(limits) for name, limits in block.rests.items()},
        "contradicted": list(block.contradicted),
        "note": block.note,
        "tied": block.tied,
    }


def _block(kept: dict[str, Any]) -> Block:
    prints: dict[tuple[str, Cell], Print] = {}
    own = set()
    for indicator, codes, printed, is_own in kept["cells"]:
        cell = tuple((str(dimension), str(code)) for dimension, code in codes)
        prints[indicator, cell] = Print(*printed)
        if is_own:
            own.add((indicator, cell))
    return Block(
        kept["name"],
        {name: Rule(rule) for name, rule in kept["rules"].items()},
        prints,
        frozenset(own),
        kept["knowledge"],
        {name: (limits[0], limits[1]) for name, limits in kept["rests"].items()},
        tuple(kept["contradicted"]),
        kept["note"],
        kept["tied"],
    )
