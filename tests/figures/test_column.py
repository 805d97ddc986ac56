"""A column is read as its cells are read one by one, and plain numbers all at once."""

import math
import random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from childstats.errors import FigureError
from childstats.figures import column
from childstats.figures.column import parse_figures
from childstats.figures.parse import parse_figure

TEXTS = [
    *["6,847", "6.847", "95.5", "95,5", "1,503,646", "1 503 646", "0", "0.05", "100", "99.97"],
    *["36/45", "approximately 68,000", "10-15%", "..", "", "*", "Prel. 14.5", "12,3,4", "NaN"],
    *["21.6 [18.6-25.8]", "9" * 40, "123456789012345", "12345678901234.5", "0.00001", "007"],
    *["<5", "khoảng 68.000", "1.2 million", "28.0", " 28.0", "28.0\n", "100.4", "99.96"],
]


def same(one: object, other: object) -> bool:
    """Return whether two cells say the same; nothing is nan, None or ""."""
    nothing = [bool(pd.isna(cell)) or cell == "" for cell in (one, other)]
    return all(nothing) if any(nothing) else one == other


def row_of(text: str, language: str, unit: str | None) -> dict[str, object]:
    try:
        figure = parse_figure(text, language=language, unit=unit)
    except FigureError as error:
        return {"refusal": str(error)}
    names = figure.__dataclass_fields__
    return {name: getattr(figure, name) for name in names} | {"refusal": ""}


def assert_read_alike(texts: list[str], language: str, unit: str | None) -> None:
    table = parse_figures(texts, language=language, unit=unit)
    assert len(table) == len(texts)
    for text, (_, row) in zip(texts, table.iterrows(), strict=True):
        for name, cell in row_of(text, language, unit).items():
            assert same(row[name], cell), (text, name, row[name], cell)


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize("unit", [None, "percent", "per_1000", "persons", "thousand_persons"])
def test_every_kind_of_cell_is_read_as_it_is_alone(language, unit):
    assert_read_alike(TEXTS, language, unit)
    assert_read_alike(TEXTS[::-1] + TEXTS, language, unit)


@given(
    st.lists(
        st.integers(0, 10**14).flatmap(
            lambda n: st.sampled_from([f"{n}", f"{n:,}", f"{n / 1000:.3f}", f"{n / 10:,.1f}"])
        ),
        min_size=1,
        max_size=20,
    ),
    st.sampled_from([None, "percent"]),
)
def test_plain_numbers_are_read_to_the_last_bit_as_they_are_alone(texts, unit):
    assert_read_alike(texts, "en", unit)


def test_an_empty_column_has_the_columns_of_a_full_one():
    empty, full = parse_figures([], language="en"), parse_figures(["5"], language="en")
    assert list(empty.columns) == list(full.columns)
    assert [str(kind) for kind in empty.dtypes] == [str(kind) for kind in full.dtypes]


def test_an_unknown_number_format_is_refused_even_for_no_cells():
    with pytest.raises(FigureError, match="unknown number format 'fr'"):
        parse_figures([], language="fr")


def test_a_repeated_text_is_read_once_and_a_plain_number_never_one_by_one(monkeypatch):
    read = []
    monkeypatch.setattr(column, "_read", lambda text, *rest: read.append(text) or one(text, *rest))
    one = ORIGINAL_READ
    table = parse_figures(["36/45", "430", "36/45", "96.5", "1,000"] * 50, language="en")
    assert read == ["36/45"]
    assert len(table) == 250
    assert math.fsum(table["value"]) == pytest.approx(50 * (0.8 + 430 + 0.8 + 96.5 + 1000))


ORIGINAL_READ = column._read


def test_a_column_of_random_numbers_gives_back_the_numbers_that_were_written():
    chance = random.Random(20261125)
    numbers = [chance.randint(0, 10**9) for _ in range(20_000)]
    table = parse_figures([f"{n:,}".replace(",", ".") for n in numbers], language="vi")
    assert np.array_equal(table["value"], numbers)
    assert np.array_equal(table["low"], table["high"])
