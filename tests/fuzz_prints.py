"""Any print replaced by a hedge, a range, a zero or a missing mark: no notebook may break.

``make fuzz`` changes some prints of ``data/raw`` in each of 2,000 variants, runs a notebook on
what comes of it, and ends with exit code 1 if one breaks or says what no number can be. A variant
is refused where the changed print cannot be read, in one line.
"""

import csv
import os
import random
import re
import shutil
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import sweep

from childstats.errors import FigureError, InputError
from childstats.figures.parse import parse_figure
from childstats.observations.workspace import open_workspace
from childstats.reports.edition import Job, parameters_of
from childstats.sources.source import read_source

SHARE_CHANGED: Final = (20, 60, 200, 600)
"""Of so many prints one is changed."""
HEDGES: Final = {
    "en": ("approximately {}", "over {}", "under {}", "nearly {}", "about {}"),
    "vi": ("khoảng {}", "trên {}", "dưới {}", "gần {}", "hơn {}"),
}
MISSING: Final = ("...", "-")
OTHER: Final = ("0", "{}-{}", *MISSING)
MOST_PUT_BACK: Final = 40
"""Rows that may be put back because a source with them is refused."""
NUMBERS: Final = "0123456789.,"
PLACES: Final = ("VN-71", "VN-71", "VNM", "VNM", "VN-NMM", "VN-05", "VN-14")
YEARS: Final = (2025, 2025, 2024, 2019, 2016, 2012)


@dataclass(frozen=True)
class Variant:
    """What came of one variant: refused, faults, or neither."""

    seed: int
    refused: str = ""
    faults: tuple[str, ...] = ()


def changed(text: str, language: str, chance: random.Random) -> str:
    """Return a print as another one that can be read; as it is where none is."""
    number = text.removesuffix("%")
    sign = text[len(number) :]
    other = chance.choice((*HEDGES[language], *OTHER))
    if number and not set(number) - set(NUMBERS):
        above = "".join("9" if c in "12345678" else c for c in number)
        other = other.format(number, above) + sign * (other not in MISSING)
    else:
        other = "..."
    try:
        parse_figure(other, language=language)
    except FigureError:
        return text
    return other


def changed_count(text: str, chance: random.Random) -> str:
    """Return a count of cases as none, one or twice as many."""
    return chance.choice(("0", "1", str(2 * int(text)))) if text.isdigit() else text


def change_figures(root: Path, chance: random.Random) -> None:
    """Replace some prints of each transcribed source of a workspace, as far as they are read."""
    one_of = chance.choice(SHARE_CHANGED)
    before: dict[str, list[dict[str, str]]] = {}
    for path in sorted(root.glob("data/raw/*/figures.csv")):
        language = read_source(path.parent).language
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        before[path.parent.name] = [dict(row) for row in rows]
        for row in rows:
            if chance.randrange(one_of) == 0:
                row["text"] = changed(row["text"], language, chance)
                row["numerator_text"] = changed_count(row.get("numerator_text") or "", chance)
        _write(path, rows)
    for _ in range(MOST_PUT_BACK):
        try:
            len(open_workspace(root).observations)
        except InputError as error:
            at = re.search(r"([a-z0-9-]+)/figures\.csv line (\d+)", str(error))
            if at is None:
                raise
            path = root / "data" / "raw" / at[1] / "figures.csv"
            with path.open(encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file))
            rows[int(at[2]) - 2] = before[at[1]][int(at[2]) - 2]
            _write(path, rows)
        else:
            return


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def try_variant(seed: int, root: Path) -> Variant:
    """Change a workspace by a seed, run one notebook on it, and look at what it says."""
    chance = random.Random(seed)
    with TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in ("data/raw", "data/catalogue", "notebooks"):
            shutil.copytree(root / name, copy / name)
        shutil.copy(root / "childstats.toml", copy)
        asked = {
            "ref_area": chance.choice(PLACES),
            "time_period": chance.choice(YEARS),
            "language": chance.choice(("en", "vi")),
        }
        notebook = chance.choice(sorted((copy / "notebooks").glob("*.ipynb")))
        job = Job(notebook, parameters_of(notebook) | asked, (asked["language"],))
        try:
            change_figures(copy, chance)
            (found,) = sweep.swept([job], open_workspace(copy))
        except InputError as error:
            return Variant(seed, refused=str(error))
        except Exception as error:  # a traceback is what is looked for
            return Variant(seed, faults=(f"{job.file_name}: {type(error).__name__}: {error}",))
        faults = tuple(f"{job.file_name}: {fault}" for fault in found.faults)
        return Variant(seed, found.refused, faults)


def variants(seeds: range, root: Path) -> Iterator[Variant]:
    """Try variants side by side, in the order of their seeds."""
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(try_variant, seeds, [root] * len(seeds))


def main(count: str = "2000", first: str = "0", folder: str = ".") -> int:
    """Try so many variants, print a line a fault, and the counts."""
    made = refused = failed = 0
    seeds = range(int(first), int(first) + int(count))
    for variant in variants(seeds, Path(folder).resolve()):
        for fault in variant.faults:
            print(f"seed {variant.seed}: {fault}", flush=True)
        failed += bool(variant.faults)
        refused += bool(variant.refused)
        made += not (variant.faults or variant.refused)
    print(f"{made} made, {refused} refused, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
