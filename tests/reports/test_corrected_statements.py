"""A statement that was printed wrongly: its notice, dated, wherever the report is read."""

import json
import shutil
from pathlib import Path

import nbformat
import papermill
import pytest
from bs4 import BeautifulSoup
from conftest import ROOT
from pypdf import PdfReader

from childstats.analyses.report import Report
from childstats.errors import BuildError
from childstats.observations.workspace import open_workspace
from childstats.reports.build import build

SAID = {
    "en": "Correction of 1 December 2026. In the edition of 24 November 2026, the table",
    "vi": "Đính chính ngày 1 tháng 12 năm 2026. Trong ấn bản ngày 24 tháng 11 năm 2026, bảng",
}
STEM = "vn-71-2025-risk-ratios"
OTHER = "vn-71-2025-data-quality"


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace with the edition before, and the corrected one built in its place."""
    root = tmp_path_factory.mktemp("statements")
    for name in ("data", "notebooks"):
        shutil.copytree(ROOT / name, root / name)
    toml = (ROOT / "childstats.toml").read_text(encoding="utf-8")
    head, *reports = toml.partition("[[correction]]")[0].split("[[report]]")
    kept = [report for report in reports if "equity" not in report and "profile" not in report]
    text = "[[report]]".join([head, *kept])
    before = text.replace("2026-12-01", "2026-11-24")
    (root / "childstats.toml").write_text(before, encoding="utf-8")
    build(root)
    assert "corrections" not in json.loads((root / "reports" / "changes.json").read_text())
    (root / "childstats.toml").write_text(
        text + "[[correction]]" + toml.partition("[[correction]]")[2], encoding="utf-8"
    )
    build(root)
    return root


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("language", SAID)
def test_the_notice_stands_on_page_one_of_every_rendering(edition: Path, language: str) -> None:
    reports = edition / "reports"
    said = SAID[language]
    first = words(PdfReader(reports / f"{STEM}.{language}.pdf").pages[0].extract_text())
    assert said in first
    page = BeautifulSoup((reports / f"{STEM}.{language}.html").read_text("utf-8"), "html.parser")
    assert page.find(role="note").text.startswith(said)
    text = (reports / f"{STEM}.{language}.md").read_text("utf-8")
    assert text.index(f"> {said}") < text.index("\n## ")


def test_no_other_report_has_it(edition: Path) -> None:
    for path in (edition / "reports").glob(f"{OTHER}.*.md"):
        assert "Correction of" not in path.read_text("utf-8")
        assert "Đính chính ngày" not in path.read_text("utf-8")


@pytest.mark.parametrize(("language", "name"), [("vi", "index.html"), ("en", "index.en.html")])
def test_the_download_page_says_it_with_the_reports_title(edition, language, name) -> None:
    page = BeautifulSoup((edition / "reports" / name).read_text("utf-8"), "html.parser")
    (notice,) = page.find_all(class_="notice")
    said = [words(item.text) for item in notice.find_all("li")]
    (line,) = (text for text in said if "96,6" in text or "96.6" in text)
    title = Report(
        "risk_ratios", workspace=open_workspace(edition), ref_area="VN-71", time_period=2025,
        language=language,
    ).title  # fmt: skip
    assert line.endswith(f"({title})")
    assert "9.296,86" in line or "9,296.86" in line


def test_programs_read_it_too(edition: Path) -> None:
    corrections = json.loads((edition / "reports" / "changes.json").read_text())["corrections"]
    (found,) = (c for c in corrections if c["notebooks"] == ["risk_ratios"])
    assert found["date"] == "2026-12-01"
    assert found["reports"] == [f"{STEM}.vi.pdf", f"{STEM}.en.pdf"]
    assert "96.6%" in found["en"]


def test_the_edition_with_the_false_statement_is_replaced_and_not_kept(edition: Path) -> None:
    assert not (edition / "reports" / "editions").exists()
    manifest = json.loads((edition / "reports" / "manifest.json").read_text())
    assert (manifest["edition"], manifest["date"]) == ("dien-bien-2025", "2026-12-01")
    assert not any(report.built for report in build(edition)), "and it is up to date"


def test_a_notebook_run_by_hand_has_it_below_its_title(edition: Path, tmp_path: Path) -> None:
    made = tmp_path / "by_hand.ipynb"
    papermill.execute_notebook(
        edition / "notebooks" / "risk_ratios.ipynb",
        made,
        parameters={"language": "en"},
        cwd=edition / "notebooks",
        progress_bar=False,
        kernel_name="python3",
    )
    shown = [
        output["data"]["text/html"]
        for cell in nbformat.read(made, 4).cells
        for output in cell.get("outputs", [])
        if "text/html" in output.get("data", {})
    ]
    assert SAID["en"] in words(BeautifulSoup(shown[0], "html.parser").text)


def test_a_notebook_that_says_nothing_of_it_is_not_published(edition: Path, tmp_path: Path) -> None:
    root = tmp_path / "silent"
    shutil.copytree(edition, root, ignore=shutil.ignore_patterns("reports", ".childstats"))
    path = root / "notebooks" / "risk_ratios.ipynb"
    text = path.read_text("utf-8")
    title = r"title={\"en\": \"a\", \"vi\": \"b\"},"
    old = r'    "    \"risk_ratios\",'
    renamed = rf'    "    \"risk\", {title}'
    assert old in text
    path.write_text(text.replace(old, renamed), "utf-8")
    with pytest.raises(
        BuildError, match=r"risk_ratios\.ipynb does not say what childstats.toml cor"
    ):
        build(root)
