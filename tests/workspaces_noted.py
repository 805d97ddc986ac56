"""A workspace that was built, as far as its notes and files say."""

import hashlib
from pathlib import Path

from childstats.reports.sealed import sealed
from childstats.reports.standing import inputs_digest
from childstats.reports.unchanged import NOTES, STATE

LINE = "1 reports, 3 pages, in reports/; 0 of them built now"


def noted_workspace(root: Path) -> Path:
    """Make a workspace with one report of three pages and an earlier edition."""
    for folder in ("data/catalogue", "data/raw/a", "notebooks", "reports/editions/old", NOTES):
        (root / folder).mkdir(parents=True)
    for name in ("childstats.toml", "data/raw/a/figures.csv", "notebooks/n.ipynb", "reports/r.pdf",
                 "reports/editions/old/manifest.json"):  # fmt: skip
        (root / name).write_text(name, encoding="utf-8")
    note(root)
    return root


def note(root: Path, **others: object) -> None:
    """Note what a successful build notes, or something else instead."""
    pdf = hashlib.sha256((root / "reports/r.pdf").read_bytes()).hexdigest()
    state = {
        "inputs": inputs_digest(str(root)),
        "published": {"reports/r.pdf": pdf},
        "order": ["r.pdf"],
        "reports": {"r.pdf": {"entry": {"pages": 3}}},
    }
    (root / NOTES / STATE).write_bytes(sealed(state | others))
