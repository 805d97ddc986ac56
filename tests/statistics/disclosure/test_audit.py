"""The audit: answers worked by hand and by R, and every range against plain enumeration."""

import itertools

import numpy as np
import pandas as pd
import pytest
from disclosure_tables import hide, range_of, with_margins
from hypothesis import given, settings
from hypothesis import strategies as st

from childstats.statistics.disclosure import (
    ContradictionError,
    Statement,
    audit,
    share_statements,
)
from childstats.statistics.disclosure.cells import Margin
from childstats.statistics.disclosure.ranges import Ranges
from childstats.statistics.disclosure.system import system_of

# sdcTable (sdcTools/sdcTable commit a9999018) tests/testthat/test-simpleheuristic.R
FOUR_BY_FOUR = [[30, 47, 64, 89], [90, 124, 5, 31], [92, 100, 59, 85], [800, 991, 651, 685]]
NINE_HIDDEN = [("w", c) for c in "abc"] + [("x", c) for c in "ac"]
NINE_HIDDEN += [(r, c) for r in "yz" for c in "bd"]


def test_two_hidden_in_each_row_and_column_are_not_enough() -> None:
    table = with_margins(FOUR_BY_FOUR, "wxyz", "abcd", hidden=NINE_HIDDEN)
    for names in ("ref_area", "sex"):
        inner = table[(table["ref_area"] != "_T") & (table["sex"] != "_T")]
        assert (inner[inner["obs_status"] == "Q"].groupby(names).size() >= 2).all()
    result = audit(table)
    # Rows w and x hold a, c of both and b of w: what rows w and x leave, less what columns a and c
    # leave, is w|b alone.
    rows = (230 + 250) - (89 + 124 + 31)
    columns = (30 + 90 + 92 + 800 + 64 + 5 + 59 + 651) - (92 + 800 + 59 + 651)
    assert rows - columns == 47
    assert range_of(result, ref_area="w", sex="b") == (47, 47)
    assert (result["verdict"] == "fail").sum() == 1


def test_one_cell_more_opens_it_as_sdctable_finds() -> None:
    # the same file: attack(sdc_protected, to_attack = 8) gives val 47, low 0, up 141
    table = with_margins(FOUR_BY_FOUR, "wxyz", "abcd", hidden=[*NINE_HIDDEN, ("x", "b")])
    result = audit(table)
    assert range_of(result, ref_area="w", sex="b") == (0, 141)
    assert (result["verdict"] == "pass").all()


def test_the_derivation_names_the_counts_that_force_a_cell() -> None:
    table = with_margins([[3, 10], [20, 30]], "AB", "FM", hidden=[("A", "F")])
    (derivation,) = audit(table)["derivation"]
    ways = {"23 (sex=F) - 20 (ref_area=B sex=F)", "13 (ref_area=A) - 10 (ref_area=A sex=M)"}
    ends = dict(end.split(": ") for end in derivation.split("; "))
    assert set(ends) == {"low", "high"}
    assert set(ends.values()) <= ways


def test_the_intervals_that_gausssuppression_prints() -> None:
    # ssb-gausssuppression (commit 6db76479) articles/Small_count_frequency_table_suppression.md,
    # section Intervals: before the Spain column is hidden lo_1, up_1 = 0, 4 for both; after it
    # young:Iceland lo, up = 0, 13 and young:Portugal 0, 12.
    counts = [[3, 1, 17], [10, 11, 17]]
    names = {"names": ("age", "geo")}
    columns = ["Iceland", "Portugal", "Spain"]
    four = list(itertools.product(["young", "old"], columns[:2]))
    before = audit(with_margins(counts, ["young", "old"], columns, hidden=four, **names))
    assert range_of(before, age="young", geo="Iceland") == (0, 4)
    assert range_of(before, age="young", geo="Portugal") == (0, 4)
    six = list(itertools.product(["young", "old"], columns))
    after = audit(with_margins(counts, ["young", "old"], columns, hidden=six, **names))
    assert range_of(after, age="young", geo="Iceland") == (0, 13)
    assert range_of(after, age="young", geo="Portugal") == (0, 12)


