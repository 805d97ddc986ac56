"""Definitions of indicators and areas: what is read, what is refused, what lies inside what."""

import shutil

import pytest

from childstats.catalogue.catalogue import read_catalogue
from childstats.codes import Level, Uncertainty, UnitMeasure
from childstats.errors import CatalogueError


@pytest.fixture
def folder(workspace, tmp_path):
    return shutil.copytree(workspace.root / "data" / "catalogue", tmp_path / "catalogue")


def edit(folder, name, old, new):
    path = folder / f"{name}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_an_indicator_is_what_its_line_says(folder):
    at_risk = read_catalogue(folder).indicator("at_risk")
    assert at_risk.name_vi == "Trẻ em có nguy cơ rơi vào hoàn cảnh đặc biệt"
    assert at_risk.definition_en.startswith("Number of children under 16 recorded as being at risk")
    assert (at_risk.level, at_risk.unit_measure) == (Level.SUPPORT, UnitMeasure.PERSONS)
    assert (at_risk.nature, at_risk.age, at_risk.maximum) == ("stock", "Y0T15", None)
    assert (at_risk.polarity, at_risk.uncertainty) == ("none", Uncertainty.CENSUS)
    assert (at_risk.numerator, at_risk.denominator) == ("", "children_under_16")


def test_a_share_has_its_maximum_as_a_number(folder):
    assert read_catalogue(folder).indicator("full_immunisation_under_1").maximum == 1.0


def test_an_area_is_what_its_line_says(folder):
    area = read_catalogue(folder).area("VN-71")
    assert (area.name_en, area.level, area.parent) == ("Điện Biên", "province", "VN-NMM")
    assert (area.valid_from, area.valid_to, area.code_source) == ("2004-01-01", "", "ISO 3166-2")


def test_the_order_is_that_of_the_files_and_a_byte_order_mark_is_left_out(folder):
    path = folder / "areas.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert list(read_catalogue(folder).areas)[:5] == ["VNM", "VN-NMM", "VN-71", "VN-01", "VN-05"]


@pytest.mark.parametrize(
    ("outer", "inner", "inside"),
    [
        ("VNM", "VN-71", True),
        ("VN-NMM", "VN-71", True),
        ("VN-71", "VN-71", False),
        ("VNM", "VNM", False),
        ("VN-71", "VNM", False),
        ("VN-71", "VN-NMM", False),
        ("VN-05", "VN-71", False),
    ],
)
def test_an_area_contains_what_lies_in_it_and_not_itself(folder, outer, inner, inside):
    catalogue = read_catalogue(folder)
    assert catalogue.contains(outer, inner) is inside
    assert catalogue.is_or_contains(outer, inner) is (inside or outer == inner)


@pytest.mark.parametrize(
    ("kind", "key", "remark"),
    [
        ("indicator", "at_rsik", r" \(did you mean 'at_risk'\?\); add it to .*indicators.csv"),
        ("indicator", "zzz", "; add it to data/catalogue/indicators.csv or correct it"),
        ("area", "VN-72", r" \(did you mean 'VN-71'\?\); add it to data/catalogue/areas.csv"),
        ("area", "Điện Biên", r" \(did you mean 'VN-71'\?\); add it to data/catalogue/areas.csv"),
        ("area", "hoa binh", r" \(did you mean 'VN-14'\?\); add it to data/catalogue/areas.csv"),
        ("area", "nowhere", "; add it to data/catalogue/areas.csv or correct it"),
    ],
)
def test_an_unknown_id_is_refused_with_the_nearest(folder, kind, key, remark):
    with pytest.raises(CatalogueError, match=f"^unknown {kind} '{key}'{remark}"):
        getattr(read_catalogue(folder), kind)(key)


@pytest.mark.parametrize("pair", [("VNM", "VN-99"), ("VN-99", "VNM"), ("VN-99", "VN-99")])
def test_an_area_inside_an_unknown_one_is_not_looked_up_silently(folder, pair):
    with pytest.raises(CatalogueError, match="unknown area 'VN-99'"):
        read_catalogue(folder).contains(*pair)


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        # codes; line 2 is the population, line 3 the children under 16
        ("indicators", ",context,PS,", ",contxt,PS,", "'contxt' is not a valid Level in .* line 2"),
        ("indicators", ",context,PS,", ",context,PSS,", "'PSS' is not a valid UnitMeasure in .*2"),
        ("indicators", ",none,census,", ",none,cencus,", "'cencus' is not a .* line 3"),
        ("indicators", ",PS,stock,", ",PS,stok,", "'stok'.*indicators.csv line 2"),
        ("indicators", ",1,higher,", ",1,hihger,", "'hihger'.*indicators.csv line"),
        ("areas", ",province,", ",provincee,", "'provincee'.*areas.csv line 4"),
        ("indicators", ",1,higher,", ",one,higher,", "'one' in indicators.csv line"),
        ("indicators", ",1,higher,", ",nan,higher,", "'nan'.*indicators.csv line"),
        # ids
        ("indicators", "\nat_risk,", "\npopulation,", "repeated id 'population' in indicators.csv"),
        ("indicators", "\nat_risk,", "\n,", "empty or repeated id '' in indicators.csv line"),
        ("areas", "\nVN-01,", "\nVN-71,", "repeated id 'VN-71' in areas.csv line 5; its val"),
        # relations
        ("areas", ",VN-NMM,2004", ",VN-NNM,2004", r"area 'VN-NNM' \(did you mean 'VN-NMM'\?\)"),
        ("areas", "country,,", "country,VN-71,", "'VNM'|'VN-71'"),  # a circle has no outside
        ("areas", "country,,", "country,VNM,", "'VNM'"),
        ("indicators", ",children_under_16,,,", ",child,,,", "unknown indicator 'child'"),
        (
            *("indicators", ",poor_household_children,,children_under_16,at_risk"),
            *(",poor_household_children,,children_under_16,at_rsk", "did you mean 'at_risk'"),
        ),
        ("indicators", "_share,children_under_16,pop", "_share,childre,pop", "indicator 'childre'"),
        # shape
        ("areas", "ref_area,", "area,", "columns of areas.csv are area, .*; expected ref_area, na"),
        ("indicators", ",resembles", "", "columns of indicators.csv are .*; expected indicator, n"),
        ("areas", ",ISO 3166-1\n", "\n", "wrong number of cells in areas.csv line 2; expected 8"),
        ("areas", ",ISO 3166-1\n", ",,\n", "wrong number of cells in areas.csv line 2; expected 8"),
        ("areas", ",Viet Nam,", ',"Viet" Nam,', "unreadable areas.csv: .*; save it as UTF-8 CSV"),
    ],
)
def test_a_fault_in_a_file_is_refused_and_named(folder, name, old, new, message):
    edit(folder, name, old, new)
    with pytest.raises(CatalogueError, match=message):
        read_catalogue(folder)


@pytest.mark.parametrize("name", ["indicators.csv", "areas.csv"])
def test_a_missing_empty_or_foreign_file_is_named(folder, name):
    path = folder / name
    text = path.read_text(encoding="utf-8")
    path.write_bytes(text.encode("utf-16"))
    with pytest.raises(CatalogueError, match=f"unreadable {name}: .*save it as UTF-8 CSV"):
        read_catalogue(folder)
    path.write_text("", encoding="utf-8")
    with pytest.raises(CatalogueError, match=f"columns of {name} are ; expected"):
        read_catalogue(folder)
    path.unlink()
    with pytest.raises(CatalogueError, match=f"missing file data/catalogue/{name}"):
        read_catalogue(folder)
