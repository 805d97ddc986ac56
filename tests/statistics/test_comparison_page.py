"""The page that compares packages still says what this package returns."""

import re

import pytest
from conftest import ROOT

from childstats.statistics import odds_ratio, risk_difference, risk_ratio

PAGE = (ROOT / "docs" / "comparison_with_other_packages.md").read_text(encoding="utf-8")
MEASURES = {"difference": risk_difference, "ratio": risk_ratio, "odds ratio": odds_ratio}
ROWS = re.findall(
    r"^\| (difference|ratio|odds ratio) (\d+)/(\d+) – (\d+)/(\d+) \| (\S+ to \S+) \| (.+?) \|",
    PAGE,
    re.M,
)


def test_the_page_has_69_comparisons_all_right_here():
    assert len(ROWS) == len(set(ROWS)) == 69
    assert "| childstats | 69 | 0 | 0 | 0 | 0 |" in PAGE


@pytest.mark.parametrize(
    ("measure", "x1", "n1", "x2", "n2", "reference", "ours"),
    ROWS,
    ids=[" ".join(r[:5]) for r in ROWS],
)
def test_the_page_prints_what_is_returned(measure, x1, n1, x2, n2, reference, ours):
    estimate = MEASURES[measure](
        exposed_cases=int(x1),
        exposed_total=int(n1),
        reference_cases=int(x2),
        reference_total=int(n2),
    )
    printed = f"{estimate.low:.4g} to {estimate.high:.4g}".replace("inf", "∞")
    assert ours == f"{printed} right"
    for here, there in zip(printed.split(" to "), reference.split(" to "), strict=True):
        assert (here == there == "∞") or float(here) == pytest.approx(
            float(there), abs=2e-4, rel=2e-3
        )
