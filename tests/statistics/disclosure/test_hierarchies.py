"""Tables of three dimensions with a hierarchy of three levels, and totals that are not given."""

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from childstats.statistics.disclosure import audit, suppress

AREAS = [f"c{number}" for number in range(6)]
UP = {area: f"d{number // 2}" for number, area in enumerate(AREAS)} | {
    f"d{number}": f"p{number // 2}" for number in range(3)
}
NAMES = ["ref_area", "sex", "age"]
THRESHOLD = {"method": "threshold", "largest_hidden": 3}


def ancestors(area):
    return [area, *(ancestors(UP[area]) if area in UP else ["_T"])]


def finest():
    """Return counts of 6 communes by sex and three ages; a third is small."""
    chance = np.random.default_rng(20260701)
    cells = itertools.product(AREAS, "FM", "012")
    return {cell: int(chance.poisson(chance.choice([2, 9, 30]))) for cell in cells}


def all_cells():
    """Return each total with the finest cells that it is the sum of."""
    parts = {}
    for cell in finest():
        for total in itertools.product(ancestors(cell[0]), [cell[1], "_T"], [cell[2], "_T"]):
            parts.setdefault(total, []).append(cell)
    return parts


def table_of(cells):
    return pd.DataFrame([(*c, n) for c, n in cells.items()], columns=[*NAMES, "obs_value"])


def whole():
    counts = finest()
    return {total: sum(counts[c] for c in cells) for total, cells in all_cells().items()}


def widths(table):
    """Return for each hidden cell the width that a linear programme leaves it: no library used."""
    inner, parts = list(finest()), all_cells()
    rows, sums = [], []
    hidden = []
    for *codes, value, status in table[[*NAMES, "obs_value", "obs_status"]].itertuples(index=False):
        row = np.isin(np.arange(len(inner)), [inner.index(c) for c in parts[tuple(codes)]])
        if status == "Q":
            hidden.append(row)
        else:
            rows.append(row)
            sums.append(value)
    found = []
    for row in hidden:
        ends = [
            sign * linprog(sign * row, A_eq=np.array(rows), b_eq=sums, bounds=(0, None)).fun
            if sign > 0 or np.array(rows)[:, row].any(axis=0).all()
            else np.inf
            for sign in (1, -1)
        ]
        found.append(ends[1] - ends[0])
    return np.array(found)


def test_three_levels_by_two_dimensions_cannot_be_worked_out():
    table = table_of(whole())
    result = suppress(table, parents={"ref_area": UP}, **THRESHOLD)
    small = table["obs_value"].between(1, 3)
    assert result.primary == small.sum() > 8
    assert result.table["obs_status"][small].eq("Q").all()
    assert (widths(result.table) >= 2 - 1e-6).all()
    naive = table.assign(
        obs_status=np.where(small, "Q", "A"), obs_value=table["obs_value"].mask(small)
    )
    assert (widths(naive) < 1e-6).any()


def test_totals_that_are_not_given_are_formed_and_protected():
    given = suppress(table_of(whole()), parents={"ref_area": UP}, **THRESHOLD).table
    added = suppress(table_of(finest()), parents={"ref_area": UP}, totals="add", **THRESHOLD).table
    assert len(added) == len(given) == len(all_cells())
    assert list(added.columns) == list(given.columns)
    both = (t.set_index(NAMES).sort_index() for t in (given, added))
    pd.testing.assert_frame_equal(*both, check_dtype=False)


def test_without_its_totals_a_table_hides_its_small_counts_alone():
    result = suppress(table_of(finest()), parents={"ref_area": UP}, **THRESHOLD)
    assert result.secondary == 0
    assert result.primary == sum(1 <= count <= 3 for count in finest().values())


@pytest.mark.parametrize(
    ("zeros", "hidden"),
    [("publish", 0), ("hide", 1)],
)
def test_zeros_are_hidden_where_they_are_asked_to_be(zeros, hidden):
    cells = dict(zip(finest(), [0, 5, 9, 12] * 9, strict=True))
    result = suppress(
        table_of(cells), parents={"ref_area": UP}, totals="add", zeros=zeros, **THRESHOLD
    )
    inner = result.cells.query("status == 'primary'")
    assert (len(inner) > 0) == bool(hidden)
    assert (result.audit["verdict"] == "pass").all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"parents": {"area": UP}}, "parents names 'area', which is no dimension of the tables"),
        ({"dimensions": ["ref_area", "seks"]}, "dimensions names 'seks'"),
        ({"keep": [{"year": "2024"}]}, r"keep\[0\] names 'year'"),
        (
            {"parents": {"ref_area": {"c0": "c1", "c1": "c2", "c2": "c0"}}},
            r"parents\['ref_area'\] goes round in a circle: c0 in c1 in c2 in c0",
        ),
        (
            {"parents": {"ref_area": UP}, "totals": "add"},
            r"tables\['table 1'\] row 1 is a total already \(age _T\)",
        ),
        ({"totals": "guess"}, "totals is 'guess'; it must be one of given, add"),
    ],
)
def test_a_hierarchy_that_cannot_be_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        suppress(table_of(whole()), **arguments)
    if "totals" not in arguments:
        table = table_of(whole()).assign(obs_status="A")
        if "keep" not in arguments:
            with pytest.raises(ValueError, match=message):
                audit(table, **arguments)
