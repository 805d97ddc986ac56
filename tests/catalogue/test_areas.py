"""Areas in time: codes that are used again, what areas became, and what is refused."""

import csv
import re
import shutil
from pathlib import Path

import pytest
from conftest import ROOT

from childstats.catalogue.areas import days_of
from childstats.catalogue.catalogue import read_catalogue
from childstats.errors import CatalogueError, SourceError

AREAS = "ref_area,name_en,name_vi,level,parent,valid_from,valid_to,code_source"
COUNTRY = "VNM,Viet Nam,Việt Nam,country,,,,ISO 3166-1"
PROVINCE = "VN-71,Điện Biên,Điện Biên,province,VNM,2004-01-01,,ISO 3166-2"
OLD = "03127,Him Lam Ward,Phường Him Lam,commune,VN-71,,2025-06-30,office"
NEW = "03127,Điện Biên Phủ Ward,Phường Điện Biên Phủ,commune,VN-71,2025-07-01,,office"
OTHER = "03130,Thanh Bình Ward,Phường Thanh Bình,commune,VN-71,,2025-06-30,office"
CHANGES = "old_area,new_area,valid_from,kind,source"
WHOLE = "03127,03127,2025-07-01,whole,Resolution 1661"
MERGED = "03130,03127,2025-07-01,whole,Resolution 1661"
UNITS = ROOT.parent / "shared" / "research" / "dien_bien_units_2025.csv"


