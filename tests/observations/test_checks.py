"""Checks: each with figures that pass and figures that fail, then the traps of the real figures."""

import pandas as pd
import pytest

from childstats.analyses.report import HELD_BACK, Report
from childstats.observations import findings
from childstats.observations.checks import CHECKS, OF_ALL_AREAS, run_checks
from childstats.observations.findings import apply_findings
from childstats.observations.table import is_year, records, yearly_series


def figure(indicator, period, text, unit="", *counts, **cells):
    numerator, denominator = counts or ("", "")
    return cells | {
        "indicator": indicator,
        "time_period": str(period),
        "text": text,
        "unit": unit,
        "numerator_text": numerator,
        "denominator_text": denominator,
    }


def hold(small, figures, second=()):
    """Return a workspace of a source with precedence 30 and, perhaps, one with 31."""
    workspace = small(*figures)
    if not second:
        return workspace
    toml = workspace.root / "data" / "raw" / "a-source" / "source.toml"
    text = toml.read_text(encoding="utf-8").replace("= 30", "= 31")
    return small(*second, toml=text, source_id="b-source")


def found(workspace, check):
    return [f for f in records(workspace.checks) if f["check"] == check]


def statuses(workspace, indicator):
    chosen = [o for o in records(workspace.observations) if o["indicator"] == indicator]
    return "".join(o["obs_status"] for o in chosen)


def expect(workspace, check, verdicts, **status):
    """Hold the verdicts of one check, and the statuses of one indicator, against the expected."""
    assert [f["verdict"] for f in found(workspace, check)] == verdicts
    for indicator, letters in status.items():
        assert statuses(workspace, indicator) == letters


def reported(printed, numerator, denominator, unit="percent"):
    return figure("dtp1_coverage_reported", 2008, printed, unit, numerator, denominator)


def at_risk(**years):
    return [figure("at_risk", year.strip("y"), text) for year, text in years.items()]


def children(*counts):
    """Return yearly counts of children from 2019, among 100,000 people each year."""
    years = range(2019, 2019 + len(counts))
    people = [figure("population", year, "100,000") for year in years]
    return [
        figure("children_under_16", *f) for f in zip(years, map(str, counts), strict=True)
    ] + people


COUNT = figure("children_under_16", 2025, "208,222")
SHARE = figure("children_under_16_share", 2025, "31.2%")
SCHOOLS = "schools_meeting_national_standards"


@pytest.mark.parametrize(
    ("printed", "verdict"),
    [
        (reported("90", "904", "1,000"), "pass"),
        (reported("90", "914", "1,000"), "warning"),
        (reported("100", "1503646", "1500113"), "pass"),
        (reported("5.2", "52", "10,000", "per_1000"), "pass"),
        (reported("over 90%", "914", "1,000"), "pass"),
        (reported("over 90%", "894", "1,000"), "warning"),
        (figure(SCHOOLS, 2025, "382 out of 463 (82.51%)"), "pass"),
        (figure(SCHOOLS, 2025, "382 out of 463 (82.91%)"), "warning"),
        (figure(SCHOOLS, 2025, "382 out of 463 (82.91\u00a0%)"), "warning"),
        (figure(SCHOOLS, 2025, "382 out of 463"), None),
        (reported("", "904", "1,000"), None),
    ],
)
def test_a_printed_share_is_held_against_its_counts(small, printed, verdict):
    verdicts = [verdict] if verdict else []
    status = {printed["indicator"]: "A"}
    expect(hold(small, [printed]), "printed_share_agrees_with_its_counts", verdicts, **status)


def test_a_misquoted_share_is_quoted_with_the_digits_of_its_print(small):
    workspace = hold(small, [figure(SCHOOLS, 2025, "382 out of 463 (82.91%)")])
    (finding,) = found(workspace, "printed_share_agrees_with_its_counts")
    assert ": 82.91% is printed, but 382 of 463 is 82.5" in finding["message_en"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("over 90%", "over 90%"),
        ("90-95%", "90–95%"),
        ("about 90.5-95%", "about 90.5–95.0%"),
        ("<0.5%", "less than 0.5%"),
    ],
)
def test_a_misquoted_share_is_quoted_with_its_hedge_and_its_range(small, text, said):
    workspace = hold(small, [reported(text, "800", "1,000")])
    (finding,) = found(workspace, "printed_share_agrees_with_its_counts")
    assert f": {said} is printed, but 800 of 1,000 is 80.0%" in finding["message_en"]


