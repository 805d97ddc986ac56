"""Each kind of contradiction, seeded into a few figures, is found; others stay quiet."""

import pytest

from childstats.analyses.quality import CHECK_NAMES
from childstats.errors import SourceError
from childstats.observations.checks import CHECKS
from childstats.observations.table import records

EDITION = """\
publisher = "Cục Thử nghiệm"
publisher_en = "Test Office"
title = "A yearbook"
address = "https://example.org/yearbook"
date_published = "{year}"
date_published_note = ""
date_accessed = "2026-11-24"
language = "{language}"
licence = "not stated"
kind = "official_statistics"
precedence = {precedence}
note = ""
office = "{office}"
"""


def figure(indicator, period, text, unit="", **cells):
    return cells | {
        "indicator": indicator,
        "time_period": str(period),
        "text": text,
        "unit": unit,
    }


def counted(indicator, period, numerator, denominator):
    counts = {"numerator_text": numerator, "denominator_text": denominator}
    return figure(indicator, period, "", **counts)


def edition(small, source_id, *figures, year=2018, precedence=10, office="office", language="en"):
    toml = EDITION.format(year=year, precedence=precedence, office=office, language=language)
    return small(*figures, toml=toml, source_id=source_id)


def found(workspace, check):
    return [f for f in records(workspace.checks) if f["check"] == check]


def statuses(workspace, indicator):
    return "".join(
        o["obs_status"] for o in records(workspace.observations) if o["indicator"] == indicator
    )


@pytest.mark.parametrize(
    ("texts", "warnings"),
    [
        (["0.95", "0.94", "0.955"], 3),
        (["1", "0.94", "0.955"], 3),
        (["0.95", "0.94", "95.5"], 0),
        (["0.95", "0.94"], 0),  # two small percentages may be true
        (["0.95%", "0.94%", "0.5%"], 0),  # the print itself says per cent
        (["0", "0.0", "0"], 0),
    ],
)
def test_a_column_of_percentages_that_never_passes_1_is_proportions(small, texts, warnings):
    unit = "" if "%" in texts[0] else "percent"
    figures = [figure("under_five_malnutrition", 2010 + i, t, unit) for i, t in enumerate(texts)]
    workspace = small(*figures)
    check = found(workspace, "percentages_are_not_proportions")
    assert [f["verdict"] for f in check] == ["warning"] * warnings
    assert all(f["obs_status"] == "U" for f in check)
    if warnings:
        assert statuses(workspace, "under_five_malnutrition") == "U" * warnings


def test_a_count_with_a_fraction_proves_that_the_number_format_is_the_other_one(small):
    texts = ["208.222", "6.847", "68.000", "592"]
    workspace = small(*[figure("at_risk", 2018 + i, t, "persons") for i, t in enumerate(texts)])
    check = found(workspace, "counts_are_whole_in_the_declared_format")
    assert [f["obs_status"] for f in check] == ["U", "U"]  # 68.000 is 68 either way
    assert "“208.222” is no whole number in the number format “en”" in check[0]["message_en"]
    assert "in the format “vi”, 4 of the 4 figures of the column are" in check[0]["message_en"]


def test_whole_counts_are_no_cause_for_doubt(small):
    workspace = small(figure("at_risk", 2018, "208,222", "persons"))
    assert not found(workspace, "counts_are_whole_in_the_declared_format")


def test_a_vietnamese_source_with_a_decimal_point_is_refused_before_any_check(small):
    with pytest.raises(SourceError, match=r"95\.5"):
        _ = edition(small, "vi", figure("steering_boards", 2025, "95.5%"), language="vi").figures


