"""The back of a report: every figure as printed, under its source, with its place there."""

import re

import pytest

from childstats.analyses import evidence, profile, provenance
from childstats.analyses.report import Report
from childstats.blocks import Group, Table
from childstats.observations.table import Observation
from childstats.observations.workspace import Workspace


@pytest.fixture(params=["vi", "en"])
def report(workspace: Workspace, request: pytest.FixtureRequest) -> Report:
    """Return a report on Điện Biên, 2025, in each language."""
    return _report(workspace, request.param)


def _report(workspace: Workspace, language: str = "en") -> Report:
    return Report(
        "data_quality",
        workspace=workspace,
        ref_area="VN-71",
        time_period=2025,
        language=language,
    )


def _by_source(table: Table) -> dict[str, list[tuple[str, ...]]]:
    found: dict[str, list[tuple[str, ...]]] = {}
    for row in table.rows:
        if isinstance(row, Group):
            rows = found.setdefault(row.label, [])
        else:
            rows.append(row)
    return found


def test_every_cited_figure_stands_under_its_source_as_printed(report: Report) -> None:
    profile.table_levels(report, comparator_areas=["VN-05", "VN-NMM", "VNM"])
    table = evidence.table_evidence(report)
    by_source = _by_source(table)
    assert [label.partition(" ")[0] for label in by_source] == [
        f"[{n}]" for n in range(1, len(report.cited_sources) + 1)
    ]
    assert set(table.figure_ids) == set(report.cited_figures)
    for source_id, (label, rows) in zip(report.cited_sources, by_source.items(), strict=True):
        source = report.workspace.sources[source_id]
        publisher = report.t.pick(en=source.publisher_en, vi=source.publisher)
        for known in (publisher, source.title, source.address):
            assert known in label
        prints = " ".join(row[1] for row in rows)
        for figure_id in report.cited_figures:
            if figure_id.startswith(f"{source_id}:"):
                assert report.figure(figure_id).text in prints


def test_a_figure_has_its_own_place_and_the_places_stand_in_their_order(report: Report) -> None:
    report.cite("dbp-2026-01:16", "dbp-2026-01:4", "dbp-2026-01:2")
    (rows,) = _by_source(evidence.table_evidence(report)).values()
    numbers = [int(re.search(r"\d+", row[2])[0]) for row in rows]
    assert numbers == sorted(numbers)
    word = report.t.pick(en="paragraph", vi="đoạn")
    assert {row[1]: row[2] for row in rows}["95.5%"] == f"{word} 4"


def test_the_years_of_a_series_are_one_row_with_every_print(workspace: Workspace) -> None:
    report = _report(workspace)
    cited = [
        f"gso-immunisation-2018:{f.partition(':')[2]}"
        for f in workspace.figures["figure_id"]
        if f.startswith("gso-immunisation-2018:") and report.figure(f).ref_area == "VN-71"
    ]
    report.cite(*cited)
    ((name, prints, place),) = next(iter(_by_source(evidence.table_evidence(report)).values()))
    # GSO PX-Web table of 2018; the heading of its last column is "Pre. 2016"
    assert prints == "2010: 93.1; 2013: 90.2; 2014: 89.4; 2015: 96.0; 2016: 93.7"
    assert place == "row Điện Biên, column 2010–2016"
    assert name == "Children under 1 fully vaccinated (per cent)"


def test_groups_of_children_are_named(workspace: Workspace) -> None:
    report = _report(workspace)
    of_fifths = workspace.figures[workspace.figures["wealth_quintile"].isin(["Q1", "Q5"])]
    report.cite(*of_fifths["figure_id"])
    rows = [row for rows in _by_source(evidence.table_evidence(report)).values() for row in rows]
    assert rows
    for name, *_ in rows:
        assert "poorest fifth" in name or "richest fifth" in name


