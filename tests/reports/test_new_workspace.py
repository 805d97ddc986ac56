"""A fresh workspace builds at once, takes another province's figures, and replaces nothing."""

import csv
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import ROOT

from childstats.cli import main
from childstats.errors import CatalogueError, EditionError
from childstats.observations.workspace import open_workspace
from childstats.reports.build import build
from childstats.reports.edition import parameters_of, read_edition
from childstats.reports.new_workspace import new_workspace
from childstats.reports.runner import run

OF_A_PROVINCE = ["annual_profile", "coverage_trends", "data_quality", "risk_ratios"]
NOTEBOOKS = sorted([*OF_A_PROVINCE, "equity"])
# Báo Sơn La, "Action Month for Children 2024 launched in Son La", May 2024,
# https://en.baosonla.org.vn/xa-hoi/action-month-for-children-2024-launched-in-son-la-fwYlzsPIg.html
SON_LA = [
    ("children_under_16", "nearly 381,700"),
    ("children_under_16_share", "29.3%"),
    ("under_five_malnutrition", "16.4%"),
]


def _write_son_la(root: Path) -> None:
    folder = root / "data" / "raw" / "sonla"
    (root / "data" / "raw" / "example-source").rename(folder)
    with (folder / "figures.csv").open(encoding="utf-8", newline="") as csv_file:
        header = csv.DictReader(csv_file).fieldnames
    with (folder / "figures.csv").open("w", encoding="utf-8", newline="") as csv_file:
        writer = csv.DictWriter(csv_file, header, lineterminator="\n", restval="")
        writer.writeheader()
        for indicator, text in SON_LA:
            row = {"indicator": indicator, "text": text, "locator": "article text"}
            unit = "persons" if "%" not in text else ""
            writer.writerow(row | {"ref_area": "VN-05", "time_period": "2024", "unit": unit})


@pytest.fixture(scope="module")
def son_la(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace of another province, with three figures."""
    root = new_workspace(
        tmp_path_factory.mktemp("new") / "son-la", ref_area="VN-05", time_period=2024
    )
    _write_son_la(root)
    return root


def test_a_new_workspace_builds_every_report_at_once(tmp_path: Path) -> None:
    root = tmp_path / "fresh"
    result = CliRunner().invoke(main, ["new", str(root)])
    assert result.exit_code == 0, result.output
    built = build(root)
    left_out = json.loads((root / "reports" / "manifest.json").read_text("utf-8"))["left_out"]
    asked = {Path(r.entry["notebook"]).stem for r in built} | {
        w.split()[0] for w in left_out.values()
    }
    assert sorted(asked) == NOTEBOOKS
    assert all(1 <= report.entry["pages"] <= 4 for report in built)


@pytest.mark.parametrize("name", OF_A_PROVINCE)
def test_the_notebooks_of_another_province_speak_of_it(son_la: Path, name: str) -> None:
    defaults = parameters_of(son_la / "notebooks" / f"{name}.ipynb")
    assert (defaults["ref_area"], defaults["time_period"]) == ("VN-05", 2024)
    jobs = [j for j in read_edition(open_workspace(son_la)).jobs if j.notebook.stem == name]
    assert [j.parameters["ref_area"] for j in jobs[::2]] == ["VN-05", "VN-71"], "and the example's"
    assert [j.parameters["language"] for j in jobs[:2]] == ["vi", "en"]
    document = run(jobs[1])
    assert "Sơn La" in document.front_matter["title"]
    texts = str(document.blocks)
    if name in {"annual_profile", "data_quality"}:
        assert "nearly 381,700" in texts
        assert "16.4%" in texts
    assert "208,222" not in texts


def test_the_figures_of_another_province_are_observed(son_la: Path) -> None:
    observations = open_workspace(son_la).observations
    children = observations[observations["indicator"] == "children_under_16"].iloc[0]
    # "nearly" reads downwards from the print, by one unit of its last digit that is not zero
    assert (children["obs_low"], children["obs_high"]) == (381_700 - 100, 381_700)


def test_a_folder_that_holds_anything_is_left_alone(tmp_path: Path) -> None:
    kept = tmp_path / "mine.txt"
    kept.write_text("mine", encoding="utf-8")
    for path in (tmp_path, kept):
        with pytest.raises(EditionError, match="is not an empty folder"):
            new_workspace(path)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]
    result = CliRunner().invoke(main, ["new", str(tmp_path)])
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)


def test_an_unknown_area_or_year_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="unknown area 'VN-72'"):
        new_workspace(tmp_path / "new", ref_area="VN-72")
    with pytest.raises(CatalogueError, match=r"'VN-14' .*does not exist in 2026"):
        new_workspace(tmp_path / "new", ref_area="VN-14", time_period=2026)
    with pytest.raises(EditionError, match="time_period 20255 is no year"):
        new_workspace(tmp_path / "new", time_period=20255)
    assert not (tmp_path / "new").exists()


def test_every_column_and_command_that_the_readme_names_exists(son_la: Path) -> None:
    text = (son_la / "README.md").read_text(encoding="utf-8")
    with (son_la / "data/raw/sonla/figures.csv").open(encoding="utf-8", newline="") as csv_file:
        header = set(csv.DictReader(csv_file).fieldnames)
    named = {
        name.strip().strip("`")
        for line in text.splitlines()
        if line.startswith("| `")
        for name in line.split("|")[1].split(",")
    }
    assert named == header
    used = {line.split()[1] for line in text.splitlines() if line.startswith("    childstats ")}
    assert used == {"clean", "build", "trace"} <= set(main.commands)


def test_the_wheel_carries_what_a_new_workspace_needs(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        check=True,
        cwd=ROOT,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    for name in NOTEBOOKS:
        assert f"childstats/carried/notebooks/{name}.ipynb" in names
    for name in ("indicators.csv", "areas.csv", "area_changes.csv"):
        assert f"childstats/carried/catalogue/{name}" in names
    template = ROOT / "src" / "childstats" / "template"
    for path in template.rglob("*.*"):
        assert f"childstats/template/{path.relative_to(template).as_posix()}" in names
