"""What the documents promise is there: commands, links, code, terms."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

from childstats import errors
from childstats.observations.workspace import Workspace

DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("docs/**/*.md"))]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_make_command_of_the_readme_is_a_target() -> None:
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    promised = re.findall(r"\bmake (?!and\b|the\b)([a-z]+)", README)
    assert {"reports", "test", "lab"} <= set(promised) <= set(targets)


def test_ci_runs_the_commands_of_the_readme() -> None:
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    commands = re.findall(r"^make \w+$", ci, re.M)
    assert commands == ["make check", "make test", "make reports", "make processors"]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: p.name)
def test_every_link_inside_the_project_leads_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:)([^)#\s]+)[^)\s]*\)", text):
        assert (path.parent / target).exists(), target


def test_the_readme_example_runs_and_says_the_truth() -> None:
    (block,) = re.findall(r"```python\n(.*?)```", README, re.S)
    shown = {}
    exec(block.replace("\ncs.proportion", "\nshown['p'] = cs.proportion"), {"shown": shown})
    low, high = re.search(r"interval ([\d.]+) to ([\d.]+)", block).groups()
    assert (f"{shown['p'].low:.3f}", f"{shown['p'].high:.3f}") == (low, high)


def test_the_exception_tree_is_drawn_as_it_is() -> None:
    drawn = re.findall(r"[─ ](\w+Error)\b", errors.__doc__.split("A wrong argument")[0])
    tree = [n for n, e in vars(errors).items() if n.endswith("Error") and isinstance(e, type)]
    assert drawn == tree


def test_the_command_is_the_module() -> None:
    command = [sys.executable, "-m", "childstats", "--help"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    for name in ("build", "clean", "plan"):
        assert re.search(rf"^  {name} ", said, re.M)


def test_every_trap_is_caught_by_its_check_with_the_sentence_shown(workspace: Workspace) -> None:
    text = (ROOT / "docs" / "traps.md").read_text(encoding="utf-8")
    told = re.findall(r"^\|[^|]+\| `(\w+)` \| (.+) \|$", text, re.M)
    found = workspace.checks[workspace.checks["verdict"] != "pass"]
    numbered = set(re.findall(r"^\| (\d+)\. ", text, re.M))
    assert numbered == {str(number) for number in range(1, 15)}
    assert len(told) >= 30
    assert set(told) <= set(zip(found["check"], found["message_en"], strict=True))
