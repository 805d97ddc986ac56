"""The chart against a wider area reads the areas that give its scale, and no others."""

from types import SimpleNamespace

from childstats.analyses.spine import _of_level
from childstats.catalogue.areas import Area
from childstats.catalogue.catalogue import Catalogue


def _area(code: str, level: str, parent: str) -> Area:
    return Area(code, code, code, level, parent, "", "", "made up")


def test_a_commune_is_scaled_by_its_own_province_and_a_province_by_all_provinces() -> None:
    listed = [
        _area("VNM", "country", ""),
        *(_area(f"VN-0{n}", "province", f"VN-R{n}") for n in (1, 2)),
        *(_area(f"1000{n}", "commune", "VN-01") for n in (1, 2)),
        *(_area(f"2000{n}", "commune", "VN-02") for n in (1, 2, 3)),
    ]
    catalogue = Catalogue({}, {area.ref_area: area for area in listed})
    report = SimpleNamespace(workspace=SimpleNamespace(catalogue=catalogue))
    assert _of_level(report, "10001") == ["10001", "10002"]
    assert _of_level(report, "20002") == ["20001", "20002", "20003"]
    assert _of_level(report, "VN-01") == ["VN-01", "VN-02"]
