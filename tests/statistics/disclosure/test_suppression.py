"""Suppression: R's published patterns, random tables, mutation, the optimum, and an attack."""

import itertools
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from disclosure_tables import hide, range_of, with_margins
from hypothesis import given, settings
from hypothesis import strategies as st

from childstats.statistics.disclosure import Suppression, audit, suppress
from childstats.statistics.disclosure.cells import margins_of
from childstats.statistics.disclosure.protection import Protection, Rules
from childstats.statistics.disclosure.published import published_cells
from childstats.statistics.disclosure.system import system_of

GEO = ["Iceland", "Portugal", "Spain"]
EU = {"geo": {"Portugal": "EU", "Spain": "EU", "Iceland": "nonEU", "EU": "_T", "nonEU": "_T"}}
THRESHOLD = {"method": "threshold", "minimum_width": 1, "singletons": False}
"""What R's packages protect against: that a reader works a count out exactly."""


def with_eu(counts: list[list[int]]) -> pd.DataFrame:
    """Return the vignette's table by age and geo with the subtotals EU and nonEU."""
    iceland, portugal, spain = np.array(counts).T
    wide = np.column_stack([iceland, portugal, spain, portugal + spain, iceland])
    table = with_margins(wide, ["young", "old"], [*GEO, "EU", "nonEU"], names=("age", "geo"))
    total = np.append(np.array(counts).sum(axis=1), np.sum(counts))
    return table.drop(columns="obs_status").assign(
        obs_value=table["obs_value"].mask(table["geo"] == "_T", np.repeat(total, 6))
    )


# statisticsnorway/ssb-gausssuppression (commit 6db76479), articles/
# Small_count_frequency_table_suppression.md, example1 of 2014 and 2015: the arguments, and the
# cells that it prints as suppressed, primary and secondary.
GAUSS = {
    "Table 1": ([[2, 0, 5], [3, 4, 6]], False, 1, "hide", 1, 3),
    "Table 2": ([[2, 0, 5], [3, 4, 6]], True, 2, "hide", 3, 5),
    "Table 4": ([[2, 0, 5], [3, 4, 6]], True, 4, "publish", 6, 4),
    "Table 5": ([[2, 0, 5], [3, 4, 6]], True, 3, "secondary", 4, 4),
    "Table 7": ([[0, 0, 5], [3, 4, 6]], True, 2, "hide", 3, 7),
}


@pytest.mark.parametrize("name", GAUSS)
def test_no_more_cells_than_gausssuppression_prints(name: str) -> None:
    counts, eu, largest, zeros, _, _ = GAUSS[name]
    table = (
        with_eu(counts) if eu else with_margins(counts, ["young", "old"], GEO, names=("age", "geo"))
    )
    result = suppress(
        table, parents=EU if eu else None, largest_hidden=largest, zeros=zeros, **THRESHOLD
    )
    primary, secondary = GAUSS[name][4:]
    assert (result.audit["verdict"] == "pass").all()
    assert result.primary == primary
    assert result.optimum == result.secondary <= secondary


def test_the_pattern_of_gausssuppression_table_1() -> None:
    table = with_margins([[2, 0, 5], [3, 4, 6]], ["young", "old"], GEO, names=("age", "geo"))
    result = suppress(table, largest_hidden=1, zeros="hide", **THRESHOLD)
    hidden = result.cells[result.cells["status"] == "secondary"]
    assert set(zip(hidden["age"], hidden["geo"], strict=True)) == {
        ("old", "Iceland"),
        ("old", "Portugal"),
        ("young", "Iceland"),
    }


def test_the_cell_that_sdctable_adds() -> None:
    # sdcTable tests/testthat/test-simpleheuristic.R: nine cells must be hidden and one more makes
    # the table safe ("x" count is 1). Here the nine are primary because they are made small.
    counts = np.array([[3, 4, 6, 89], [9, 124, 5, 31], [92, 7, 59, 8], [800, 2, 651, 6]])
    table = with_margins(counts, "wxyz", "abcd")
    result = suppress(table, largest_hidden=9, **THRESHOLD)
    assert (result.primary, result.secondary, result.optimum) == (9, 1, 1)


