"""A wrong area, indicator, year or type is refused at the call, in one line, with the nearest."""

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

import childstats as cs
from childstats.analyses.report import Report
from childstats.errors import InputError
from childstats.observations.workspace import Workspace, open_workspace
from childstats.reports.edition import read_edition

TEXT = "'2025', a text; write a whole number such as 2025"


def _report(workspace: Workspace, **other: object) -> Report:
    asked = {"ref_area": "VN-71", "time_period": 2025, "language": "en"} | other
    return Report("annual_profile", workspace=workspace, **asked)


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"time_period": "2025"}, f"time_period is {TEXT}"),
        ({"time_period": True}, "time_period is True, a truth value; write a whole number"),
        ({"time_period": 20225}, "time_period 20225 is no year; write one such as 2025"),
        ({"ref_area": 71}, "ref_area is 71, a number; write a code such as 'VN-71'"),
        ({"ref_area": "VN-7"}, "ref_area: unknown area 'VN-7' (did you mean 'VN-71'?)"),
        ({"ref_area": "Dien Bien"}, "unknown area 'Dien Bien' (did you mean 'VN-71'?)"),
    ],
)
def test_a_report_refuses_them(workspace: Workspace, other: dict, said: str) -> None:
    with pytest.raises(InputError) as error:
        _report(workspace, **other)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda r: cs.profile(r, areas="VN-05"),
         "areas is 'VN-05', a text; write a list such as ['VN-71']"),
        (lambda r: cs.trends(r, "infant_mortality_rate"), "indicators is 'infant_mortality"),
        (lambda r: cs.funnel(r, "infant_mortality"),
         "unknown indicator 'infant_mortality' (did you mean 'infant_mortality_rate'?)"),
        (lambda r: cs.comparisons(r, reference_areas=["VN-50"]), "an entry of reference_areas: un"),
        (lambda r: cs.comparisons(r, exposed_periods=["2013"]), "exposed_periods is '2013'"),
        (lambda r: cs.strata(r, "death_registration_on_time", periods=2018),
         "periods is 2018, a number; write a list such as [2025]"),
        (lambda r: cs.equity(r, [1]), "an entry of indicators is 1, a number; write a code"),
    ],
)  # fmt: skip
def test_a_function_refuses_them_at_the_call(workspace: Workspace, call, said: str) -> None:
    with pytest.raises(InputError) as error:
        call(_report(workspace))
    assert said in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('comparator_areas = "VN-05"', "comparator_areas in [[report]]"),
        ('comparator_areas = ["VN-O5"]', "unknown area 'VN-O5' (did you mean 'VN-05'?)"),
        (
            'prevention = ["play_spot"]',
            "unknown indicator 'play_spot' (did you mean 'play_spots'?)",
        ),
        ("support = [1]", "an entry of support in [[report]]"),
    ],
)
def test_the_edition_refuses_them_in_the_plan(copied: Path, line: str, said: str) -> None:
    path = copied / "childstats.toml"
    head = 'notebook = "annual_profile"\n'
    path.write_text(path.read_text("utf-8").replace(head, f"{head}{line}\n"), encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_edition(open_workspace(copied))
    assert said in str(error.value)
    ended = subprocess.run(
        [sys.executable, "-m", "childstats", "build", "--workspace", copied],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 2
    assert said in " ".join(ended.stderr.split())
    assert "Traceback" not in ended.stderr


def test_papermill_says_what_to_write(tmp_path: Path) -> None:
    """``papermill -r time_period 2025`` hands over a text."""
    ended = subprocess.run(
        [sys.executable, "-m", "papermill", ROOT / "notebooks" / "equity.ipynb",
         tmp_path / "out.ipynb", "--engine", "childstats", "-r", "time_period", "2025"],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert ended.returncode != 0
    assert f"EditionError: time_period is {TEXT}" in ended.stderr


def test_none_and_right_values_pass(workspace: Workspace) -> None:
    report = _report(workspace)
    assert cs.profile(report, areas=None).table().rows
    assert cs.trends(report, ["infant_mortality_rate"], areas=["VN-71", "VNM"]).plot().title