def test_a_share_that_is_not_used_for_its_counts_is_quoted_nowhere(small):
    estimate = figure("dtp1_coverage", 2008, "96%", "percent")
    workspace = hold(small, [estimate, reported("nearly 100%", "2,005", "1,000")])
    (finding,) = found(workspace, "printed_share_agrees_with_its_counts")
    assert finding["message_en"].endswith(
        "the counts beside it are 2,005 of 1,000, which cannot be of the same children; "
        "the figure is not used."
    )
    assert found(workspace, "look_alikes_are_kept_apart") == []
    assert not [f for f in records(workspace.checks) if "200.5%" in f["message_en"]]


@pytest.mark.parametrize(
    ("printed", "of", "verdict", "said"),
    [
        ("96%", "430", "pass", "96% of 430 is 411 to 414."),
        ("100%", "430", "pass", "100% of 430 is 428 to 430."),
        ("96%", "10", "warning", "no whole number out of 10 is 96%."),
    ],
)
def test_a_share_of_a_known_number_is_a_whole_count(small, printed, of, verdict, said):
    school = figure("school_psychological_support", 2025, printed)
    workspace = hold(small, [figure("schools_with_children", 2025, of), school])
    expect(workspace, "share_gives_a_whole_count", [verdict])
    (finding,) = found(workspace, "share_gives_a_whole_count")
    assert finding["message_en"].endswith(said)


@pytest.mark.parametrize(
    ("boys", "verdicts"),
    [("500", ["pass"]), ("501", ["pass"]), ("502", ["warning"]), ("498", ["warning"])],
)
def test_boys_and_girls_of_one_source_add_up(small, boys, verdicts):
    total = figure("children_under_16", 2024, "1,000")
    parts = [total | {"sex": "M", "text": boys}, total | {"sex": "F", "text": "500"}]
    other = [total | {"text": "2,000"}]
    workspace = hold(small, [total, *parts], other)
    expect(workspace, "parts_add_up_to_their_total", verdicts)


@pytest.mark.parametrize(
    ("population", "verdict"), [("667,000", "pass"), ("600,000", "note"), ("700,000", "note")]
)
def test_figures_that_cannot_all_be_true_are_named(small, population, verdict):
    third = [*at_risk(y2025="68,000"), figure("population", 2025, population)]
    workspace = hold(small, [COUNT, SHARE, *third])
    expect(workspace, "figures_fit_together", [verdict])
    (finding,) = found(workspace, "figures_fit_together")
    named = "Children at risk" in finding["message_en"]
    assert named is (verdict == "pass")


@pytest.mark.parametrize(
    ("part", "verdict", "status"),
    [
        *[("68,000", "pass", "A"), ("208,222", "pass", "A"), ("over 208,000", "pass", "A")],
        *[("208,223", "warning", "U"), ("over 209,000", "warning", "U")],
    ],
)
def test_a_part_above_its_whole_is_not_used(small, part, verdict, status):
    no_whole = figure("at_risk", 2025, "999,999", ref_area="VN-05")
    workspace = hold(small, [COUNT, *at_risk(y2025=part), no_whole])
    expect(workspace, "part_is_within_its_total", [verdict], at_risk=status + "A")


def test_coverage_above_100_percent_is_noted_and_kept(small):
    check = "numerator_is_within_its_denominator"
    expect(hold(small, [reported("100", "10", "10")]), check, [])
    expect(hold(small, [reported("110", "11", "10")]), check, ["note"], dtp1_coverage_reported="A")
    expect(hold(small, [reported("150", "15", "10")]), check, ["note"], dtp1_coverage_reported="A")
    far = hold(small, [reported("200", "20", "10")])
    expect(far, check, ["warning"], dtp1_coverage_reported="U")