def test_two_editions_that_are_safe_alone_give_a_cell_away_together() -> None:
    counts = [[3, 10], [14, 22], [16, 18]]
    first = with_margins(counts, "ABC", "FM", hidden=itertools.product("AB", "FM"))
    second = with_margins(counts, "ABC", "FM", hidden=itertools.product("AC", "FM"))
    for edition in (first, second):
        assert (audit(edition)["verdict"] == "pass").all()
    together = audit({"edition 2025": first, "edition 2026": second})
    # 2026 shows B, 2025 shows C: A is what they leave.
    assert range_of(together, ref_area="A", sex="F") == (3, 3)
    assert together["tables"].tolist() == ["edition 2025, edition 2026"] * 2


def test_old_and_new_boundaries_together_give_a_unit_away() -> None:
    old = pd.DataFrame(
        {
            "ref_area": ["o1", "o2", "o3", "o4", "_T"],
            "obs_value": [np.nan, 20, np.nan, 30, 55],
            "obs_status": ["Q", "A", "Q", "A", "A"],
        }
    )
    new = pd.DataFrame({"ref_area": ["n1", "n2", "_T"], "obs_value": [23, 32, 55]})
    merges = {"ref_area": {"o1": "n1", "o2": "n1", "o3": "n2", "o4": "n2"}}
    assert range_of(audit(old), ref_area="o1") == (0, 5)
    tables = {"old": old, "new": new}
    together = audit(tables, parents={"ref_area": {"n1": "_T", "n2": "_T"}} | merges)
    assert range_of(together, ref_area="o1") == (23 - 20, 23 - 20)
    assert range_of(together, ref_area="o3") == (32 - 30, 32 - 30)


def test_parts_in_another_table_than_their_total_need_all_be_listed() -> None:
    whole = pd.DataFrame({"ref_area": ["A", "B", "C"], "obs_value": [10, 20, 30]})
    total = pd.DataFrame({"obs_value": [None], "obs_status": ["Q"]})
    assert range_of(audit([whole, total])) == (60, 60)
    two = whole.iloc[:2].assign(obs_status=["Q", "A"], obs_value=[None, 20])
    known = pd.DataFrame({"ref_area": ["D"], "obs_value": [5]})
    limits = range_of(
        audit([two, known, total.assign(obs_value=[40], obs_status="A")]), ref_area="A"
    )
    assert limits == (0, 20)


def test_a_contributor_works_out_what_a_reader_cannot() -> None:
    counts = with_margins([[1, 3], [21, 22]], "AB", "FM")
    shown = hide(counts, itertools.product("AB", "FM"))
    assert (audit(shown)["verdict"] == "pass").all()
    result = audit(shown, counts=counts, largest_hidden=7)
    row = result[(result["ref_area"] == "A") & (result["sex"] == "M")].iloc[0]
    assert (row["insider"], row["insider_low"], row["insider_high"]) == ("ref_area=A sex=F", 3, 3)
    assert row["verdict"] == "fail"


def test_a_contributor_who_is_the_total_too_learns_nothing_of_others() -> None:
    counts = with_margins([[1, 0], [21, 22], [30, 31]], "ABC", "FM")
    shown = hide(
        counts, [("A", "F"), ("A", "_T"), ("B", "F"), ("B", "_T"), ("C", "F"), ("C", "_T")]
    )
    result = audit(shown, counts=counts, largest_hidden=7)
    assert (result["insider"] == "").all()


def test_hidden_zeros_that_cannot_be_make_two_ones_certain() -> None:
    table = with_margins([[1, 1], [20, 30]], "AB", "FM", hidden=itertools.product("AB", "FM"))
    assert range_of(audit(table), ref_area="A", sex="F") == (0, 2)
    low = table["obs_value"].where(table["obs_value"].notna(), 1)
    assert range_of(audit(table.assign(obs_low=low)), ref_area="A", sex="F") == (1, 1)


def test_a_share_with_two_decimals_gives_a_hidden_count_away() -> None:
    table = pd.DataFrame(
        {
            "dose": ["none", "some", "_T"],
            "obs_value": [None, None, 612],
            "obs_status": ["Q", "Q", "A"],
        }
    )
    none = (("dose", "none"),)
    two = share_statements(none, (), share=0.49, decimals=2)
    whole = share_statements(none, (), share=0, decimals=0)
    # 3 / 612 = 0.490 %; 2 / 612 = 0.327 %, 4 / 612 = 0.654 %; 0.5 % of 612 is 3.06
    assert range_of(audit(table, statements=two), dose="none") == (3, 3)
    assert range_of(audit(table, statements=whole), dose="none") == (0, 3)


