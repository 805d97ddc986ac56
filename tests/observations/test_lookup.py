"""Rows by area: each is noted when it is asked for, also if it was held before."""

import pandas as pd
import pytest
from conftest import ROOT

from childstats.observations.lookup import EVERYTHING
from childstats.observations.table import records
from childstats.observations.workspace import Workspace, hold, open_workspace, what_was_read


@pytest.fixture
def held() -> Workspace:
    """Return the project's workspace, held in memory with nothing asked of it yet."""
    hold(ROOT)
    return open_workspace(ROOT)


@pytest.mark.parametrize(
    "ask",
    [
        lambda w: w.yearly("VN-05"),
        lambda w: w.rows.observations("VN-05"),
        lambda w: w.rows.figures("VN-05"),
        lambda w: w.rows.checks("VN-05"),
        lambda w: w.rows.hidden("VN-05"),
    ],
    ids=["yearly", "observations", "figures", "checks", "hidden"],
)
def test_an_area_that_is_asked_for_is_noted_each_time(held: Workspace, ask) -> None:
    for _ in range(2):
        held.rows.read.clear()
        ask(held)
        assert what_was_read(ROOT) == ["VN-05"]


def test_a_whole_table_that_is_asked_for_is_noted(held: Workspace) -> None:
    assert what_was_read(ROOT) == []
    assert len(held.observations)
    assert what_was_read(ROOT) == [EVERYTHING]


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
