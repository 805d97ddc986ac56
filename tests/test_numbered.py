"""Numbered texts say what texts would, and are spelled only when they are looked at."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from childstats.coded import stacked
from childstats.numbered import NumberedArray, numbered

NUMBERS = st.lists(st.integers(0, 10**9), min_size=1, max_size=8)


def column(beginning, numbers):
    return numbered(beginning, np.array(numbers, dtype=np.int64))


@given(NUMBERS)
def test_a_column_says_what_its_texts_say(numbers):
    texts = [f"s/t.csv line {n}" for n in numbers]
    lines = "s/t.csv " + column("line ", numbers)
    assert lines.tolist() == texts
    assert [lines.iloc[i] for i in range(len(texts))] == texts
    assert lines.iloc[::-1].tolist() == texts[::-1]
    assert (lines == texts[0]).tolist() == [text == texts[0] for text in texts]
    assert lines.astype(object).tolist() == texts
    table = pd.DataFrame({"where": lines})
    assert table.to_csv(index=False) == pd.DataFrame({"where": texts}).to_csv(index=False)


@given(NUMBERS, NUMBERS)
def test_columns_of_two_files_stand_one_below_the_other(numbers, others):
    parts = [column("a.csv line ", numbers), column("b.csv line ", others)]
    table = stacked(pd.DataFrame({"where": part}) for part in parts)
    assert table["where"].tolist() == [text for part in parts for text in part]
    again = "x/" + pd.concat([table["where"], parts[1]], ignore_index=True)
    assert again.tolist() == [f"x/{text}" for part in (*parts, parts[1]) for text in part]


def test_a_place_without_a_row_is_missing():
    found = column("line ", [2, 3]).reindex([1, 5])
    assert found.isna().tolist() == [False, True]
    assert found.iloc[0] == "line 3"
    assert pd.concat([found, column("row ", [4])]).isna().tolist() == [False, True, False]


def test_texts_are_not_taken_for_numbers_by_their_look():
    with pytest.raises(TypeError, match=r"childstats\.numbered"):
        pd.Series(["line 2"], dtype="numbered")
    assert isinstance(column("line ", [2]).array, NumberedArray)
