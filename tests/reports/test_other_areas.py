"""The notebooks speak of other areas too: few figures make a short report, not a failed one."""

import json
from pathlib import Path

import pytest
from pypdf import PdfReader

from childstats.errors import EditionError
from childstats.reports.build import build

EDITION = """\
[edition]
id = "other-areas"
date = 2026-11-24

[[report]]
notebook = "annual_profile"
ref_area = ["VN-71", "VN-05", "VNM"]
time_period = [2025]
language = ["vi", "en"]

[[report]]
notebook = "equity"
ref_area = ["VNM", "VN-05"]
time_period = [2025]
language = ["vi"]
"""


@pytest.fixture
def reports(copied: Path) -> dict[str, PdfReader]:
    (copied / "childstats.toml").write_text(EDITION, encoding="utf-8")
    build(copied)
    return {path.name: PdfReader(path) for path in (copied / "reports").glob("*.pdf")}


def test_every_area_has_its_report_of_a_few_full_pages(reports: dict[str, PdfReader]) -> None:
    assert len(reports) == 3 * 2 + 1
    for name, pdf in reports.items():
        assert len(pdf.pages) <= 6, name
        if "equity" not in name:
            assert len(pdf.pages) >= 4, name
        last = pdf.pages[-1].extract_text()
        assert len(last) > 500, f"{name} ends on a nearly empty page"
    first = reports["vn-05-2025-annual-profile.en.pdf"].pages[0].extract_text()
    for said in ("382,000", "22.4 of every 1,000", "The year in brief", "Headline figures"):
        assert said in " ".join(first.split())
    country = reports["vnm-2025-annual-profile.en.pdf"].pages[0].extract_text()
    assert "14.5 of every 1,000" in " ".join(country.split())


def test_a_report_without_content_is_left_out_and_what_is_missing_is_said(copied: Path) -> None:
    (copied / "childstats.toml").write_text(EDITION, encoding="utf-8")
    said: list[str] = []
    built = build(copied, say=said.append)
    assert "vn-05-2025-equity.vi.pdf" not in {report.file for report in built}
    missing = (
        "equity of Sơn La 2025: no indicator by sex, residence or wealth is held; hold one in "
        "data/raw or leave the report out"
    )
    assert f"vn-05-2025-equity.vi.pdf  left out: {missing}" in said
    manifest = json.loads((copied / "reports" / "manifest.json").read_text("utf-8"))
    assert manifest["left_out"] == {"vn-05-2025-equity.vi.pdf": missing}


def test_an_edition_of_nothing_but_empty_reports_is_refused(copied: Path) -> None:
    only = EDITION[: EDITION.index("[[report]]")] + EDITION[EDITION.rindex("[[report]]") :]
    text = only.replace('["VNM", "VN-05"]', '["VN-05"]')
    (copied / "childstats.toml").write_text(text, encoding="utf-8")
    with pytest.raises(EditionError, match="has content: equity of Sơn La 2025: no indicator by"):
        build(copied)
