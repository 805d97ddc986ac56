"""The rest of a wider area: its counts less the area's own, or the reason why there is none."""

import re

import pytest

import childstats as cs
from childstats.analyses import against, comparisons, forests, refused, risk, standing, stratified
from childstats.analyses.areas import NoReference, Reference, reference_of
from childstats.analyses.report import Report
from childstats.analyses.rounded import CountsBehind
from childstats.analyses.strata_words import plot_strata, strata_sentences, table_strata

DEATHS = "death_registration_on_time"
HERE = (60, 100)
YEARS = ("2022", "2023", "2024")
# counts of the region that holds the area with 60 of 100, and what is said of them
WITHOUT_REST = {
    "equal": ((60, 100), "are not larger than those for"),
    "smaller": ((50, 90), "are not larger than those for"),
    "fewer cases of more people": ((59, 200), "are not larger than those for"),
    "more cases of fewer people": ((90, 99), "are not larger than those for"),
    "as many people": ((80, 100), "are not larger than those for"),
    "more cases than people left": ((90, 110), "leave more cases than people"),
}
PERCENT = re.compile(r"([−-]?[\d.,]+)\s?%")


def registered(area, counts, year="2023"):
    return {
        "indicator": DEATHS, "ref_area": area, "time_period": year,
        "numerator_text": str(counts[0]), "denominator_text": str(counts[1]),
    }  # fmt: skip


def report_on(workspace, area="VN-71", language="en", year=2025):
    return Report(
        "risk_ratios", workspace=workspace, ref_area=area, time_period=year, language=language
    )


def both(report, there, year=2023):
    return [
        report.observation(DEATHS, ref_area=area, time_period=year)
        for area in (report.ref_area, there)
    ]


def region(small, counts):
    """Make a workspace of an area with 60 of 100 and its region, in three years."""
    rows = [
        registered(area, of_area, year)
        for year in YEARS
        for area, of_area in (("VN-71", HERE), ("VN-NMM", counts))
    ]
    return small(*rows)


def everything(report):
    """Return all that a report says of the area and what contains it, as texts."""
    made = comparisons.compare(
        report,
        reference_areas=["VN-NMM"],
        national_indicators=[],
        exposed_periods=[],
        reference_periods=[],
    )
    years = stratified.stratify_by_year(
        report, DEATHS, reference_area="VN-NMM", periods=[2022, 2024]
    )
    here = report.observation(DEATHS, time_period=2024)
    return [
        risk.risk_sentences(report, made),
        risk.table_comparisons(report, made),
        forests.plot_comparisons(report, made),
        strata_sentences(report, years),
        table_strata(report, years),
        plot_strata(report, years),
        against.standing_in_words(report, against.tested_against(report, here, ["VN-NMM"])),
        standing.against_area(report, here, "VN-NMM"),
        refused.table_refused(report, reference_areas=["VN-NMM"]),
    ]


@pytest.mark.parametrize("case", WITHOUT_REST)
def test_a_wider_area_that_leaves_no_rest_is_said_and_not_compared(small, case) -> None:
    counts, reason = WITHOUT_REST[case]
    report = report_on(region(small, counts))
    found = reference_of(report, *both(report, "VN-NMM"))
    assert isinstance(found, NoReference)
    assert reason in found.reason
    said = everything(report)
    assert said[7].verdict is None
    assert said[6] == ""
    assert "fewer than two years" in str(said[3])
    assert "There is no fair comparison" in str(said[1])
    assert found.reason in str(said[8]), "the reason is printed"
    assert [share for share in PERCENT.findall("\n".join(map(str, said))) if "−" in share] == []


def test_the_reason_is_in_the_language_of_the_report(small) -> None:
    report = report_on(region(small, (60, 100)), language="vi")
    found = reference_of(report, *both(report, "VN-NMM"))
    assert "không xác định được phần còn lại" in found.reason


