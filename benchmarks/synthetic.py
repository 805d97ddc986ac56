"""A synthetic workspace: the project's own, with more provinces that copy Điện Biên's figures.

Run: python benchmarks/synthetic.py FOLDER [AREAS]

Nothing in it is published anywhere; the copies are named "Synthetic province N".
"""

import csv
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
MODEL = "VN-71"


def make_workspace(folder: Path, areas: int) -> list[str]:
    """Write a workspace whose edition has one annual profile an area and language.

    Parameters
    ----------
    folder
        Where to; made, and must not exist.
    areas
        How many areas, the model among them.

    Returns
    -------
    list of str
        The areas' codes.
    """
    for name in ("data/raw", "data/catalogue", "notebooks"):
        shutil.copytree(ROOT / name, folder / name)
    codes = [MODEL, *(f"VN-S{number:04}" for number in range(1, areas))]
    _copy_rows(folder / "data" / "catalogue" / "areas.csv", codes[1:])
    for figures in sorted(folder.glob("data/raw/*/figures.csv")):
        _copy_rows(figures, codes[1:])
    quoted = ", ".join(f'"{code}"' for code in codes)
    (folder / "childstats.toml").write_text(
        '[edition]\nid = "synthetic"\ndate = 2026-11-24\n\n[[report]]\n'
        f'notebook = "annual_profile"\nref_area = [{quoted}]\n'
        'time_period = [2025]\nlanguage = ["vi", "en"]\n',
        encoding="utf-8",
    )
    return codes


def _copy_rows(path: Path, codes: list[str]) -> None:
    """Append the model's rows of a table once more for each code."""
    with path.open(encoding="utf-8-sig", newline="") as table:
        reader = csv.DictReader(table)
        names, rows = list(reader.fieldnames or ()), list(reader)
    models = [row for row in rows if row.get("ref_area") == MODEL]
    with path.open("w", encoding="utf-8", newline="") as table:
        writer = csv.DictWriter(table, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        for number, code in enumerate(codes, start=1):
            own = {
                "ref_area": code,
                "name_en": f"Synthetic province {number}",
                "name_vi": f"Tỉnh giả định {number}",
                "code_source": "own code: synthetic",
            }
            known = {name: text for name, text in own.items() if name in names}
            writer.writerows(row | known for row in models)


if __name__ == "__main__":
    made = make_workspace(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 46)
    print(f"{len(made)} areas in {sys.argv[1]}")