def test_whole_numbers_know_more_than_the_linear_programme() -> None:
    table = pd.DataFrame({"part": ["a", "b"], "obs_value": [None, 1], "obs_status": ["Q", "A"]})
    a, b = (("part", "a"),), (("part", "b"),)
    twice = Statement({a: 2.0, b: 2.0}, 5, 7, "print")  # 2.5 to 3.5 for the sum: only 3
    assert range_of(audit(table, statements=[twice]), part="a") == (2, 2)


def test_a_count_that_only_halves_would_reach_is_not_believable() -> None:
    parts = ["a", "b", "c", "d", "e", "f"]
    table = pd.DataFrame({"part": [*parts, "_T"], "obs_value": np.nan, "obs_status": "Q"})
    cells = {part: (("part", part),) for part in parts}
    pairs = [*itertools.combinations("abc", 2), *itertools.combinations("def", 2)]
    most_one = [Statement({cells[x]: 1.0, cells[y]: 1.0}, 0, 1, x + y) for x, y in pairs]
    # At most one of each three can be 1, so 2 in all; six halves would make 3.
    assert range_of(audit(table, statements=most_one)) == (0, 2)


def test_a_table_that_does_not_agree_proves_nothing() -> None:
    cells = [(("sex", "F"),), (("sex", "M"),), ()]
    margin = Margin(cells[2], (cells[0], cells[1]), True, "table")
    ranges = Ranges(system_of({cells[0]: (0, 9), cells[1]: (0, 9), cells[2]: (9, 9)}, [margin]))
    ranges.add(np.array([9.0, 3.0, 5.0]))
    assert not ranges.tables
    ranges.add(np.array([9.0, 4.0, 5.0]))
    assert ranges.seen_high.tolist() == [9, 4, 5]


def test_a_small_count_that_is_shown_fails_unless_it_may_be() -> None:
    table = with_margins([[3, 10], [20, 30]], "AB", "FM")
    result = audit(table, largest_hidden=7)
    assert result[["ref_area", "sex", "verdict"]].to_numpy().tolist() == [["A", "F", "fail"]]
    assert audit(table, largest_hidden=7, keep=[{"ref_area": "A"}]).empty


def test_tables_that_cannot_both_be_true_are_refused() -> None:
    first = with_margins([[3, 10], [20, 30]], "AB", "FM")
    second = with_margins([[4, 9], [20, 30]], "AB", "FM")
    with pytest.raises(ContradictionError, match="contradict each other about ref_area=A sex=F"):
        audit({"2025": first, "2026": second})
    wrong = first.assign(obs_value=first["obs_value"].mask(first.index == 2, 14.0))
    with pytest.raises(ContradictionError, match="cannot all be true"):
        audit(wrong)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"obs_value": -1.0}, r"tables\['table 1'\] row 0 has the count -1"),
        ({"ref_area": "B"}, r"row 3 repeats the cell ref_area=B sex=F"),
    ],
)
def test_a_wrong_table_is_refused(change: dict, message: str) -> None:
    table = with_margins([[3, 10], [20, 30]], "AB", "FM")
    for column, value in change.items():
        table.loc[0, column] = value
    with pytest.raises(ValueError, match=message):
        audit(table)


def test_a_statement_about_an_unknown_cell_is_refused() -> None:
    table = with_margins([[3, 10], [20, 30]], "AB", "FM")
    with pytest.raises(ValueError, match=r"statements\[0\] is about the cell ref_area=Z"):
        audit(table, statements=[Statement({(("ref_area", "Z"),): 1.0}, 0, 1, "x")])


def test_primary_suppression_alone_gives_most_counts_away() -> None:
    chance = np.random.default_rng(20260701)
    counts = chance.poisson([3, 9, 20, 40], size=(45, 4))
    table = with_margins(counts, [f"c{n:02d}" for n in range(45)], "abcd")
    small = table["obs_value"].between(1, 4)
    result = audit(
        table.assign(obs_value=table["obs_value"].mask(small), obs_status=np.where(small, "Q", "A"))
    )
    assert 30 < len(result) < 70
    assert (result["width"] == 0).mean() > 0.5


