"""The command line: one line for what is wrong, nothing written; the same bytes twice."""

import hashlib
import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

import childstats
from childstats.cli import main

PROCESSED = [
    *("checks.csv", "datapackage.json", "figures.csv"),
    *("observations.csv", "quarantined.csv", "readings.csv"),
]


def run(command, root):
    return CliRunner().invoke(main, [command, "--workspace", str(root)])


def tree(root):
    """Return a hash of every file, and every folder, below one; the lock is nobody's business."""
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        if path.is_file()
        else "folder"
        for path in root.rglob("*")
        if ".childstats" not in path.parts
    }


FAULTS = {
    "misspelt parameter": (
        *("childstats.toml", "ref_area", "ref_aera"),
        """unknown parameter 'ref_aera' in [[report]] "annual_profile" of childstats.toml (did""",
    ),
    "unknown area": (
        *("childstats.toml", "VN-71", "VN-72"),
        "unknown area 'VN-72' (did you mean 'VN-71'?); add it to data/catalogue/areas.csv or corr",
    ),
    "area of a figure": (
        *("data/raw/dbp-2026-01/figures.csv", "at_risk,VN-71", "at_risk,VN-72"),
        "unknown area 'VN-72' (did you mean 'VN-71'?) in dbp-2026-01/figures.csv line ",
    ),
    "unreadable figure": (
        *("data/raw/dbp-2026-01/figures.csv", "208,222", "20,8,222"),
        "unreadable figure '20,8,222' in dbp-2026-01/figures.csv line 2; expected a number such as",
    ),
    "missing source field": (
        *("data/raw/dbp-2026-01/source.toml", "licence =", "# licence ="),
        "missing field 'licence' in dbp-2026-01/source.toml; add licence =",
    ),
}


@pytest.mark.parametrize(
    ("fault", "command"),
    [
        *[(fault, command) for fault in list(FAULTS)[:2] for command in ("plan", "build")],
        *[(fault, command) for fault in list(FAULTS)[2:] for command in ("clean", "build")],
    ],
)
def test_a_fault_ends_in_one_line_and_leaves_every_byte_in_place(copied, fault, command):
    name, old, new, message = FAULTS[fault]
    text = (copied / name).read_text(encoding="utf-8")
    assert old in text
    (copied / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    before = tree(copied)
    result = run(command, copied)
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"childstats: {message}")
    assert tree(copied) == before


def test_a_refused_source_leaves_the_processed_files_of_the_last_time(copied):
    run("clean", copied)
    path = copied / "data" / "raw" / "dbp-2026-01" / "figures.csv"
    path.write_bytes(path.read_bytes() + b"one cell\n")
    before = tree(copied)
    result = run("clean", copied)
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)
    assert "1 cells instead of 14 in dbp-2026-01/figures.csv line 19" in result.stderr
    assert tree(copied) == before


def test_a_folder_outside_any_workspace_is_refused_in_one_line(tmp_path):
    result = run("clean", tmp_path)
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"childstats: no childstats.toml in {tmp_path.resolve()} or above")


def test_clean_writes_four_files_and_the_second_time_the_same_bytes(copied):
    before = tree(copied)
    first = run("clean", copied)
    assert (first.exit_code, first.stderr) == (0, "")
    written = tree(copied)
    folder = {f"data/processed/{name}" for name in PROCESSED}
    assert set(written) - set(before) == folder | {"data/processed"}
    assert before.items() <= written.items()
    second = run("clean", copied)
    assert (second.exit_code, second.stdout) == (0, first.stdout)
    assert tree(copied) == written


def test_clean_says_what_it_wrote(copied, workspace):
    told = run("clean", copied).stdout
    held_back = int((workspace.checks["verdict"] == "warning").sum())
    assert told == (
        f"{len(workspace.figures)} figures from {len(workspace.sources)} sources, "
        f"{len(workspace.observations)} observations; held back by a finding: {held_back}\n"
        "which and why: childstats clean --findings\n"
    )
    package = json.loads((copied / "data/processed/datapackage.json").read_text(encoding="utf-8"))
    lines = {}
    for resource in package["resources"]:
        header, *rows = (
            (copied / "data/processed" / resource["path"]).read_text(encoding="utf-8").splitlines()
        )
        assert header == ",".join(field["name"] for field in resource["schema"]["fields"])
        lines[resource["name"]] = len(rows)
    assert lines["observations"] == len(workspace.observations)
    assert lines["figures"] == len(workspace.figures)
    assert len(package["sources"]) == len(workspace.sources)


def test_plan_lists_the_reports_and_writes_nothing(copied):
    before = tree(copied)
    result = run("plan", copied / "data")
    assert result.exit_code == 0
    names, reasons = zip(*(line.split("  ") for line in result.stdout.splitlines()), strict=True)
    assert len(names) == len(set(names)) == 10
    assert names[0] == "vn-71-2025-annual-profile.vi.pdf"
    assert set(reasons) == {"it was not built here before, or not without a fault"}
    assert tree(copied) == before


def test_the_module_runs_as_a_program():
    told = subprocess.run(
        [sys.executable, "-m", "childstats", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split()[-1] == childstats.__version__
    assert not told.stderr


@pytest.mark.parametrize("query", ["", "  "])
def test_an_empty_query_is_refused(query):
    result = CliRunner().invoke(main, ["trace", query])
    assert result.exit_code == 2
    assert "QUERY is empty" in result.output
