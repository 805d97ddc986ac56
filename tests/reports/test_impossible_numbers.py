"""No published page or file holds a number that cannot be."""

import json
from pathlib import Path

import pytest
from conftest import ROOT
from impossible_numbers import faults

from childstats.catalogue.catalogue import Catalogue, read_catalogue
from childstats.reports.build import build


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return read_catalogue(ROOT / "data" / "catalogue")


def test_nothing_published_is_impossible(catalogue: Catalogue) -> None:
    assert faults(ROOT / "reports", catalogue) == []


OTHERS = """\
[edition]
id = "others"
date = 2026-12-01

[[report]]
notebook = "risk_ratios"
ref_area = ["VN-05", "VN-14"]
time_period = [2023]
language = ["en"]

[[report]]
notebook = "risk_ratios"
ref_area = ["VN-NMM"]
time_period = [2025]
language = ["vi"]
stratum_reference = "VNM"

[[report]]
notebook = "risk_ratios"
ref_area = ["VN-13"]
time_period = [2016]
language = ["en"]
exposed_periods = [2013, 2012]
reference_periods = [2012, 2000]
stratum_periods = [2010, 2016]

[[report]]
notebook = "coverage_trends"
ref_area = ["VNM"]
time_period = [2016]
language = ["en"]
"""


def test_nor_is_anything_of_other_areas_and_years(copied: Path, catalogue: Catalogue) -> None:
    (copied / "childstats.toml").write_text(OTHERS, encoding="utf-8")
    assert len(build(copied)) == 5
    assert faults(copied / "reports", catalogue) == []


HEAD = "| Area | Share | Difference |\n| --- | ---: | ---: |\n"
IMPOSSIBLE = {
    "the wrong number": (f"{HEAD}| Viet Nam (2012): −9,296.86% | 1 | 2 |", "a share outside"),
    "more than all": (
        "In 2019, 104.3% of the children had a birth certificate.",
        "a share outside",
    ),
    "in words": ("It was −12 per cent of the children.", "a share outside 0 to 100 %: −12 per"),
    "a fall by more than all": ("It fell by −120% in a year.", "a share outside"),
    "nan": (f"{HEAD}| Viet Nam | nan% | 2 |", "no number: nan"),
    "infinity": ("ratio 1.2 (95% CI 0.4 to Infinity)", "no number: Infinity"),
    "inf": ("ratio 1.2 (95% CI 0.4 to inf)", "no number: inf"),
    "minus nought": ("The difference is −0.0 points.", "minus nought: −0.0"),
    "minus nought, plain": ("The difference is -0 points.", "minus nought: -0"),
    "fewer than no children": ("There were −224 children.", "a negative count: −224 children"),
    "fewer than none in a cell": (
        f"{HEAD}| First but no third dose | −224 | 2 |",
        "a negative count",
    ),
    "outside its limits": (
        "The ratio is 1.31 (95% CI 1.10 to 1.30).",
        "a value outside its limits",
    ),
    "limits the wrong way round": ("It is 12.0% (13.1% to 11.0%).", "a value outside its limits"),
}
POSSIBLE = {
    "a change": f"{HEAD}| Viet Nam | 41.2% | −9.3% |\n| Viet Nam | 41.2% | −663,458 |",
    "a change in a sentence": "The rate fell by −2.1% (−2.4% to −1.8%) a year.",
    "a number that more than doubled": "The number changed from 100 to 257 (+157%).",
    "coverage that may exceed": "Third diphtheria-tetanus-pertussis dose (reported): 100.24%.",
    "a range and a year": "From 2018–2023: 95.5% (95.45% to 95.55%), 2018-0, VN-01, 3-0.",
    "a share of a count": "about 68,000 (32.4% to 32.9%)",
    "words": "In an information campaign, infants of nannies; Ninh and Nan.",
}


