"""The annual profile: page one answers, and an area with few figures still has a decent report."""

import re

import pytest
from scipy.stats import binomtest, chi2

from childstats.analyses import brief, circumstances, held_back, profile, spine
from childstats.analyses.report import Report
from childstats.blocks import Chart, Group, Sentences, Table
from childstats.errors import EditionError

AREAS = ["VN-05", "VN-NMM", "VNM"]
HEADLINE = ["full_immunisation_under_1", "special_circumstances", "at_risk", "abuse_cases"]


def report_on(workspace, area="VN-71", year=2025, language="en"):
    return Report(
        "annual_profile", workspace=workspace, ref_area=area, time_period=year, language=language
    )


@pytest.fixture
def report(workspace) -> Report:
    return report_on(workspace)


def rows_of(table: Table) -> dict[str, tuple[str, ...]]:
    return {row[0]: row for row in table.rows if not isinstance(row, Group)}


def test_the_brief_is_five_sentences_with_the_vulnerable_first(report) -> None:
    said = brief.profile_sentences(report, comparator_areas=AREAS).sentences
    assert len(said) == 5
    children, targets, survival, screening, abuse = said
    assert "208,222 children" in children
    assert "6,847 of them (3.3%)" in children
    assert round(6_847 / 208_222 / (6_609 / 382_500), 1) == 1.9
    assert "about 1.9 times the share in Sơn La (1.7%)" in children
    assert "(32.4% to 32.9%) were at risk" in children
    assert [f"{count / 208_222:.1%}" for count in (67_500, 68_500)] == ["32.4%", "32.9%"]
    assert "fully vaccinated: 95.5%; target 97% by 2025: missed by 1.5 points" in targets
    assert "95.8%; target 98% by 2030: not yet there in 2025" in targets
    assert "80.0%; target 40% by 2025: met" in targets
    assert "2016 (provisional), the last year held here (Viet Nam 14.5" in survival
    assert survival.endswith(
        "The value is above Viet Nam, Northern Midlands and Mountains and Sơn La; no interval is "
        "printed, so how much of that is chance is not known."
    )
    low, high = binomtest(247, 592).proportion_ci(method="wilson")
    assert f"{247 / 592:.1%} (95% CI {low:.1%} to {high:.1%})" in screening
    assert "since not every child who is screened needs it" in screening
    garwood = [chi2.ppf(0.025, 2 * 38) / 2, chi2.ppf(0.975, 2 * 39) / 2]
    found = re.search(r"([\d.]+) for every 100,000 children \(95% CI ([\d.]+) to ([\d.]+)\)", abuse)
    ends = [float(number) for number in found.groups()]
    assert ends[0] == round(38 / 208_222 * 100_000, 1)
    # Byar's limits are those of Garwood's exact ones to a tenth at this count
    assert ends[1:] == pytest.approx([g / 208_222 * 100_000 for g in garwood], abs=0.11)


def test_the_headline_table_tells_chance_from_print_and_a_test_from_none(report) -> None:
    table = profile.table_levels(report, comparator_areas=AREAS, indicators=HEADLINE)
    rows = rows_of(table)
    assert [row.label for row in table.rows if isinstance(row, Group)] == [
        "Prevention", "Support", "Intervention"
    ]  # fmt: skip
    immunised = rows["Children under 1 fully vaccinated"]
    heads = ["Indicator", "Value", "Change, comparison and target", "Source"]
    assert [column.label for column in table.columns] == heads
    assert immunised[1] == "95.5%"
    change, target = immunised[2].splitlines()
    assert change.startswith("93.7% (2016), not comparable")
    assert target == "target 97% by 2025: missed by 1.5 points"
    special = rows["Children in special circumstances"]
    assert special[1] == "6,847 (3.3%)"
    change, compared = special[2].splitlines()
    assert change.startswith("rose from 2.9% (2024)")
    assert compared.startswith("higher than Sơn La: 1.7%")
    assert rows["Recorded cases of child abuse"][1] == "38 (95% CI 26.9 to 52.2)"
    assert table.notes[1] == (
        "Targets: Decision 23/QĐ-TTg of 7 January 2021, as summarised by luatvietnam.vn. They are "
        "set for the whole country."
    )
    others = profile.table_levels(report, comparator_areas=AREAS, without=HEADLINE)
    assert any("“95% CI”" in note for note in others.notes)
    assert any("“Not tested”" in note for note in others.notes)


