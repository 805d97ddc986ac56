"""One failing report leaves all others delivered, its last good files in place, and says so."""

import hashlib
import json
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from tiny_editions import Tiny, published, tiny_workspace

from childstats.errors import BuildError
from childstats.reports import reasons
from childstats.reports.released import RELEASE
from childstats.reports.snapshot import outdated

PROFILE, TRENDS = "vn-71-2025-profile", "vn-71-2025-trends"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a workspace with a whole edition in place."""
    made = tiny_workspace(tmp_path / "workspace")
    Tiny("old").build(made)
    return made


def _fails(tiny: Tiny, folder: Path, match: str = "secret") -> list[str]:
    said: list[str] = []
    with pytest.raises(BuildError, match=match):
        tiny.build(folder, said.append)
    return said


def _manifest(folder: Path) -> dict:
    return json.loads((folder / "reports" / "manifest.json").read_text(encoding="utf-8"))


def _entries(folder: Path) -> dict[str, dict]:
    return {entry["file"]: entry for entry in _manifest(folder)["reports"]}


def _text(folder: Path, name: str) -> str:
    return (folder / "reports" / name).read_text(encoding="utf-8")


def _page(folder: Path, name: str) -> BeautifulSoup:
    return BeautifulSoup(_text(folder, name), "html.parser")


def _is_consistent(folder: Path) -> None:
    """Every listed file is as listed, no other is there, and every local link leads to one."""
    files = {n.removeprefix("reports/"): d for n, d in published(folder).items() if "reports" in n}
    sums = dict(line.split("  ")[::-1] for line in _text(folder, "SHA256SUMS").splitlines())
    top = {name for name in files if not name.startswith("editions/")}
    assert top - {"SHA256SUMS"} == set(sums)
    assert all(files[name] == digest for name, digest in sums.items())
    for entry in _entries(folder).values():
        assert all(files[name] == f["sha256"] for name, f in entry["files"].items())
    for page in ("index.html", "index.en.html"):
        for link in _page(folder, page).find_all(["a", "img"], href=True):
            assert link["href"][0] == "#" or link["href"] in files, link["href"]


def test_the_others_are_delivered_and_the_last_good_files_stay(folder: Path) -> None:
    before = published(folder)
    said = _fails(Tiny("new", edition_id="second", failing=(TRENDS + ".en.pdf",)), folder)
    assert outdated(folder), "the next run may not find that there is nothing to do"
    assert _text(folder, f"{PROFILE}.vi.pdf").endswith("new")
    after, entries = published(folder), _entries(folder)
    for language in ("vi", "en"):
        assert entries[f"{PROFILE}.{language}.pdf"]["status"] == "built"
        kept = entries[f"{TRENDS}.{language}.pdf"]
        assert kept["status"] == "failed"
        assert kept["kept_from"] == {"edition": "first", "date": "2026-01-06"}
        for name in kept["files"]:
            assert after[f"reports/{name}"] == before[f"reports/{name}"]
    reason = {entry["reason"] for entry in entries.values() if "reason" in entry}
    assert reason == {reasons.OTHER, reasons.OTHER_LANGUAGE}
    assert "secret" not in json.dumps(_manifest(folder)) + _text(folder, "index.en.html")
    _is_consistent(folder)
    assert said[-5:-1] == [
        f"{PROFILE}.vi.pdf  built",
        f"{PROFILE}.en.pdf  built",
        f"{TRENDS}.vi.pdf   failed: {reasons.OTHER_LANGUAGE}; kept from first of 2026-01-06",
        f"{TRENDS}.en.pdf   failed: secret /tmp/x; kept from first of 2026-01-06",
    ]


def test_the_download_page_says_in_both_languages_what_failed_and_what_stands(
    folder: Path,
) -> None:
    assert _page(folder, "index.en.html").find(class_="notice") is None
    _fails(Tiny("new", edition_id="second", failing=("trends",)), folder)
    english, vietnamese = (_page(folder, n) for n in ("index.en.html", "index.html"))
    assert english.find(class_="notice").li.text == (
        f"Title of {TRENDS}.en: it could not be built. "
        "The report of the edition of 6 January 2026 stands in its place."
    )
    assert "không lập được báo cáo" in vietnamese.find(class_="notice").li.text
    item = english.find("a", href=f"{TRENDS}.en.html").find_parent("li")
    assert item.strong.text == "Not renewed: of the edition of 6 January 2026"
    assert english.find("a", href=f"{PROFILE}.en.html").find_parent("li").strong is None


def test_a_report_that_never_was_good_is_listed_without_files(tmp_path: Path) -> None:
    folder = tiny_workspace(tmp_path / "workspace")
    said = _fails(Tiny("new", failing=("trends",)), folder)
    entry = _entries(folder)[f"{TRENDS}.en.pdf"]
    assert (entry["status"], entry["files"], entry["pages"]) == ("failed", {}, 0)
    assert entry["notebook"] == "trends.ipynb"
    assert "kept_from" not in entry
    assert "; nothing stands" in said[-2]
    assert said[-1] == "4 reports, 6 pages, in reports/; 2 of them built now"
    _is_consistent(folder)
    page = _page(folder, "index.en.html")
    assert page.find(class_="notice").li.text.startswith("Dien Bien, 2025, trends: it could not be")
    assert not page.find("a", href=f"{TRENDS}.en.html")


def test_once_it_is_good_again_the_edition_is_that_of_an_undisturbed_run(
    folder: Path, tmp_path: Path
) -> None:
    for _ in range(2):
        _fails(Tiny("new", edition_id="second", failing=("trends",)), folder)
    assert _entries(folder)[f"{TRENDS}.vi.pdf"]["kept_from"]["edition"] == "first"
    good = Tiny("new", edition_id="second")
    assert all(report.built for report in good.build(folder))
    undisturbed = tiny_workspace(tmp_path / "undisturbed")
    Tiny("old").build(undisturbed)
    good.build(undisturbed)
    assert published(folder) == published(undisturbed)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_damaged_old_file_is_not_kept_in_any_language(folder: Path, language: str) -> None:
    (folder / "reports" / f"{TRENDS}.{language}.html").write_text("damaged", encoding="utf-8")
    _fails(Tiny("new", failing=("trends",)), folder)
    assert not list((folder / "reports").glob(f"{TRENDS}*"))
    _is_consistent(folder)


def test_an_old_report_whose_page_leads_to_a_language_that_goes_is_not_kept(folder: Path) -> None:
    _fails(Tiny("new", languages=("vi",), failing=("trends",)), folder)
    assert not list((folder / "reports").glob(f"{TRENDS}*"))


def test_without_one_good_report_the_last_edition_stays_as_it_was(folder: Path) -> None:
    before = published(folder)
    said = _fails(Tiny("old", edition_id="second", failing=("trends", "profile")), folder,
                  r"secret /tmp/x \(3 more reports failed\)")  # fmt: skip
    assert published(folder) == before
    assert len([line for line in said if "  failed: " in line]) == 4


def _release(policy: str, notes: list[str]) -> tuple[bytes, dict]:
    content = json.dumps({"policy": policy, "audit": {"notes": notes}}).encode()
    digest = hashlib.sha256(content).hexdigest()
    return content, {"file": RELEASE, "sha256": digest, "verdict": "pass"}


SAFE = _release("a", [])


@pytest.mark.parametrize(
    ("old", "new", "delivered"),
    [
        (SAFE, SAFE, True),
        (SAFE, _release("a", ["at_risk: parts are more than their total"]), True),
        (SAFE, _release("b", []), False),
        (SAFE, _release("a", ["at_risk: revised since x, and audited without them"]), False),
        (SAFE, None, False),
        (None, SAFE, False),
        (None, None, True),
    ],
    ids=["the same policy", "a note on something else", "another policy", "not audited together",
         "none any more", "none before", "no small areas"],
)  # fmt: skip
def test_old_reports_stand_beside_new_ones_only_if_the_audit_covers_both(
    tmp_path: Path, old, new, delivered: bool
) -> None:
    folder = tiny_workspace(tmp_path / "workspace")
    Tiny("old", release=old).build(folder)
    before = published(folder)
    said = "secret" if delivered else "secret.*; the older reports .*; nothing was published"
    _fails(Tiny("new", failing=("trends",), release=new), folder, said)
    text = _text(folder, f"{PROFILE}.vi.pdf")
    assert text.endswith("new" if delivered else "old")
    if not delivered:
        same = {n: d for n, d in published(folder).items() if n.startswith("reports/")}
        assert same == {n: d for n, d in before.items() if n.startswith("reports/")}


def test_the_words_that_the_gate_uses_are_those_that_are_looked_for() -> None:
    source = Path(__file__).parents[2] / "src" / "childstats" / "reports" / "gate.py"
    assert "and audited without them" in source.read_text(encoding="utf-8")


def test_every_published_reason_is_one_of_the_register(folder: Path) -> None:
    assert BuildError("x").public == reasons.OTHER
    assert len(set(reasons.REASONS)) == 10
