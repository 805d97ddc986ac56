"""A code that was used again, from sources to reports: units before and after 1 July 2025.

``03127`` is Him Lam until 30 June 2025 and, of six units, Điện Biên Phủ since. Reports on both are
built from the example with these units alone; true counts come from its generator.
"""

import csv
import importlib.util
import json
import shutil
from pathlib import Path

import pytest
from conftest import ROOT
from pypdf import PdfReader

import childstats as cs
from childstats.catalogue.catalogue import read_catalogue
from childstats.errors import CatalogueError
from childstats.observations.workspace import open_workspace
from childstats.reports.build import Options, build
from childstats.reports.commune_example import FIRST, synthetic_counts
from childstats.reports.new_workspace import new_workspace

NEW = "03127@2025-07-01"
MEMBERS = ["03127", "03130", "03133", "03136", "03142", "03145"]
COUNT, SHARE = ("children_under_16", "", "text"), "birth_registration_under_5"
EDITION = """\
[edition]
id = "old-units"
date = 2026-03-31
synthetic = true

[[report]]
notebook = "annual_profile"
ref_area = ["03127", "03127@2025-07-01"]
time_period = [2024]
language = ["en"]
comparator_areas = []
prevention = ["full_immunisation_under_1", "birth_registration_under_5"]
support = ["at_risk"]
intervention = ["abuse_cases"]

[[report]]
notebook = "coverage_trends"
ref_area = ["03127"]
time_period = [2025]
language = ["en"]
"""


def rounded(count):
    """Return a count as the policy prints it; only for counts above 7."""
    assert count > 7
    return 5 * round(count / 5)


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    """Return a workspace of six old units and the one that they became, built."""
    folder = tmp_path_factory.mktemp("old") / "workspace"
    new_workspace(folder, example="communes")
    shutil.copytree(folder / "second-edition" / "data", folder / "data", dirs_exist_ok=True)
    shutil.rmtree(folder / "second-edition")
    for path in folder.glob("data/raw/*/figures.csv"):
        header, *lines = path.read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if line.split(",")[2] in MEMBERS]
        path.write_text("\n".join([header, *kept]) + "\n", encoding="utf-8")
    (folder / "childstats.toml").write_text(EDITION, encoding="utf-8")
    build(folder, options=Options(jobs=1))
    return folder


@pytest.fixture(scope="module")
def true_counts(built):
    return synthetic_counts(read_catalogue(built / "data" / "catalogue"))


def published(built):
    """Return the rows of the published observations by area, year, indicator and sex."""
    with (built / "data/processed/observations.csv").open(encoding="utf-8", newline="") as file:
        return {
            (row["ref_area"], row["time_period"], row["indicator"], row["sex"]): row
            for row in csv.DictReader(file)
        }


def test_both_bearers_of_the_code_have_their_own_counts(built, true_counts):
    rows = published(built)
    old = true_counts["03127", 2024][COUNT]
    merged = sum(true_counts[area, 2024][COUNT] for area in MEMBERS)
    later = true_counts["03127", 2025][COUNT]
    assert len({rounded(n) for n in (old, merged, later)}) == 3
    for key, count, status in (
        (("03127", "2024"), old, "A"),
        ((NEW, "2024"), merged, "B"),
        ((NEW, "2025"), later, "A"),
    ):
        row = rows[*key, "children_under_16", "_T"]
        assert (float(row["obs_value"]), row["obs_status"]) == (rounded(count), status)
    assert ("03127", "2025", "children_under_16", "_T") not in rows


def test_a_share_is_that_of_the_summed_counts(built, true_counts):
    row = published(built)[NEW, "2024", SHARE, "_T"]
    cases, total = (
        sum(true_counts[area, 2024][SHARE, "", f"{part}_text"] for area in MEMBERS)
        for part in ("numerator", "denominator")
    )
    assert [float(row[name]) for name in ("numerator", "denominator")] == [
        rounded(cases),
        rounded(total),
    ]
    assert float(row["obs_value"]) == round(rounded(cases) / rounded(total), 2)


def test_each_report_is_about_its_own_bearer(built, true_counts):
    manifest = json.loads((built / "reports" / "manifest.json").read_text(encoding="utf-8"))
    titles = {report["file"]: report["title"] for report in manifest["reports"]}
    assert titles == {
        "03127-2024-annual-profile.en.pdf": "Children in Him Lam Ward, 2024: annual profile",
        "03127-2025-07-01-2024-annual-profile.en.pdf": (
            "Children in Điện Biên Phủ Ward, 2024: annual profile"
        ),
        "03127-2025-coverage-trends.en.pdf": (
            "Coverage and survival in Điện Biên Phủ Ward up to 2025"
        ),
    }
    said = {
        name: " ".join(page.extract_text() for page in PdfReader(built / "reports" / name).pages)
        for name in titles
    }
    old = true_counts["03127", 2024]["children_under_16", "", "text"]
    merged = sum(true_counts[a, 2024]["children_under_16", "", "text"] for a in MEMBERS)
    assert f"Him Lam Ward had {rounded(old):,} children" in said["03127-2024-annual-profile.en.pdf"]
    assert (
        f"Điện Biên Phủ Ward had {rounded(merged):,} children"
        in said["03127-2025-07-01-2024-annual-profile.en.pdf"]
    )


