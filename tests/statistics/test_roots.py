"""The root finder: known roots, ends of the bracket, rows that are done, blocks."""

import numpy as np
import pytest

from childstats.statistics import roots


def searched(statistic, far, near, **more):
    far, near = np.array(far, dtype=float), np.array(near, dtype=float)
    return roots.first_not_rejected(
        statistic, (np.arange(far.size),), (far, near, np.ones_like(far)), 0 * far, **more
    )


@pytest.mark.parametrize("guess", [None, [-9.0, -1.0, -0.1], [4.0, 4.0, 4.0]])
def test_finds_known_roots_from_any_start(guess):
    exponents = np.array([1, 3, 9])

    def statistic(rows, point):
        return -np.sign(point + 0.5) * np.abs(point + 0.5) ** exponents[rows[0]]

    guess = None if guess is None else np.array(guess)
    found = searched(statistic, [-10, -10, -10], [5, 5, 5], guess=guess)
    assert found == pytest.approx([-0.5] * 3, rel=1e-12)


def test_returns_the_end_where_the_statistic_does_not_cross():
    offset = np.array([20.0, -20.0])
    found = searched(lambda rows, point: offset[rows[0]] - point, [-10, -10], [5, 5])
    assert found.tolist() == [5, -10]


def test_a_row_that_is_done_stands_still_while_others_are_searched():
    asked = []

    def statistic(rows, point):
        fall = np.where(rows[0] == 0, np.where(point < -3, 1.0, 0.0), -np.sinh(point + 0.5))
        if rows[0].size and rows[0][0] == 0:
            asked.append(point[0])
        return fall

    found = searched(statistic, [-10.0] * 10, [5.0] * 10)
    first = asked[2]  # after near and far
    assert len(asked) > 4
    assert set(asked[2:]) == {first}
    assert found[0] == first
    assert found[1:] == pytest.approx([-0.5] * 9)


def test_blocks_give_every_row_its_own_result_in_the_shape_given(monkeypatch):
    monkeypatch.setattr(roots, "BLOCK", 4)
    sizes = []

    def doubled(row):
        sizes.append(row.size)
        return 2 * row

    rows = np.arange(10.0).reshape(2, 5)
    assert np.array_equal(roots.in_blocks(doubled, rows), 2 * rows)
    assert sizes == [4, 4, 2]
    assert roots.in_blocks(doubled, np.empty((0, 3))).shape == (0, 3)


def test_distinct_rows_are_solved_once_and_return_to_their_places(monkeypatch):
    monkeypatch.setattr(roots, "BLOCK", 2)
    given = []

    def sum_and_product(x, y):
        given.extend(zip(x.tolist(), y.tolist(), strict=True))
        return np.stack((x + y, x * y))

    x = np.array([[3.0, 1.0, 3.0], [2.0, 3.0, 1.0]])
    y = np.array([[4.0, 2.0, 5.0], [2.0, 4.0, 2.0]])
    assert np.array_equal(roots.each_row_once(sum_and_product, x, y), np.stack((x + y, x * y)))
    assert sorted(given) == [(1, 2), (2, 2), (3, 4), (3, 5)]
    assert roots.each_row_once(sum_and_product, x[:0], y[:0]).shape == (2, 0, 3)
    assert roots.each_row_once(sum_and_product, x[0, 0], y[0, 0]).tolist() == [7, 12]
