"""Cells behind observations: random tables with gaps and contradictions are protected alike."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from childstats.observations.policy import Rule
from childstats.observations.small_counts import blocks_of_rows, cells_behind, printed_of
from childstats.observations.table import Observation
from childstats.statistics.disclosure.rounding import counts_behind

AREAS = ["03127@2025-07-01", "03151@2025-07-01", "03158@2025-07-01", "VN-71"]
NOTHING = "nothing is shown, since a count of it cannot be protected"
COUNT = st.one_of(st.integers(0, 9), st.integers(0, 60))


def row(area, sex, value, period=2026, indicator="disability_screened", age="Y0T15"):
    return Observation.of({
        "ref_area": area, "time_period": period, "indicator": indicator, "sex": sex, "age": age,
        "residence": "_T", "wealth_quintile": "_T", "unit_measure": "PS", "obs_value": value,
        "obs_low": value, "obs_high": value,
    })  # fmt: skip


def share(area, numerator, denominator):
    shown = row(area, "_T", numerator / denominator, indicator="birth_registration_under_5",
                age="Y0T4")  # fmt: skip
    return shown._replace(numerator=numerator, denominator=denominator, unit_measure="PROPORTION")


def checked(rows, catalogue, rule):
    """Refuse a print that the count is not behind, or that shows a small count; return blocks."""
    blocks = blocks_of_rows(rows, catalogue, {r.indicator: rule for r in rows})
    prints = printed_of(blocks)
    for r in rows:
        for column, cell in cells_behind(r, catalogue).items():
            if r.ref_area == "VN-71":
                continue
            printed = prints[r.indicator, cell]
            assert printed.low <= getattr(r, column) <= printed.high
            assert printed.hidden or not 1 <= getattr(r, column) <= 7
            if not printed.hidden and rule is Rule.ROUND:
                assert (printed.low, printed.high) == counts_behind(printed.value)
    return blocks


@st.composite
def tables(draw):
    """Return counts by area and sex that add up, some of which are not published."""
    counts = {a: (draw(COUNT), draw(COUNT)) for a in AREAS[:-1]}
    missing = draw(st.integers(0, 12))  # in communes that no row is about
    province = [sum(c[i] for c in counts.values()) + (missing, 0)[i] for i in (0, 1)]
    rows = []
    for area, (girls, boys) in {**counts, "VN-71": tuple(province)}.items():
        several = {"F": girls, "M": boys, "_T": girls + boys}
        kept = draw(st.sets(st.sampled_from(sorted(several)), min_size=1))
        rows += [row(area, sex, several[sex]) for sex in sorted(kept)]
    return rows


@settings(max_examples=30)
@given(rows=tables(), rule=st.sampled_from([Rule.ROUND, Rule.THRESHOLD]))
def test_counts_by_sex_with_gaps_are_protected(workspace, rows, rule):
    for block in checked(rows, workspace.catalogue, rule):
        if block.note:  # as where the province has 1, and all communes but one have 0
            assert block.note == NOTHING
            assert all(block.prints[key].hidden for key in block.own)


def test_where_nothing_protects_a_count_nothing_is_shown(workspace):
    """One child in the province, none in three communes: it is in the one that is not listed."""
    rows = [row(area, "_T", 0) for area in AREAS[:-1]] + [row("VN-71", "_T", 1)]
    (block,) = checked(rows, workspace.catalogue, Rule.ROUND)
    assert block.note == NOTHING
    assert [block.prints[key].hidden for key in block.own] == [True] * 3


@settings(max_examples=30)
@given(
    counts=st.lists(st.tuples(COUNT, st.integers(1, 60)), min_size=3, max_size=3),
    rule=st.sampled_from([Rule.ROUND, Rule.THRESHOLD]),
)
def test_shares_are_protected_with_those_they_do_not_count(workspace, counts, rule):
    rows = [share(a, *pair) for a, pair in zip(AREAS[:-1], counts, strict=True)]
    blocks = checked(rows, workspace.catalogue, rule)
    if all(numerator <= denominator for numerator, denominator in counts):
        assert all(block.note in {"", NOTHING} for block in blocks)
        for block in (b for b in blocks if not b.note):
            assert len(block.rests) == sum(1 <= d - n <= 7 for n, d in counts)


@pytest.mark.parametrize("rule", [Rule.ROUND, Rule.THRESHOLD])
def test_parts_that_are_more_than_their_total_are_hidden_with_it(workspace, rule):
    rows = [row(a, "_T", 40) for a in AREAS[:-1]] + [row("VN-71", "_T", 100)]
    (block,) = checked(rows, workspace.catalogue, rule)
    assert "is less than its parts, and not shown with them" in block.note
    assert all(block.prints[key].hidden for key in block.own)
    wrong = [row(AREAS[0], sex, n) for sex, n in (("F", 30), ("M", 30), ("_T", 50))]
    right = [row(AREAS[1], sex, n) for sex, n in (("F", 20), ("M", 30), ("_T", 50))]
    (block,) = checked([*wrong, *right], workspace.catalogue, rule)
    hidden = {dict(key[1])["ref_area"] for key in block.own if block.prints[key].hidden}
    assert hidden == {AREAS[0]}


def test_quarters_are_part_of_their_year_and_states_are_not(workspace):
    """What three quarters leave of a year is a count, too: 3 children in the fourth."""
    area = AREAS[0]
    rows = [row(area, "_T", n, p) for n, p in ((20, "2025-Q1"), (20, "2025-Q2"), (20, "2025-Q3"))]
    (block,) = checked([*rows, row(area, "_T", 63, 2025)], workspace.catalogue, Rule.THRESHOLD)
    assert sum(block.prints[key].hidden for key in block.own) >= 1
    states = [r._replace(indicator="at_risk") for r in [*rows, row(area, "_T", 63, 2025)]]
    assert len(checked(states, workspace.catalogue, Rule.THRESHOLD)) == 4
