"""Published numbers have the digits that every machine agrees on."""

import json
from decimal import Decimal
from math import inf, isnan, nan, nextafter

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from childstats.precision import DIGITS, json_text, kept_digits, magnitude, rounded, written
from childstats.statistics.estimate import rounded_each

NUMBERS = st.floats(-1e15, 1e15)


def significant(number: float) -> int:
    return len(Decimal(repr(number)).normalize().as_tuple().digits)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (100 * 0.575, 57.5),  # 57.49999999999999
        (0.1 + 0.2, 0.3),
        (0.3 - 0.2 - 0.1, 0.0),  # -2.8e-17
        (-1.1e-16, 0.0),
        (1 - 1e-16 + 1e-16, 1.0),
        (2 / 3, 0.666666666667),
        (12345.678901234, 12345.6789012),
        (97582693.682081, 97582693.6821),
        (123456789012345.0, 123456789012345.0),  # a count keeps all of its digits
        (inf, inf),
        (-inf, -inf),
    ],
)
def test_a_number_is_rounded_to_twelve_digits(number, expected):
    assert repr(rounded(number)) == repr(expected)
    assert repr(rounded(-number)) == repr(-expected + 0.0)


@given(NUMBERS, NUMBERS)
def test_rounding_keeps_the_order_and_is_done_once(one, other):
    low, high = sorted((one, other))
    assert rounded(low) <= rounded(high)
    assert rounded(rounded(one)) == rounded(one)
    assert one.is_integer() or significant(rounded(one)) <= DIGITS
    assert str(rounded(one)) != "-0.0"


@given(st.floats(0.001, 1e6))
def test_neighbouring_floats_are_the_same_number_but_at_a_tie(number):
    far, twelve = (round(Decimal(number) * 10 ** (d - magnitude(number))) for d in (14, 11))
    assume(twelve * 1000 - far not in range(-502, -497))
    assume(twelve * 1000 - far not in range(498, 503))
    assert rounded(nextafter(number, inf)) == rounded(number) == rounded(nextafter(number, 0))


@given(st.lists(st.floats(-1e12, 1e12), max_size=9))
def test_arrays_are_rounded_like_single_numbers(numbers):
    found = rounded_each(numbers).tolist()
    assert found == pytest.approx([rounded(number) for number in numbers], rel=2e-12, abs=1e-12)
    assert rounded_each(found).tolist() == found


def test_arrays_keep_their_shape_and_what_is_no_number():
    found = rounded_each([[0.1 + 0.2, nan], [inf, -1e-17]])
    assert found.shape == (2, 2)
    assert (found[0, 0], found[1, 0], str(found[1, 1])) == (0.3, inf, "0.0")
    assert isnan(found[0, 1])
    assert rounded_each(np.float64(2 / 3)).shape == ()


@pytest.mark.parametrize(
    ("number", "place"),
    [(5, 0), (10, 1), (0.001, -3), (0.3 - 0.2, -1), (1000 * (0.3 - 0.2), 2), (0.0999, -2)],
)
def test_the_place_of_the_first_digit_does_not_hang_on_the_last_bit(number, place):
    assert magnitude(number) == place


@pytest.mark.parametrize(
    ("printed", "digits"),
    [
        ("", 12),
        ("95.5%", 12),
        ("382 out of 463 (82.51%) (382/463)", 12),  # several numbers, none of them long
        ("1,476,473/1,616,070 and 1,503,646", 12),
        ("469.81086338841", 15),
        ("97.582.693,682081", 15),
        ("0.00000000000123", 12),  # noughts in front are no digits
        ("87067.266999999993", 17),
    ],
)
def test_a_print_of_many_digits_keeps_them(printed, digits):
    assert kept_digits(printed) == digits


@pytest.mark.parametrize(
    ("number", "digits", "text"),
    [
        (81436400.0, 12, "81436400"),
        (-0.0, 12, "0"),
        (1e-17, 12, "0"),
        (0.0000304, 12, "3.04e-05"),
        (469.810863388405, 15, "469.810863388405"),
        (nan, 12, ""),
    ],
)
def test_a_number_in_a_file_is_its_shortest_text(number, digits, text):
    assert written(number, digits) == text


def test_json_is_rounded_at_every_depth_and_nothing_else_is_changed():
    value = {
        "a": [0.1 + 0.2, (2 / 3, 12.0), {"b": 1e-17}],
        "text": "0.30000000000000004",
        "n": 2**60,
    }
    told = json.loads(json_text(value))
    assert told == {
        "a": [0.3, [0.666666666667, 12], {"b": 0}],
        "text": "0.30000000000000004",
        "n": 2**60,
    }
    assert json_text({"ă": True}, separators=(",", ":")) == '{"ă":true}'