@pytest.mark.parametrize(
    ("text", "unit", "check"),
    [
        ("68 386", "thousand_persons", "unit_fits_the_whole"),
        ("68 386", "persons", ""),
        ("600 000", "persons", "part_is_within_its_total"),
        ("5 000", "thousand_persons", "part_is_within_its_total"),  # ten times: another fault
    ],
)
def test_a_heading_that_says_thousand_by_mistake_is_noticed(small, text, unit, check):
    people = figure("population", 2014, "538,100", "persons")
    workspace = small(people, figure("projected_children_under_5", 2014, text, unit))
    checks = [f["check"] for f in records(workspace.checks) if f["verdict"] == "warning"]
    assert checks == ([check] if check else [])
    assert statuses(workspace, "projected_children_under_5") == ("U" if check else "A")


@pytest.mark.parametrize(
    ("rates", "status"),
    [
        (["15.8", "15.5", "15.4", "1.53"], "AAAU"),  # per 100
        (["15.8", "15.5", "15.4", "1,530"], "AAAU"),  # per 100,000
        (["51.5", "30", "24", "21.6"], "AAAA"),
        (["15.8", "15.5", "15.4", "5.5"], "AAAB"),  # a third: no unit is mistaken by that
    ],
)
def test_a_rate_per_another_base_is_noticed(small, rates, status):
    years = (1990, 2005, 2008, 2010)
    figures = [
        figure("infant_mortality_rate", year, rate, "per_1000", ref_area="VNM")
        for year, rate in zip(years, rates, strict=True)
    ]
    assert statuses(small(*figures), "infant_mortality_rate") == status


@pytest.mark.parametrize(
    ("part", "year", "verdicts"),
    [("242", "592", ["pass"]), ("593", "592", ["warning"]), ("over 592", "592", ["pass"])],
)
def test_part_of_a_year_is_not_more_than_the_year(small, part, year, verdicts):
    figures = [
        figure("disability_screened", 2025, year, "persons"),
        figure("disability_screened", "2025-01/P5M", part, "persons"),
        figure("at_risk", "2025-01/P5M", "999", "persons"),  # a stock is not a part of a year
        figure("at_risk", 2025, "99", "persons"),
    ]
    check = found(small(*figures), "part_of_a_year_is_within_the_year")
    assert [f["verdict"] for f in check] == verdicts


@pytest.mark.parametrize(
    ("after", "notes"),
    [("1,341,593", 1), ("1,352,000", 0), ("1,651,661", 1), ("1,600,000", 0)],
)
def test_a_target_population_that_jumps_is_noted_once_for_all_its_series(small, after, notes):
    names = ("dtp1_coverage_reported", "dtp3_coverage_reported")
    figures = [
        counted(name, year, "1,300,000", people)
        for name in names
        for year, people in ((2021, "1,501,510"), (2022, after))
    ]
    check = found(small(*figures), "target_population_is_steady")
    assert [f["verdict"] for f in check] == ["note"] * notes
    assert all(len(f["figure_ids"].split()) == 4 for f in check)


def people(text, year=2011):
    return figure("population", year, text, "thousand_persons")


def test_three_editions_of_a_figure_are_shown_and_the_latest_is_used(small):
    edition(small, "a-2012", people("512.3"), year=2012, precedence=12)
    edition(small, "b-2018", people("510.8"), people("519.7", 2012), year=2018, precedence=11)
    workspace = edition(small, "c-2025", people("512.8"), people("519.7", 2012), year=2025)
    (note,) = found(workspace, "editions_agree")
    assert (note["verdict"], note["time_period"]) == ("note", 2011)
    assert "differ in 1 of 2 periods" in note["message_en"]
    assert "2011: 512,300 (2012), 510,800 (2018), 512,800 (2025)" in note["message_en"]
    assert not found(workspace, "sources_agree")
    assert {o["source_id"] for o in records(workspace.observations)} == {"c-2025"}


def test_the_later_of_two_editions_is_used_where_none_takes_precedence(small):
    edition(small, "z-2024", people("512.3"), year=2024)
    workspace = edition(small, "a-2025", people("510.8"), year=2025)
    assert [o["figure_id"] for o in records(workspace.observations)] == ["a-2025:2"]
    (note,) = found(workspace, "editions_agree")
    assert note["figure_ids"] == "a-2025:2 z-2024:2"
    assert "2011: 512,300 (2024), 510,800 (2025)" in note["message_en"]
    # a later year's folder whose name comes first, or last, makes no difference
    workspace = edition(small, "zz-2026", people("510.9"), year=2026)
    assert [o["figure_id"] for o in records(workspace.observations)] == ["zz-2026:2"]


