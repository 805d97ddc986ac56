"""Tables that protect many cells at once: each agrees with what is shown, and few are needed."""

import numpy as np
import pytest
from disclosure_tables import with_margins
from hypothesis import given, settings
from hypothesis import strategies as st

from childstats.statistics.disclosure import moves, protection, suppress
from childstats.statistics.disclosure.cells import margins_of
from childstats.statistics.disclosure.moves import moved_together
from childstats.statistics.disclosure.published import published_cells
from childstats.statistics.disclosure.system import system_of

SIDE = 4


def square(inner, hidden):
    """Return the system of a table with margins in which some inner cells are hidden."""
    table = with_margins(inner, "ABCD", "wxyz", hidden=hidden)
    seen = published_cells({"t": table}, None)
    return system_of(seen.known, margins_of(seen.by_table, {}))


def inner_of(system, counts):
    """Return the inner cells of a table as a square, and all cells by their codes."""
    by_code = dict(zip(system.cells, counts, strict=True))
    inner = [[by_code[("ref_area", a), ("sex", s)] for s in "wxyz"] for a in "ABCD"]
    return np.array(inner), by_code


cells = st.tuples(st.sampled_from("ABCD"), st.sampled_from("wxyz"))
inner_counts = st.lists(
    st.lists(st.integers(0, 9), min_size=SIDE, max_size=SIDE), min_size=SIDE, max_size=SIDE
)


@settings(max_examples=40)
@given(inner_counts, st.sets(cells, min_size=4), st.randoms(use_true_random=False))
def test_every_table_has_the_published_margins_and_leaves_fixed_cells(inner, hidden, chance):
    inner = np.array(inner)
    system = square(inner, hidden)
    _, true = inner_of(system, square(inner, ()).low)
    truth = np.array([true[cell] for cell in system.cells])
    wishes = np.array([chance.choice([-1.0, 0.0, 1.0]) for _ in truth])
    farthest = np.array([chance.choice([0.0, 2.0]) for _ in truth])
    for table in moved_together(system, truth, wishes, farthest):
        found, by_code = inner_of(system, table)
        assert (found.sum(axis=0) == inner.sum(axis=0)).all()
        assert (found.sum(axis=1) == inner.sum(axis=1)).all()
        assert (found >= 0).all()
        assert (np.abs(table - truth) <= farthest).all()
        assert (found != inner).any()
        shown = {c for c in by_code if tuple(v for _, v in c) not in hidden}
        assert all(by_code[cell] == true[cell] for cell in shown)


def test_the_mirror_image_of_a_table_is_another_unless_a_count_would_be_negative():
    hidden = {("A", "w"), ("A", "x"), ("B", "w"), ("B", "x")}
    for inner, tables in (([[5, 5], [5, 5]], 2), ([[0, 5], [5, 5]], 1)):
        whole = np.zeros((SIDE, SIDE))
        whole[:2, :2] = inner
        system = square(whole, hidden)
        _, true = inner_of(system, square(whole, ()).low)
        truth = np.array([true[cell] for cell in system.cells])
        wishes = np.array(
            [float(cell == (("ref_area", "A"), ("sex", "w"))) for cell in system.cells]
        )
        found = moved_together(system, truth, wishes, np.full(truth.size, 2.0))
        assert [inner_of(system, t)[0][0, 0] - inner[0][0] for t in found] == [2, -2][:tables]


@pytest.mark.parametrize("method", ["round", "threshold"])
def test_far_fewer_programmes_are_solved_than_counts_are_hidden(monkeypatch, method):
    solved = []
    whole = moves.milp
    monkeypatch.setattr(moves, "milp", lambda *a, **more: solved.append(1) or whole(*a, **more))
    chance = np.random.default_rng(20260701)
    counts = chance.poisson(chance.choice([0.5, 2, 12, 40], size=(60, 1)), size=(60, 4))
    table = with_margins(counts, [f"c{number:02d}" for number in range(60)], "abcd")
    result = suppress(table, method=method, largest_hidden=7)
    assert result.primary > 80
    assert len(solved) < result.primary  # one each to hide and one each to audit would be twice


def test_a_cell_that_one_sum_opens_is_found_without_a_programme(monkeypatch):
    table = with_margins([[3, 40], [21, 12]], "AB", "FM")
    asked = []
    opened = protection.Protection._is_open
    monkeypatch.setattr(
        protection.Protection, "_is_open", lambda own: asked.append(opened(own)) or asked[-1]
    )
    assert suppress(table, method="threshold", largest_hidden=4).secondary == 3
    assert set(asked) == {True}  # each of the three would be the total less its neighbour