@pytest.fixture
def read(tmp_path):
    """Return a function that reads a catalogue with these areas and changes."""

    def read(*areas, changes=()):
        folder = tmp_path / "catalogue"
        shutil.copytree(ROOT / "data" / "catalogue", folder, dirs_exist_ok=True)
        lines = [AREAS, COUNTRY, PROVINCE, *areas]
        (folder / "areas.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        lines = [CHANGES, *changes]
        (folder / "area_changes.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        return read_catalogue(folder)

    return read


@pytest.mark.parametrize(
    ("period", "name"),
    [
        (2024, "Him Lam Ward"),
        ("2025-01/P6M", "Him Lam Ward"),
        ("2025-06", "Him Lam Ward"),
        ("2025-07", "Điện Biên Phủ Ward"),
        ("2025-S2", "Điện Biên Phủ Ward"),
        (2026, "Điện Biên Phủ Ward"),
        (2025, "Điện Biên Phủ Ward"),  # both in part of the year: the one at its end
    ],
)
def test_a_code_used_again_stands_for_its_bearer_of_the_time(read, period, name):
    catalogue = read(NEW, OLD, OTHER, changes=[WHOLE, MERGED])
    assert catalogue.area("03127", period).name_en == name
    assert list(catalogue.areas) == ["VNM", "VN-71", "03127", "03127@2025-07-01", "03130"]
    assert catalogue.contains("VN-71", "03127")


def test_a_code_used_again_is_refused_without_a_period(read):
    message = "code '03127' was used again: Phường Him Lam from 0001-01-01, Phường Điện Biên Phủ f"
    with pytest.raises(CatalogueError, match=message):
        read(OLD, NEW).area("03127")


def test_a_report_is_about_no_area_that_had_ended(read):
    catalogue = read(OTHER, NEW, changes=[MERGED])
    assert catalogue.bearer("03130", 2025) == "03130"  # it was there until June
    with pytest.raises(CatalogueError, match=r"'03130' .* does not exist in 2026: .*became 03127"):
        catalogue.bearer("03130", 2026)
    assert catalogue.bearer("03127", 2024) == "03127"  # may be added up from what it was made of


@pytest.mark.parametrize(
    ("code", "period", "hint"),
    [
        ("03130", 2026, r"valid from the beginning to 2025-06-30; it became 03127; use the code"),
        ("VN-71", 2003, r"'VN-71' \(Điện Biên\) does not exist in 2003: .*2004-01-01 to today$"),
    ],
)
def test_an_area_outside_its_validity_is_refused_with_a_hint(read, code, period, hint):
    with pytest.raises(CatalogueError, match=hint):
        read(OLD, NEW, OTHER, changes=[WHOLE, MERGED]).area(code, period)


def test_a_figure_of_an_area_outside_its_validity_is_refused_with_file_and_line(small):
    row = {"indicator": "at_risk", "ref_area": "03130", "text": "5", "unit": "persons"}
    message = r"does not exist in 2026: .*it became 03127 in a-source/figures.csv line 2; use the"
    with pytest.raises(SourceError, match=message):
        _ = small(row | {"time_period": "2026"}).observations
    assert len(small(row | {"time_period": "2024"}).observations) == 1


@pytest.mark.parametrize(
    ("areas", "message"),
    [
        ([OLD, NEW.replace("07-01", "06-30")], "'03127' in areas.csv line 5; its validity over"),
        ([OLD, OLD], "repeated id '03127' in areas.csv line 5"),
        ([OLD.replace("VN-71", "VN-72")], "unknown area 'VN-72'.*the parent of '03127'"),
        ([NEW.replace("VN-71", "03130"), OTHER], "'03130', which does not exist from 2025-07-01"),
        ([OLD.replace("2025-06-30", "30/6/2025")], "valid_to '30/6/2025' in .* line 4 is no day"),
        ([OLD.replace("2025-06-30", "20250630")], "valid_to '20250630' in .* is no day"),
        ([NEW.replace(",,office", ",2024-01-01,office")], r"ends \(2024-01-01\) before it begins"),
        ([OLD.replace("03127", "../x")], "ref_area '../x' in areas.csv line 4 is no code"),
        ([OLD.replace("03127", "3")], "ref_area '3' in areas.csv line 4 is no code"),
        ([OLD.replace("Him Lam Ward", "=1+1")], "name_en '=1[+]1' in .* line 4 is no name"),
        ([OLD.replace("Phường Him Lam", "")], "name_vi '' in areas.csv line 4 is no name"),
        ([OLD.replace("VN-71", "03130"), OTHER.replace("VN-71", "03127")], "lies inside itself"),
    ],
)
def test_areas_that_cannot_be_are_refused(read, areas, message):
    with pytest.raises(CatalogueError, match=message):
        read(*areas)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ([WHOLE.replace("03127,03127", "03128,03127")], "unknown area '03128' in area_changes.*2"),
        ([WHOLE.replace("2025-07-01", "2025-08-01")], "no area '03127' ended on 2025-07-31"),
        ([MERGED.replace("03130,03127", "03130,VN-71")], "no area 'VN-71' began on 2025-07-01"),
        ([WHOLE.replace("whole", "half")], "unknown kind 'half' in area_changes.csv line 2"),
        ([WHOLE.replace("Resolution 1661", "")], "empty valid_from or source in area_changes.*2"),
        ([WHOLE, WHOLE], "'03127' goes into '03127' and, in area_changes.csv line 3, into"),
        ([WHOLE.replace("whole", "split"), WHOLE], "every part is a split"),
        ([WHOLE.replace("2025-07-01", "soon")], "valid_from 'soon' in area_changes.csv line 2"),
    ],
)
def test_changes_that_cannot_be_are_refused(read, changes, message):
    with pytest.raises(CatalogueError, match=message):
        read(OLD, NEW, OTHER, changes=changes)


def test_a_catalogue_without_changes_needs_no_file_of_them(read, tmp_path):
    read(OLD)
    (tmp_path / "catalogue" / "area_changes.csv").unlink()
    assert read_catalogue(tmp_path / "catalogue").area_changes == ()


@pytest.mark.parametrize(
    ("period", "days"),
    [
        (2024, ("2024-01-01", "2024-12-31")),
        ("2024-02", ("2024-02-01", "2024-02-29")),
        ("2023-Q4", ("2023-10-01", "2023-12-31")),
        ("2024-S1", ("2024-01-01", "2024-06-30")),
        ("2024-09/P9M", ("2024-09-01", "2025-05-31")),
        ("2016/P5Y", ("2016-01-01", "2020-12-31")),
        # ISO weeks begin on a Monday and belong to the year of their Thursday
        ("2025-W05", ("2025-01-27", "2025-02-02")),
        ("2025-W01", ("2024-12-30", "2025-01-05")),
        ("2020-W53", ("2020-12-28", "2021-01-03")),
        ("2015-01/P54M", ("2015-01-01", "2019-06-30")),
    ],
)
def test_a_period_has_a_first_and_a_last_day(period, days):
    assert days_of(period) == days


