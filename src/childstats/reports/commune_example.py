"""A workspace of 45 communes with made-up counts, to try disclosure control on.

Areas, codes and the merges of 1 July 2025 are those of Điện Biên; every number comes from a seeded
generator, and every page and file says so.
"""

import csv
import io
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from childstats.catalogue.catalogue import Catalogue, read_catalogue
from childstats.folders import EDITION_FILE
from childstats.sources.readers.transcription import HEADER

SEED: Final = 20250701
PROVINCE: Final = "VN-71"
MERGED: Final = "2025-07-01"
OLD_YEARS: Final = (2023, 2024)
NEW_YEAR: Final = 2025
FIRST, SECOND = "synthetic-2024", "synthetic-2025"
"""Ids of the two sources: counts on the units before the merges, and after."""
LATER: Final = "second-edition"
"""Folder whose contents are copied over the workspace to make the second edition."""

BY_SEX_SINCE_2025: Final = [("special_circumstances", sex) for sex in ("F", "M")]
Counts = dict[tuple[str, str, str], int]
"""Count by indicator, sex, and column: ``text``, or ``numerator_text`` and ``denominator_text``."""


def _unit_counts(chance: random.Random, children: int) -> Counts:
    """Return made-up counts of one unit in one year; many are small."""
    infants, under_5 = round(children * 0.055), round(children * 0.31)
    girls, special = _some(chance, children, 0.49), _some(chance, children, 0.007)
    special_girls = _some(chance, special, 0.5)
    return {
        ("children_under_16", "", "text"): children,
        ("children_under_16", "F", "text"): girls,
        ("children_under_16", "M", "text"): children - girls,
        ("full_immunisation_under_1", "", "numerator_text"): _some(chance, infants, 0.93),
        ("full_immunisation_under_1", "", "denominator_text"): infants,
        ("birth_registration_under_5", "", "numerator_text"): _some(chance, under_5, 0.96),
        ("birth_registration_under_5", "", "denominator_text"): under_5,
        ("special_circumstances", "", "text"): special,
        ("special_circumstances", "F", "text"): special_girls,
        ("special_circumstances", "M", "text"): special - special_girls,
        ("at_risk", "", "text"): _some(chance, children, 0.02),
        ("disability_screened", "", "text"): _some(chance, children, 0.003),
        ("disability_operated", "", "text"): _some(chance, children, 0.0005),
        ("abuse_cases", "", "text"): _some(chance, children, 0.0004),
    }


def _without_sex(counts: Counts) -> Counts:
    """Return counts without girls and boys in special circumstances: known since 2025 only."""
    return {key: n for key, n in counts.items() if key[:2] not in BY_SEX_SINCE_2025}


def _some(chance: random.Random, people: int, share: float) -> int:
    """Return how many of some people are, where each is by chance."""
    return sum(chance.random() < share for _ in range(people))


def synthetic_counts(catalogue: Catalogue) -> dict[tuple[str, int], Counts]:
    """Return the made-up counts of every unit and year, and of the province.

    Parameters
    ----------
    catalogue
        Areas and their changes.

    Returns
    -------
    dict
        (area, year) to counts: units before the merges to 2024, those after in 2025. Always the
        same.
    """
    chance = random.Random(SEED)  # made-up figures, no secret
    merges = [c for c in catalogue.area_changes if c.valid_from == MERGED]
    members: dict[str, list[str]] = {}
    for change in merges:
        members.setdefault(change.new_area, []).append(change.old_area)
    children = {c.old_area: chance.randint(450, 1900) for c in merges}
    found: dict[tuple[str, int], Counts] = {}
    for year in (*OLD_YEARS, NEW_YEAR):
        of_units = {}
        for area in sorted(children):
            children[area] = round(children[area] * chance.uniform(0.98, 1.02))
            of_units[area] = _unit_counts(chance, children[area])
        if year == NEW_YEAR:
            of_units = {
                new: _sum([of_units[old] for old in olds]) for new, olds in sorted(members.items())
            }
        else:
            of_units = {area: _without_sex(counts) for area, counts in of_units.items()}
        found |= {(area, year): counts for area, counts in of_units.items()}
    for year in (*OLD_YEARS, NEW_YEAR):
        found[PROVINCE, year] = _sum([c for (_, y), c in found.items() if y == year])
    return found


def write_example(folder: Path, write_edition: Callable[[str], str]) -> None:
    """Write sources and editions of the example over a fresh workspace.

    Parameters
    ----------
    folder
        The workspace, with notebooks and catalogue.
    write_edition
        Returns the text of an edition of the template by its name.
    """
    catalogue = read_catalogue(folder / "data" / "catalogue")
    counts = synthetic_counts(catalogue)
    for source_id, years, root in (
        (FIRST, OLD_YEARS, folder),
        (SECOND, (NEW_YEAR,), folder / LATER),
    ):
        place = root / "data" / "raw" / source_id
        place.mkdir(parents=True)
        text = write_edition("source.toml").replace("YEARS", "–".join(str(y) for y in years))
        (place / "source.toml").write_text(text, encoding="utf-8")
        of_years = {key: c for key, c in counts.items() if key[1] in years}
        (place / "figures.csv").write_text(_figures(of_years), encoding="utf-8")
    communes = sorted({c.new_area for c in catalogue.area_changes if c.valid_from == MERGED})
    for name, root, since in (
        ("first.toml", folder, f"@{MERGED}"),
        ("second.toml", folder / LATER, ""),
    ):
        listed = ", ".join(f'"{code}{since}"' for code in communes)
        text = write_edition(name).replace("COMMUNES", listed)
        (root / EDITION_FILE).write_text(text, encoding="utf-8")
    (folder / "README.md").write_text(write_edition("README.md"), encoding="utf-8")


def _figures(counts: dict[tuple[str, int], Counts]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, HEADER, restval="", lineterminator="\n")
    writer.writeheader()
    for (area, year), of_unit in counts.items():
        for row in _rows(of_unit):
            where = {"ref_area": area, "time_period": year, "locator": f"row {area} {year}"}
            writer.writerow(row | where)
    return text.getvalue()


def _rows(counts: Counts) -> Iterator[dict[str, str]]:
    rows: dict[tuple[str, str], dict[str, str]] = {}
    for (indicator, sex, column), count in counts.items():
        row = rows.setdefault((indicator, sex), {"indicator": indicator, "sex": sex})
        row[column] = str(count)
        if column == "text":
            row["unit"] = "number" if indicator == "abuse_cases" else "persons"
    yield from rows.values()


def _sum(several: list[Counts]) -> Counts:
    return {key: sum(counts[key] for counts in several) for key in several[0]}
