"""The annual profile: page one answers, and an area with few figures still has a decent report."""

import re

import pytest
from scipy.stats import binomtest, chi2

from childstats.analyses import brief, cascade, circumstances, held_back, profile, spine
from childstats.analyses.report import Report
from childstats.analyses.standing import counterpart
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
    assert "95.8%; target 98% by 2030: not yet there in 2025, 2.2 points away" in targets
    assert "80.0%; target 40% by 2025: met" in targets
    assert (
        "in 2016 (provisional), the last figure held: above Viet Nam (14.5), Northern Midlands and "
        "Mountains (21.5) and Sơn La (22.4); no interval was printed, so that chance cannot be "
        "judged [" in survival
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
    assert [c.label for c in table.columns] == [
        "Indicator", "Value", "Change, comparison and target", "Source"
    ]  # fmt: skip
    assert immunised[1] == "95.5%", "no range of digits of a number that is not hedged"
    assert immunised[2].startswith("not comparable with 93.7% in 2016")
    assert immunised[2].endswith("\ntarget 97% by 2025: missed by 1.5 points")
    special = rows["Children in special circumstances"]
    assert special[1] == "6,847 (3.3%)"
    assert special[2].startswith("rose from 2.9% in 2024")
    assert "\nhigher than Sơn La: 1.7%" in special[2]
    at_risk = rows["Children at risk of falling into special circumstances"]
    assert at_risk[1] == "about 68,000 (32.4% to 32.9%; printed 67,500 to 68,500)"
    assert rows["Recorded cases of child abuse"][1] == "38", "a full count has no interval"
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
    notes = "\n".join(profile.table_levels(report, comparator_areas=AREAS).notes)
    name = "Infant mortality rate (deaths before age 1), 2016 (provisional)"
    change, compared = re.search(rf"^{re.escape(name)}: (.*?); (.*)$", notes, re.M).groups()
    assert change.startswith("−0.6 from 33.8 in 2015, not tested")
    assert compared.startswith("not tested: Sơn La 22.4; Northern Midlands")


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
    assert "Deaths registered" not in chart.alt, "deaths of all ages are no outcome of children"
    assert len(region.y) == 3


def test_the_cascade_carries_the_interval_over_to_children(report) -> None:
    chart = cascade.plot_cascade(report)
    (series,) = chart.data.series
    assert chart.data.y_from_zero
    assert list(series.y) == [592, 247]
    low, high = binomtest(247, 592).proportion_ci(method="wilson")
    assert (series.low[1], series.high[1]) == pytest.approx((592 * low, 592 * high))
    assert (series.low[0], series.high[0]) == (592, 592)


def test_a_hedged_number_of_screened_widens_share_and_interval(workspace) -> None:
    sonla = report_on(workspace, "VN-05")
    _, _, share = cascade.screening(sonla)
    assert (share.value_low, share.value_high) == pytest.approx((165 / 2_600, 165 / 2_500))
    widest = [binomtest(165, n).proportion_ci(method="wilson") for n in (2_600, 2_500)]
    assert (share.envelope_low, share.envelope_high) == pytest.approx(
        (widest[0].low, widest[1].high)
    )
    assert "6.3% to 6.6%" in cascade.screening_sentence(sonla)


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
    assert "a larger share than before, 3.3% of children under 16 in 2025 after 2.9%" in said
    assert "; it can mean more need or better finding" in said
    assert "at risk of falling into special circumstances: " not in said, "a break lies between"
    assert "None of these numbers is held by sex" in said


@pytest.mark.parametrize(
    ("now", "words"), [("1000", "the same share"), ("1100", "a larger"), ("900", "a smaller")]
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
        cascade.plot_cascade(report),
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
    said = brief.profile_sentences(report, comparator_areas=AREAS).sentences
    assert said == ["Children in special circumstances: 2,886 in 2024 [1]."]
    context = {"indicator": "death_registration_on_time", "numerator_text": "3", "text": ""}
    deaths = context | {"denominator_text": "4", "time_period": "2024", "ref_area": "VN-14"}
    only = report_on(small(deaths), "VN-14", 2024)  # of all ages: not a headline on children
    (none,) = brief.profile_sentences(only, comparator_areas=AREAS).sentences
    assert none.startswith("The figures on children in Hòa Bình up to 2024 are too few for")
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
    assert change.startswith("rose from 51.4% in 2022")
    assert compared.startswith("worse than Viet Nam: 72.8%")
    words = {claim.statement: claim.word.value for claim in report.receipts.claims}
    assert words == {
        "ratio death_registration_on_time VN-71 2023 VNM 2023": "below",
        "ratio death_registration_on_time VN-71 2023 VN-71 2022": "above",
    }


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
    assert "in 2024" in table


def persons(indicator, text, year="2025", **more):
    return {"indicator": indicator, "time_period": year, "text": text, "unit": "persons"} | more


@pytest.mark.parametrize(
    ("screened", "operated", "said"),
    [
        ("about 595", "247", "about 595; 247 of them had surgery, 41."),
        (
            "about 240",
            "242",
            "about 240; children with disabilities given free surgery: 242; no share",
        ),
        ("0", "0", "0; children with disabilities given free surgery: 0; no share is reckoned"),
        ("592", "0", "592; 0 of them had surgery, 0.0% (95% CI 0.0% to 0.6%)"),
        ("592", "about 240", "592; children with disabilities given free surgery: about 240; no"),
        ("100", "242", "100; children with disabilities given free surgery: 242; no share"),
    ],
)
def test_screening_says_counts_and_a_share_only_where_it_can_be(
    small, screened, operated, said
) -> None:
    rows = [persons("disability_screened", screened), persons("disability_operated", operated)]
    report = report_on(small(*rows))
    if report.observation("disability_operated") is None:  # the checks hold it back
        assert cascade.screening(report) is None
        return
    sentence = cascade.screening_sentence(report)
    assert said in sentence
    assert all(float(p) <= 100 for p in re.findall(r"([\d.]+)%", sentence))
    chart = cascade.plot_cascade(report)
    assert "nan" not in f"{chart.alt}{chart.data.series}".lower()
    assert ("95% confidence" in chart.caption) == ("of them" in sentence)


def test_a_figure_of_an_earlier_year_says_that_it_is_the_last_one_held(small) -> None:
    share = {"indicator": "health_insurance_under_6", "text": "91%"}
    for year, held in (("2019", ", the last figure held"), ("2025", "")):
        report = report_on(small(share | {"time_period": year}))
        (said,) = brief.profile_sentences(report, comparator_areas=AREAS).sentences
        assert f"91% in {year}{held} [1]" in said


def test_the_sentence_on_survival_names_a_later_figure_that_others_have_not(small) -> None:
    rate = {
        "indicator": "infant_mortality_rate",
        "time_period": "2020",
        "text": "30.1",
        "unit": "per_1000",
    }
    rows = [rate, rate | {"ref_area": "VNM", "text": "13.9"}, rate | {"time_period": "2023"}]
    said = brief.profile_sentences(report_on(small(*rows))).sentences[0]
    assert "in 2020, the last year of which others are held too: above Viet Nam (13.9);" in said


def test_the_region_and_the_other_areas_of_the_spine_pass_the_guard(workspace, monkeypatch) -> None:
    """What the table does not compare stands in no row of the chart either."""
    report = report_on(workspace)
    asked = []

    def none_comparable(first, second, ref_area):
        asked.append(ref_area)
        return counterpart(first, second, ref_area) if ref_area == "VNM" else None

    monkeypatch.setattr(spine, "counterpart", none_comparable)
    chart = spine.plot_benchmarks(report)
    assert [series.label for series in chart.data.series] == ["Điện Biên", "Viet Nam"]
    assert {"VN-NMM", "VN-05"} <= set(asked)


def test_what_is_read_aloud_of_the_spine_has_no_hole(report) -> None:
    alt = spine.plot_benchmarks(report).alt
    assert (
        "Điện Biên 93.7%, Northern Midlands and Mountains 97.4%, Viet Nam 98.0%, not tested" in alt
    )
    assert not re.search(r", ,|–", alt)


def test_findings_of_later_years_are_not_of_this_report(workspace) -> None:
    said = str(held_back.sentences_held_back(report_on(workspace, year=2016)))
    assert not re.search(r"\b202\d\b", said)
