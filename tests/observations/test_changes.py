"""What changed between two editions, told apart by whose change it is."""

import json
from datetime import date
from pathlib import Path

import pytest

from childstats.codes import ChangeKind
from childstats.errors import CatalogueError
from childstats.observations.changes import (
    CORRECTIONS,
    Previous,
    changes_since,
    previous_edition,
)
from childstats.observations.table import Observation

CELLS = {
    "ref_area": "VN-71", "time_period": "2025", "indicator": "full_immunisation_under_1",
    "sex": "_T", "age": "Y0", "residence": "_T", "wealth_quintile": "_T",
    "obs_value": 0.955, "obs_low": 0.9545, "obs_high": 0.9555, "lower_bound": None,
    "upper_bound": None, "numerator": None, "denominator": None, "unit_measure": "PROPORTION",
    "obs_status": "A", "source_id": "a",
}  # fmt: skip
ROW = Observation.of(CELLS)
KEY = ("VN-71", "2025", "full_immunisation_under_1", "_T", "Y0", "_T", "_T")


def _previous(*rows: Observation) -> Previous:
    by_key = {(r.ref_area, r.time_period, *KEY[2:]): r for r in rows}
    return Previous("first", date(2026, 1, 1), Path(), by_key, date(2027, 1, 1))


@pytest.mark.parametrize(
    ("now", "kind", "reason"),
    [
        ({"obs_value": 0.956, "obs_low": 0.9555, "obs_high": 0.9565}, ChangeKind.CORRECTED, ""),
        ({"obs_high": 0.956}, ChangeKind.CORRECTED, ""),
        ({"obs_value": 0.956, "source_id": "b"}, ChangeKind.REVISED, "another_source"),
        ({"obs_status": "P"}, ChangeKind.REVISED, "status"),
    ],
)
def test_whose_change_it_is_follows_from_source_and_number(
    tmp_path: Path, now: dict, kind: ChangeKind, reason: str
) -> None:
    (change,) = changes_since(_previous(ROW), [ROW._replace(**now)], tmp_path)
    assert (change.kind, change.reason) == (kind, reason)
    assert change.before.obs_value == 0.955


def test_what_is_the_same_is_no_change(tmp_path: Path) -> None:
    same = ROW._replace(time_period=2025, obs_value=0.955 + 1e-15, lower_bound=float("nan"))
    assert changes_since(_previous(ROW), [same], tmp_path) == []
    assert changes_since(_previous(ROW), [ROW._replace(source_id="b")], tmp_path) == []


def test_new_and_removed_observations_are_told(tmp_path: Path) -> None:
    later = ROW._replace(time_period=2026)
    found = changes_since(_previous(ROW), [later], tmp_path)
    assert [(c.kind, c.row.time_period) for c in found] == [
        (ChangeKind.NEW, 2026),
        (ChangeKind.REMOVED, "2025"),
    ]
    assert found[0].to_json()["before"] is None
    assert found[1].to_json()["now"] is None


def _corrections(root: Path, *lines: str) -> None:
    path = root / CORRECTIONS
    path.parent.mkdir(parents=True)
    head = "source_id,indicator,ref_area,time_period,reason,note_en,note_vi"
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")


def test_a_correction_has_the_reason_that_is_stated(tmp_path: Path) -> None:
    _corrections(tmp_path, "a,full_immunisation_under_1,VN-71,2025,publisher,said so,đã nêu")
    (change,) = changes_since(_previous(ROW), [ROW._replace(obs_value=0.9551)], tmp_path)
    assert (change.reason, change.note_en, change.note_vi) == ("publisher", "said so", "đã nêu")


def test_an_unknown_reason_is_refused(tmp_path: Path) -> None:
    _corrections(tmp_path, "a,x,VN-71,2025,transcripton,,")
    with pytest.raises(CatalogueError, match=r"'transcripton' in .* line 2.*transcription"):
        changes_since(_previous(ROW), [], tmp_path)


def test_a_missing_column_is_refused(tmp_path: Path) -> None:
    path = tmp_path / CORRECTIONS
    path.parent.mkdir(parents=True)
    path.write_text("source_id\n", encoding="utf-8")
    with pytest.raises(CatalogueError, match="lacks the column 'indicator'"):
        changes_since(_previous(ROW), [], tmp_path)


def _edition(folder: Path, name: str, day: str) -> None:
    (folder / "data").mkdir(parents=True)
    manifest = {"edition": name, "date": day}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    columns = [*CELLS]
    text = ",".join(columns) + "\n" + ",".join(str(CELLS[c] or "") for c in columns) + "\n"
    (folder / "data" / "observations.csv").write_text(text, encoding="utf-8")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    toml = '[edition]\nid = "third"\ndate = 2027-01-01\n'
    (tmp_path / "childstats.toml").write_text(toml, encoding="utf-8")
    return tmp_path


def test_the_edition_before_is_the_latest_that_is_not_the_present_one(root: Path) -> None:
    assert previous_edition(root) is None
    _edition(root / "reports" / "editions" / "first", "first", "2025-01-01")
    _edition(root / "reports" / "editions" / "second", "second", "2026-01-01")
    _edition(root / "reports", "third", "2027-01-01")
    found = previous_edition(root)
    assert (found.edition_id, found.day, found.present_day) == (
        "second",
        date(2026, 1, 1),
        date(2027, 1, 1),
    )
    assert found.rows[KEY].obs_value == 0.955


def test_an_edition_that_is_not_kept_yet_counts_too(root: Path) -> None:
    _edition(root / "reports", "second", "2026-01-01")
    assert previous_edition(root).edition_id == "second"


@pytest.mark.parametrize("manifest", ["", "[]", '{"edition": "../x", "date": "2026-01-01"}', "{}"])
def test_an_edition_that_cannot_be_read_is_none(root: Path, manifest: str) -> None:
    _edition(root / "reports", "second", "2026-01-01")
    (root / "reports" / "manifest.json").write_text(manifest, encoding="utf-8")
    assert previous_edition(root) is None
