"""The data-quality report says everything once: figures, checks, editions, and what is missing."""

import re
from dataclasses import replace

import pandas as pd
import pytest
from conftest import SOURCE_TOML

from childstats.analyses import (
    evidence,
    provenance,
    publication,
    quality,
    quality_findings,
    vintages,
)
from childstats.analyses.quality_result import Quality
from childstats.analyses.report import Report
from childstats.blocks import Group, Sentences, Table
from childstats.catalogue.areas import days_of
from childstats.codes import Verdict
from childstats.observations.checks import CHECKS
from childstats.observations.comparability import year_on_year_change_is_explained
from childstats.observations.workspace import Workspace


@pytest.fixture(params=["vi", "en"])
def report(workspace: Workspace, request: pytest.FixtureRequest) -> Report:
    """Return the data-quality report on Điện Biên, 2025, in each language."""
    return _report(workspace, request.param)


def _report(
    workspace: Workspace, language: str = "en", area: str = "VN-71", year: int = 2025
) -> Report:
    return Report(
        "data_quality", workspace=workspace, ref_area=area, time_period=year, language=language
    )


def _cells(table: Table) -> list[tuple[str, ...]]:
    return [row for row in table.rows if not isinstance(row, Group)]


def test_every_check_has_a_name_and_a_row_with_its_findings(report: Report) -> None:
    assert set(quality.CHECK_NAMES) == set(CHECKS)
    rows = quality.table_checks(report).rows
    assert len(rows) == len(CHECKS)
    counted = [int(cell) for row in rows for cell in row[2:]]
    assert sum(counted) == (report.workspace.checks["ref_area"] == "VN-71").sum()
    verdicts = dict(zip((c.__name__ for c in CHECKS), (row[1] for row in rows), strict=True))
    grave = report.t.say(quality.VERDICT_NAMES[Verdict.WARNING])
    assert verdicts["share_of_population_is_plausible"] == grave
    assert verdicts["sources_agree"] == report.t.say(quality.VERDICT_NAMES[Verdict.NOTE])
    country = quality.table_checks(_report(report.workspace, report.t.code, "VNM")).rows
    change = country[CHECKS.index(year_on_year_change_is_explained)]
    assert change[1] == grave  # though others of its findings there are worth knowing
    assert int(change[3]) > 0 < int(change[4])
    assert verdicts["percentages_are_not_proportions"] == report.t.say("nothing found")


def test_precision_and_use_add_up_to_the_figures(workspace: Workspace) -> None:
    rows = quality.table_quality(_report(workspace)).rows
    numbers = {row[0]: int(row[1]) for row in rows if not isinstance(row, Group)}
    total = numbers.pop("held figures")
    assert total == (workspace.figures["ref_area"] == "VN-71").sum()
    groups = [i for i, row in enumerate(rows) if isinstance(row, Group)]
    precision = [int(row[1]) for row in rows[groups[0] + 2 : groups[1]]]
    use = [int(row[1]) for row in rows[groups[1] + 1 :]]
    assert sum(precision) == total - 1  # one does not say what it is a number of
    assert sum(use) == total
    assert numbers["not used: not clear what it is a number of"] == 1


@pytest.mark.parametrize("year", [2016, 2025])
@pytest.mark.parametrize("area", ["VN-71", "VNM", "VN-05"])
def test_as_many_figures_are_kept_apart_as_are_listed(workspace, area: str, year: int) -> None:
    report = _report(workspace, area=area, year=year)
    numbers = dict(r for r in quality.table_quality(report).rows if not isinstance(r, Group))
    listed = {"": 0}
    for row in quality_findings.table_findings(report).rows:
        if isinstance(row, Group):
            heading = row.label
            listed[heading] = 0
        else:  # a row of five series is five figures
            listed[heading] += int(row[0].split()[0]) if row[0].endswith(" series") else 1
    for use, heading in (
        (quality.OTHER_DEFINITION, "Another definition than that of its series; kept apart"),
        (quality.OTHER_PERIOD, "Not of one calendar year; kept apart from yearly figures"),
    ):
        assert int(numbers.get(use, "0")) == listed.get(heading, 0)
    if (area, year) == ("VN-71", 2025):
        assert numbers[quality.OTHER_DEFINITION] == "7"


