"""Re-basing over the merges of 1 July 2025: exact sums, shares from sums, and what is refused."""

import csv
from collections import defaultdict
from datetime import date

import pandas as pd
import pytest
from conftest import ROOT

from childstats.catalogue.areas import AreaChange
from childstats.observations.boundaries import is_rebased, rebased_to
from childstats.observations.guard import Ground, comparable
from childstats.observations.table import COLUMNS, observations_of

DAY = "2025-07-01"


def row(area, value, period=2024, *, indicator="at_risk", unit="PS", **more):
    """Return an observation as `observe` makes it; `more` overrides."""
    usual = dict.fromkeys(COLUMNS, "_T") | {
        "ref_area": area,
        "time_period": period,
        "indicator": indicator,
        "obs_value": value,
        "obs_low": value,
        "obs_high": value,
        "lower_bound": float("nan"),
        "upper_bound": float("nan"),
        "numerator": float("nan"),
        "denominator": float("nan"),
        "unit_measure": unit,
        "obs_status": "A",
        "source_id": "s",
        "locator": f"row {area}",
        "figure_id": f"s:{area}-{period}-{indicator}-{more.get('sex', '')}",
    }
    return usual | more


def table(*rows):
    return pd.DataFrame(rows, columns=COLUMNS)


def merges(*pairs, kind="whole", day=DAY):
    return [AreaChange(old, new, day, kind, "a law") for old, new in pairs]


@pytest.fixture(scope="module")
def listed():
    """Return old units by new unit, read without the library."""
    found = defaultdict(list)
    with (ROOT / "data/catalogue/area_changes.csv").open(encoding="utf-8", newline="") as file:
        for change in csv.DictReader(file):
            found[change["new_area"]].append(change["old_area"])
    return dict(found)


def test_129_units_add_up_to_45(workspace, listed):
    olds = [old for members in listed.values() for old in members]
    value = {old: 3 * number + number % 7 for number, old in enumerate(olds)}
    changes = workspace.catalogue.area_changes
    found, left_out = rebased_to(table(*(row(o, value[o]) for o in olds)), changes, DAY)
    assert (len(olds), len(found), len(left_out)) == (129, 45, 0)
    added = {new: sum(value[old] for old in members) for new, members in listed.items()}
    assert dict(zip(found["ref_area"], found["obs_value"], strict=True)) == {
        f"{new}@{DAY}": total for new, total in added.items()
    }
    assert set(found["obs_status"]) == {"B"}
    assert found["figure_id"].is_unique
    assert set(found["ref_area"]) <= set(workspace.catalogue.areas)


def test_a_code_that_was_used_again_is_two_areas(workspace, listed):
    members = listed["03127"]
    assert "03127" in members
    rows = [*(row(old, 10) for old in members), row("03127", 999, 2025)]
    found, _ = rebased_to(table(*rows), workspace.catalogue.area_changes, DAY)
    assert dict(zip(found["time_period"], found["obs_value"], strict=True)) == {
        2025: 999,
        2024: 10 * len(members),
    }
    assert set(found["ref_area"]) == {f"03127@{DAY}"}
    assert [is_rebased(o) for o in observations_of(found)] == [False, True]


def test_printed_limits_add_up_too():
    rows = [row("1", 100, obs_low=95, obs_high=105), row("2", 40, obs_low=38, obs_high=42)]
    (o,) = rebased_to(table(*rows), merges(("1", "2"), ("2", "2")), DAY)[0].to_dict("records")
    assert (o["obs_value"], o["obs_low"], o["obs_high"]) == (100 + 40, 95 + 38, 105 + 42)


