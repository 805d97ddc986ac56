"""A table of an analyst's own frame: numbers stay numbers, and are formatted when shown."""

from datetime import date

import pandas as pd
import pytest
from pandas import DataFrame
from pandas.testing import assert_frame_equal

import childstats as cs
from childstats.blocks import BLOCK_MIME, Column, Group, speak

FRAME = DataFrame(
    {
        "area": ["Điện Biên", "Sơn La", None],
        "year": [2024, 2025, 2025],
        "rate": [1234.5, None, 0.25],
        "count": pd.array([1500, None, 3], dtype="Int64"),
    }
)


@pytest.fixture(autouse=True)
def english():
    speak("en")
    yield
    speak("en")


def cells(table: cs.Table):
    return [row["cells"] for row in table._repr_mimebundle_()[BLOCK_MIME]["rows"]]


def test_numbers_are_given_back_and_formatted_when_shown() -> None:
    table = cs.Table(FRAME, title="Rates")
    assert_frame_equal(table.frame, FRAME)
    assert cells(table) == [
        ["Điện Biên", "2024", "1,234.50", "1,500"],
        ["Sơn La", "2025", "–", "–"],
        ["–", "2025", "0.25", "3"],
    ]
    aligned = [c["align"] for c in table.to_json()["columns"]]
    assert aligned == ["left", "right", "right", "right"]


def test_the_language_is_that_of_the_report_when_it_is_shown() -> None:
    table = cs.Table(FRAME, title="Rates")
    speak("vi")
    assert cells(table)[0] == ["Điện Biên", "2024", "1.234,50", "1.500"]


def test_a_column_that_is_added_and_digits_that_are_asked_for_are_shown() -> None:
    table = cs.Table(
        FRAME.assign(double=FRAME["rate"] * 2),
        title="Rates",
        columns={"area": "Area"},
        digits={"rate": 0, "double": 1},
    )
    assert [c["label"] for c in table.to_json()["columns"]][:2] == ["Area", "year"]
    assert cells(table)[0][-3:] == ["1,234", "1,500", "2,469.0"]


def test_an_index_is_the_first_column_and_headings_of_two_levels_are_one() -> None:
    wide = FRAME.head(2).pivot(index="area", columns="year", values=["rate"])
    table = cs.Table(wide, title="Rates")
    heads = [c["label"] for c in table.to_json()["columns"]]
    assert heads == ["area", "rate / 2024", "rate / 2025"]
    assert ["Sơn La", "–", "–"] in cells(table)


def test_dates_truths_and_small_numbers_can_be_read() -> None:
    frame = DataFrame({"day": [date(2025, 3, 1)], "ok": [True], "p": [0.00012]})
    (row,) = cells(cs.Table(frame, title="t"))
    assert row[1:] == ["True", "0.00012"]
    assert "2025" in row[0]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"columns": {"rat": "x"}}, r"has no column \['rat'\]"),
        ({"digits": {"rat": 1}}, r"has no column \['rat'\]"),
        ({"columns": ["one"]}, "4 columns and 1 headings"),
    ],
)
def test_headings_and_digits_of_columns_that_are_not_there_are_refused(options, message) -> None:
    with pytest.raises(ValueError, match=message):
        cs.Table(FRAME, title="t", **options)


def test_only_a_frame_is_a_frame() -> None:
    with pytest.raises(TypeError, match=r"not Series; of a Series give \.to_frame\(\)"):
        cs.Table(FRAME["rate"], title="t")


def test_written_cells_are_a_frame_too() -> None:
    table = cs.Table(title="t", columns=[Column("a"), Column("n")], rows=[Group("g"), ("x", "1")])
    assert table.frame.to_dict("records") == [{"group": "g", "a": "x", "n": "1"}]