def linked_example() -> tuple[dict[str, pd.DataFrame], dict]:
    """Return the two linked tables of GaussSuppression's Linked_table_suppression vignette."""
    rows = [
        ("young", "Spain", "2014", 6),
        ("young", "Iceland", "2014", 8),
        ("old", "Spain", "2014", 9),
        ("old", "Portugal", "2014", 1),
        ("young", "Iceland", "2015", 2),
        ("old", "Spain", "2015", 4),
        ("old", "Portugal", "2015", 3),
        ("young", "Spain", "2016", 7),
        ("young", "Iceland", "2016", 2),
        ("young", "Portugal", "2016", 2),
    ]
    people = pd.DataFrame(rows, columns=["age", "geo", "year", "obs_value"])
    by_eu = people.assign(geo=people["geo"].map(EU["geo"]))
    return {
        "table_1": crossed(by_eu, ["age", "geo", "year"]),
        "table_2": crossed(people, ["geo", "year"]),
    }, EU


def crossed(people: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Sum over every combination of dimensions; rows of nobody are left out."""
    parts = [
        people.assign(**{name: "_T" for name in names if name not in some})
        for n in range(len(names) + 1)
        for some in itertools.combinations(names, n)
    ]
    return pd.concat(parts).groupby(names, as_index=False)["obs_value"].sum()


def test_linked_tables_need_no_more_cells_than_gausssuppression() -> None:
    # Linked_table_suppression.md (commit 6db76479), linkedGauss = "super-consistent", maxN = 2:
    # of the different cells 8 are primary (young:2015 among them) and 5 secondary: Total:2015,
    # Total:2016, young:2016, Spain:2014 and Spain:2016.
    tables, parents = linked_example()
    result = suppress(tables, parents=parents, largest_hidden=2, **THRESHOLD)
    assert (result.audit["verdict"] == "pass").all()
    # Iceland and nonEU are two names of one count, each of which counts here.
    assert result.primary == 9
    assert result.optimum == result.secondary == 5


counts = st.lists(st.lists(st.integers(0, 15), min_size=3, max_size=3), min_size=2, max_size=4)


def protected(table: pd.DataFrame, **arguments: object) -> Suppression | None:
    """Return the result, or None where no pattern exists."""
    try:
        return suppress(table, **arguments)
    except ValueError as error:
        if "cannot be protected" not in str(error):
            raise
        return None


@settings(max_examples=20)
@given(
    counts,
    st.sampled_from(["round", "threshold"]),
    st.sampled_from(["publish", "secondary", "hide"]),
)
def test_no_count_of_a_random_table_can_be_worked_out(
    inner: list[list[int]], method: str, zeros: str
) -> None:
    table = with_margins(inner, "ABCD"[: len(inner)], "xyz")
    result = protected(table, method=method, zeros=zeros)
    if result is not None:
        checked = audit(result.table, counts=table, largest_hidden=7)
        assert (checked["verdict"] == "pass").all()
        assert len(checked) == result.primary + result.secondary


@settings(max_examples=10)
@given(counts, st.sampled_from(["round", "threshold"]))
def test_showing_any_hidden_cell_makes_the_audit_fail(inner: list[list[int]], method: str) -> None:
    table = with_margins(inner, "ABCD"[: len(inner)], "xyz")
    result = protected(table, method=method)
    if result is None:
        return
    exact = table.set_index(["ref_area", "sex"])["obs_value"]
    for index in result.table.index[result.table["obs_status"] == "Q"]:
        shown = result.table.copy()
        count = exact.iloc[index]
        ends = (count, count)
        if method == "round" and count > 7:
            ends = (5 * round(count / 5) - 2, 5 * round(count / 5) + 2)
        shown.loc[index, ["obs_value", "obs_low", "obs_high"]] = [count, *ends]
        shown.loc[index, "obs_status"] = "A"
        checked = audit(shown, counts=table, largest_hidden=7)
        assert (checked["verdict"] == "fail").any()


@settings(max_examples=4)
@given(st.lists(st.lists(st.integers(0, 12), min_size=2, max_size=2), min_size=2, max_size=2))
def test_the_optimum_is_that_of_trying_every_pattern(inner: list[list[int]]) -> None:
    table = with_margins(inner, "AB", "xy")
    arguments = {"method": "threshold", "largest_hidden": 4}
    result = protected(table, **arguments)
    if result is None:
        return
    keys = list(table[["ref_area", "sex"]].itertuples(index=False, name=None))
    value = dict(zip(keys, table["obs_value"], strict=True))
    primary = [key for key in keys if 1 <= value[key] <= 4]
    others = [key for key in keys if value[key] > 4]
    for number in range(len(others) + 1):
        good = False
        for some in itertools.combinations(others, number):
            shown = hide(table, [*primary, *some])
            low = shown["obs_value"].where(shown["obs_status"] == "A", 1.0)
            checked = audit(shown.assign(obs_low=low), counts=table, largest_hidden=4)
            good = good or bool((checked["verdict"] == "pass").all())
        if good:
            break
    assert result.optimum == result.secondary == number


def test_rounding_alone_gives_four_sevens_away_and_suppress_does_not() -> None:
    table = with_margins([[7, 7], [7, 7]], "AB", "FM")
    seen = table.assign(
        obs_value=[np.nan, np.nan, 15, np.nan, np.nan, 15, 15, 15, 30],
        obs_status=["Q", "Q", "A", "Q", "Q", "A", "A", "A", "A"],
        obs_low=[1, 1, 13, 1, 1, 13, 13, 13, 28],
        obs_high=[7, 7, 17, 7, 7, 17, 17, 17, 32],
    )
    # At most 7 each and at least 28 together.
    assert range_of(audit(seen), ref_area="A", sex="F") == (7, 7)
    result = suppress(table)
    assert result.secondary > 0
    assert (audit(result.table)["width"] >= 2).all()


def test_rounded_parts_and_total_leave_a_hidden_count_from_one_to_seven() -> None:
    table = pd.DataFrame({"ref_area": ["A", "B", "C", "_T"], "obs_value": [3, 21, 12, 36]})
    result = suppress(table)
    assert result.table["obs_value"].tolist()[1:] == [20, 10, 35]
    # 33 to 37 less 18 to 22 and 8 to 12 is -1 to 11, and hidden is 1 to 7.
    assert range_of(audit(result.table), ref_area="A") == (1, 7)


def test_the_order_of_rows_does_not_matter() -> None:
    table = with_margins([[3, 40, 9], [21, 1, 8], [2, 52, 30]], "ABC", "FMX")
    mixed = table.sample(frac=1, random_state=1)
    for method in ("round", "threshold"):
        first, second = suppress(table, method=method), suppress(mixed, method=method)
        pd.testing.assert_frame_equal(first.cells, second.cells)
        pd.testing.assert_frame_equal(first.table, second.table.sort_index())


def test_kept_cells_are_exact_and_the_rest_is_protected_around_them() -> None:
    table = with_margins([[3, 41], [21, 12], [2, 52]], "ABC", "FM")
    result = suppress(table, keep=[{"ref_area": "_T"}])
    kept = result.table[result.table["ref_area"] == "_T"]
    assert kept["obs_value"].tolist() == [26, 105, 131]
    assert (result.audit["verdict"] == "pass").all()


def test_communes_of_a_province_and_a_linked_table_are_protected_together() -> None:
    inner = np.array([[3, 9], [11, 2], [30, 25], [1, 8]])
    provinces = {"ref_area": {"c1": "P", "c2": "P", "c3": "R", "c4": "R"}}
    wide = np.vstack([inner, inner[:2].sum(axis=0), inner[2:].sum(axis=0)])
    by_sex = with_margins(wide, ["c1", "c2", "c3", "c4", "P", "R"], "FM")
    total = by_sex["ref_area"] == "_T"
    by_sex["obs_value"] = by_sex["obs_value"].mask(total, by_sex["obs_value"] / 2)
    ages = pd.DataFrame(
        {
            "ref_area": ["c1"] * 3 + ["c2"] * 3,
            "age": ["0-4", "5-15", "_T"] * 2,
            "obs_value": [5, 7, 12, 9, 4, 13],
        }
    )
    tables = {"by sex": by_sex, "by age": ages}
    result = suppress(tables, method="threshold", parents=provinces, largest_hidden=4)
    assert list(result.tables) == ["by sex", "by age"]
    assert (audit(result.tables, parents=provinces)["verdict"] == "pass").all()
    alone = suppress(by_sex, method="threshold", parents=provinces, largest_hidden=4).table
    both = {"by sex": alone, "by age": hide(ages, [("c2", "5-15")])}
    assert (audit(both, parents=provinces)["verdict"] == "fail").any()


def test_cells_that_nothing_needs_hidden_are_shown_again() -> None:
    table = with_margins([[3, 40, 9], [21, 12, 8], [30, 52, 30]], "ABC", "xyz")
    seen = published_cells({"table": table}, None)
    exact = system_of(seen.known, margins_of(seen.by_table, {}))
    primary = exact.low == 3
    no_limit = np.full(primary.size, np.inf)
    rules = Rules(np.ones(primary.size), no_limit, ~primary, primary, 2, singletons=True)
    person, alike = np.arange(primary.size), np.ones(primary.size)
    everything = np.ones(primary.size, dtype=bool)
    protection = Protection(exact, exact.low, rules, everything, person, alike)
    protection.prune()
    assert protection.hidden.sum() < everything.size
    assert not protection.hidden[exact.cells.index(())]
    assert protection.hidden[primary].all()
    assert protection.unmet() == []


def test_nothing_in_the_result_is_a_hidden_count() -> None:
    table = with_margins([[3, 40], [21, 12], [2, 52]], "ABC", "FM")
    result = suppress(table, method="threshold")
    assert result.table.loc[result.table["obs_status"] == "Q", "obs_value"].isna().all()
    assert set(result.cells.columns) == {"ref_area", "sex", "status"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"method": "swap"}, "unknown method 'swap'"),
        ({"zeros": "drop"}, "zeros is 'drop'"),
        ({"largest_hidden": 4}, "rounding to 5 is a rule for 7"),
        ({"largest_hidden": -1, "method": "threshold"}, "largest_hidden is -1"),
    ],
)
def test_a_wrong_argument_is_refused(arguments: dict, message: str) -> None:
    table = with_margins([[3, 40], [21, 12]], "AB", "FM")
    with pytest.raises(ValueError, match=message):
        suppress(table, **arguments)


def test_counts_that_do_not_add_up_are_refused() -> None:
    table = with_margins([[3, 40], [21, 12]], "AB", "FM")
    table.loc[2, "obs_value"] = 44
    with pytest.raises(ValueError, match="parts of total add up to 1 more"):
        suppress(table)


def test_a_count_that_no_pattern_protects_is_refused() -> None:
    table = with_margins([[3, 40]], ["A"], "FM")
    with pytest.raises(ValueError, match="ref_area=A sex=F cannot be protected from a reader"):
        suppress(table, method="threshold", keep=[{"sex": "_T"}, {"sex": "M"}])


def attack(folder, tables: dict[str, pd.DataFrame], *options: str) -> int:
    """Run the attack on tables written as they are published; return how many counts it finds."""
    paths = []
    for name, table in tables.items():
        paths.append(str(folder / f"{name}.csv"))
        table.drop(columns=["obs_low", "obs_high"], errors="ignore").to_csv(paths[-1], index=False)
    script = ROOT / "benchmarks" / "attack.py"
    command = [sys.executable, str(script), *paths, *options]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return int(said.splitlines()[-1].split()[0])


def test_the_attack_finds_counts_after_primary_suppression_and_none_after_suppress(
    tmp_path,
) -> None:
    chance = np.random.default_rng(20260702)
    table = with_margins(chance.poisson(6, size=(12, 3)), [f"c{n:02d}" for n in range(12)], "abc")
    small = table["obs_value"].between(1, 4)
    naive = table.assign(
        obs_value=table["obs_value"].mask(small), obs_status=np.where(small, "Q", "A")
    )
    assert attack(tmp_path, {"naive": naive}) > 0
    threshold = suppress(table, method="threshold", largest_hidden=4)
    assert attack(tmp_path, threshold.tables) == 0
    rounded = suppress(table)
    assert rounded.primary > 0
    assert attack(tmp_path, rounded.tables, *(["--rounded"] if not rounded.secondary else [])) == 0


def test_the_attack_does_not_know_the_library() -> None:
    text = (ROOT / "benchmarks" / "attack.py").read_text(encoding="utf-8")
    assert "import childstats" not in text
    assert "from childstats" not in text