def test_a_share_is_the_sum_of_numerators_over_the_sum_of_denominators():
    share = {"indicator": "birth_registration_under_5", "unit": "PROPORTION"}
    rows = [
        row("1", 0.9, **share, numerator=90, denominator=100),
        row("2", 0.1, **share, numerator=1, denominator=10),
    ]
    (o,) = rebased_to(table(*rows), merges(("1", "2"), ("2", "2")), DAY)[0].to_dict("records")
    assert (o["numerator"], o["denominator"]) == (90 + 1, 100 + 10)
    assert o["obs_value"] == o["obs_low"] == o["obs_high"] == 91 / 110  # not the mean, 0.5


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([row("1", 5)], "no figure of 2"),
        ([row("1", 5), row("2", float("nan"), obs_status="O")], "no usable figure of 2"),
        ([row("1", 5), row("2", float("nan"), obs_status="Q")], "no usable figure of 2"),
        ([row("1", 5), row("2", 6, obs_status="U")], "no usable figure of 2"),
        ([row("1", 5), row("2", 6, source_id="t")], "its members are from s, t"),
        (
            [row("1", 0.5, unit="PROPORTION"), row("2", 0.6, unit="PROPORTION")],
            "a rate without its counts; rates are not averaged",
        ),
    ],
)
def test_what_does_not_add_up_is_left_out_with_a_reason(rows, reason):
    found, left_out = rebased_to(table(*rows), merges(("1", "2"), ("2", "2")), DAY)
    assert found.empty
    assert left_out[["ref_area", "time_period", "reason"]].to_numpy().tolist() == [
        [f"2@{DAY}", 2024, reason]
    ]


def test_groups_and_periods_are_added_up_by_themselves():
    rows = [
        row(area, value, period, sex=sex)
        for area, value in (("1", 5), ("2", 7))
        for period in (2023, "2025-01/P6M")
        for sex in ("F", "M")
    ]
    found, left_out = rebased_to(table(*rows), merges(("1", "3"), ("2", "3")), DAY)
    assert left_out.empty
    assert found["obs_value"].to_list() == [5 + 7] * 4
    assert set(found["ref_area"]) == {"3"}  # the code is new: it needs no day


def test_a_split_is_left_out_unless_its_weights_are_declared():
    changes = [*merges(("1", "2")), *merges(("3", "2"), ("3", "4"), kind="split")]
    rows = table(row("1", 10), row("3", 8))
    found, left_out = rebased_to(rows, changes, DAY)
    assert found.empty
    assert set(left_out["reason"]) == {"3 was split; declare the weights of its parts"}
    weights = {("3", "2"): 0.75, ("3", "4"): 0.25}
    found, left_out = rebased_to(rows, changes, DAY, weights=weights)
    assert left_out.empty
    assert dict(zip(found["ref_area"], found["obs_value"], strict=True)) == {
        "2": 10 + 0.75 * 8,
        "4": 0.25 * 8,
    }
    assert set(found["obs_status"]) == {"E"}


@pytest.mark.parametrize("shares", [(0.5, 0.4), (1.5, -0.5)])
def test_weights_that_are_no_shares_are_refused(shares):
    changes = merges(("3", "2"), ("3", "4"), kind="split")
    weights = dict(zip([("3", "2"), ("3", "4")], shares, strict=True))
    with pytest.raises(ValueError, match="the shares of 3 are"):
        rebased_to(table(row("3", 8)), changes, DAY, weights=weights)


@pytest.mark.parametrize("area", ["2", f"2@{DAY}"])
def test_the_reverse_direction_is_refused(area):
    changes = merges(("1", "2"), ("2", "2"))
    with pytest.raises(ValueError, match="2 in 2025 is on the borders since 2025-07-01"):
        rebased_to(table(row(area, 8, 2025)), changes, "2025-06-30")


def test_before_its_day_a_change_is_not_applied():
    rows = table(row("1", 5), row("2", 7))
    found, left_out = rebased_to(rows, merges(("1", "2"), ("2", "2")), date(2025, 6, 30))
    assert found["obs_value"].to_list() == [5, 7]
    assert left_out.empty


def test_two_changes_are_applied_one_after_the_other():
    changes = [*merges(("1", "2"), ("2", "2"), day="2020-01-01"), *merges(("2", "5"), ("3", "5"))]
    rows = table(row("1", 1, 2019), row("2", 20, 2019), row("3", 300, 2019))
    found, left_out = rebased_to(rows, changes, DAY)
    assert left_out.empty
    assert found["obs_value"].to_list() == [1 + 20 + 300]


def test_what_was_added_up_may_be_compared_over_the_change(small):
    opened = small({"indicator": "at_risk", "time_period": "2024", "text": "5", "unit": "persons"})
    new = f"03127@{DAY}"
    source = {"source_id": "a-source"}
    before = row(new, 40, 2023, obs_status="B", figure_id="a-source:rebased/x", **source)
    after = row(new, 44, 2025, **source)
    assert comparable(opened, before, after) == []
    others = row("03127", 9, **source), row("03127", 44, 2025, **source)
    assert [r.ground for r in comparable(opened, *others)] == [Ground.BORDERS]