def test_every_figure_of_the_area_is_listed_with_its_precision(report: Report) -> None:
    table = evidence.table_evidence(report, all_of_the_area=True, precision=True)
    figures = report.workspace.figures
    here = figures[figures["ref_area"] == "VN-71"]
    assert sorted(table.figure_ids) == sorted(here["figure_id"])
    rows = [row for rows in _by_source(table).values() for row in rows]
    listed = " ".join(" ".join(row) for row in rows)
    unit = report.t.pick(en="(thousand persons)", vi="(nghìn người)")
    assert f"{report.indicator_name('population')} {unit}" in listed
    for text in here["text"]:
        assert text in listed
    precision = {row[1]: row[2] for row in rows}
    assert precision["208,222"] == report.t.say("exact count")
    assert precision["31.2%"] == report.t.pick(en="±0.05", vi="±0,05")
    assert precision["approximately 68,000"] == "±500"
    assert "216" in precision["over 216,000"]


def test_a_source_says_how_it_came_and_how_its_date_is_known(workspace: Workspace) -> None:
    report = _report(workspace)
    told = {
        source_id: f"{provenance.dated(report, source)}; {provenance.came_by(report, source)}"
        for source_id, source in workspace.sources.items()
    }
    assert told["dbp-2026-01"] == "about January 2026; "
    assert told["gso-population-2018"] == "file of 2018; Mirror: choisy/gso"
    assert told["vna-2025-06"] == "2 June 2025; "
    assert told["dbp-nutrition"] == "undated; "
    assert told["thongtin-2025"] == "about 2025; Machine translation"


@pytest.mark.parametrize(
    ("when", "en", "vi"),
    [
        ("2026", "2026", "năm 2026"),
        ("2026-01", "January 2026", "tháng 1/2026"),
        ("2025-06-02", "2 June 2025", "ngày 2 tháng 6 năm 2025"),
    ],
)
def test_a_date_is_told_as_far_as_it_is_known(
    workspace: Workspace, when: str, en: str, vi: str
) -> None:
    assert _report(workspace, "en").t.published(when) == en
    assert _report(workspace, "vi").t.published(when) == vi


@pytest.mark.parametrize(
    ("text", "unit", "precision"),
    [
        ("90-95%", "", "90 to 95"),
        ("90.0-95.5%", "", "90.0 to 95.5"),
        ("about 90-95%", "", "89.5 to 95.5"),
        ("over 95%", "", "95.0 to 96.0"),
        ("<0.5%", "", "0.00 to 0.50"),
        ("nearly 100%", "", "99.0 to 100.0"),
        ("10-15", "number", "10 to 15"),
        ("about 1,200-1,500", "number", "1,150 to 1,550"),
        ("over 216,000", "number", "216,000 to 217,000"),
        ("95.5%", "", "±0.05"),
    ],
)
def test_the_precision_of_a_print_has_the_decimals_of_the_print(small, text, unit, precision):
    indicator = "abuse_cases" if unit else "steering_boards"
    row = {"indicator": indicator, "text": text, "unit": unit, "time_period": "2025"}
    table = evidence.table_evidence(_report(small(row)), all_of_the_area=True, precision=True)
    ((printed,),) = _by_source(table).values()
    assert printed[evidence.PRECISION] == precision


@pytest.mark.parametrize(
    ("locator", "place"),
    [
        ("page 3, column 2016", "page 3, column –"),
        ("row 12016, column 2016", "row 12016, column –"),
        ("row 12016, page 20160", "row 12016, page 20160"),
    ],
)
def test_the_year_of_a_place_is_no_part_of_another_number(locator, place):
    assert (
        evidence._in_year(Observation.of({"locator": locator, "time_period": "2016"}), "–") == place
    )


@pytest.mark.parametrize(("text", "told"), [("656.706483470049", True), ("656.7", False)])
def test_decimals_of_a_program_are_explained_where_they_stand(small, text: str, told: bool) -> None:
    row = {"indicator": "population", "text": text, "unit": "thousand_persons"}
    report = _report(small(row | {"time_period": "2024"}))
    table = evidence.table_evidence(report, all_of_the_area=True, precision=True)
    assert any("computed, not counted" in note for note in table.notes) is told
    assert text in str(table)