@st.composite
def published_tables(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw the counts of a two- or three-way table with margins, and what is known of each."""
    shape = draw(st.sampled_from([(2, 2), (2, 3), (3, 3), (2, 2, 2)]))
    inner = np.array(
        draw(
            st.lists(st.integers(0, 4), min_size=int(np.prod(shape)), max_size=int(np.prod(shape)))
        )
    )
    counts = margins(inner.reshape(shape))
    fuzz = np.array(
        draw(
            st.lists(st.sampled_from([0, 0, 0, 1, 99]), min_size=counts.size, max_size=counts.size)
        )
    )
    fuzz = fuzz.reshape(counts.shape)
    low = np.where(fuzz == 99, 0, np.maximum(counts - fuzz, 0))
    high = np.where(fuzz == 99, counts.max() + 2, counts + fuzz)
    return counts, low, high


def margins(inner: np.ndarray) -> np.ndarray:
    """Add totals along each axis."""
    for axis in range(inner.ndim):
        inner = np.concatenate([inner, inner.sum(axis=axis, keepdims=True)], axis=axis)
    return inner


def enumerated(low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the smallest and largest of each cell over all tables within limits, one by one."""
    inside = tuple(slice(0, n - 1) for n in low.shape)
    shape = low[inside].shape
    choices = [
        range(a, b + 1) for a, b in zip(low[inside].ravel(), high[inside].ravel(), strict=True)
    ]
    tables = np.array(list(itertools.product(*choices))).reshape(-1, *shape)
    whole = tables
    for axis in range(1, tables.ndim):
        whole = np.concatenate([whole, whole.sum(axis=axis, keepdims=True)], axis=axis)
    axes = tuple(range(1, whole.ndim))
    agrees = ((whole >= low) & (whole <= high)).all(axis=axes)
    return whole[agrees].min(axis=0), whole[agrees].max(axis=0)


@settings(max_examples=60)
@given(published_tables())
def test_every_range_is_that_of_plain_enumeration(
    drawn: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    counts, low, high = drawn
    free = (high > low)[tuple(slice(0, n - 1) for n in low.shape)]
    if free.sum() > 4:  # the enumeration would be long: certain cells make it short
        many = np.argwhere(free)[4:]
        for index in map(tuple, many):
            low[index] = high[index] = counts[index]
    codes = list(itertools.product(*[[*map(str, range(n - 1)), "_T"] for n in counts.shape]))
    names = ["ref_area", "sex", "age"][: counts.ndim]
    hidden = (high > low).ravel()
    table = pd.DataFrame(codes, columns=names).assign(
        obs_value=np.where(hidden, np.nan, counts.ravel()),
        obs_status=np.where(hidden, "Q", "A"),
        obs_low=low.ravel(),
        obs_high=high.ravel(),
    )
    least, most = enumerated(low, high)
    result = audit(table)
    assert result["proven"].all()
    expected = dict(zip(codes, zip(least.ravel(), most.ravel(), strict=True), strict=True))
    found = {
        tuple(row[:-2]): row[-2:] for row in result[[*names, "low", "high"]].to_numpy().tolist()
    }
    assert {code: tuple(ends) for code, ends in found.items()} == {
        code: expected[code] for code, is_hidden in zip(codes, hidden, strict=True) if is_hidden
    }


@settings(max_examples=20)
@given(published_tables())
def test_stopping_at_the_policy_gives_the_same_verdicts(
    drawn: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    counts, low, high = drawn
    codes = list(itertools.product(*[[*map(str, range(n - 1)), "_T"] for n in counts.shape]))
    hidden = (high > low).ravel()
    table = pd.DataFrame(codes, columns=["ref_area", "sex", "age"][: counts.ndim]).assign(
        obs_value=np.where(hidden, np.nan, counts.ravel()),
        obs_status=np.where(hidden, "Q", "A"),
        obs_low=low.ravel(),
        obs_high=high.ravel(),
    )
    quick, exact = audit(table, exact=False), audit(table)
    assert quick["verdict"].tolist() == exact["verdict"].tolist()
