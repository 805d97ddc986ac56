"""Every figure that was transcribed from the research table stands there, digit for digit."""

import csv
import re

import pytest
from conftest import ROOT

RESEARCH = ROOT.parent / "shared" / "research" / "figures.csv"
NOT_THERE = {"gso-population-2018": 13, "gso-immunisation-2018": 5, "gso-yearbook-2011": 1}
"""Transcribed from the publishers' files themselves, or named only in the list of traps."""
HEPB_ARTICLE = "https://pmc.ncbi.nlm.nih.gov/articles/PMC6601501"
TABLE_1 = "https://www.hindawi.com/journals/bmri/2019/3453105/tab1/"
"""Address of the table of ``hepb-mics-2014``, whose own address is the article."""
FLOAT = re.compile(r"[0-9]+\.[0-9]{10,}")
"""A floating-point number in full, which the two transcriptions spell with 16 or 17 digits."""
AREAS = {
    "VNM": "Viet Nam",
    "VN-NMM": "Northern Midlands and Mountains region",
    "VN-71": "Điện Biên",
    "VN-01": "Lai Châu",
    "VN-05": "Sơn La",
    "VN-14": "Hòa Bình",
    "VN-13": "Quảng Ninh",
    "VN-26": "Thừa Thiên Huế",
}


@pytest.fixture(scope="module")
def printed():
    """Return what the research table holds: area, years, text and counts by address."""
    found = {}
    with RESEARCH.open(encoding="utf-8", newline="") as csv_file:
        for row in csv.DictReader(csv_file):
            address = row["url"] if row["url"] != TABLE_1 else HEPB_ARTICLE
            found.setdefault((address, row["area"]), []).append(row)
    return found


def stands_in(row, printed) -> bool:
    """Return whether one printed row is a figure of the research table."""
    year = row.time_period[:4]
    for candidate in printed:
        years = re.findall(r"(?:19|20)\d\d", candidate["period"]) or [year]
        value = candidate["value_as_printed"].replace("per 1,000", "").strip()
        interval = row.lower_text and f"{row.lower_text}{row.upper_text}"
        digits = re.sub(r"[^\d.]", "", value.split("[")[-1].split("(")[-1].replace("-", ""))
        if interval and re.sub(r"[^\d.]", "", interval) not in digits.replace(",", ""):
            continue
        same_text = row.text in {value, value.split(" [")[0].split("(")[0].strip()}
        if FLOAT.fullmatch(row.text) and FLOAT.fullmatch(value):
            same_text = float(row.text) == pytest.approx(float(value), rel=1e-15)
        counts = [candidate["numerator"], candidate["denominator"]]
        same_counts = not row.numerator_text or [row.numerator_text, row.denominator_text] == counts
        if not row.text:
            same_text = same_counts
        if same_text and same_counts and year in years:
            return True
    return False


@pytest.mark.skipif(not RESEARCH.exists(), reason="the research table is not beside the project")
def test_every_transcribed_figure_is_in_the_research_table(workspace, printed) -> None:
    missing: dict[str, list[str]] = {}
    for source_id, reading in workspace.readings.items():
        address = workspace.sources[source_id].address
        for row in reading.rows:
            if not stands_in(row, printed.get((address, AREAS[row.ref_area]), ())):
                missing.setdefault(source_id, []).append(f"{row.where}: {row.text}")
    assert {source: len(rows) for source, rows in missing.items()} == NOT_THERE, missing


@pytest.mark.skipif(not RESEARCH.exists(), reason="the research table is not beside the project")
def test_a_figure_with_one_wrong_digit_would_be_noticed(workspace, printed) -> None:
    rows = workspace.readings["who-gho-2018"].rows
    address = workspace.sources["who-gho-2018"].address
    table = printed[address, "Viet Nam"]
    assert all(stands_in(row, table) for row in rows)
    for name in ("text", "upper_text", "time_period"):
        wrong = type(rows[0])(**{n: getattr(rows[0], n) for n in rows[0].__slots__} | {name: "77"})
        assert not stands_in(wrong, table)