@pytest.mark.parametrize("year", [2008, 2012, 2016, 2020])
@pytest.mark.parametrize("area", ["VN-71", "VNM", "VN-NMM"])
def test_nothing_of_later_years_is_in_a_report(workspace, area: str, year: int) -> None:
    report = _report(workspace, area=area, year=year)
    result = Quality(report)
    tables = [
        result.table(),
        result.checks(),
        result.findings(),
        result.findings(above=True),
        result.editions(),
        result.conflicts(),
        evidence.table_evidence(report, all_of_the_area=True, precision=True),
    ]
    shown = {i for table in tables for i in getattr(table, "figure_ids", ())}
    days = {i: days_of(report.figure(i).time_period) for i in workspace.figures.figure_id}
    held = {
        i for i, (first, last) in days.items() if first[:4] <= str(year) >= f"{int(last[:4]) - 1}"
    }
    assert shown <= held
    here = workspace.figures[workspace.figures["ref_area"] == area]
    number = here["figure_id"].isin(held).sum()
    said = result.sentences().sentences[0]
    name = report.area_name(area)
    assert said.startswith(f"Figures on {name} up to {year} that are held: {number}. ")
    assert result.frame["year"].dropna().max() <= year


def test_look_alikes_are_told_of_the_years_up_to_the_report(small) -> None:
    differ = {2010: ("90%", "80%"), 2015: ("90%", "40%")}  # most in the later year
    rows = [
        {"indicator": name, "time_period": str(year), "text": text}
        for year, texts in differ.items()
        for name, text in zip(("dtp1_coverage_survey", "dtp1_coverage"), texts, strict=True)
    ]
    workspace = small(*rows)
    for year, told in ((2010, ["2010"]), (2015, ["2010", "2015"])):
        report = _report(workspace, year=year)
        cells = _cells(quality_findings.table_findings(report))
        (text,) = [c[1] for c in cells if " / " in c[0]]
        assert [y for y in ("2010", "2015") if y in text] == told


def test_as_many_sources_without_a_date_are_counted_as_are_listed(workspace: Workspace) -> None:
    report = _report(workspace)
    said = quality.quality_sentences(report).sentences[0]
    table = evidence.table_evidence(report, all_of_the_area=True)
    told = [row.label for row in table.rows if isinstance(row, Group)]
    unprinted = [text for text in told if re.search(r", (about|file of|undated)\b", text)]
    assert said.endswith(
        f"come from: {len(told)}; those of them that do not print their date: {len(unprinted)}."
    )


def test_the_frame_has_every_finding_of_a_figure(workspace: Workspace) -> None:
    frame = Quality(_report(workspace)).frame
    found = dict(zip(frame["figure_ids"], frame["findings"], strict=True))
    # a misprint, found by the number of people of the same year
    assert found["nhanquyen-2020-09:2",] == "share_of_population_is_plausible: warning"
    assert not any("pass" in text for text in found.values())


def test_the_changes_of_one_series_are_one_chain(workspace: Workspace) -> None:
    rows = _cells(quality_findings.table_findings_above(_report(workspace)))
    (birth_dose,) = [row for row in rows if row[0] == "Hepatitis B birth dose (estimate)"]
    # WHO/UNICEF estimates, released July 2025: 2008 to 2015, 2014 being 55 %
    assert birth_dose[1] == (
        "25% (2008), 40% (2009), 21% (2010), 55% (2011), 76% (2012), 56% (2013); "
        "55% (2014), 70% (2015)."
    )


def test_every_finding_on_the_area_is_said_and_none_twice(report: Report) -> None:
    checks = report.workspace.checks
    here = checks[(checks["ref_area"] == "VN-71") & (checks["verdict"] != Verdict.PASS)]
    own = {check.__name__ for check in quality_findings.IN_TABLES_OF_THEIR_OWN}
    expected = {i for ids in here[~here["check"].isin(own)]["figure_ids"] for i in ids.split()}
    table = quality_findings.table_findings(report)
    assert set(table.figure_ids) == expected
    said = [row[:2] for row in _cells(table)]
    assert len(said) == len(set(said))


def test_an_area_without_findings_is_said_to_have_none(workspace: Workspace) -> None:
    area = _without_objection(workspace)
    (row,) = _cells(quality_findings.table_findings(_report(workspace, area=area)))
    assert row[1] == "The checks have no objection."


def _without_objection(workspace: Workspace) -> str:
    """Return an area of which figures are held, and nothing was found."""
    found = workspace.checks[workspace.checks["verdict"] != Verdict.PASS]["ref_area"]
    return next(a for a in workspace.figures["ref_area"].unique() if a not in set(found))


def test_of_an_area_without_a_figure_nothing_is_said_but_that(workspace: Workspace) -> None:
    report = _report(workspace, area="VN-71", year=1990)
    result = Quality(report)
    nothing = "No figure on Điện Biên up to 1990 is held."
    for said in (result.sentences(), result.findings()):
        assert isinstance(said, Sentences)
        assert (list(said.sentences), said.role) == ([nothing], "nothing")
    for said in (result.editions(), result.conflicts()):
        assert isinstance(said, Sentences)
        assert said.role == "nothing"
        assert said.sentences[0].startswith("No figure is held ")
    assert [row[1] for row in result.table().rows] == ["0"]
    assert {row[1] for row in result.checks().rows} == {"nothing found"}


