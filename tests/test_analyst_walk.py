"""What an analyst sees, alters and adds in a notebook stands in the report that is built."""

import re
import shutil
from pathlib import Path

import pytest
from analyst_walk import write_walk
from conftest import ROOT

from childstats.reports.build import build

EDITION = """\
[edition]
id = "walk"
date = 2026-01-31

[[report]]
notebook = "analyst_walk"
ref_area = ["VN-71"]
time_period = [2025]
language = ["en"]
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, Path]:
    """Return the reports of the walk with the altered chart, and without it."""
    found = {}
    for altered in (True, False):
        folder = tmp_path_factory.mktemp("walk")
        shutil.copytree(ROOT / "data", folder / "data", ignore=shutil.ignore_patterns("processed"))
        (folder / "notebooks").mkdir()
        write_walk(folder / "notebooks" / "analyst_walk.ipynb", altered=altered)
        (folder / "childstats.toml").write_text(EDITION, encoding="utf-8")
        build(folder)
        found[altered] = folder / "reports"
    return found


def text_of(reports: Path) -> str:
    return (reports / "vn-71-2025-analyst-walk.en.md").read_text(encoding="utf-8")


def charts_of(reports: Path) -> list[str]:
    page = (reports / "vn-71-2025-analyst-walk.en.html").read_text(encoding="utf-8")
    return re.findall(r"<svg.*?</svg>|data:image/svg[^\"]*", page, re.DOTALL)


def test_a_frame_and_a_pivot_are_tables(built: dict[bool, Path]) -> None:
    text = text_of(built[True])
    # Statistical Yearbook 2018: 33.2 in the province, 14.5 in the country, in 2016
    assert re.search(r"Điện Biên.*2016.*33\.2", text)
    assert re.search(r"2016.*33\.2.*14\.5", text)


def test_an_altered_chart_is_printed_as_altered(built: dict[bool, Path]) -> None:
    altered, plain = charts_of(built[True]), charts_of(built[False])
    assert len(altered) == len(plain) >= 2
    assert altered[0] != plain[0]
    assert altered[1:] == plain[1:], "and no other one"


def test_a_chart_a_table_and_a_sentence_of_ones_own_are_printed(built: dict[bool, Path]) -> None:
    text = text_of(built[True])
    assert "A chart of my own" in text
    assert "Girls 3, boys 4." in text
    assert "A table of my own" in text
    assert re.search(r"Viet Nam.*2016.*145", text)
    assert "A sentence of my own." in text
