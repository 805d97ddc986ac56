"""The ledger: what every edition has published of small areas, and can never be taken back."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Any, Final, NamedTuple

from childstats.codes import TOTAL
from childstats.errors import BuildError
from childstats.folders import ARCHIVE
from childstats.intake import json_object
from childstats.observations.extents import Key
from childstats.observations.policy import Rule

LEDGER: Final = "disclosure.json"
"""File beside the manifest: the policy, the audit's result, and the cells of every edition."""
CHECKSUM: Final = "sha256"
"""Name of the ledger's own checksum, over all else that it holds."""
MANIFEST: Final = "manifest.json"


@dataclass(frozen=True, slots=True)
class Release:
    """What one edition has published of small areas.

    Attributes
    ----------
    edition
        Its id and date.
    blocks
        For each indicator and period its rule, the areas that are shown exactly, and rows: the
        codes of a cell, the printed count or None, the status, and of a hedged count its range.
    """

    edition: str
    blocks: Sequence[Mapping[str, Any]]

    def to_json(self) -> dict[str, Any]:
        """Return the release as it is written."""
        return {"edition": self.edition, "blocks": list(self.blocks)}


class Remembered(NamedTuple):
    """One count that an edition has published or hidden.

    Attributes
    ----------
    edition, table
        Where.
    key
        Indicator and cell.
    value
        The printed count; None where it was hidden.
    rule
        The rule that it was printed by; ``exact`` above the communes.
    limits
        Smallest and largest count that it stands for, where its source hedges it.
    """

    edition: str
    table: str
    key: Key
    value: float | None
    rule: Rule
    limits: tuple[float, float] | None = None


def remembered_in(releases: Iterable[Release]) -> Iterator[Remembered]:
    """Yield what some editions have published, count by count."""
    for release in releases:
        for block in release.blocks:
            table = f"{release.edition}: {block['indicator']} {block['period']}"
            kept = set(block["kept"])
            for codes, value, status, *ends in block["rows"]:
                cell = tuple(
                    sorted((str(d), str(c)) for d, c in codes if c != TOTAL and d != "set")
                )
                if any(code.startswith("rest of ") for _, code in cell) or ("part", "out") in cell:
                    continue  # what parts left of a total; it follows from them
                rule = Rule.EXACT if dict(cell).get("ref_area") in kept else Rule(block["rule"])
                if value is not None or status == "Q":
                    key = block["indicator"], cell
                    yield Remembered(release.edition, table, key, value, rule, _limits(ends))


def _limits(ends: Sequence[float | None]) -> tuple[float, float] | None:
    """Return the range of a hedged count as it is written: two numbers, the last one or none."""
    if not ends:
        return None
    low, high = ends
    return float(low or 0), inf if high is None else float(high)


def ledger_bytes(held: Mapping[str, Any]) -> bytes:
    """Return a ledger as it is written, with its checksum."""
    return _text({**held, CHECKSUM: hashlib.sha256(_text(held)).hexdigest()})


def _text(held: Mapping[str, Any]) -> bytes:
    return (json.dumps(held, ensure_ascii=False, separators=(",", ":")) + "\n").encode("utf-8")


def read_releases(reports: Path, manifest: str = MANIFEST) -> list[Release]:
    """Return what the edition in place and those before it have published, the latest last.

    Parameters
    ----------
    reports
        Folder of the edition. Ledgers of the editions kept in it are read too.
    manifest
        Name of its manifest. Where it cannot be read the ledger stands for itself.

    Returns
    -------
    list of Release
        Empty where no edition with small areas was published.

    Raises
    ------
    BuildError
        If a ledger cannot be read or was changed, or the manifest names one and it is not there:
        without it nobody knows what is public already.
    """
    found: dict[str, Release] = {}
    for folder in (*sorted((reports / ARCHIVE).glob("*")), reports):
        for release in _read(folder, manifest):
            found.setdefault(json.dumps(release.to_json(), sort_keys=True), release)
    return list(found.values())


def _read(folder: Path, manifest: str) -> list[Release]:
    expected = _expected(folder / manifest)
    path = folder / LEDGER
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        if expected is None:
            return []
        raise _lost(folder) from None
    except OSError:
        raise _lost(folder) from None
    try:
        held = json.loads(content)
        own = held.pop(CHECKSUM, None)
        whole = own is None or own == hashlib.sha256(_text(held)).hexdigest()
        releases = [Release(r["edition"], r["blocks"]) for r in (*held["earlier"], held["release"])]
        list(remembered_in(releases))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise _lost(folder) from None
    if not whole or (expected and hashlib.sha256(content).hexdigest() != expected):
        raise _lost(folder)
    return releases


def _expected(manifest: Path) -> str | None:
    """Return the checksum that a manifest vouches for; "" where nobody can say whether it does."""
    if not manifest.exists():
        return None
    held = json_object(manifest)
    named = held.get("disclosure")
    if isinstance(named, dict) and CHECKSUM in named:
        return str(named[CHECKSUM])
    return None if held else ""


def _lost(folder: Path) -> BuildError:
    name = "reports" if folder.parent.name != ARCHIVE else f"reports/{ARCHIVE}/{folder.name}"
    return BuildError(
        f"{name}/{LEDGER} is missing or changed, or cannot be read, and says what earlier "
        "editions published; restore it, so that this edition can be audited together with them"
    )