@pytest.mark.parametrize("period", ["2021-W53", "2025-W54", "2025-W00"])
def test_a_week_that_its_year_has_not_is_refused(period):
    with pytest.raises(CatalogueError, match=f"period '{period}' is no week of the calendar"):
        days_of(period)


@pytest.mark.parametrize("period", ["2024-13", "24", "0000", "2024-Q5", "2024-2025", ""])
def test_what_is_no_period_is_refused(period):
    with pytest.raises(CatalogueError, match=f"unreadable period '{re.escape(period)}'"):
        days_of(period)


def test_the_communes_of_dien_bien_are_whole_before_and_after_the_mergers(workspace):
    communes = [a for a in workspace.catalogue.areas.values() if a.level == "commune"]
    assert sum(a.exists_in("2025-06-30", "2025-06-30") for a in communes) == 129
    assert sum(a.exists_in("2025-07-01", "2025-07-01") for a in communes) == 45
    changes = workspace.catalogue.area_changes
    assert {c.old_area for c in changes} == {a.ref_area for a in communes if a.valid_to}
    assert {c.new_area for c in changes} == {a.ref_area for a in communes if a.valid_from}
    assert workspace.catalogue.area("03127", 2024).name_vi == "Phường Him Lam"
    assert workspace.catalogue.area("03127", 2026).name_vi == "Phường Điện Biên Phủ"


@pytest.mark.skipif(not UNITS.exists(), reason="the list of units is not beside the project")
def test_every_merger_is_that_of_the_resolution(workspace):
    with UNITS.open(encoding="utf-8", newline="") as csv_file:
        listed = {
            (u["old_code"], u["old_name"], u["new_code"], u["new_name"], u["change"])
            for u in csv.DictReader(csv_file)
        }
    area = workspace.catalogue.area
    held = {
        (
            *(c.old_area, area(c.old_area, 2024).name_vi),
            *(c.new_area, area(c.new_area, 2026).name_vi, c.kind),
        )
        for c in workspace.catalogue.area_changes
    }
    assert held == listed
    assert len(held) == 129


def test_indicators_keep_target_and_limits_together(tmp_path: Path):
    folder = shutil.copytree(ROOT / "data" / "catalogue", tmp_path / "catalogue")
    catalogue = read_catalogue(folder)
    coverage = catalogue.indicator("full_immunisation_under_1")
    assert (coverage.minimum, coverage.maximum, coverage.target) == (0, 1, 0.97)
    assert (coverage.target_year, coverage.target_source[:20]) == (2025, "Quyết định 23/QĐ-TTg")
    mortality = catalogue.indicator("under_five_mortality_rate")
    assert (mortality.sdg, mortality.unicef, mortality.who) == (
        *("3.2.1", "CME_MRY0T4", "MDG_0000000007"),
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (",0.97,2025,", ",0.97,,", "target, target_year and target_source in .* belong together"),
        (",0.97,2025,", ",,2025,", "belong together; give all or none"),
        (",0.97,2025,", ",97,2025,", "minimum, target and maximum are not in order"),
        (",0.97,2025,", ",0.97,soon,", "'soon' in indicators.csv line"),
        (",0.97,2025,", ",inf,2025,", "'inf' is no target in indicators.csv line"),
    ],
)
def test_a_target_that_cannot_be_is_refused(tmp_path, old, new, message):
    folder = shutil.copytree(ROOT / "data" / "catalogue", tmp_path / "catalogue")
    path = folder / "indicators.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CatalogueError, match=message):
        read_catalogue(folder)


BEFORE, SINCE = "2025-06-30", "2025-07-01"
STATES = (
    # code, level, parent, first and last day
    ("VN-06", "province", "VNM", "", BEFORE),
    ("VN-53", "province", "VNM", "", BEFORE),
    ("VN-06", "province", "VNM", SINCE, ""),
    ("060", "district", "VN-06", "", BEFORE),
    ("061", "district", "VN-53", "", BEFORE),
    ("01840", "commune", "060", "", BEFORE),
    ("01843", "commune", "061", "", BEFORE),
    ("01840", "commune", "VN-06", SINCE, ""),  # its district is gone
    ("01900", "commune", "VN-06", "", ""),  # in both provinces, one after the other
    ("01901", "commune", "VN-06", SINCE, ""),
)
MERGER = (
    ("VN-06", "VN-06"), ("VN-53", "VN-06"), ("01840", "01840"), ("01843", "01840"),
)  # fmt: skip
OLD_PROVINCE, NEW_PROVINCE = "VN-06", "VN-06@2025-07-01"
OLD_COMMUNE, NEW_COMMUNE = "01840", "01840@2025-07-01"


