"""The nightly job on a real repository: it says which number changed, and fails."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT
from markdown_read import parsed, tables, texts

pytestmark = [
    pytest.mark.skipif(not shutil.which("make"), reason="make is missing"),
    pytest.mark.skipif(not (ROOT / ".ci").exists(), reason="the sdist has no .ci"),
]
RECIPE = """\
.PHONY: reports sbom sweep
sweep:
\t@true
reports sbom:
\t@mkdir -p .venv/bin dist && touch dist/childstats.cdx.json
\t@printf '#!/bin/sh\\nexec "{python}" "$$@"\\n' > .venv/bin/python
\t@printf '#!/bin/sh\\nexec "{python}" -m childstats "$$@"\\n' > .venv/bin/childstats
\t@chmod +x .venv/bin/*
\t@if [ $@ = reports ]; then .venv/bin/childstats build; fi
"""


class Repository:
    """A clone with one report, and its nightly job."""

    def __init__(self, root: Path) -> None:
        self.root, self.out = root, root.parent / f"{root.name}-night"
        toml = root / "childstats.toml"
        head = toml.read_text(encoding="utf-8").split("[[report]]")[0]
        report = 'notebook = "annual_profile"\nref_area = ["VN-71"]\ntime_period = [2025]'
        toml.write_text(f'{head}[[report]]\n{report}\nlanguage = ["en"]\n', encoding="utf-8")
        (root / ".ci").mkdir()
        shutil.copy(ROOT / ".ci" / "nightly", root / ".ci")
        (root / "Makefile").write_text(RECIPE.format(python=sys.executable), encoding="utf-8")
        (root / ".gitignore").write_text(".venv/\n.childstats/\ndist/\n", encoding="utf-8")
        self.git("init", "-q")
        subprocess.run(["make", "reports"], cwd=root, check=True, capture_output=True)
        self.git("add", ".")
        self.git("commit", "-qm", "as it is")

    def git(self, *arguments: str) -> None:
        author = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
        command = ["git", *author, *arguments]
        subprocess.run(command, cwd=self.root, check=True, capture_output=True)

    def night(self) -> tuple[subprocess.CompletedProcess[str], str]:
        """Return how the job ended, and its summary."""
        command = ["bash", str(self.root / ".ci" / "nightly"), str(self.out)]
        ended = subprocess.run(command, cwd=self.root, capture_output=True, text=True, check=False)
        return ended, (self.out / "summary.md").read_text(encoding="utf-8")


@pytest.fixture
def repository(copied: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    for name in ("GIT_DIR", "GIT_WORK_TREE", "MAKEFLAGS"):
        monkeypatch.delenv(name, raising=False)
    return Repository(copied)


def test_a_night_after_a_number_changed_says_which_and_fails(repository: Repository) -> None:
    ended, said = repository.night()
    assert ended.returncode == 0, ended.stderr
    assert "What is built is what is committed." in said
    assert "Nothing: all files are the same to the byte." in said
    first_page = (repository.out / "site" / "index.html").read_bytes()

    figures = repository.root / "data" / "raw" / "dbp-2026-01" / "figures.csv"
    text = figures.read_text(encoding="utf-8")
    figures.write_text(text.replace("95.5%", "95.6%", 1), encoding="utf-8")
    repository.git("commit", "-qam", "another number, nothing rebuilt")
    ended, said = repository.night()
    assert ended.returncode == 1, ended.stdout
    assert "what is built is not what is committed" in ended.stderr
    blocks = [block for block in parsed(said) if block["type"] != "blank_line"]
    assert texts(blocks[1]) == "What is built is not what is committed."
    assert texts(blocks[2]) == "What is built and not committed"
    numbers, words = tables(said)[:2]
    changed = [row for row in numbers[1:] if row[3] == "full_immunisation_under_1"]
    assert changed[0][1:3] == ["VN-71", "2025"]
    assert changed[0][5:] == ["0.955", "0.956", "vn-71-2025-annual-profile.en"]
    assert any("95.5%" in row[2] and "95.6%" in row[3] for row in words)
    assert {row[0] for row in words[1:]} == {"vn-71-2025-annual-profile.en"}
    assert "data/processed/observations.csv" in said
    assert (repository.out / "site" / "index.html").read_bytes() == first_page  # not replaced

    repository.git("tag", "edition-2026-02")
    ended, said = repository.night()
    assert ended.returncode == 0, ended.stderr
    assert "it is published as edition-2026-02" in said


def test_a_night_that_stops_early_leaves_no_summary_of_another(repository: Repository) -> None:
    repository.out.mkdir()
    (repository.out / "summary.md").write_text("# All is well", encoding="utf-8")
    makefile = repository.root / "Makefile"
    makefile.write_text(".PHONY: reports sbom\nreports sbom:\n\t@false\n", encoding="utf-8")
    repository.git("commit", "-qam", "a build that fails")
    ended, said = repository.night()
    assert ended.returncode != 0
    assert "no reports, the job stopped early" in said
