"""What the page on readers shows can be declared so."""

import re

import pytest
from conftest import ROOT, SOURCE_TOML

from childstats.sources.decoding import ENCODINGS
from childstats.sources.source import LAYOUTS, read_source

PAGE = (ROOT / "docs" / "readers.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```toml\n(.*?)```", PAGE, re.S)


@pytest.mark.parametrize(
    "example", EXAMPLES, ids=lambda text: re.search('layout = "(.*)"', text)[1]
)
def test_every_example_is_a_declaration(tmp_path, example) -> None:
    folder = tmp_path / "a-source"
    folder.mkdir()
    (folder / re.search('name = "(.*)"', example)[1]).touch()
    (folder / "source.toml").write_text(SOURCE_TOML + example, encoding="utf-8")
    declared = read_source(folder).file
    assert declared.layout in LAYOUTS
    assert declared.areas


def test_every_encoding_that_must_be_declared_is_on_the_page() -> None:
    assert set(re.findall('encoding = "(.*?)"', PAGE)) <= set(ENCODINGS)
