"""Rates of communes: whole per cent below a whole of 4,000, and as open as rounding leaves."""

import re

import pytest

from childstats.analyses.circumstances import table_circumstances
from childstats.analyses.comparisons import compare
from childstats.analyses.funnel import funnel_sentences
from childstats.analyses.profile import table_levels
from childstats.analyses.report import Report
from childstats.analyses.risk import risk_sentences, table_comparisons, verdict_of
from childstats.analyses.rounded import consistent_digits, share_ends
from childstats.analyses.wording import printed_range
from childstats.figures.figure import Interval
from childstats.language import Language
from childstats.reports.chart_table import chart_table

BIRTHS = "birth_registration_under_5"
COMMUNES = {"03127": (286, 311), "03151": (4100, 4400), "03158": (500, 520), "03160": (610, 640)}


def workspace_of(small, communes=None):
    """Make a workspace of four communes and their province, with one share and one count."""
    communes = communes or COMMUNES
    rows = [
        {"indicator": BIRTHS, "ref_area": area, "numerator_text": str(cases),
         "denominator_text": str(total)}
        for area, (cases, total) in communes.items()
    ]  # fmt: skip
    cases, total = (sum(counts[i] for counts in communes.values()) for i in (0, 1))
    rows.append({"indicator": BIRTHS, "ref_area": "VN-71", "numerator_text": str(cases),
                 "denominator_text": str(total)})  # fmt: skip
    for area, whole, part in (("03127", 1200, 42), ("03151", 5000, 42), ("VN-71", 9000, 300)):
        rows += [
            {"indicator": name, "ref_area": area, "text": str(number), "unit": "persons"}
            for name, number in (("children_under_16", whole), ("at_risk", part))
        ]
    return small(*(row | {"time_period": "2026", "locator": f"row {n}"}
                   for n, row in enumerate(rows)))  # fmt: skip


def report_on(workspace, area, name="annual_profile", language="en"):
    return Report(name, workspace=workspace, ref_area=area, time_period=2026, language=language)


def cells_of(table):
    return [cell for row in table.to_json()["rows"] for cell in row.get("cells", ())]


@pytest.mark.parametrize(
    ("area", "value", "limits"),
    [
        # 285 of 310 stand for 283 of 312 (90.7 %) to 287 of 308 (93.2 %)
        ("03127", 0.92, (0.90, 0.94)),
        # 4,100 of 4,400: 4,098 of 4,402 (93.09 %) to 4,102 of 4,398 (93.27 %)
        ("03151", 0.932, (0.930, 0.933)),
    ],
)
def test_the_limits_of_a_share_have_no_more_digits_than_the_share(small, area, value, limits):
    report = report_on(workspace_of(small), area)
    o = report.observation(BIRTHS)
    assert (o.obs_value, o.obs_low, o.obs_high) == (value, *limits)
    written = {"03127": "90% to 94%", "03151": "93.0% to 93.3%"}
    assert printed_range(report, o) == written[area]


@pytest.mark.parametrize(
    ("area", "share"),
    [
        ("03127", "3% to 4%"),  # 38 to 42 of 1,198 to 1,202: 3.2 to 3.5 %
        ("03151", "0.8%"),  # 38 to 42 of 4,998 to 5,002
    ],
)
def test_a_count_as_a_share_is_whole_per_cent_below_four_thousand(small, area, share):
    report = report_on(workspace_of(small), area)
    assert share in cells_of(table_circumstances(report))


def test_no_percentage_of_a_commune_below_four_thousand_has_a_decimal(small):
    workspace = workspace_of(small)
    report = report_on(workspace, "03127")
    table = table_levels(report, comparator_areas=["VN-71"], indicators=[BIRTHS, "at_risk"])
    said = str(table.to_json())
    # the province's own shares are exact: 5,496 of 5,871 registered, 300 of 9,000 at risk
    assert set(re.findall(r"\d+\.\d+%", said)) == {"93.6%", "3.3%"}


def test_a_change_of_a_small_share_names_its_counts(small):
    rows = [
        {"indicator": name, "ref_area": "03127", "time_period": year, "text": str(number),
         "unit": "persons", "locator": f"row {name} {year}"}
        for year, part in (("2025", 50), ("2026", 45))
        for name, number in (("children_under_16", 3000), ("at_risk", part))
    ]  # fmt: skip
    table = table_levels(report_on(small(*rows), "03127"), comparator_areas=[])
    assert "from 50 (1% to 2%) in 2025" in str(table.to_json())


