"""The comparability guard: each ground alone, and the pairs that the reports must not compare."""

import pytest
from conftest import SOURCE_TOML

from childstats.observations.guard import Ground, comparable
from childstats.observations.table import records


def rows(workspace, **wanted):
    return [
        o
        for o in records(workspace.observations)
        if all(o[name] == value for name, value in wanted.items())
    ]


def one(workspace, indicator, period, area="VN-71", **groups):
    everybody = dict.fromkeys(("sex", "residence", "wealth_quintile"), "_T")
    wanted = everybody | groups | {"indicator": indicator, "time_period": period, "ref_area": area}
    (row,) = rows(workspace, **wanted)
    return row


PAIRS = {
    "the same figure": (("at_risk", 2025), ("at_risk", 2025), ""),
    "8 vaccines under 1 and 12 under 5": (
        *(("full_immunisation_under_5", 2025), ("full_immunisation_under_1", 2025)),
        "definition",
    ),
    "schools and institutions": (
        *(("schools_all_levels", 2025), ("schools_with_children", 2025)),
        "definition",
    ),
    "cases and children, two periods": (
        *(("abuse_children_supported", "2016/P5Y"), ("abuse_cases", 2025)),
        "definition duration",
    ),
    "nine months and a year": (
        *(("full_immunisation_under_1", "2024-01/P9M"), ("full_immunisation_under_1", 2025)),
        "duration",
    ),
    "five months and a year": (
        *(("disability_screened", "2025-01/P5M"), ("disability_screened", 2025)),
        "duration",
    ),
    "before and after the narrower count": (
        *(("special_circumstances", 2020), ("special_circumstances", 2025)),
        "break",
    ),
    "both after it": (("special_circumstances", 2024), ("special_circumstances", 2025), ""),
    "a misprint and a year": (
        *(("children_under_16", 2020), ("children_under_16", 2025)),
        "reliability",
    ),
    "surgery of two programmes": (
        *(("disability_operated", 2025), ("defect_operated", 2023, "VN-05")),
        "definition period size",
    ),
    "two provinces, one year": (
        *(("special_circumstances", 2025), ("special_circumstances", 2025, "VN-05")),
        "size",
    ),
    "shares of two provinces, one year": (
        *(("death_registration_on_time", 2023), ("death_registration_on_time", 2023, "VN-05")),
        "",
    ),
    "province and country": (
        *(("death_registration_on_time", 2023), ("death_registration_on_time", 2023, "VNM")),
        "overlap",
    ),
    "shares of two provinces, two years": (
        *(("death_registration_on_time", 2023), ("death_registration_on_time", 2022, "VN-05")),
        "period",
    ),
    "DTP3 before and during the suspension": (
        *(("dtp3_coverage_reported", 2013, "VNM"), ("dtp3_coverage_reported", 2012, "VNM")),
        "",
    ),
    "survey and register": (
        *(("under_five_mortality_survey", 2011, "VNM"), ("under_five_mortality_rate", 2011, "VNM")),
        "definition",
    ),
    "share of cases and share of children": (
        ("sexual_abuse_share_of_cases", "2015-01/P54M", "VNM"),
        ("sexual_abuse_share_of_children", "2015-01/P54M", "VNM"),
        "definition",
    ),
    "a survey of eight provinces": (
        *(("bcg_coverage_survey", 2014, "VNM"), ("bcg_coverage_survey", 2012, "VNM")),
        "definition",
    ),
    "the age limit is not stated": (
        *(("children_under_16", 2024, "VN-14"), ("children_under_16", 2022, "VN-14")),
        "definition",
    ),
}


@pytest.mark.parametrize(("first", "second", "grounds"), PAIRS.values(), ids=PAIRS.keys())
def test_a_pair_is_refused_on_its_grounds(workspace, first, second, grounds):
    pair = one(workspace, *first), one(workspace, *second)
    for these in (pair, pair[::-1]):
        reasons = comparable(workspace, *these)
        assert [reason.ground.value for reason in reasons] == grounds.split()
        for reason in reasons:
            assert reason.message_en.endswith(".")
            assert reason.message_vi not in {"", reason.message_en}


