"""Every layout that a source may declare has its reader."""

import pytest

from childstats.sources.readers import READERS, reader_of
from childstats.sources.source import LAYOUTS


def test_every_registered_reader_is_a_layout() -> None:
    assert set(READERS) <= set(LAYOUTS)


@pytest.mark.parametrize("layout", READERS)
def test_a_reader_is_named_as_its_layout(layout: str) -> None:
    assert reader_of(layout).__name__ == f"read_{layout}"
