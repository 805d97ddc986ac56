"""A word that the interval beside it denies is refused."""

import pytest

from childstats.text.claim import Claim, ClaimError, Word

ABOVE, BELOW, SAME = Word.ABOVE, Word.BELOW, Word.NO_CLEAR_DIFFERENCE


@pytest.mark.parametrize(
    ("word", "low", "high", "benchmark"),
    [
        (ABOVE, -0.006, 0.032, 0),  # "+1.6 points (−0.6 to +3.2) | rose"
        (BELOW, -2.7, 2.1, 0),  # "−0.3 (−2.7 to +2.1) | fell"
        (BELOW, -0.026, 0.0, 0),  # "−1.3 % (−2.6 % to 0.0 %) | fell"
        (ABOVE, 1.0, 1.2, 1),
        (BELOW, 1.1, 1.2, 1),
        (SAME, 1.01, 1.2, 1),
        (ABOVE, 1.2, 1.1, 1),
        (ABOVE, float("nan"), 2, 1),
        (BELOW, float("-inf"), float("inf"), 1),
    ],
)
def test_a_word_that_its_interval_denies_is_refused(word, low, high, benchmark):
    with pytest.raises(ClaimError, match="trend dtp3 VN"):
        Claim("trend dtp3 VN", word, low, high, benchmark)


@pytest.mark.parametrize(
    ("word", "low", "high", "benchmark"),
    [
        (ABOVE, 0.001, 0.032, 0),
        (BELOW, 0.5, 0.99, 1),
        (SAME, 1.0, 1.2, 1),
        (SAME, 0.9, 1.0, 1),
        (ABOVE, 1.1, float("inf"), 1),
    ],
)
def test_a_word_that_its_interval_bears_out_is_kept(word, low, high, benchmark):
    assert Claim("s", word, low, high, benchmark).word is word


@pytest.mark.parametrize(
    ("word", "low", "high", "direction", "holds"),
    [
        (Word.MET, 0.975, 0.976, 1, True),
        (Word.MET, 0.97, 0.98, 1, True),
        (Word.MET, 0.9645, 0.9755, 1, False),
        (Word.MISSED, 0.9545, 0.9555, 1, True),
        (Word.MISSED, 0.96, 0.971, 1, False),
        (Word.MET, 0.9, 0.96, -1, True),
        (Word.MISSED, 0.98, 0.99, -1, True),
        (Word.MISSED, 0.96, 0.98, -1, False),
    ],
)
def test_a_target_is_met_or_missed_by_the_whole_interval(word, low, high, direction, holds):
    def claim():
        return Claim("target", word, low, high, 0.97, direction)

    if holds:
        assert claim().to_json()["word"] == word
    else:
        with pytest.raises(ClaimError):
            claim()
