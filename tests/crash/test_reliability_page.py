"""Every fault that the page on reliability lists names tests that are there."""

import ast
import re

from conftest import ROOT

PAGE = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| ([\d–]+) \| (.+?) \| (.+?) \| (.+) \|$", PAGE, re.MULTILINE)


def test_every_named_test_is_there() -> None:
    for number, *_, cell in ROWS:
        named = re.findall(r"`(tests/[^`]+)`", cell)
        assert named, number
        for path, _, function in (name.partition("::") for name in named):
            tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
            tests = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
            assert function in tests, f"{path}::{function}"


def test_every_fault_of_the_build_itself_is_listed() -> None:
    listed = [int(number) for number, *_ in ROWS if number != "–"]
    assert listed == sorted(listed)
    assert set(range(1, 28)) | {76, 79} <= set(listed)