@pytest.mark.parametrize(
    ("counts", "verdicts", "status"),
    [
        ([32_000, 24_000, 32_000], "pass pass pass", "ABB"),  # a quarter off is still believed
        ([32_000, 23_900, 32_000], "pass warning pass", "AUA"),
        ([32_000, 40_100, 32_000, 32_000], "pass warning pass pass", "AUAA"),
        # a digit is lost: the years beside the misprint are not to blame
        ([32_000, 3_200, 32_000], "pass warning pass", "AUA"),
        ([32_000, 12_000], "", "AB"),  # one other year is no majority
    ],
)
def test_a_share_of_the_population_far_from_the_other_years_is_not_believed(
    small, counts, verdicts, status
):
    workspace = hold(small, children(*counts))
    check = "share_of_population_is_plausible"
    expect(workspace, check, verdicts.split(), children_under_16=status)


def test_the_printed_share_stands_in_where_no_population_is_published(small):
    workspace = hold(small, [*children(31_000, 31_500, 31_900), SHARE, COUNT])
    expect(workspace, "share_of_population_is_plausible", ["pass"] * 4)
    assert "208,222 children under 16 are 31.2% of" in " ".join(workspace.checks["message_en"])


@pytest.mark.parametrize(
    ("year", "people", "verdicts"),
    [
        (2024, "656,706", ["pass"]),
        (2025, "635,000", ["pass"]),  # × 1.05 = 666,750; at least 666,310 are implied
        (2025, "634,000", ["warning"]),  # × 1.05 = 665,700
        (2025, "703,000", ["pass"]),  # × 0.95 = 667,850; at most 668,449 are implied
        (2025, "704,000", ["warning"]),  # × 0.95 = 668,800
        (2026, "500,000", []),  # of a later year
    ],
)
def test_a_count_and_its_share_imply_a_population_near_the_last_one(small, year, people, verdicts):
    check = "implied_population_is_near_the_published"
    workspace = hold(small, [SHARE, COUNT, figure("population", year, people)])
    expect(workspace, check, verdicts, children_under_16_share="A")


def test_the_share_of_part_of_a_year_is_held_against_the_last_population_too(small):
    figures = [f | {"time_period": "2024-Q4"} for f in (SHARE, COUNT)]
    workspace = hold(small, [*figures, figure("population", 2024, "656,706")])
    expect(workspace, "implied_population_is_near_the_published", ["pass"])


@pytest.mark.parametrize(
    ("indicator", "period", "verdicts"),
    [
        ("abuse_cases", "2024-01/P9M", ["warning"]),
        ("abuse_cases", "2016/P5Y", ["warning"]),
        ("abuse_cases", 2024, []),
        ("at_risk", "2024-09", []),  # a stock has a date, not a duration
    ],
)
def test_events_of_another_period_than_a_year_are_kept_apart(small, indicator, period, verdicts):
    workspace = hold(small, [figure(indicator, period, "38")])
    expect(workspace, "period_is_a_whole_year", verdicts, **{indicator: "A"})


CHANGE = "year_on_year_change_is_explained"


@pytest.mark.parametrize(
    ("years", "warnings", "status"),
    [
        ({"y2024": "98,280", "y2025": "68,000"}, 1, "AB"),
        ({"y2024": "100", "y2025": "125"}, 0, "AA"),
        ({"y2024": "100", "y2025": "126"}, 1, "AB"),
        ({"y2024": "125", "y2025": "100"}, 0, "AA"),
        ({"y2024": "126", "y2025": "100"}, 1, "AB"),
        ({"y2023": "100", "y2025": "156"}, 0, "AA"),  # 1.25² = 1.5625
        ({"y2023": "100", "y2025": "157"}, 1, "AB"),
        ({"y2023": "9", "y2024": "90", "y2025": "9"}, 2, "ABB"),
        ({"y2024": "9", "y2025-Q1": "90"}, 0, "AA"),
        ({"y2024": "0", "y2025": "90"}, 0, "AA"),
    ],
)
def test_a_change_of_more_than_a_quarter_a_year_breaks_the_series(small, years, warnings, status):
    expect(hold(small, at_risk(**years)), CHANGE, ["warning"] * warnings, at_risk=status)