def test_no_area_contains_the_country(workspace: Workspace) -> None:
    said = quality_findings.table_findings_above(_report(workspace, area="VNM"))
    assert isinstance(said, Sentences)
    assert (list(said.sentences), said.role) == (["No other area contains Viet Nam."], "nothing")


def test_a_finding_without_a_heading_of_its_own_is_said_under_its_check(
    workspace: Workspace,
) -> None:
    report = _report(workspace)
    unheard = [c for c in CHECKS if (c, Verdict.WARNING) not in quality_findings.HEADINGS]
    assert unheard
    for check in unheard:
        heading = quality_findings._heading(report, check, Verdict.WARNING)
        assert heading == f"Does not hold: {quality.CHECK_NAMES[check]}"


def test_editions_that_differ_stand_side_by_side(report: Report) -> None:
    table = vintages.table_editions(report)
    rows = {row[0].rpartition(", ")[2]: row[1:] for row in _cells(table)}
    # GSO yearbook 2011; GSO by PX-Web, 2018; NSO, 2025: thousand persons, as printed
    assert rows["2011"][:4] == ("512,3", "510.8", "512.8", "2025")
    assert rows["2016"][:4] == ("–", "557.4", "568.3", "2025")
    assert "2005" not in rows  # 41,0 and 41.0 deaths per 1,000: the same


@pytest.mark.parametrize(
    ("counts", "cell", "used"),
    [
        (False, "512.3; 510.8", "September 2025"),
        (True, "36/45; 37/45", "September 2025"),
    ],
)
def test_two_editions_of_one_year_both_stand_in_the_table(small, counts, cell, used) -> None:
    """Their column is that of a year; one of them was lost."""
    usual = SOURCE_TOML + 'office = "office"\n'
    older, newer = cell.split("; ")
    for name, day, text in (("a", "2025-03", older), ("b", "2025-09", newer)):
        row = {"indicator": "population", "text": text, "unit": "thousand_persons"}
        if counts:
            names = ("numerator_text", "denominator_text")
            row = {"indicator": "play_spots"} | dict(zip(names, text.split("/"), strict=True))
        toml = usual.replace('"2026-01"', f'"{day}"')
        workspace = small(row | {"time_period": "2024"}, toml=toml, source_id=name)
    (row,) = _cells(vintages.table_editions(_report(workspace)))
    assert row[1:3] == (cell, used)


def test_editions_in_two_units_are_compared_in_one(small) -> None:
    usual = SOURCE_TOML + 'office = "office"\n'
    prints = (("2024", "512.3", "thousand_persons"), ("2025", "510,900", "persons"))
    for year, text, unit in prints:
        row = {"indicator": "population", "text": text, "unit": unit, "time_period": "2023"}
        workspace = small(row, toml=usual.replace("2026-01", year), source_id=f"s{year}")
    (row,) = _cells(vintages.table_editions(_report(workspace)))
    assert row[1:4] == ("512.3 (thousand persons)", "510,900", "2025")


def test_a_conflict_names_the_figure_used_and_the_other(report: Report) -> None:
    (row,) = _cells(vintages.table_conflicts(report))
    # the file has 656.706483470049
    number = report.t.pick(en="656.706 (thousand persons) [", vi="656,706 (nghìn người) [")
    assert row[1].startswith(number)
    assert row[2].startswith("656.717 [")
    (note,) = vintages.table_conflicts(report).notes[1:]
    assert report.t.pick(en="rounded to three", vi="làm tròn đến ba") in note
    nothing = vintages.table_conflicts(_report(report.workspace, area="VN-13"))
    assert isinstance(nothing, Sentences)
    assert isinstance(vintages.table_editions(_report(report.workspace, area="VN-13")), Sentences)


def test_every_indicator_of_the_catalogue_has_one_state(report: Report) -> None:
    table = publication.table_publication(report)
    numbers = [int(row[1]) for row in table.rows]
    assert sum(numbers) == len(report.workspace.catalogue.indicators)
    for *_, number, names in table.rows[:-1]:  # the last are those used, which stand elsewhere
        assert len(set(names.split("; "))) == int(number)
    state = _states(report)
    assert state["children_under_16"] == publication.USED
    assert state["schools_all_levels"] == publication.HELD
    assert state["infant_mortality_rate"] == publication.EARLIER
    assert state["abuse_children_supported"] == publication.OTHER_PERIODS
    assert state["projected_children_under_5"] == publication.GROUPS_ONLY
    assert state["defect_screened"] == publication.LIKE_AREAS
    assert state["dtp3_coverage"] == publication.ELSEWHERE