def test_groups_are_compared_with_each_other_and_not_with_everybody(workspace):
    name = "hepb_birth_dose_survey_under_2"
    quintiles = [one(workspace, name, 2014, "VNM", wealth_quintile=q) for q in ("Q1", "Q5")]
    assert comparable(workspace, *quintiles) == []
    everybody = one(workspace, name, 2014, "VNM")
    assert [r.ground for r in comparable(workspace, quintiles[0], everybody)] == [Ground.OVERLAP]


def test_ethnic_groups_are_compared_with_each_other_and_with_nobody_else(workspace):
    name = "hepb_birth_dose_survey_under_2"
    minorities = one(workspace, "hepb_birth_dose_survey_minorities", 2014, "VNM")
    everybody, poorest = (
        one(workspace, name, 2014, "VNM", wealth_quintile=q) for q in ("_T", "Q1")
    )
    (part,) = comparable(workspace, minorities, everybody)
    assert part.ground is Ground.OVERLAP
    assert part.message_en.startswith("One group is part of the other;")
    assert part.message_vi.startswith("Nhóm này là một phần của nhóm kia;")
    (crossed,) = comparable(workspace, minorities, poorest)
    assert crossed.ground is Ground.GROUP
    ethnic = [
        one(workspace, f"under_five_mortality_survey_{of}", 2006, "VNM")
        for of in ("majority", "minorities")
    ]
    assert comparable(workspace, *ethnic) == []


GROUPS = {
    "boys and girls of one place": ({"sex": "M"}, {"sex": "F"}, ""),
    "girls and everybody": ({"sex": "F"}, {}, "overlap"),
    "rural girls and everybody": ({"sex": "F", "residence": "R"}, {}, "overlap"),
    "rural girls and the countryside": (
        *({"sex": "F", "residence": "R"}, {"residence": "R"}),
        "overlap",
    ),
    "girls and the countryside": ({"sex": "F"}, {"residence": "R"}, "group"),
    "rural girls and urban boys": (
        *({"sex": "F", "residence": "R"}, {"sex": "M", "residence": "U"}),
        "group",
    ),
    "girls of two provinces": ({"sex": "F"}, {"sex": "F", "ref_area": "VN-05"}, ""),
    "girls of one province, boys of another": (
        *({"sex": "F"}, {"sex": "M", "ref_area": "VN-05"}),
        "group",
    ),
    "girls of one province, everybody of another": (
        *({"sex": "F"}, {"ref_area": "VN-05"}),
        "group",
    ),
    "girls of a province, everybody of its country": (
        *({"sex": "F"}, {"ref_area": "VNM"}),
        "overlap group",
    ),
    "two fifths of one country": (
        *({"wealth_quintile": "Q1", "ref_area": "VNM"}, {"wealth_quintile": "Q5"}),
        "overlap group",
    ),
    "two ages": ({"age": "Y0T4"}, {"age": "Y2T4"}, "definition"),
    "a commune and a province it is not in": (
        *({"ref_area": "03127"}, {"ref_area": "VN-05"}),
        "level",
    ),
    "a province and a region it is not in": (
        *({"ref_area": "VN-13"}, {"ref_area": "VN-NMM"}),
        "level",
    ),
    "two communes": ({"ref_area": "03127"}, {"ref_area": "03130"}, ""),
}


@pytest.mark.parametrize(("this", "that", "grounds"), GROUPS.values(), ids=GROUPS.keys())
def test_groups_and_areas_are_held_against_their_like_only(small, this, that, grounds):
    figure = {"indicator": "stunting_under_5", "time_period": "2024", "unit": "percent"}
    known = {"ref_area": "VN-71", "sex": "_T", "residence": "_T", "wealth_quintile": "_T"}
    workspace = small(figure | {"text": "31.2%"} | this, figure | {"text": "29.8%"} | that)
    pair = [one_of(workspace, known | wanted) for wanted in (this, that)]
    for these in (pair, pair[::-1]):
        reasons = comparable(workspace, *these)
        assert [reason.ground.value for reason in reasons] == grounds.split()
        assert all(r.message_en.endswith(".") and r.message_vi.endswith(".") for r in reasons)
        assert all(r.message_vi != r.message_en for r in reasons)


