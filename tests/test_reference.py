"""The reference is what the code says: the committed pages are the generated ones."""

import importlib.util
import re
from pathlib import Path

import pytest
from conftest import ROOT

from childstats.cli import main
from childstats.observations.processed import PRINTED
from childstats.observations.table import COLUMNS
from childstats.sources.readers.transcription import HEADER, OPTIONAL

FOLDER = ROOT / "docs" / "reference"


def _generate():
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GENERATE = _generate()


@pytest.mark.parametrize("name", sorted(GENERATE.PAGES))
def test_a_page_is_what_the_code_says(name):
    committed = (FOLDER / name).read_text(encoding="utf-8")
    assert committed == GENERATE.PAGES[name](), "run make docs"


def test_every_page_of_the_folder_is_generated():
    assert {path.name for path in FOLDER.iterdir()} == set(GENERATE.PAGES)


def test_every_column_has_a_meaning_and_no_meaning_is_left_over():
    assert set(GENERATE.COLUMN_MEANINGS) == {*HEADER, *OPTIONAL, *COLUMNS, PRINTED}
    assert all(GENERATE.COLUMN_MEANINGS.values())


def test_every_field_is_described():
    for name in ("data_model.md", "edition_file.md"):
        rows = re.findall(r"^\|.*\|$", (FOLDER / name).read_text(encoding="utf-8"), re.M)
        assert len(rows) > 5
        # a remark on a code may be missing, a meaning may not
        assert not [row for row in rows if re.search(r"\|  \|$", row) and row.count("|") == 3]


def test_every_command_is_on_its_page():
    text = (FOLDER / "command_line.md").read_text(encoding="utf-8")
    assert re.findall(r"^## `childstats (\w+)`", text, re.M) == sorted(main.commands)


@pytest.mark.parametrize(
    "said",
    [
        "unknown area 'VN-72' (did you mean 'VN-71'?) in a/figures.csv line 2; add it to data/",
        "missing field 'kind' in a-source/source.toml; add kind = …",
        "no childstats.toml in /home or above; go to a workspace folder",
    ],
)
def test_a_message_is_found_on_the_page_of_errors_by_its_words(said):
    rows = (FOLDER / "errors.md").read_text(encoding="utf-8").splitlines()
    patterns = [
        ".*".join(map(re.escape, row.split(" | ")[0].removeprefix("| ").split("…"))) for row in rows
    ]
    assert [p for p in patterns if re.search(r"\w{4}", p) and re.match(p, said)]


def test_the_generator_reads_a_docstring_whole():
    class Example:
        """Something.

        Attributes
        ----------
        one, two
            Said of
            both.
        three
            Said of it.
        """

    said = {"one": "Said of both.", "two": "Said of both.", "three": "Said of it."}
    assert GENERATE.attributes(Example) == said
    assert Path(GENERATE.HERE) == ROOT / "docs"