def _states(report: Report) -> dict[str, str]:
    areas = publication._areas_of(report)
    known = report.workspace.catalogue.indicators
    return {indicator: publication._state(report, indicator, areas)[0] for indicator in known}


def test_figures_of_later_years_and_of_groups_do_not_tell_the_state(workspace: Workspace) -> None:
    before = _states(_report(workspace, year=2016))
    assert before["defect_screened"] == publication.NOWHERE  # Sơn La and Hòa Bình, from 2019
    groups = _states(_report(workspace, area="VNM", year=2014))
    here = workspace.figures[workspace.figures["ref_area"] == "VNM"]
    for indicator, state in groups.items():
        of_it = here[(here["indicator"] == indicator) & (here["time_period"] == "2014")]
        if len(of_it) and (of_it[["sex", "residence", "wealth_quintile"]] != "").any(axis=1).all():
            assert state != publication.HELD


def test_what_is_held_is_not_called_published(report: Report) -> None:
    said = str(publication.table_publication(report))
    assert report.t.pick(en="ublished", vi="công bố") not in said


@pytest.mark.parametrize(
    ("note", "basis"),
    [
        ("", "printed"),
        ("July 2025 release", "printed"),
        ("undated; about January 2026", "inferred"),
        ("day printed only as Tuesday; year and day inferred from a companion article", "inferred"),
        ("2024; day and month not known", "inferred"),
        ("publication date not printed; PX-Web download of 2018/2019", "file"),
        ("date on which the file was generated", "file"),
        ("day of the mirror's commit; the release is of 2017 or 2018", "file"),
        # a word that hedges a date does so only beside one
        *[(f"{word} May 2025", "inferred") for word in ("after", "before", "about", "late")],
        *[(f"{word} the foreword", "printed") for word in ("after", "before", "about")],
        ("after 24 May 2025", "inferred"),
        ("mid-2024", "inferred"),
        ("May 2025 or later", "inferred"),
        ("foreword of May 2025", "printed"),
        ("afterword, 2024", "printed"),
        ("about the author, page 2", "printed"),
        ("early childhood section, page 3", "printed"),
        ("after the table of 2024", "printed"),
        ("the author is not known", "printed"),
        ("the day is printed, the author not known", "printed"),
        ("not known", "inferred"),
        ("an undated map is on page 2", "printed"),
        ("the article is undated", "inferred"),
        ("printed on the cover of the file", "printed"),
        ("download link on page 2", "printed"),
        ("downloaded in 2025", "file"),
        ("sau tháng 5/2025", "inferred"),
        ("khoảng tháng 01 năm 2026", "inferred"),
        ("đầu năm 2025", "inferred"),
        ("không rõ ngày", "inferred"),
        ("sau lời nói đầu", "printed"),
        ("sau lời nói đầu năm 2025", "printed"),
        ("trước mục lục", "printed"),
        ("ngày tải về", "file"),
    ],
)
def test_how_a_date_is_known_follows_from_its_note(
    workspace: Workspace, note: str, basis: str
) -> None:
    source = replace(workspace.sources["dbp-2026-01"], date_published_note=note)
    assert provenance.date_basis(source) == basis


@pytest.mark.parametrize(
    ("note", "said"),
    [
        ("English machine translation of an item.", "Machine translation"),
        ("Machine translation.", "Machine translation"),
        ("Human work, no machine translation.", ""),
        ("This is not a machine translation.", ""),
    ],
)
def test_a_machine_translation_is_named_where_it_is_one(report, note: str, said: str) -> None:
    source = replace(report.workspace.sources["dbp-2026-01"], note=note)
    assert provenance.came_by(report, source) == (report.t.say(said) if said else "")


def test_cells_set_aside_are_listed_with_their_rule(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = _report(workspace)
    assert isinstance(provenance.table_quarantined(report), Sentences)
    cells = [
        {"source_id": "a", "where": f"a.csv line {n}", "value": "12,3,4", "rule": "unreadable"}
        for n in range(20)
    ]
    monkeypatch.setattr(Workspace, "quarantined", pd.DataFrame(cells))
    table = provenance.table_quarantined(report)
    assert isinstance(table, Table)
    assert table.rows[0] == ("a.csv line 0", "12,3,4", "unreadable")
    assert len(table.rows) == 15
    assert table.notes == ["And 5 more, in data/processed/quarantined.csv."]


def test_words_about_hedges_are_said_only_of_prints_that_have_them(small) -> None:
    told = {"indicator": "full_immunisation_under_1", "time_period": "2025"}
    for text, said in (("95.5%", False), ("over 95%", True)):
        sentences = quality.quality_sentences(_report(small(told | {"text": text}))).sentences
        assert any("and read as ranges" in sentence for sentence in sentences) is said
