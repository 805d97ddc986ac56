"""Coverage, zero-dose and drop-out: the arithmetic, more than 100 %, and refusals."""

import numpy as np
import pytest

from childstats.statistics import CountedShare, coverage, drop_out, proportion, zero_dose


def test_coverage_is_the_proportion_of_the_eligible():
    share = coverage([0, 412, 430], 430)
    for part, expected in zip(share[:3], proportion([0, 412, 430], 430), strict=True):
        assert part.tolist() == expected.tolist()
    assert share.children.tolist() == [0, 412, 430]
    assert share.impossible.tolist() == [False, False, False]


def test_coverage_above_100_percent_is_kept_marked_and_has_no_interval():
    share = coverage([430, 431, 860], 430)
    assert share.value.tolist() == [1.0, 431 / 430, 2.0]
    assert share.impossible.tolist() == [False, True, True]
    assert share.low[1:].tolist() == [0, 0]
    assert share.high[1:].tolist() == [np.inf, np.inf]


def test_zero_dose_are_the_eligible_without_the_first_dose():
    share = zero_dose([0, 400, 430], 430)
    assert share.children.tolist() == [430, 30, 0]
    assert share.value.tolist() == [1, 30 / 430, 0]
    low, high = proportion(30, 430)[1:]
    assert (share.low[1], share.high[1]) == (low, high)
    assert share.low[2] == 0


def test_zero_dose_mirrors_coverage_above_100_percent_too():
    vaccinated = np.arange(0, 61)
    covered, missed = coverage(vaccinated, 40), zero_dose(vaccinated, 40)
    np.testing.assert_allclose(missed.value, 1 - covered.value, atol=1e-15)
    np.testing.assert_allclose(missed.low, 1 - covered.high, atol=1e-15)
    np.testing.assert_allclose(missed.high, 1 - covered.low, atol=1e-15)
    assert missed.impossible.tolist() == covered.impossible.tolist()
    assert missed.children.tolist() == (40 - vaccinated).tolist()


def test_drop_out_is_relative_to_the_first_dose_and_may_be_negative():
    share = drop_out([430, 430, 400], [400, 430, 410])
    assert share.value.tolist() == [30 / 430, 0, -10 / 400]
    assert share.children.tolist() == [30, 0, -10]
    assert share.impossible.tolist() == [False, False, True]
    assert (share.low[0], share.high[0]) == tuple(proportion(30, 430)[1:])
    assert (share.low[2], share.high[2]) == (-np.inf, 1)


@pytest.mark.parametrize("share", [coverage, zero_dose])
def test_method_level_and_shapes_go_to_the_proportion(share):
    many = share([[40], [50]], [45, 44, 43], confidence_level=0.998, method="mid_p")
    assert isinstance(many, CountedShare)
    assert [part.shape for part in many] == [(2, 3)] * 5
    one = share(40, 43, confidence_level=0.998, method="mid_p")
    assert [part[0, 2] for part in many] == list(one)
    assert [type(part) for part in one] == [np.float64] * 4 + [np.bool_]
    levels = share(40, 45, confidence_level=[0.9, 0.95])
    assert [part.shape for part in levels] == [(2,)] * 5


@pytest.mark.parametrize("method", ["wilson", "clopper_pearson", "mid_p"])
def test_interval_holds_the_share(method):
    for share in (coverage, zero_dose):
        value, low, high, *_ = share(np.arange(80), 40, method=method)
        assert np.all((low <= value) & (value <= high))
    value, low, high, *_ = drop_out(40, np.arange(80), method=method)
    assert np.all((low <= value) & (value <= high))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: coverage([3, -1], 5),
            "vaccinated must be a whole number, 0 or more; got -1 at index 1",
        ),
        (lambda: coverage(3, 0), "eligible must be a whole number, 1 or more; got 0"),
        (lambda: coverage(9, 5, confidence_level=95), "such as 0.95; got 95"),
        (lambda: coverage(9, 5, method="wald"), "unknown method 'wald'; choose one of wilson.*"),
        (
            lambda: zero_dose(2.5, 5),
            "first_dose must be a whole number, 0 or more; got 2.5",
        ),
        (lambda: drop_out(0, 3), "first_dose must be a whole number, 1 or more; got 0"),
        (
            lambda: drop_out(4, np.nan),
            "last_dose must be a whole number, 0 or more; got nan",
        ),
    ],
)
def test_refuses_with_the_argument_the_value_and_the_place(call, message):
    with pytest.raises(ValueError, match=f"{message}$"):
        call()