def test_the_two_tables_share_no_row_and_leave_none_out(report) -> None:
    first, second = (
        set(rows_of(profile.table_levels(report, comparator_areas=AREAS, **chosen)))
        for chosen in ({"indicators": HEADLINE}, {"without": HEADLINE})
    )
    assert not first & second
    assert first | second == set(rows_of(profile.table_levels(report, comparator_areas=AREAS)))
    notes = profile.table_levels(report, comparator_areas=AREAS).notes  # most rows say nothing
    mortality = next(note for note in notes if note.startswith("Infant mortality rate"))
    assert "; not tested: Sơn La 22.4; Northern Midlands" in mortality


def test_the_spine_puts_better_to_the_right_and_tests_what_can_be_tested(report) -> None:
    chart = spine.plot_benchmarks(report)
    area, region, country = chart.data.series
    assert area.label == "Điện Biên"
    by_name = dict(zip(area.x, area.y, strict=True))
    infant = next(name for name in area.x if name.startswith("Infant"))
    furthest = 41.1  # Lai Châu, 2016
    assert by_name[infant] == pytest.approx(-(33.2 - 14.5) / (furthest - 14.5))
    assert set(country.y) == {0.0}
    assert all(low <= y <= high for low, y, high in zip(area.low, area.y, area.high, strict=True))
    assert "Infant mortality rate (deaths before age 1), 2016: 33.2, 21.5, 14.5, –" in chart.alt
    assert not any(name.startswith("Deaths registered") for name in area.x)  # of all ages
    assert len(region.y) == 3


def test_the_cascade_carries_the_interval_over_to_children(report) -> None:
    chart = circumstances.plot_cascade(report)
    (series,) = chart.data.series
    assert chart.data.y_from_zero
    assert list(series.y) == [592, 247]
    low, high = binomtest(247, 592).proportion_ci(method="wilson")
    assert (series.low[1], series.high[1]) == pytest.approx((592 * low, 592 * high))
    assert (series.low[0], series.high[0]) == (592, 592)


def test_a_hedged_number_of_screened_widens_share_and_interval(workspace) -> None:
    sonla = report_on(workspace, "VN-05")
    _, _, share = circumstances.screening(sonla)
    assert (share.value_low, share.value_high) == pytest.approx((165 / 2_600, 165 / 2_500))
    widest = [binomtest(165, n).proportion_ci(method="wilson") for n in (2_600, 2_500)]
    assert (share.envelope_low, share.envelope_high) == pytest.approx(
        (widest[0].low, widest[1].high)
    )
    assert "6.3% to 6.6%" in circumstances.screening_sentence(sonla)


def test_circumstances_show_earlier_figures_and_why_they_are_not_joined(report) -> None:
    table = circumstances.table_circumstances(report)
    text = str(table)
    for number in ("6,847", "over 6,320", "2,302", "98,280", "74,328", "1,616", "254", "457"):
        assert number in text
    assert "Not comparable with 2024: a break in the series" in text
    assert "124,472" not in text
    misprinted = [row for row in table.rows if not isinstance(row, Group) and row[1] == "2,302"]
    assert misprinted[0][2] == "–", "no share of a number that is probably a misprint"
    said = str(circumstances.sentences_circumstances(report))
    assert "a larger share of all children than before, 3.3% in 2025 after 2.9% in 2024" in said
    assert "at risk of falling into special circumstances: " not in said, "a break lies between"
    assert "None of these numbers is held by sex" in said


@pytest.mark.parametrize(
    ("now", "words"), [("1000", "are the same share"), ("1100", "a larger"), ("900", "a smaller")]
)
def test_the_share_of_all_children_is_compared_by_its_print(small, now, words) -> None:
    figures = [
        {"indicator": "children_under_16", "time_period": year, "text": "20000", "unit": "persons"}
        for year in ("2024", "2025")
    ]
    figures += [
        {"indicator": "special_circumstances", "time_period": year, "text": text, "unit": "persons"}
        for year, text in (("2024", "1000"), ("2025", now))
    ]
    assert words in str(circumstances.sentences_circumstances(report_on(small(*figures))))