def test_a_count_that_is_not_published_leaves_no_rest(small) -> None:
    share = {"indicator": DEATHS, "ref_area": "VN-NMM", "time_period": "2023", "text": "70%",
             "unit": "percent"}  # fmt: skip
    report = report_on(small(registered("VN-71", HERE), share))
    assert reference_of(report, *both(report, "VN-NMM")) == NoReference(
        "No counts are held for Northern Midlands and Mountains."
    )


@pytest.mark.parametrize("counts", [(61, 200), (110, 150), (60, 101), (60, 5_000)])
def test_the_rest_is_what_is_left_of_the_counts(small, counts) -> None:
    report = report_on(region(small, counts))
    cases, total = counts[0] - 60, counts[1] - 100
    assert reference_of(report, *both(report, "VN-NMM")) == Reference(
        "the rest of Northern Midlands and Mountains", cases, total,
        CountsBehind((cases, cases), (total, total)),
    )  # fmt: skip
    said = "\n".join(map(str, everything(report)))
    assert not re.search(r"nan|[Ii]nf\b|Infinity|−0(?![.,]\d*[1-9])", said)


def test_another_area_and_another_year_are_no_rest(small) -> None:
    report = report_on(
        small(
            registered("VN-71", HERE, "2022"), registered("VN-71", (50, 90)),
            registered("VN-05", (50, 90)),
        )
    )  # fmt: skip
    here = report.observation(DEATHS, time_period=2022)
    for there in (
        report.observation(DEATHS, time_period=2023),
        report.observation(DEATHS, ref_area="VN-05", time_period=2023),
    ):
        found = reference_of(report, here, there)
        assert (found.cases, found.total) == (50, 90)
        assert "rest" not in found.label


@pytest.mark.parametrize(
    ("commune", "province", "rest"),
    [
        # a commune's 285 of 310 stand for 283 to 287 of 308 to 312; a province's are exact
        ((285, 310), (300, 330), ((13, 17), (18, 22))),
        # 300 stands for 298 to 302: fewer than nobody are not left
        ((300, 310), (300, 330), ((0, 2), (18, 22))),
    ],
)
def test_the_rest_of_rounded_counts_is_as_open_as_they_are(small, commune, province, rest) -> None:
    report, here, there = rounded(small, commune, province)
    found = reference_of(report, here, there)
    assert found.behind == CountsBehind(*rest)


def test_rounded_counts_that_may_leave_nobody_leave_no_rest(small) -> None:
    report, here, there = rounded(small, (300, 325), (301, 326))
    assert "rounded so far" in reference_of(report, here, there).reason


def rounded(small, commune, province):
    """Return a report on a commune, whose counts are rounded, and the two shares as printed.

    The prints are put into rows of a workspace that adds up: what leaves no rest is hidden there.
    """
    workspace = small(
        *(
            {"indicator": "birth_registration_under_5", "ref_area": area, "time_period": "2026",
             "numerator_text": str(cases), "denominator_text": str(total), "locator": area}
            for area, (cases, total) in (
                ("03127", (285, 310)), ("03151", (4_100, 4_400)), ("03158", (500, 520)),
                ("03160", (610, 640)), ("VN-71", (6_000, 6_500)),
            )
        )
    )  # fmt: skip
    report = report_on(workspace, "03127", year=2026)
    pair = [
        report.observation("birth_registration_under_5", ref_area=area, time_period=2026)._replace(
            numerator=float(cases), denominator=float(total)
        )
        for area, (cases, total) in ((report.ref_area, commune), ("VN-71", province))
    ]
    return report, *pair


