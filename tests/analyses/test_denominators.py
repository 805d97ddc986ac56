"""Only where those counted went the same way is the direction of a share told."""

import pytest

from childstats.analyses.denominators import tells_direction
from childstats.analyses.verdicts import Direction, change_verdict
from childstats.observations.table import Observation


def observed(numerator, denominator):
    return Observation.of(
        {
            "numerator": numerator,
            "denominator": denominator,
            "obs_value": 0.9 if numerator is None else numerator / denominator,
        }
    )


@pytest.mark.parametrize(
    ("earlier", "later", "told"),
    [
        ((1_000, 1_100), (942, 1_000), False),  # 5.8 % fewer, and the share "rose"
        ((1_000, 1_100), (1_050, 1_200), False),
        ((1_000, 1_100), (1_050, 1_100), True),
        ((1_000, 1_100), (900, 1_100), True),
        ((None, None), (None, None), True),
    ],
)
def test_the_number_due_makes_no_direction(earlier, later, told) -> None:
    assert tells_direction(observed(*earlier), observed(*later)) is told


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [
        (-0.006, 0.032, Direction.UNCLEAR),
        (-0.027, 0.021, Direction.UNCLEAR),
        (-0.026, 0.0, Direction.UNCLEAR),
        (0.001, 0.032, Direction.ROSE),
        (-0.03, -0.001, Direction.FELL),
        (float("-inf"), float("inf"), Direction.UNCLEAR),
    ],
)
def test_a_word_is_what_its_interval_allows(low: float, high: float, word: Direction) -> None:
    assert change_verdict(low, high) is word
