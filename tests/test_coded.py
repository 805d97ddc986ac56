"""Coded columns say what their texts say."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from childstats.coded import (
    coded,
    coded_from,
    constant,
    differ,
    filled,
    looked_up,
    relabelled,
    stacked,
    used,
    which,
)

TEXTS = st.lists(st.sampled_from(["", "a", "b", "c"]), min_size=1, max_size=12)
PAIRS = st.lists(st.tuples(*[st.sampled_from(["", "a", "b", "c"])] * 2), min_size=1, max_size=12)


@given(TEXTS)
def test_a_relabelled_column_says_the_new_texts_also_where_two_became_one(texts):
    new = {"": "total", "a": "x", "b": "x", "c": "c"}
    assert list(relabelled(coded(texts), new.__getitem__)) == [new[text] for text in texts]


@given(TEXTS)
def test_a_function_is_asked_once_a_text(texts):
    asked = []
    found = looked_up(coded(texts), lambda t: asked.append(t) or len(t), int)
    assert list(found) == [len(text) for text in texts]
    assert sorted(asked) == sorted(set(texts))


@given(PAIRS)
def test_empty_cells_are_filled_from_the_other_column(pairs):
    one, other = (coded(column) for column in zip(*pairs, strict=True))
    assert list(filled(one, other)) == [a or b for a, b in pairs]
    assert list(differ(one, other)) == [a != b for a, b in pairs]


@given(TEXTS, TEXTS)
def test_stacked_tables_keep_their_codes_and_their_rows(above, below):
    tables = [pd.DataFrame({"t": coded(t), "n": np.arange(len(t))}) for t in (above, below)]
    table = stacked(tables)
    assert list(table["t"]) == above + below
    assert isinstance(table["t"].dtype, pd.CategoricalDtype)
    assert list(table.index) == list(range(len(above) + len(below)))


def test_a_constant_column_has_one_label():
    column = constant("x", pd.RangeIndex(3))
    assert list(column) == ["x"] * 3
    assert list(column.cat.categories) == ["x"]


@pytest.mark.parametrize("index", [[5, 3, 1], [1, 2, 3]])
def test_the_rows_keep_their_index(index):
    column = coded(pd.Series(["a", "", "b"], index=index))
    for result in (relabelled(column, str.upper), looked_up(column, len, int)):
        assert list(result.index) == index
    assert list(filled(column, column).index) == index


@given(TEXTS)
def test_a_text_that_no_row_has_is_forgotten(texts):
    column = coded(["only above", *texts]).iloc[1:]
    assert list(used(column)) == texts
    assert set(used(column).cat.categories) == set(texts)


@given(st.lists(st.integers(0, 3), min_size=1, max_size=12))
def test_a_column_from_codes_has_the_label_of_each(codes):
    labels = ["a", "b", "a", "c"]
    column = coded_from(np.array(codes), labels)
    assert list(column) == [labels[code] for code in codes]
    assert set(column.cat.categories) == {labels[code] for code in codes}


@given(TEXTS)
def test_which_rows_is_asked_of_texts(texts):
    assert which(coded(texts), lambda text: text in "ab").tolist() == [t in "ab" for t in texts]
