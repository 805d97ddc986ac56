"""The gate: a build that would give a hidden count away publishes nothing, and says how."""

import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from childstats.cli import main
from childstats.errors import BuildError
from childstats.observations.workspace import open_workspace
from childstats.reports.gate import audited
from childstats.reports.released import Release, read_releases, release_file

NEW = ["03127", "03151", "03158", "03160"]
# Girls and boys in four communes, totals and the province added up.
COUNTS = {"03127": (3, 40), "03151": (21, 12), "03158": (0, 6), "03160": (15, 2)}
SHARES = {"03127": (58, 63), "03151": (4, 81), "03158": (120, 122)}


def figures(period="2026", counts=COUNTS):
    """Return the figures of some communes by sex, with totals, and of the province."""
    rows = []
    province = np.sum(list(counts.values()), axis=0).tolist()
    for area, (girls, boys) in {**counts, "VN-71": province}.items():
        for sex, number in (("F", girls), ("M", boys), ("", girls + boys)):
            row = {"indicator": "special_circumstances", "ref_area": area, "sex": sex}
            rows.append(row | {"time_period": period, "text": str(number), "unit": "persons"})
    for area, (numerator, denominator) in SHARES.items():
        row = {"indicator": "birth_registration_under_5", "ref_area": area, "time_period": period}
        counted = {"numerator_text": str(numerator), "denominator_text": str(denominator)}
        rows.append(row | counted)
    return rows


def shown(workspace, **tables):
    """Return what the gate looks at, with tables of another's making."""
    return SimpleNamespace(
        catalogue=workspace.catalogue,
        protection=workspace.protection,
        observations=tables.get("observations", workspace.observations),
        figures=tables.get("figures", workspace.figures),
    )


def test_what_is_protected_passes(small):
    opened = small(*figures())
    found = audited(opened, "first")
    assert found.summary["audit"]["verdict"] == "pass"
    # three small counts of children, and the total of 03158; 4 of 81 registered
    assert found.summary["audit"]["hidden"] == 4 + 1
    assert found.summary["policy"] == {"commune": "round", "indicators": {}}


def hidden_rows(table, value):
    return table.index[(table["obs_status"] == "Q") & (table["indicator"] == value)]


@pytest.mark.parametrize("number", range(4))
def test_showing_any_hidden_count_again_fails(small, number):
    opened = small(*figures())
    table = opened.observations.astype({"obs_status": object})
    hidden = hidden_rows(table, "special_circumstances")
    assert len(hidden) == 4
    row = hidden[number]
    true = {"03127": 3, "03158": 6, "03160": 2}[table.loc[row, "ref_area"].partition("@")[0]]
    numbers = ["obs_value", "obs_low", "obs_high"]
    table.loc[row, numbers] = float(true)
    table.loc[row, "obs_status"] = "A"
    figure = opened.figures.astype({"text": object, "qualifier": object, "obs_status": object})
    at = figure["figure_id"] == table.loc[row, "figure_id"]
    figure.loc[at, ["value", "low", "high"]] = float(true)
    with pytest.raises(BuildError, match="nothing was published") as error:
        audited(shown(opened, observations=table, figures=figure), "first")
    assert "special_circumstances" in str(error.value)
    assert table.loc[row, "ref_area"] in str(error.value)


def test_the_message_names_the_cell_the_tables_and_the_derivation(small):
    opened = small(*figures())
    earlier = audited(opened, "the edition before").release
    blocks = json.loads(json.dumps(list(earlier.blocks)))
    for block in blocks:
        for row in block["rows"]:
            if dict(row[0]).get("ref_area") == "03158@2025-07-01" and row[1] is None:
                row[1:] = [6.0, "A"]  # the edition before showed it
    with pytest.raises(BuildError) as error:
        audited(opened, "first", [Release("the edition before", blocks)])
    message = str(error.value)
    assert "ref_area=03158@2025-07-01" in message
    assert "special_circumstances 2026, the edition before: special_circumstances 2026" in message
    assert "shown in" in message or "low:" in message


def test_two_editions_of_the_same_counts_pass_together(small):
    opened = small(*figures())
    earlier = audited(opened, "first").release
    found = audited(opened, "second", [earlier])
    assert found.summary["audit"]["earlier_editions"] == ["first"]
    assert found.summary["audit"]["notes"] == []


def test_an_edition_before_that_rounded_otherwise_gives_a_count_away(small):
    """15 girls and 2 boys: had an edition printed the exact total of 17, 2 would be left."""
    opened = small(*figures())
    blocks = json.loads(json.dumps(list(audited(opened, "before").release.blocks)))
    for block in blocks:
        if block["indicator"] == "special_circumstances":
            block["rule"] = "threshold"  # what it printed was exact
            exact = {("03160@2025-07-01", "F"): 15.0, ("03160@2025-07-01", "_T"): 17.0}
            for row in block["rows"]:
                codes = dict(row[0])
                key = (codes["ref_area"], codes.get("sex", "_T"))
                row[1] = exact.get(key, row[1] if codes["ref_area"] == "VN-71" else None)
    with pytest.raises(BuildError, match=r"ref_area=03160@2025-07-01 .*sex=M") as error:
        audited(opened, "after", [Release("before", blocks)])
    assert "17 (ref_area=03160@2025-07-01" in str(error.value)  # the derivation
    assert "15 (" in str(error.value)