def test_the_series_over_the_merge_is_marked_in_chart_and_table(built):
    page = (built / "reports" / "03127-2025-coverage-trends.en.md").read_text(encoding="utf-8")
    assert "2023 (m) | 2024 (m) | 2025 |" in page
    assert "(m) added up from the units before the change of areas" in page
    assert "Dotted upright: before it, figures of merged units are added up." in page
    html = (built / "reports" / "03127-2025-coverage-trends.en.html").read_text(encoding="utf-8")
    assert html.count("Dotted upright: before it") == 1


def test_the_audit_ties_the_old_units_to_the_new_one(built):
    kept = json.loads((built / "reports" / "disclosure.json").read_text(encoding="utf-8"))
    assert kept["audit"]["verdict"] == "pass"
    blocks = [b for b in kept["release"]["blocks"] if b["indicator"] == "children_under_16"]
    cells = [dict(cell) for block in blocks for cell, *_ in block["rows"]]
    assert {c["ref_area"] for c in cells if c["time_period"] == "2024"} == {*MEMBERS, NEW}


def test_a_unit_has_no_report_on_a_year_after_its_end(built):
    bearer = open_workspace(built).catalogue.bearer
    assert bearer("03130", 2025) == "03130"  # it was there for half of it
    with pytest.raises(CatalogueError, match=r"'03130'.* does not exist in 2026: .*became 03127"):
        bearer("03130", 2026)
    assert bearer("03151", 2024) == "03151"


def test_old_units_with_a_member_missing_are_not_added_up(built, tmp_path):
    folder = tmp_path / "workspace"
    shutil.copytree(built, folder, ignore=shutil.ignore_patterns("reports", ".childstats"))
    path = folder / "data" / "raw" / FIRST / "figures.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(x for x in lines if ",03145,2024," not in x) + "\n", encoding="utf-8")
    opened = open_workspace(folder)
    out = opened.protection.left_out
    assert set(out["reason"]) == {"no figure of 03145"}
    assert set(out["ref_area"]) == {NEW}
    assert {o.time_period for o in opened.rows.observations(NEW)} == {2023, 2025}


def split_in(folder, built):
    """Copy the workspace; 03145 is split between 03127 and 03151."""
    shutil.copytree(built, folder, ignore=shutil.ignore_patterns("reports", ".childstats"))
    path = folder / "data" / "catalogue" / "area_changes.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    (at,) = [i for i, line in enumerate(lines) if line.startswith("03145,03127,")]
    part = lines[at].replace(",whole,", ",split,")
    lines[at : at + 1] = [part, part.replace("03145,03127,", "03145,03151,")]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return open_workspace(folder)


def test_a_split_is_refused_unless_its_weights_are_declared(built, true_counts, tmp_path):
    opened = split_in(tmp_path / "workspace", built)
    reasons = set(opened.protection.left_out.query("ref_area == @NEW")["reason"])
    assert reasons == {"03145 was split; declare the weights of its parts"}
    counts = opened.observations.query("indicator == 'children_under_16' and sex == '_T'")
    weights = {("03145", "03127"): 0.6, ("03145", "03151"): 0.4}
    before = counts[counts["ref_area"].isin(MEMBERS) & (counts["time_period"] == 2024)]
    found = cs.rebased_to(before, opened.catalogue.area_changes, "2025-07-01", weights=weights)
    (row,) = found.observations.query("ref_area == @NEW").to_dict("records")
    printed = {
        area: rounded(true_counts[area, 2024]["children_under_16", "", "text"]) for area in MEMBERS
    }
    assert row["obs_status"] == "E"
    assert row["obs_value"] == pytest.approx(
        sum(printed[area] for area in MEMBERS[:-1]) + 0.6 * printed["03145"]
    )
    assert found.left_out["ref_area"].to_list() == ["03151@2025-07-01"]  # its others are missing


def test_a_sum_is_not_divided_into_its_members(built):
    opened = open_workspace(built)
    later = opened.observations.query("ref_area == @NEW and time_period == 2025")
    with pytest.raises(ValueError, match="03127 in 2025 is on the borders since 2025-07-01"):
        cs.rebased_to(later, opened.catalogue.area_changes, "2025-06-30")


def test_no_file_has_a_count_before_its_rounding_and_one_that_is_planted_is_found(built, capsys):
    spec = importlib.util.spec_from_file_location("sweep", ROOT / "benchmarks" / "sweep_files.py")
    sweep = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sweep)
    assert sweep.main(built) == 0
    assert ": 0 found" in capsys.readouterr().out
    secret = next(n for n in sorted(sweep.true_counts(built)[0]) if n > 1000 and n % 5 == 1)
    planted = built / "reports" / "planted.md"
    planted.write_text(f"It was {secret:,}.", encoding="utf-8")
    assert sweep.main(built) == 1
    assert f"{secret} stands in reports/planted.md" in capsys.readouterr().out
    planted.unlink()
