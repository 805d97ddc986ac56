"""The pages that say how: their commands are run, and every file and option they name exists."""

import configparser
import re
import shutil

import pytest
from conftest import ROOT
from documented import Reader, blocks_of

from childstats.cli import main
from childstats.reports.new_workspace import new_workspace

PAGES = sorted((ROOT / "docs" / "how_to").glob("*.md"))
NAMED = [*PAGES, *(ROOT / "docs" / name for name in ("README.md", "tutorial.md", "explanation.md"))]
EDITION = """\
[edition]
id = "first"
date = 2026-01-31

[[report]]
notebook = "annual_profile"
ref_area = ["VN-71"]
time_period = [2025]
language = ["en"]
"""


@pytest.fixture
def workspace_folder(tmp_path):
    root = new_workspace(tmp_path / "workspace", ref_area="VN-71")
    (root / "childstats.toml").write_text(EDITION, encoding="utf-8")
    return root


SEVERAL_MACHINES = "run_on_a_cluster"
"""A page whose commands start schedulers and workers: only what it names is checked here."""


@pytest.mark.parametrize(
    "path", [p for p in PAGES if p.stem != SEVERAL_MACHINES], ids=lambda p: p.stem
)
def test_what_a_page_says_is_done_and_said(path, workspace_folder):
    ran = Reader(workspace_folder).follow(path)
    assert ran or path.stem == "run_every_night"


def _spans(path):
    """Return what a page writes as code, in lines and in blocks."""
    text = path.read_text(encoding="utf-8")
    blocks = re.findall(r"^```(?:sh|console|text|ini)\b[^\n]*\n(.*?)^```", text, re.M | re.S)
    outside = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    return [line for b in blocks for line in b.splitlines()] + re.findall(r"`([^`]+)`", outside)


@pytest.mark.parametrize("path", NAMED, ids=lambda p: p.stem)
def test_every_command_and_option_exists(path):
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    for span in _spans(path):
        for name in re.findall(r"(?<![\w/-])make ([a-z-]+)", span):
            assert name in targets, span
        for name, rest in re.findall(r"(?<![\w./=-])(?:\S*/)?childstats ([a-z]+)\b([^|;&]*)", span):
            assert name in main.commands, span
            known = {option for p in main.commands[name].params for option in p.opts}
            assert set(re.findall(r"--[a-z]+", rest)) <= known, span


@pytest.mark.parametrize("path", NAMED, ids=lambda p: p.stem)
def test_every_file_of_the_project_that_a_page_names_is_there(path):
    for span in _spans(path):
        for name in re.findall(r"^(?:src|tests|docs|\.ci|\.github|data/catalogue)/[\w./-]+$", span):
            assert (ROOT / name).exists() or name.endswith("corrections.csv"), name


def test_the_units_of_systemd_are_whole_and_start_the_job():
    page = ROOT / "docs" / "how_to" / "run_every_night.md"
    units = {block.of: block.text for block in blocks_of(page) if block.kind == "ini"}
    assert set(units) == {"childstats-nightly.service", "childstats-nightly.timer"}
    read = {}
    for name, text in units.items():
        read[name] = configparser.ConfigParser(strict=True)
        read[name].optionxform = str
        read[name].read_string(text)
    service = read["childstats-nightly.service"]["Service"]
    program, folder = service["ExecStart"].split()
    assert program.removeprefix(service["WorkingDirectory"]) == "/.ci/nightly"
    assert (ROOT / ".ci" / "nightly").stat().st_mode & 0o111
    assert service["ReadWritePaths"].split() == [service["WorkingDirectory"], folder]
    assert "OnCalendar" in read["childstats-nightly.timer"]["Timer"]


def test_a_page_that_names_a_command_that_is_not_there_is_noticed(tmp_path):
    page = tmp_path / "wrong.md"
    for wrong in ("`make everything`", "`childstats bulid`", "`childstats build --fast`"):
        page.write_text(wrong, encoding="utf-8")
        with pytest.raises(AssertionError):
            test_every_command_and_option_exists(page)
    shutil.rmtree(tmp_path)
