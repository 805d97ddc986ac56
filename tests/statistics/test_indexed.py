"""Estimates of columns of a table go back into it, row by row."""

import pandas as pd
import pytest

import childstats as cs

TABLE = pd.DataFrame(
    {"cases": [12, 30, 0], "total": [100, 120, 80], "others": [10, 10, 10], "all": [90, 90, 90]},
    index=pd.Index(["x", "y", "z"], name="commune"),
)


def test_a_ratio_of_columns_has_their_index() -> None:
    ratio = cs.risk_ratio(
        exposed_cases=TABLE["cases"],
        exposed_total=TABLE["total"],
        reference_cases=TABLE["others"],
        reference_total=TABLE["all"],
    )
    frame = ratio.to_frame()
    assert list(frame.columns) == ["value", "low", "high"]
    assert frame.index.equals(TABLE.index)
    assert frame.loc["x", "value"] == pytest.approx((12 / 100) / (10 / 90))
    assert TABLE.join(frame).loc["z", "value"] == 0
    assert tuple(ratio) == tuple(ratio)[:3], "an estimate as any other"


def test_single_numbers_and_lists_have_rows_by_number() -> None:
    assert cs.proportion(3, 10).to_frame().shape == (1, 3)
    assert list(cs.proportion([3, 4], [10, 10]).to_frame().index) == [0, 1]
    assert list(cs.proportion([3, 4], 10).to_frame(index=["a", "b"]).index) == ["a", "b"]


def test_columns_of_two_tables_in_another_order_are_refused() -> None:
    with pytest.raises(ValueError, match="different indexes; align them first"):
        cs.proportion(TABLE["cases"], TABLE["total"].sort_index(ascending=False))


def test_shuffled_rows_give_shuffled_estimates() -> None:
    shuffled = TABLE.loc[["z", "x", "y"]]
    one = cs.proportion(TABLE["cases"], TABLE["total"]).to_frame()
    other = cs.proportion(shuffled["cases"], shuffled["total"]).to_frame()
    pd.testing.assert_frame_equal(one, other.loc[one.index])