@pytest.mark.parametrize(
    ("counts", "slips", "status"),
    [
        (["33", "37", "38", "41372", "43039"], 2, "AAAUU"),
        (["33", "37", "38", "41"], 0, "AAAA"),
        (["3,300", "3,700", "38", "4,100"], 1, "AAUA"),
        (["33", "37", "900", "38"], 0, "AABB"),  # neither a hundred nor a thousand times
    ],
)
def test_a_value_in_another_unit_than_its_series_is_not_used(small, counts, slips, status):
    figures = at_risk(**{f"y{2012 + i}": text for i, text in enumerate(counts)})
    expect(hold(small, figures), "unit_does_not_slip", ["warning"] * slips, at_risk=status)


@pytest.mark.parametrize("explained", [0, 1])
def test_a_change_that_a_source_explains_is_a_note(small, explained):
    figures = at_risk(y2024="9", y2025="90")
    figures[explained] |= {"acknowledges": f"another {CHANGE}", "note_en": "Out of stock."}
    workspace = hold(small, figures)
    expect(workspace, CHANGE, ["note"], at_risk="AA")
    assert found(workspace, CHANGE)[0]["message_en"].endswith(
        ": 9 in 2024, 90 in 2025. Out of stock."
    )


def test_a_misprint_is_no_reason_to_doubt_the_years_beside_it(small):
    figures = children(32_000, 12_000, 32_000, 32_000)
    expect(hold(small, figures), CHANGE, [], children_under_16="AUAA")


def test_a_unit_that_is_unclear_is_reported_with_the_text(small):
    unclear = figure("under_1_vaccination_change", 2024, "29.1 up", "unclear")
    workspace = hold(small, [unclear, *at_risk(y2024="5")])
    expect(workspace, "unit_is_clear", ["warning"], under_1_vaccination_change="", at_risk="A")
    assert "“29.1 up”" in found(workspace, "unit_is_clear")[0]["message_vi"]


@pytest.mark.parametrize(("status", "warnings"), [("D", 1), ("B", 1), ("P", 0), ("A", 0)])
def test_a_declared_definition_or_break_is_reported(small, status, warnings):
    workspace = hold(small, [figure("at_risk", 2024, "5", obs_status=status)])
    expect(workspace, "definition_is_the_series_own", ["warning"] * warnings, at_risk=status)


def test_a_break_does_not_take_back_the_definition_that_a_source_declares(small):
    figures = at_risk(y2024="9", y2025="90")
    figures[1]["obs_status"] = "D"
    assert statuses(hold(small, figures), "at_risk") == "AD"


def share(text):
    return figure("steering_boards", 2025, text)


def people(text, unit="persons"):
    return figure("population", 2024, text, unit)


@pytest.mark.parametrize(
    ("one", "other", "verdict"),
    [
        (share("95.5%"), share("over 95%"), "pass"),
        (share("95.5%"), share("94%"), "note"),
        (people("656.7", "thousand_persons"), people("656,717"), "pass"),
        (people("656,706"), people("656,707"), "pass"),
        (people("656,706"), people("656,717"), "note"),
        # a share above 1 is a share, not a count
        (reported("100", "1503646", "1500113"), reported("75", "75", "100"), "note"),
    ],
)
def test_two_sources_agree_when_both_can_be_true(small, one, other, verdict):
    workspace = hold(small, [one], [other])
    (finding,) = found(workspace, "sources_agree")
    assert (finding["verdict"], finding["obs_status"]) == (verdict, "")
    assert finding["figure_ids"] == "a-source:2 b-source:2"


def test_a_finding_about_one_group_leaves_the_other_groups_alone(small):
    figures = [figure("children_under_16", 2024, "300,000"), people("900,000")]
    boys = [f | {"sex": "M", "text": text} for f, text in zip(figures, ["3", "2"], strict=True)]
    observations = records(hold(small, [*figures, *boys]).observations)
    status = {o["sex"]: o["obs_status"] for o in observations if o["indicator"] != "population"}
    assert status == {"_T": "A", "M": "U"}


@pytest.mark.parametrize("marks", [["B", "U"], ["U", "B"]])
def test_low_reliability_wins_over_a_break(small, marks):
    workspace = hold(small, at_risk(y2024="9", y2025="90"))
    (finding,) = found(workspace, CHANGE)
    findings = pd.DataFrame([finding | {"obs_status": mark} for mark in marks])
    assert list(apply_findings(workspace.observations, findings)["obs_status"]) == ["A", "U"]
    assert statuses(workspace, "at_risk") == "AB"