def test_a_contradiction_between_editions_stops_and_names_the_cells(small):
    opened = small(*figures())
    blocks = json.loads(json.dumps(list(audited(opened, "before").release.blocks)))
    for block in blocks:
        for row in block["rows"]:
            if row[1] is not None:
                row[1] += 500.0
    with pytest.raises(BuildError, match="contradict each other about") as error:
        audited(opened, "after", [Release("before", blocks)])
    message = str(error.value)
    assert "ref_area=03127@2025-07-01" in message
    assert "(in before)" in message
    assert message.count("\n") == 0


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("obs_value", 12.0, "is 12, and not rounded"),
        ("obs_low", 11.0, "has obs_low in another form"),
        ("obs_high", 11.0, "has obs_high in another form"),
    ],
)
def test_a_count_in_another_form_fails(small, column, value, message):
    opened = small(*figures())
    table = opened.observations
    at = (table["ref_area"] == "03151@2025-07-01") & (table["sex"] == "M")
    with pytest.raises(BuildError, match=message):
        audited(shown(opened, observations=table.assign(**{
            column: table[column].mask(at, value)})), "first")  # fmt: skip


def test_a_share_with_more_digits_than_its_printed_counts_fails(small):
    opened = small(*figures())
    table = opened.observations
    at = table["ref_area"].eq("03127@2025-07-01") & table["obs_value"].lt(1)
    exact = table.assign(obs_value=table["obs_value"].mask(at, 58 / 63))
    with pytest.raises(BuildError, match="birth_registration_under_5 03127@2025-07-01 2026 has"):
        audited(shown(opened, observations=exact), "first")


def test_a_figure_that_prints_otherwise_than_its_observation_fails(small):
    opened = small(*figures())
    table = opened.figures.astype({"text": object})
    hidden = table["text"] == "*"
    with pytest.raises(BuildError, match="is hidden and printed in figures"):
        audited(shown(opened, figures=table.assign(text=table["text"].mask(hidden, "3"))), "first")
    value = table["value"].mask(table["text"] == "15", 13.0)
    with pytest.raises(BuildError, match="is printed in figures otherwise than in observations"):
        audited(shown(opened, figures=table.assign(value=value)), "first")


def test_a_sensitive_count_fails(small):
    row = {"indicator": "abuse_cases", "ref_area": "03127", "time_period": "2026", "text": "40"}
    opened = small(row | {"unit": "number"}, *figures())
    table = opened.observations.astype({"obs_status": object})
    at = table["indicator"] == "abuse_cases"
    open_ = table.assign(obs_value=table["obs_value"].mask(at, 40.0))
    with pytest.raises(BuildError, match="abuse_cases 03127@2025-07-01 2026 is shown"):
        audited(shown(opened, observations=open_), "first")


def test_the_release_tells_no_hidden_count_and_not_which_are_small(small):
    opened = small(*figures())
    release = audited(opened, "first").release
    rows = [row for block in release.blocks for row in block["rows"]]
    assert {row[2] for row in rows if row[1] is None} <= {"Q", "O"}
    assert all(len(row) == 3 for row in rows)
    small_ones = [r for r in rows if r[1] and 0 < r[1] < 8 and dict(r[0])["ref_area"] != "VN-71"]
    assert small_ones == []


def test_a_release_is_kept_once_and_vouched_for(tmp_path):
    audit = {"audit": {"verdict": "pass", "hidden": 1}}
    about = {"indicator": "at_risk", "period": "2026", "rule": "round", "kept": []}
    first, second = (
        Release(name, [about | {"rows": [[[["ref_area", "03127"]], n, "A"]]}])
        for name, n in (("a", 10), ("b", 15))
    )
    content, entry = release_file(audit, second, [first, second])
    (tmp_path / "disclosure.json").write_bytes(content)
    (tmp_path / "manifest.json").write_text(json.dumps({"disclosure": entry}), encoding="utf-8")
    assert [r.edition for r in read_releases(tmp_path, "manifest.json")] == ["a", "b"]
    (tmp_path / "disclosure.json").write_bytes(content + b" ")
    with pytest.raises(BuildError, match="is missing or changed"):
        read_releases(tmp_path, "manifest.json")
    (tmp_path / "disclosure.json").unlink()
    with pytest.raises(BuildError, match="is missing or changed"):
        read_releases(tmp_path, "manifest.json")


def test_the_audit_runs_alone(small):
    opened = small(*figures())
    result = CliRunner().invoke(main, ["audit", "--workspace", str(opened.root)])
    assert result.exit_code == 0
    assert result.output.startswith("pass: ")
    assert not (opened.root / "reports").exists()


def test_cleaning_passes_the_gate_before_it_writes(small, monkeypatch):
    opened = small(*figures())
    clean = ["clean", "--workspace", str(opened.root)]
    assert CliRunner().invoke(main, clean).output.startswith("pass: ")
    written = opened.root / "data" / "processed" / "observations.csv"
    written.unlink()
    monkeypatch.setattr("childstats.reports.gate._Shown.faults", lambda self: iter(["a fault"]))
    result = CliRunner().invoke(main, clean)
    assert result.exit_code == 1
    assert "disclosure: a fault; nothing was published" in result.output
    assert not written.exists()


def test_without_communes_there_is_nothing_to_audit(small):
    opened = small(figures()[-4] | {"ref_area": "VN-71"})
    result = CliRunner().invoke(main, ["audit", "--workspace", str(opened.root)])
    assert (result.exit_code, result.output[:39]) == (0, "no figures of areas below the province;")
    with pytest.raises(ValueError, match="nothing to audit"):
        audited(open_workspace(opened.root), "first")


def test_the_gate_changes_no_table(small):
    opened = small(*figures())
    before = opened.observations.copy()
    audited(opened, "first")
    pd.testing.assert_frame_equal(opened.observations, before)
