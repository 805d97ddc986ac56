"""The tutorial, typed as it stands, into an empty folder."""

import pytest
from conftest import ROOT
from documented import Reader


def test_the_tutorial_does_what_it_says(tmp_path):
    assert Reader(tmp_path).follow(ROOT / "docs" / "tutorial.md") >= 10


@pytest.mark.parametrize(
    "wrong",
    ["```sh\necho one\n```\n\n```text\ntwo\n```\n", "```sh\nfalse\n```\n", "```sh 2\ntrue\n```\n"],
)
def test_a_document_that_says_what_is_not_so_is_noticed(tmp_path, wrong):
    document = tmp_path / "wrong.md"
    document.write_text(wrong, encoding="utf-8")
    with pytest.raises(AssertionError, match=r"two|false|true"):
        Reader(tmp_path).follow(document)