@pytest.mark.parametrize("earlier", [[], ["500.1"]])
def test_two_values_of_one_edition_are_both_kept_reported_and_not_used(small, earlier):
    if earlier:
        edition(small, "a-2012", people(*earlier), year=2012, precedence=12)
    workspace = edition(small, "b-2025", people("512.3"), people("510.8"), year=2025)
    (used,) = records(workspace.observations)
    assert (used["figure_id"], used["obs_status"]) == ("b-2025:2", "U")
    assert len(workspace.figures) == 2 + len(earlier)
    warning, *notes = found(workspace, "editions_agree")
    assert (warning["verdict"], warning["figure_ids"]) == ("warning", "b-2025:2 b-2025:3")
    assert "prints 512,300 and 510,800 for the same period (2025)" in warning["message_en"]
    assert [n["verdict"] for n in notes] == ["note"] * len(earlier)


def test_an_edition_that_prints_a_value_twice_contradicts_nothing(small):
    edition(small, "a-2012", people("500.1"), year=2012, precedence=12)
    workspace = edition(small, "b-2025", people("512.3"), people("512.3"), year=2025)
    (note,) = found(workspace, "editions_agree")
    assert "2011: 500,100 (2012), 512,300 (2025)." in note["message_en"]
    assert [o["obs_status"] for o in records(workspace.observations)] == ["A"]


def test_groups_of_age_and_wealth_are_series_of_their_own(small):
    groups = [{"age": "Y0T4"}, {"age": "Y5T9"}]
    for name, year, text in (("a-2012", 2012, "500.1"), ("b-2025", 2025, "512.3")):
        workspace = edition(
            small, name, *(people(text) | g for g in groups), year=year, precedence=2050 - year
        )
    assert len(found(workspace, "editions_agree")) == len(groups)


def test_editions_that_agree_pass_and_offices_that_differ_conflict(small):
    edition(small, "a-2018", people("512.8"), year=2018, precedence=11)
    workspace = edition(small, "b-2025", people("512.8"), year=2025)
    assert [f["verdict"] for f in found(workspace, "editions_agree")] == ["pass"]
    other = edition(small, "c-2025", people("510.8"), year=2025, precedence=12, office="another")
    conflict = [f for f in found(other, "sources_agree") if f["verdict"] == "note"]
    assert [f["figure_ids"] for f in conflict] == ["b-2025:2 c-2025:2"]


@pytest.mark.parametrize(
    ("cases", "children", "notes"),
    [("75.4 percent", "73.85 percent", 1), ("75.4 percent", "75.43 percent", 0)],
)
def test_one_event_with_two_percentages_is_two_definitions(small, cases, children, notes):
    period = "2015-01/P54M"
    workspace = small(
        figure("sexual_abuse_share_of_cases", period, cases),
        figure("sexual_abuse_share_of_children", period, children),
    )
    check = found(workspace, "look_alikes_are_kept_apart")
    assert [f["verdict"] for f in check] == ["note"] * notes
    assert all("73.85% and 75.4% in 1/2015 to 6/2019" in f["message_en"] for f in check)


def test_cases_are_not_mistaken_for_children_and_other_years_not_for_this_one(small):
    workspace = small(
        figure("abuse_cases", 2025, "38", "number"),
        figure("abused_children", 2025, "41", "persons"),
        figure("abuse_children_supported", "2016/P5Y", "29", "persons"),
    )
    (note,) = found(workspace, "look_alikes_are_kept_apart")
    assert "41 and 38 in 2025" in note["message_en"]


