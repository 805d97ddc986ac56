"""Every reader is found by its layout, and what it reads becomes observations."""

import pytest
from conftest import SOURCE_TOML

from childstats.errors import SourceError
from childstats.observations.table import records
from childstats.observations.workspace import open_workspace

FILE = """
[file]
name = "cme.csv"
layout = "sdmx_csv"
only_mapped = true
areas = {"VNM" = "VNM", "Dien Bien" = "VN-71"}
indicators = {"CME_MRY0" = "infant_mortality_rate", "CHILDREN" = "at_risk"}
units = {at_risk = "persons"}
unit = "per_1000"
"""
DATA = """\
REF_AREA,INDICATOR,SEX,TIME_PERIOD,OBS_VALUE,LOWER_BOUND,UPPER_BOUND
VNM,CME_MRY0,_T,2020,16.5,15.1,18.0
VNM,CME_MRY0,F,2020,14.0,13.1,15.0
VN-71,CHILDREN,_T,2025,"68000",,
Dien Bien,CHILDREN,_T,2025,68000,,
VNM,OTHER,_T,2020,1,,
"""


def received(small, file: str, data: str = DATA):
    figure = {"indicator": "at_risk", "time_period": "2024", "text": "1", "unit": "persons"}
    folder = small(figure).root / "data" / "raw" / "unicef"
    folder.mkdir()
    (folder / "cme.csv").write_text(data, encoding="utf-8", newline="")
    (folder / "source.toml").write_text(SOURCE_TOML + file, encoding="utf-8")
    return open_workspace(folder.parent.parent.parent)


def test_a_publishers_file_becomes_observations(small) -> None:
    workspace = received(small, FILE)
    reading = workspace.readings["unicef"]
    assert (reading.seen, len(reading.rows), reading.left_out) == (5, 3, 2)
    held = [o for o in records(workspace.observations) if o["source_id"] == "unicef"]
    found = {(o["indicator"], o["ref_area"], o["sex"]): o["obs_value"] for o in held}
    assert found == {
        ("infant_mortality_rate", "VNM", "_T"): 16.5,
        ("infant_mortality_rate", "VNM", "F"): 14.0,
        ("at_risk", "VN-71", "_T"): 68000.0,
    }


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (('{at_risk = "persons"}', '"persons"'), "units in .* is 'persons'; write a dict"),
        (('{at_risk = "persons"}', "{at_risk = 1}"), "units in .* holds 1; write text in quotes"),
    ],
)
def test_units_by_indicator_are_a_table_of_texts(small, change, message) -> None:
    with pytest.raises(SourceError, match=message):
        _ = received(small, FILE.replace(*change)).sources
