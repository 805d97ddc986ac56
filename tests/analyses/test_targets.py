"""One rule says what a figure tells of a target."""

import pytest

from childstats.analyses.targets import TargetVerdict as V
from childstats.analyses.targets import target_verdict

DECISION = {"target": 0.97, "target_year": 2025, "document_year": 2021}


@pytest.mark.parametrize(
    ("low", "high", "year", "report_year", "verdict"),
    [
        (0.975, 0.976, 2025, 2025, V.MET),
        (0.955, 0.956, 2025, 2025, V.NOT_MET),
        (0.955, 0.956, 2026, 2026, V.NOT_MET),  # 2025 is over: not "not yet"
        (0.955, 0.956, 2023, 2025, V.NOT_YET),
        (0.98, 0.981, 2023, 2025, V.ALREADY),
        (0.98, 0.981, 2016, 2025, V.TOO_OLD),  # never "met by 2025" from a figure of 2016
        (0.98, 0.981, 2013, 2013, V.TOO_OLD),  # nor is 2013 judged by a decision of 2021
        (0.98, 0.981, 2018, 2018, V.ALREADY),
        (0.96, 0.98, 2025, 2025, V.CANNOT_BE_TOLD),
        (0.97, 0.98, 2025, 2025, V.MET),
        (0.96, 0.97, 2025, 2025, V.CANNOT_BE_TOLD),
    ],
)
def test_what_a_figure_says_of_a_target(low, high, year, report_year, verdict) -> None:
    found = target_verdict(low, high, year, polarity="higher", report_year=report_year, **DECISION)
    assert found is verdict


@pytest.mark.parametrize(("high", "open_above"), [(0.97, True), (0.96, False)])
def test_under_97_per_cent_misses_97_per_cent(high: float, open_above: bool) -> None:
    found = target_verdict(
        0.0, high, 2025, polarity="higher", report_year=2025, open_above=open_above, **DECISION
    )
    assert found is V.NOT_MET


@pytest.mark.parametrize(("value", "verdict"), [(12.0, V.MET), (12.5, V.MET), (13.0, V.NOT_MET)])
def test_of_deaths_less_is_better(value: float, verdict: V) -> None:
    found = target_verdict(
        value, value, 2025, target=12.5, target_year=2025, polarity="lower", report_year=2025,
        document_year=2021,
    )  # fmt: skip
    assert found is verdict