def test_surveys_and_registers_of_one_year_are_not_joined(small):
    workspace = small(
        figure("under_five_mortality_rate", 2011, "23.3", "per_1000"),
        figure("under_five_mortality_survey", 2011, "16", "per_1000"),
        figure("under_five_mortality_rate", 2010, "23.8", "per_1000"),
    )
    (note,) = found(workspace, "look_alikes_are_kept_apart")
    assert "16 and 23.3 in 2011" in note["message_en"]


def test_groups_of_wealth_do_not_stand_in_for_everybody(small):
    everybody = figure("hepb_birth_dose_survey_under_2", 2014, "62.8%")
    poorest = everybody | {"text": "38.6%", "wealth_quintile": "Q1", "denominator_text": "329"}
    poorest |= {"lower_text": "31.3", "upper_text": "46.4"}
    workspace = small(everybody, poorest, figure("hepb_birth_dose_survey", 2014, "56.3%"))
    rows = {o["wealth_quintile"]: o for o in records(workspace.observations)}
    assert (rows["Q1"]["lower_bound"], rows["Q1"]["upper_bound"]) == (0.313, 0.464)
    assert (rows["Q1"]["numerator"], rows["Q1"]["denominator"]) == (None, 329)
    (note,) = found(workspace, "look_alikes_are_kept_apart")
    assert "62.8% and 56.3% in 2014 (periods that differ: 1)" in note["message_en"]


ARTICLE = [
    figure("children_under_16", 2025, "208,222", "persons"),
    figure("children_under_16_share", 2025, "31.2%"),
    figure("special_circumstances", 2025, "6,847", "persons"),
    figure("at_risk", 2025, "approximately 68,000", "persons"),
    figure("steering_boards", 2025, "100%"),
    figure("health_insurance_under_6", 2025, "100%"),
    figure("full_immunisation_under_1", 2025, "95.5%"),
    figure("full_immunisation_under_5", 2025, "95.8%"),
    figure("disability_screened", 2025, "592", "persons"),
    figure("disability_operated", 2025, "247", "persons"),
    figure("abuse_cases", 2025, "38", "number"),
    figure("abuse_cases_handled", 2025, "100%"),
    figure("birth_registration_under_5", 2025, "99.42%"),
    figure("schools_with_children", 2025, "430", "number"),
    figure("school_medical_rooms", 2025, "100%"),
    figure("school_psychological_support", 2025, "96%"),
    figure("play_spots", 2025, "36/45"),
]
CORRUPTIONS = {
    "part_is_within_its_total": ("disability_operated", "593"),
    "share_gives_a_whole_count": ("schools_with_children", "10"),
    "implied_population_is_near_the_published": ("children_under_16_share", "41.2%"),
    "unit_fits_the_whole": ("special_circumstances", "6,847,000"),
}


def test_the_articles_own_figures_raise_no_alarm(small):
    workspace = small(*ARTICLE, figure("population", 2024, "656,706", "persons"))
    verdicts = {(f["check"], f["verdict"]) for f in records(workspace.checks)}
    assert {verdict for _, verdict in verdicts} == {"pass", "note"}
    noted = {check for check, verdict in verdicts if verdict == "note"}
    assert noted == {"look_alikes_are_kept_apart"}  # 8 vaccines under 1, 12 under 5
    assert {o["obs_status"] for o in records(workspace.observations)} == {"A"}


@pytest.mark.parametrize(("check", "change"), CORRUPTIONS.items())
def test_one_wrong_figure_in_the_article_is_found(small, check, change):
    indicator, text = change
    figures = [f | {"text": text} if f["indicator"] == indicator else f for f in ARTICLE]
    workspace = small(*figures, figure("population", 2024, "656,706", "persons"))
    warned = {f["check"] for f in records(workspace.checks) if f["verdict"] == "warning"}
    assert check in warned


def test_every_check_is_a_sentence_in_its_first_line_and_is_known_to_readers():
    assert set(CHECK_NAMES) == set(CHECKS)
    for check in CHECKS:
        assert (check.__doc__ or "").split("\n")[0].endswith(".")
