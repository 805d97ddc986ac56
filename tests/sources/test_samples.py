"""The table of what became of publishers' files is what the command prints."""

import re
import runpy

import pytest
from conftest import ROOT

SAMPLES = ROOT.parent / "shared" / "samples"
PAGE = (ROOT / "docs" / "readers.md").read_text(encoding="utf-8")
ROW = re.compile(
    r"^\| `([^`]+)` \| `(\w+)` \| ([\d,]+) \| ([\d,]+) \| ([\d,]+) \| ([\d,]+) \|$", re.M
)
MODULE = runpy.run_path(str(ROOT / "benchmarks" / "samples.py"))


def test_every_row_adds_up_and_every_declared_file_has_one() -> None:
    rows = ROW.findall(PAGE)
    assert {name.partition("/")[2] for name, *_ in rows} == set(MODULE["DECLARED"])
    for _, _, *counts in rows:
        seen, read, quarantined, left_out = (int(count.replace(",", "")) for count in counts)
        assert seen == read + quarantined + left_out


@pytest.mark.skipif(not SAMPLES.exists(), reason="the publishers' files are not beside the project")
def test_the_table_is_what_the_command_prints(capsys) -> None:
    MODULE["main"](str(SAMPLES))
    assert ROW.findall(capsys.readouterr().out) == ROW.findall(PAGE)