@pytest.fixture
def merged(read):
    """Return provinces, districts and communes that merged on 1 July 2025, codes given again."""
    rows = [
        f"{code},{code} {first or 'before'},{code} {first or 'before'},{level},{parent},{first},"
        f"{last},own code: made up"
        for code, level, parent, first, last in STATES
    ]
    changes = [f"{old},{new},{SINCE},whole,a law" for old, new in MERGER]
    return read(*rows, changes=changes)


@pytest.mark.parametrize(
    ("outer", "inner"),
    [
        *((OLD_PROVINCE, area) for area in ("060", OLD_COMMUNE, "01900")),
        *((NEW_PROVINCE, area) for area in (NEW_COMMUNE, "01900", "01901")),
        ("060", OLD_COMMUNE),
        ("061", "01843"),
        ("VN-53", "061"),
        ("VN-53", "01843"),
    ],
)
def test_an_area_contains_what_lay_in_it_at_its_own_time(merged, outer, inner):
    assert merged.contains(outer, inner)
    assert merged.contains("VNM", outer)
    assert merged.contains("VNM", inner)
    assert not merged.contains(inner, outer)


def test_of_areas_at_two_times_none_contains_the_other(merged):
    """Every pair: one contains another only while both exist, and never both each other."""
    inside = {
        (outer, inner)
        for outer in merged.areas
        for inner in merged.areas
        if merged.contains(outer, inner)
    }
    own = {(outer, inner) for outer, inner in inside if outer not in {"VNM", "VN-71"}}
    assert own == {
        (OLD_PROVINCE, "060"), (OLD_PROVINCE, OLD_COMMUNE), (OLD_PROVINCE, "01900"),
        (NEW_PROVINCE, NEW_COMMUNE), (NEW_PROVINCE, "01900"), (NEW_PROVINCE, "01901"),
        ("060", OLD_COMMUNE), ("061", "01843"), ("VN-53", "061"), ("VN-53", "01843"),
    }  # fmt: skip
    assert {(inner, outer) for outer, inner in inside}.isdisjoint(inside)
    assert all(outer != inner for outer, inner in inside)


def test_the_parent_of_a_merged_area_is_the_merged_one(merged):
    assert merged.parent(OLD_COMMUNE) == "060"
    assert merged.parent("060") == OLD_PROVINCE
    assert merged.parent(NEW_COMMUNE) == NEW_PROVINCE
    assert merged.parent("01900") == NEW_PROVINCE  # the latest of the two
    assert merged.parent("VNM") == ""


def test_what_an_area_was_made_of_is_told_by_its_changes(merged):
    assert merged.is_made_of(NEW_PROVINCE, OLD_PROVINCE)
    assert merged.is_made_of(NEW_PROVINCE, "VN-53")
    assert merged.is_made_of(NEW_COMMUNE, "01843")
    for later, earlier in (
        (OLD_PROVINCE, NEW_PROVINCE), ("VN-53", NEW_PROVINCE), (NEW_COMMUNE, NEW_COMMUNE),
        (OLD_COMMUNE, "01843"), (NEW_PROVINCE, "01843"),
    ):  # fmt: skip
        assert not merged.is_made_of(later, earlier)


def test_of_every_pair_of_the_projects_areas_the_tree_says_which_contains_which():
    """By the file alone: follow the parents' names up; every code of a parent is given once."""
    catalogue = read_catalogue(ROOT / "data" / "catalogue")
    again = {key.partition("@")[0] for key in catalogue.areas if "@" in key}
    assert again.isdisjoint(area.parent for area in catalogue.areas.values())
    for inner, own in catalogue.areas.items():
        above, parent = set(), own.parent
        while parent:
            above.add(parent)
            parent = catalogue.areas[parent].parent
        contained = {outer for outer in catalogue.areas if catalogue.contains(outer, inner)}
        assert contained == above, inner
