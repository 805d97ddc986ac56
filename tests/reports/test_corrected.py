"""A corrected report says so on page one, and the earlier edition stays where it is."""

import hashlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from conftest import ROOT
from pypdf import PdfReader

from childstats.errors import BuildError
from childstats.reports.build import build
from childstats.reports.issuing import _superseded

REPORT = "vn-71-2025-annual-profile.en.pdf"


@pytest.fixture(scope="module")
def corrected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace in which a second edition corrected 95.5% to 95.6%."""
    root = tmp_path_factory.mktemp("corrected")
    for name in ("data", "notebooks"):
        shutil.copytree(ROOT / name, root / name)
    toml = (ROOT / "childstats.toml").read_text(encoding="utf-8")
    head = toml.split("[[report]]")[0]
    report = (
        '[[report]]\nnotebook = "annual_profile"\nref_area = ["VN-71"]\n'
        'time_period = [2025]\nlanguage = ["en", "vi"]\n'
    )
    (root / "childstats.toml").write_text(head + report, encoding="utf-8")
    build(root)
    later = head.replace("2026-12-01", "2026-12-08").replace("dien-bien-2025", "dien-bien-2025-2")
    (root / "childstats.toml").write_text(later + report, encoding="utf-8")
    figures = root / "data" / "raw" / "dbp-2026-01" / "figures.csv"
    text = figures.read_text(encoding="utf-8").replace("95.5%", "95.6%", 1)
    figures.write_text(text, encoding="utf-8")
    (root / "data" / "catalogue" / "corrections.csv").write_text(
        "source_id,indicator,ref_area,time_period,reason,note_en,note_vi\n"
        "dbp-2026-01,full_immunisation_under_1,VN-71,2025,transcription,,\n",
        encoding="utf-8",
    )
    build(root)
    return root


def _page(root: Path, number: int) -> str:
    text = PdfReader(root / "reports" / REPORT).pages[number].extract_text()
    return " ".join(text.split())


def test_page_one_carries_a_dated_notice(corrected: Path) -> None:
    said = (
        "Correction of 8 December 2026. The edition of 1 December 2026 is put right: Children "
        "under 1 fully vaccinated, Điện Biên, 2025: 95.5% → 95.6%."
    )
    assert said in _page(corrected, 0)
    page = (corrected / "reports" / REPORT.replace(".pdf", ".html")).read_text(encoding="utf-8")
    assert said in BeautifulSoup(page, "html.parser").find(role="note").text
    text = (corrected / "reports" / REPORT.replace(".pdf", ".md")).read_text(encoding="utf-8")
    assert "> Correction of 8 December 2026" in text


def test_the_last_section_lists_what_changed(corrected: Path) -> None:
    last = _page(corrected, -1)
    assert "What changed since the last edition" in last
    assert re.search(r"Điện Biên, 2025 95\.5% 95\.6% transcribed wrongly before", last)


def test_the_earlier_edition_stays_whole_at_its_address(corrected: Path) -> None:
    kept = corrected / "reports" / "editions" / "dien-bien-2025"
    for line in (kept / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        checksum, name = line.split("  ")
        assert hashlib.sha256((kept / name).read_bytes()).hexdigest() == checksum
    assert json.loads((kept / "manifest.json").read_text("utf-8"))["date"] == "2026-12-01"
    assert "95.5%" in PdfReader(kept / REPORT).pages[0].extract_text()


def test_the_download_page_and_the_data_say_it_too(corrected: Path) -> None:
    found = json.loads((corrected / "reports" / "changes.json").read_text(encoding="utf-8"))
    assert found["since"] == {"edition": "dien-bien-2025", "date": "2026-12-01"}
    (change,) = found["changes"]
    assert (change["kind"], change["reason"]) == ("corrected", "transcription")
    assert (change["before"]["obs_value"], change["now"]["obs_value"]) == (0.955, 0.956)
    html = (corrected / "reports" / "index.en.html").read_text(encoding="utf-8")
    page = BeautifulSoup(html, "html.parser")
    assert "Since the edition of 1 December 2026: Corrected" in page.text
    earlier = page.find("a", href="editions/dien-bien-2025/index.html")
    assert (corrected / "reports" / earlier["href"]).is_file()


def test_an_edition_of_which_a_file_is_gone_is_not_replaced(tmp_path: Path) -> None:
    published = {
        "manifest.json": b'{"edition": "first", "date": "2026-01-01"}',
        "SHA256SUMS": b"0  gone.pdf\n",
    }
    for name, content in published.items():
        (tmp_path / name).write_bytes(content)
    with pytest.raises(BuildError, match=r"reports/gone\.pdf of the edition 'first' is gone"):
        _superseded(tmp_path, "second")
    assert {path.name for path in tmp_path.iterdir()} == set(published)


def test_pages_are_made_without_the_packages_that_reports_need() -> None:
    code = (
        "import sys, childstats.reports.site, childstats.reports.issuing; "
        "print({'pandas', 'matplotlib', 'scipy', 'xlsxwriter'} & set(sys.modules))"
    )
    said = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert said.stdout.strip() == "set()"


def test_building_again_changes_nothing(corrected: Path) -> None:
    before = (corrected / "reports" / "SHA256SUMS").read_bytes()
    assert not any(report.built for report in build(corrected))
    (corrected / ".childstats" / "built.json").unlink()
    assert all(report.built for report in build(corrected))
    assert (corrected / "reports" / "SHA256SUMS").read_bytes() == before