# The real figures.


def report(workspace):
    return Report(
        "data_quality", workspace=workspace, ref_area="VN-71", time_period=2025, language="en"
    )


UNEXPLAINED = "No source used here gives", "Các nguồn sử dụng ở đây không nêu lý do"
TRAPS = {
    ("share_of_population_is_plausible", "nhanquyen-2020-09:2", "warning", "U"): (
        "124,472 children under 16 would be 20.3% of the population; in the other years",
        "124.472 trẻ em dưới 16 tuổi chỉ chiếm 20,3% dân số",
    ),
    ("period_is_a_whole_year", "dbp-2024-10:3", "warning", ""): (
        "78% is for 1/2024 to 9/2024, not for one calendar year",
        "78% là số của thời kỳ 1/2024 đến 9/2024",
    ),
    (CHANGE, "dbp-2024-10:6", "warning", "B"): (
        f"2,302 in 2020, over 6,320 in 2024. {UNEXPLAINED[0]}",
        f"2.302 năm 2020, trên 6.320 năm 2024. {UNEXPLAINED[1]}",
    ),
    (CHANGE, "dbp-2026-01:14", "warning", "B"): (
        f"98,280 in 2024, about 68,000 in 2025. {UNEXPLAINED[0]}",
        f"98.280 năm 2024, khoảng 68.000 năm 2025. {UNEXPLAINED[1]}",
    ),
    ("unit_is_clear", "dbp-2024-10:4", "warning", ""): (
        "“29.1 per cent increase” does not say what it is a number of; it is listed but not used",
        "“29.1 per cent increase” không nêu rõ đơn vị tính; số liệu được liệt kê nhưng không dùng",
    ),
    ("numerator_is_within_its_denominator", "jrf-2024:28", "note", ""): (
        "1,503,646 children were reported vaccinated of an estimated 1,500,113: 100.2%",
        "Báo cáo 1.503.646 trẻ được tiêm trên 1.500.113 trẻ ước tính: 100,2%",
    ),
    ("printed_share_agrees_with_its_counts", "jrf-2024:9", "warning", ""): (
        "90% is printed, but 1,476,473 of 1,616,070 is 91.4%; the counts are used.",
        "số công bố là 90%, nhưng 1.476.473/1.616.070 là 91,4%",
    ),
    ("printed_share_agrees_with_its_counts", "jrf-2024:57", "warning", ""): (
        "92% is printed, but 1,511,191 of 1,616,070 is 93.5%; the counts are used.",
        "số công bố là 92%, nhưng 1.511.191/1.616.070 là 93,5%",
    ),
} | {
    ("definition_is_the_series_own", f"{source}:2", "warning", ""): (
        f"“{schools}” is not joined to the other figures.",
        f"“{schools}” không ghép vào cùng chuỗi số liệu.",
    )
    for schools, source in {
        **{481: "dbp-2026-education", 484: "thongtin-2025"},
        **{485: "thongtin-2025-08", 486: "dbp-2025-education"},
    }.items()
}


@pytest.mark.parametrize(("trap", "said"), TRAPS.items(), ids=lambda told: told[1])
def test_a_trap_in_the_real_figures_is_found(workspace, trap, said):
    check, subject, verdict, status = trap
    (finding,) = (f for f in found(workspace, check) if f["figure_ids"].split()[0] == subject)
    assert (finding["verdict"], finding["obs_status"]) == (verdict, status)
    for message, words in zip((finding["message_en"], finding["message_vi"]), said, strict=True):
        assert words in message.replace("\u00a0", " ")
    for o in records(workspace.observations):
        assert o["figure_id"] != subject or not status or o["obs_status"] == status


def test_the_misprint_of_2020_is_in_no_series_that_is_charted(workspace):
    shown = {o.time_period: o.obs_value for o in report(workspace).series("children_under_16")}
    assert shown == {2024: 216_000, 2025: 208_222}
    assert "U" in HELD_BACK