@pytest.mark.parametrize("kind", [".md", ".html"])
@pytest.mark.parametrize("what", IMPOSSIBLE)
def test_what_cannot_be_is_found_on_a_page(tmp_path, catalogue, kind, what) -> None:
    text, message = IMPOSSIBLE[what]
    write_page(tmp_path / f"a.en{kind}", text)
    (found,) = faults(tmp_path, catalogue)
    assert message in found


@pytest.mark.parametrize("kind", [".md", ".html"])
@pytest.mark.parametrize("what", POSSIBLE)
def test_what_can_be_is_left_alone(tmp_path, catalogue, kind, what) -> None:
    write_page(tmp_path / f"a.en{kind}", POSSIBLE[what])
    assert faults(tmp_path, catalogue) == []


def test_a_correction_may_quote_what_was_wrong(tmp_path, catalogue) -> None:
    wrong, right = "It was −120%, which", "It was −130%, which"
    quoted = {"corrections": [{"en": wrong, "vi": "đã in −120 %"}]}
    (tmp_path / "changes.json").write_text(json.dumps(quoted), encoding="utf-8")
    write_page(tmp_path / "a.en.md", f"> Correction of 1 December 2026. {wrong}\n\n{right}")
    (found,) = faults(tmp_path, catalogue)
    assert "−130%" in found


def write_page(path: Path, text: str) -> None:
    if path.suffix == ".html":
        rows = [line.strip("|").split("|") for line in text.splitlines() if line[:1] == "|"]
        cells = [[f"<td>{cell}</td>" for cell in row] for row in rows if "---" not in row[0]]
        table = "".join(f"<tr>{''.join(row)}</tr>" for row in cells)
        text = f"<table>{table}</table>" if rows else f"<p>{text}</p>"
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"obs_value": "0.5", "obs_low": "0.4", "obs_high": "0.6"}, ""),
        ({"obs_value": "0.5", "obs_low": "0.51", "obs_high": "0.6"}, "outside its limits"),
        ({"obs_value": "0.5", "obs_low": "0.4", "obs_high": "0.49"}, "outside its limits"),
        ({"obs_value": "0.5", "lower_bound": "0.6", "upper_bound": "0.7"}, "outside its limits"),
        ({"obs_value": "1.01"}, "outside what full_immunisation_under_1 can be"),
        ({"obs_value": "-0.01"}, "outside what full_immunisation_under_1 can be"),
        ({"obs_value": "nan"}, "no number"),
        ({"obs_high": "inf"}, "no number"),
        ({"numerator": "-3", "denominator": "7"}, "outside what"),
        ({"numerator": "9", "denominator": "7"}, "more cases than people"),
        ({"obs_value": "-0.0"}, "no number"),
        ({"indicator": "dtp3_coverage_reported", "obs_value": "1.0024"}, ""),
        ({"indicator": "infant_mortality_rate", "obs_value": "1001",
          "unit_measure": "DEATHS_PER_1000_BIRTHS"}, "outside what"),
        ({"indicator": "at_risk", "obs_value": "-1", "unit_measure": "PS"}, "outside what at_risk"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("upper", [False, True])
def test_what_cannot_be_is_found_in_a_file(tmp_path, catalogue, row, message, upper) -> None:
    usual = {"indicator": "full_immunisation_under_1", "unit_measure": "PROPORTION"} | row
    heads = ",".join(name.upper() if upper else name for name in usual)
    (tmp_path / "a.csv").write_text(f"{heads}\n{','.join(usual.values())}\n", encoding="utf-8")
    found = faults(tmp_path, catalogue)
    assert any(message in fault for fault in found) if message else not found


def test_json_without_numbers_and_charts_outside_their_limits_are_found(tmp_path, catalogue):
    (tmp_path / "a.json").write_text('{"a": NaN, "b": -Infinity}', encoding="utf-8")
    (tmp_path / "a.charts.csv").write_text("value,low,high\n1,2,3\n1,0,2\n", encoding="utf-8")
    assert [fault.partition(": ")[0] for fault in faults(tmp_path, catalogue)] == [
        "a.charts.csv line 2", "a.json", "a.json",
    ]  # fmt: skip
