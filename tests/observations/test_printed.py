"""How a figure is printed again: its digits, its range and its hedge, in both languages."""

import pytest

from childstats.language import NBSP, Language
from childstats.observations.findings import hedged_value
from childstats.observations.table import records


@pytest.mark.parametrize(
    ("indicator", "text", "unit", "en", "vi"),
    [
        ("steering_boards", "90-95%", "", "90–95%", f"90–95{NBSP}%"),
        ("steering_boards", "90% - 95%", "", "90–95%", f"90–95{NBSP}%"),
        ("steering_boards", "between 90.5 and 95.25%", "", "90.50–95.25%", f"90,50–95,25{NBSP}%"),
        ("steering_boards", "90-95", "percent", "90–95%", f"90–95{NBSP}%"),
        ("steering_boards", "about 90-95%", "", "about 90–95%", f"khoảng 90–95{NBSP}%"),
        ("steering_boards", "about 95-100%", "", "about 95–100%", f"khoảng 95–100{NBSP}%"),
        ("steering_boards", "0.90-0.95", "proportion", "90–95%", f"90–95{NBSP}%"),
        ("infant_mortality_rate", "10.5-12.0", "per_1000", "10.5–12.0", "10,5–12,0"),
        ("abuse_cases", "10-15 cases", "", "10–15", "10–15"),
        ("at_risk", "from 10 to 15", "persons", "10–15", "10–15"),
        ("at_risk", "1,950-2,050", "", "1,950–2,050", "1.950–2.050"),
        ("at_risk", "about 1,200-1,500", "", "about 1,200–1,500", "khoảng 1.200–1.500"),
        ("at_risk", "1.2-1.5 thousand", "", "1,200–1,500", "1.200–1.500"),
        # one number is printed with its digits, however wide its interval
        ("steering_boards", "<0.5%", "", "less than 0.5%", f"dưới 0,5{NBSP}%"),
        ("steering_boards", "nearly 100%", "", "nearly 100%", f"gần 100{NBSP}%"),
        ("steering_boards", "95.0%", "", "95.0%", f"95,0{NBSP}%"),
        ("steering_boards", "95.50%", "", "95.50%", f"95,50{NBSP}%"),
        ("dtp3_coverage_reported", "over 100%", "", "over 100%", f"trên 100{NBSP}%"),
        ("infant_mortality_rate", "24.7162856247648", "per_1000", "24.7", "24,7"),
    ],
)
def test_a_figure_is_printed_again_as_its_source_prints_it(small, indicator, text, unit, en, vi):
    cells = {"indicator": indicator, "text": text, "unit": unit}
    workspace = small(cells | {"time_period": "2024", "numerator_text": "", "denominator_text": ""})
    (o,), (f,) = records(workspace.observations), records(workspace.figures)
    assert [hedged_value(Language(code), o, f) for code in ("en", "vi")] == [en, vi]
    assert o["obs_status"] == "A"  # no check holds it back