@pytest.mark.parametrize(
    ("here", "rest"),
    [((0, 100), (40, 900)), ((0, 100), (0, 900)), ((30, 100), (0, 900)), ((100, 100), (900, 900))],
)
def test_no_cases_on_a_side_are_drawn_or_left_out_with_the_reason(small, here, rest) -> None:
    whole = tuple(a + b for a, b in zip(here, rest, strict=True))
    rows = [
        registered(area, counts, year)
        for year in YEARS
        for area, counts in (("VN-71", here), ("VN-NMM", whole))
    ]
    report = report_on(small(*rows))
    said = everything(report)
    assert not re.search(r"nan|[Ii]nf\b|Infinity", "\n".join(map(str, said)))
    if here[0] == 0 < rest[0]:
        assert "0.00 (95% CI 0.00 to" in str(said[1])
        assert "lower in Điện Biên" in str(said[0])
        assert "no ratio is pooled" in str(said[3])
    if here[0] > 0 == rest[0]:
        assert "no cases in the reference (95% CI" in str(said[4])
        assert "no ratio is pooled" in str(said[5])
    if here[0] == rest[0] == 0:
        assert str(said[4]).count("no cases in either") == len(YEARS)


def test_a_year_without_cases_on_both_sides_is_left_out_of_the_chart_by_name(small) -> None:
    counts = {"2022": ((0, 100), (0, 900)), "2023": ((5, 100), (80, 900)),
              "2024": ((6, 100), (0, 900))}  # fmt: skip
    rows = [
        registered(area, of_area, year)
        for year, (here, there) in counts.items()
        for area, of_area in (("VN-71", here), ("VN-05", there))
    ]
    report = report_on(small(*rows))
    found = stratified.stratify_by_year(
        report, DEATHS, reference_area="VN-05", periods=[2022, 2024]
    )
    chart = plot_strata(report, found)
    assert chart.caption.endswith("Not drawn, no cases in either: 2022.")
    assert tuple(chart.data.series[0].x)[:2] == ("2023", "2024")
    assert "no cases in the reference (95% CI" in str(table_strata(report, found))
    assert "∞" not in str(strata_sentences(report, found))


NOUGHTS = [
    ("infant_mortality_rate", "per_1000", "0.0"),
    ("children_under_16", "persons", "0"),
    ("special_circumstances", "persons", "0"),
    ("disability_screened", "persons", "0"),
    ("disability_operated", "persons", "0"),
    ("abuse_cases", "number", "0"),
    ("full_immunisation_under_1", "percent", "0%"),
]


@pytest.mark.parametrize("area", ["VN-71", "VN-05"])
def test_areas_with_nothing_but_noughts_have_their_sentences_tables_and_charts(small, area) -> None:
    rows = [
        {"indicator": indicator, "unit": unit, "text": text, "ref_area": ref_area,
         "time_period": str(year), "locator": f"{indicator} {ref_area} {year}"}
        for indicator, unit, text in NOUGHTS
        for ref_area in ("VN-71", "VN-05", "VNM")
        for year in range(2018, 2026)
    ]  # fmt: skip
    workspace = small(*rows)
    names = ["infant_mortality_rate", "full_immunisation_under_1"]
    profile = Report(
        "annual_profile", workspace=workspace, ref_area=area, time_period=2025, language="en"
    )
    made = comparisons.compare(
        profile, reference_areas=["VN-05"], national_indicators=[], exposed_periods=[],
        reference_periods=[],
    )  # fmt: skip
    found, screened = cs.profile(profile, areas=["VN-05", "VNM"]), cs.screening(profile)
    trends = cs.trends(profile, names, areas=[area, "VN-05", "VNM"])
    said = [
        *(found.sentences(), found.plot()),
        *(screened.sentences(), screened.table(), screened.plot()),
        *(trends.sentences(), trends.table()),
        *(trends.sentences(name) for name in names),
        *(trends.plot(name) for name in names),
        *(trends.table(name) for name in names),
        risk.table_comparisons(profile, made),
        forests.plot_comparisons(profile, made),
    ]
    text = "\n".join(map(str, said))
    assert not re.search(r"nan\b|\binf\b|Infinity|[−-]0(?:\.0+)?(?![.\d])", text)