def test_the_part_year_is_not_among_the_yearly_values(workspace):
    yearly = yearly_series(workspace.observations, workspace.catalogue)[
        "full_immunisation_under_1", "VN-71"
    ]
    assert 0.78 not in {o.obs_value for o in yearly}
    assert all(is_year(o.time_period) for o in yearly)
    assert 0.78 in set(workspace.observations["obs_value"])


def test_the_change_without_a_unit_is_no_observation(workspace):
    assert "dbp-2024-10:4" in set(workspace.figures["figure_id"])
    assert "dbp-2024-10:4" not in set(workspace.observations["figure_id"])


def test_the_other_counts_of_schools_are_not_shown_beside_the_430(workspace):
    assert statuses(workspace, "schools_all_levels") == "DDDD"
    assert not report(workspace).series("schools_all_levels")
    assert [o.obs_value for o in report(workspace).series("schools_with_children")] == [430]


def test_the_warnings_about_the_founding_article_are_the_two_known_ones(workspace):
    warned = [
        (f["check"], f["figure_ids"].split()[0])
        for f in records(workspace.checks)
        if f["verdict"] == "warning" and "dbp-2026-01:" in f["figure_ids"]
    ]
    assert sorted(warned) == [
        ("definition_is_the_series_own", "dbp-2026-01:4"),
        ("year_on_year_change_is_explained", "dbp-2026-01:14"),
    ]


def test_every_check_finds_something_and_says_it_in_both_languages(workspace):
    seeded_only = {  # no real source is printed so; the tests above seed them
        "percentages_are_not_proportions",
        "counts_are_whole_in_the_declared_format",
    }
    names = {check.__name__ for check in CHECKS}
    assert set(workspace.checks["check"]) == names - seeded_only
    for finding in records(workspace.checks):
        assert finding["message_en"]
        assert finding["message_vi"] not in {"", finding["message_en"]}
        assert not set("{}") & set(finding["message_en"] + finding["message_vi"])


def test_a_jump_of_one_years_pair_has_one_treatment_in_all_areas(workspace):
    name = "infant_mortality_rate"
    in_2009 = {
        o["ref_area"]: o["obs_status"]
        for o in records(workspace.observations)
        if (o["indicator"], o["time_period"]) == (name, 2009)
    }
    assert set(in_2009) == {"VNM", "VN-NMM", "VN-71", "VN-01", "VN-05"}
    assert set(in_2009.values()) == {"B"}
    others = workspace.checks["check"] == "jump_of_many_areas_is_one_of_all"
    assert set(workspace.checks[others]["indicator"]) == {name}  # counts of pupils really grow


def test_the_year_of_a_finding_is_the_number_of_its_observation(workspace):
    periods = set(workspace.observations["time_period"]) | {"2024-01/P9M"}
    assert set(workspace.checks["time_period"]) <= periods


def test_a_check_finds_the_same_whether_it_sees_all_areas_or_one_at_a_time(workspace, monkeypatch):
    held = workspace._held
    assert len(list(held.by_area())) == 1
    monkeypatch.setattr(findings, "ROWS_AT_A_TIME", 1)
    parts = list(held.by_area())
    areas = set(held.figures["ref_area"]) | set(held.candidates["ref_area"])
    assert len(parts) > len(areas) / 2
    assert sum(len(part.figures) for part in parts) == len(held.figures)
    assert sum(len(part.candidates) for part in parts) == len(held.candidates)
    assert sum(len(part.observations) for part in parts) == len(held.observations)
    pd.testing.assert_frame_equal(run_checks(held), workspace.checks)
    assert set(OF_ALL_AREAS) < set(CHECKS)


def test_a_column_is_looked_at_over_all_areas_however_few_are_held_at_a_time(small, monkeypatch):
    monkeypatch.setattr(findings, "ROWS_AT_A_TIME", 1)
    low = [figure("stunting_under_5", year, "0.9", "percent") for year in (2022, 2023, 2024)]
    other = figure("stunting_under_5", 2024, "19.5", "percent", ref_area="VN-01")
    assert found(hold(small, [*low, other]), "percentages_are_not_proportions") == []
    assert len(found(hold(small, low), "percentages_are_not_proportions")) == 3
