"""The notebooks speak of other areas too: few figures make a short report, not a failed one."""

from pathlib import Path

import pytest
from pypdf import PdfReader

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
    assert len(reports) == 3 * 2 + 2
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
    without = reports["vn-05-2025-equity.vi.pdf"].pages[0].extract_text()
    assert "chưa có số liệu của Sơn La" in " ".join(without.split())