def one_of(workspace, wanted):
    (row,) = rows(workspace, **wanted)
    return row


@pytest.mark.parametrize(
    ("kinds", "message"),
    [
        (("survey", "administrative"), "One figure comes from a survey, the other from adm"),
        (("survey", "international_estimate"), "One figure comes from a survey, the other from an"),
        (("official_statistics", "international_estimate"), "One figure comes from official sta"),
        (("official_statistics", "survey"), ""),
        (("official_statistics", "administrative"), ""),
        (("press", "survey"), ""),
        (("survey", "survey"), ""),
    ],
)
def test_a_survey_is_not_joined_to_a_register(small, kinds, message):
    figure = {"indicator": "stunting_under_5", "unit": "percent"}
    for year, kind in zip((2023, 2024), kinds, strict=True):
        workspace = small(
            figure | {"time_period": str(year), "text": "31.2%"},
            toml=SOURCE_TOML.replace('kind = "press"', f'kind = "{kind}"'),
            source_id=f"source-{year}",
        )
    reasons = comparable(workspace, *rows(workspace, indicator="stunting_under_5"))
    assert [r.ground for r in reasons] == ([Ground.BASIS] if message else [])
    assert not reasons or reasons[0].message_en.startswith(message)


@pytest.mark.parametrize(
    ("periods", "grounds"),
    [
        (("2024-Q1", "2024-Q2"), ""),
        (("2024-01/P3M", "2024-02/P3M"), "overlap"),
        (("2024-07/P12M", "2024"), "overlap"),
        (("2024-07/P12M", "2023"), ""),
        (("2024-01/P3M", "2024-03/P6M"), "duration"),
    ],
)
def test_periods_that_share_months_count_some_events_twice(small, periods, grounds):
    figure = {"indicator": "abuse_cases", "unit": "number", "text": "38"}
    workspace = small(*(figure | {"time_period": period} for period in periods))
    reasons = comparable(workspace, *rows(workspace, indicator="abuse_cases"))
    assert [r.ground.value for r in reasons] == grounds.split()


def test_a_code_that_was_used_again_is_another_territory(small):
    figure = {"indicator": "at_risk", "ref_area": "03127", "unit": "persons"}
    workspace = small(
        figure | {"time_period": "2024", "text": "100"},
        figure | {"time_period": "2026", "text": "110"},
    )
    (reason,) = comparable(workspace, *rows(workspace, indicator="at_risk"))
    assert reason.ground is Ground.BORDERS
    assert reason.message_en == (
        "The area code 03127 stood for Him Lam Ward, then for Điện Biên Phủ Ward; the territory "
        "is not the same."
    )
    assert "trước là Phường Him Lam, sau là Phường Điện Biên Phủ" in reason.message_vi


def test_the_guard_says_why_in_words_with_the_periods(workspace):
    pair = [one(workspace, "disability_screened", p) for p in ("2025-01/P5M", 2025)]
    (reason,) = comparable(workspace, *pair)
    assert reason.message_en == (
        "Events of 1/2025 to 5/2025 and of 2025 were counted for unequal lengths of time."
    )


def test_an_area_is_not_compared_with_what_it_was_made_of(small) -> None:
    """The two share people: figures of both may stand for the year of the merger."""
    rows = [
        {"indicator": "poor_household_children", "ref_area": area, "time_period": "2025",
         "text": "900", "unit": "persons", "locator": area}
        for area in ("03124", "03334", "03151")
    ]  # fmt: skip
    workspace = small(*rows)
    found = {o["ref_area"]: o for o in rows_of_2025(workspace)}
    made, old, apart = (found[a] for a in ("03334@2025-07-01", "03124", "03151@2025-07-01"))
    for pair in ((made, old), (old, made)):
        (reason,) = [r for r in comparable(workspace, *pair) if r.ground is Ground.BORDERS]
        assert "went into" in reason.message_en
        assert "Noong Bua" in reason.message_vi
    assert not {r.ground for r in comparable(workspace, made, apart)} & {Ground.BORDERS}


def rows_of_2025(workspace):
    return [o for o in records(workspace.observations) if o["time_period"] == 2025]