def test_findings_on_other_indicators_are_counted_not_listed(report) -> None:
    every = held_back.sentences_held_back(report).sentences
    some = held_back.sentences_held_back(report, ids=["children_under_16"]).sentences
    assert "124,472" in " ".join(some)
    left = len(every) - (len(some) - 1)
    assert some[-1] == f"{left} more findings are in the data-quality report."
    none = held_back.sentences_held_back(report, ids=["play_spots"]).sentences
    assert none == [
        f"None of the figures above; {len(every)} findings are in the data-quality report."
    ]


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("area", ["VN-05", "VNM", "VN-13", "VN-NMM"])
def test_an_area_with_few_figures_has_every_block(workspace, area, language) -> None:
    report = report_on(workspace, area, language=language)
    said = brief.profile_sentences(report, comparator_areas=AREAS)
    assert 1 <= len(said.sentences) <= 5
    blocks = [
        said,
        profile.table_levels(report, comparator_areas=AREAS, indicators=HEADLINE),
        profile.table_levels(report, comparator_areas=AREAS, without=HEADLINE),
        spine.plot_benchmarks(report),
        circumstances.plot_cascade(report),
        circumstances.sentences_circumstances(report),
        circumstances.table_circumstances(report),
        held_back.sentences_held_back(report, ids=HEADLINE),
    ]
    for block in blocks:
        assert str(block).strip()
        assert isinstance(block, Chart | Sentences) or block.rows
    own = report.area_name(area)
    assert f"{own}: " not in str(blocks[1]), "an area is not compared with itself"


def test_an_area_without_any_figure_says_so(small) -> None:
    figure = {"indicator": "play_spots", "time_period": "2025", "text": "36/45"}
    empty = report_on(small(figure), "VN-05")
    assert "No figure on children in Sơn La" in str(
        brief.profile_sentences(empty, comparator_areas=AREAS)
    )
    assert isinstance(profile.table_levels(empty, comparator_areas=AREAS), Sentences)
    assert "may be compared" in str(spine.plot_benchmarks(empty))
    assert isinstance(circumstances.table_circumstances(empty), Sentences)


def test_an_own_title_is_needed_in_the_language_of_the_report(workspace) -> None:
    whole = {"workspace": workspace, "ref_area": "VN-05", "time_period": 2025, "language": "vi"}
    own = Report("mine", title={"vi": "Của tôi: {area}, {period}"}, **whole)
    assert own.title == "Của tôi: Sơn La, 2025"
    with pytest.raises(EditionError, match="title of report 'mine' has no 'vi'; add it"):
        Report("mine", title={"en": "Mine"}, **whole)
    with pytest.raises(EditionError, match=r"unknown report 'mine'; use one of .* its title = "):
        Report("mine", **whole)


def test_figures_that_make_no_sentence_are_not_denied(small) -> None:
    # the age limit is not stated (D), so that there is no whole to be a share of
    rows = [
        {"indicator": "children_under_16", "text": "226,541", "obs_status": "D"},
        {"indicator": "special_circumstances", "text": "2,886"},
    ]
    whole = {"ref_area": "VN-14", "time_period": "2024", "unit": "persons"}
    report = report_on(small(*(whole | row for row in rows)), "VN-14", 2024)
    (said,) = brief.profile_sentences(report, comparator_areas=AREAS).sentences
    assert said.startswith("The figures on children in Hòa Bình up to 2024 are too few for")
    assert "2,886" in str(profile.table_levels(report, comparator_areas=AREAS).rows)


def test_a_region_without_a_figure_is_no_series_of_the_spine(small) -> None:
    share = {"indicator": "full_immunisation_under_1", "time_period": "2015"}
    figures = [
        share | {"ref_area": "VN-05", "text": "97.6%"},
        share | {"ref_area": "VNM", "text": "97.2%"},
    ]
    chart = spine.plot_benchmarks(report_on(small(*figures), "VN-05"))
    assert [s.label for s in chart.data.series] == ["Sơn La", "Viet Nam"]
    assert "Region: –." in chart.caption


def test_a_tested_rate_is_said_to_be_better_or_worse(report) -> None:
    o = report.observation("death_registration_on_time", time_period=2023)
    used = []
    row = profile._row(report, o, ["VNM"], used)
    assert row[1].startswith("61.8% (1,918 of 3,103) (95% CI ")
    change, compared = row[2].splitlines()
    assert change.startswith("rose from 51.4% (2022)")
    assert compared.startswith("worse than Viet Nam: 72.8%")


def test_provinces_stand_beside_provinces_only(report) -> None:
    levels = {area.level for area in report.workspace.catalogue.areas.values()}
    assert {"country", "region", "commune"} <= levels
    provinces = {"VN-71", "VN-01", "VN-05", "VN-13", "VN-14", "VN-26"}  # of areas.csv
    assert set(spine._of_level(report, "VN-71")) == provinces


def test_a_large_change_without_a_reason_is_said_and_not_hidden(workspace):
    """From 98,280 in 2024 to about 68,000 in 2025, in the same newspaper."""
    report = Report(
        "annual_profile", workspace=workspace, ref_area="VN-71", time_period=2025, language="en"
    )
    table = str(profile.table_levels(report, indicators=["at_risk"]))
    assert "fell from 98,280" in table
    assert "no source here says why" in table
    assert "(2024)" in table
