"""A few variants of ``make fuzz``: fixed seeds, all of which once broke or are of another kind."""

import random

import fuzz_prints
import pytest
from conftest import ROOT

from childstats.observations.workspace import Workspace

SEEDS = range(8)


def test_no_variant_breaks_or_says_what_no_number_can_be() -> None:
    found = list(fuzz_prints.variants(SEEDS, ROOT))
    assert {variant.seed: variant.faults for variant in found if variant.faults} == {}
    assert len(found) == len(SEEDS)
    assert any(not variant.refused for variant in found)


def test_every_kind_of_print_is_made() -> None:
    chance = random.Random(0)
    made = {fuzz_prints.changed("24.5%", "en", chance) for _ in range(400)}
    for kind in ("approximately 24.5%", "nearly 24.5%", "over 24.5%", "0%", "24.5-99.9%", "..."):
        assert kind in made


def test_a_missing_mark_beside_counts_is_no_number(small) -> None:
    workspace: Workspace = small(
        {"indicator": "play_spots", "time_period": "2025", "text": "...", "unit": "percent",
         "numerator_text": "36", "denominator_text": "45"}
    )  # fmt: skip
    assert not workspace.checks["message_en"].str.contains("nan").any()


@pytest.mark.parametrize("text", ["", "about", "36/45"])
def test_what_is_no_single_number_stays_or_is_missing(text: str) -> None:
    assert fuzz_prints.changed(text, "en", random.Random(1)) in {text, "..."}