def comparisons_of(small, communes):
    report = report_on(workspace_of(small, communes), "03127", name="risk_ratios")
    found = compare(report, reference_areas=["VN-71"], national_indicators=[],
                    exposed_periods=[], reference_periods=[])  # fmt: skip
    return report, [c for c in found if c.indicator == BIRTHS]


def test_a_difference_that_rounding_may_have_made_is_no_difference(small):
    """286 of 311 is 92.0 %, the rest 93.7 %; the printed 285 of 310 may be 93.2 %."""
    communes = COMMUNES | {"03151": (1400, 1500)}
    report, (c,) = comparisons_of(small, communes)
    rest = [sum(communes[a][i] for a in communes if a != "03127") for i in (0, 1)]
    cases, total = rest[0] + 286, rest[1] + 311
    exposed = Interval(283 / 312, 287 / 308)
    reference = Interval((cases - 287) / (total - 308), (cases - 283) / (total - 312))
    assert (c.exposed, c.reference) == (exposed, reference)
    assert c.printed == Interval(exposed.low / reference.high, exposed.high / reference.low)
    assert verdict_of(c) == "lower"
    communes = COMMUNES | {"03151": (1380, 1500)}  # the rest: 2,490 of 2,660, 93.6 %
    report, (c,) = comparisons_of(small, {**communes, "03158": (480, 520), "03160": (590, 640)})
    assert verdict_of(c) == "similar"
    assert "rounding" in str(risk_sentences(report, [c]))
    table = str(table_comparisons(report, [c]).to_json())
    assert "complete counts)" not in table
    assert re.findall(r"\d+\.\d+%|\d+\.\d+ points", table) == []
    assert "points (rounding −2 to +2)" in table


def test_counts_of_a_threshold_policy_are_exact_in_a_comparison(small):
    workspace = workspace_of(small)
    toml = workspace.root / "childstats.toml"
    toml.write_text(
        toml.read_text(encoding="utf-8") + '[disclosure]\ncommune = "threshold"\n', encoding="utf-8"
    )
    _, (c,) = comparisons_of(small, COMMUNES)
    assert c.exposed == Interval(286 / 311, 286 / 311)
    assert c.printed.low == c.printed.high


def test_whole_per_cent_enclose_what_they_stand_for():
    assert share_ends(Interval(0.907, 0.932), 0) == Interval(0.90, 0.94)
    assert share_ends(Interval(0.29, 0.57), 0) == Interval(0.29, 0.57)  # 0.29 * 100 is below 29


def test_a_chart_is_listed_with_the_same_decimals_down_a_column():
    series = {"label": "x", "x": [2025, 2026], "y": [0.92, 0.932], "low": [0.90, 0.93],
              "high": [0.94, 0.933], "written": []}  # fmt: skip
    block = {"data": {"percent": True, "series": [series]}}
    assert [row["cells"][1] for row in chart_table(block, Language("en"))["rows"]] == [
        "92.00% (90.00% to 94.00%)",
        "93.20% (93.00% to 93.30%)",
    ]


def test_one_year_alone_of_small_communes_is_said_to_tell_little(small):
    counts = dict.fromkeys(("03127", "03151", "03158", "03160", "03162", "03163"), (36, 40))
    report = report_on(workspace_of(small, counts), "03127")
    assert "too few children to show more than large" in str(funnel_sentences(report, BIRTHS))
    large = dict.fromkeys(counts, (360, 400))
    report = report_on(workspace_of(small, large), "03127")
    assert "too few children to show" not in str(funnel_sentences(report, BIRTHS))


@pytest.mark.parametrize(
    ("points", "digits"),
    [
        ([(82.44, 83.82, -1.38)], (1, 1)),
        ([(89.44, 90.86, -1.42)], (2, 1)),  # 89.4 less 90.9 is 1.5
        ([(61.811, 72.864, -11.053), (61.811, 66.454, -4.643)], (2, 1)),
        ([], (1, 1)),
    ],
)
def test_shares_have_the_decimals_with_which_their_printed_difference_is_right(points, digits):
    of_values, of_differences = consistent_digits(points, 1)
    assert (of_values, of_differences) == digits
    for this, other, between in points:
        shown = round(this, of_values) - round(other, of_values)
        assert abs(shown - round(between, of_differences)) <= 0.05 + 1e-9
