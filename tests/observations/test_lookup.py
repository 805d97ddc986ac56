"""Rows by area are those of the whole tables."""

import pandas as pd
import pytest
from conftest import ROOT

from childstats.observations.table import records
from childstats.observations.workspace import Workspace, hold, open_workspace


@pytest.fixture
def held() -> Workspace:
    """Return the project's workspace, held in memory with nothing asked of it yet."""
    hold(ROOT)
    return open_workspace(ROOT)


def test_rows_are_what_pandas_says_with_none_for_what_is_missing(held: Workspace) -> None:
    for table in (held.figures, held.observations, held.checks):
        objects = table.astype(object)
        expected = objects.where(objects.notna(), None).to_dict("records")
        made = records(table)
        assert made == expected
        assert [list(map(type, row.values())) for row in made] == [
            list(map(type, row.values())) for row in expected
        ]
    assert records(pd.DataFrame({"a": []})) == []
