"""Every layout that a source may declare has its reader, and every reader its layout."""

from importlib.resources import files

import pytest

from childstats.sources.readers import reader_of
from childstats.sources.source import LAYOUTS


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_reader_is_named_as_its_layout(layout: str) -> None:
    assert reader_of(layout).__name__ == f"read_{layout}"


def test_no_reader_is_without_a_layout() -> None:
    modules = [path for path in files("childstats.sources.readers").iterdir() if path.is_file()]
    readers = {
        path.name.removesuffix(".py")
        for path in modules
        if f"def read_{path.name.removesuffix('.py')}(" in path.read_text(encoding="utf-8")
    }
    assert readers - {"transcription"} == set(LAYOUTS)
