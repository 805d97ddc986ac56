"""Counts that contain one another are one system: what cannot be tied in it is not published.

Each test makes the workspace of a leak that an audit once passed, publishes it as a build does, and
has it attacked by a script that knows only what is published (``benchmarks/attack_system.py``).
"""

import importlib.util
import json
import shutil
import sys
from itertools import pairwise
from types import ModuleType

import pytest
from conftest import ROOT

from childstats.errors import BuildError
from childstats.observations.workspace import open_workspace
from childstats.reports.released import read_releases


def script(name: str) -> ModuleType:
    """Return a script of ``benchmarks`` as a module."""
    folder = ROOT / "benchmarks"
    sys.path.insert(0, str(folder))
    try:
        spec = importlib.util.spec_from_file_location(name, folder / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(folder))
    return module


@pytest.fixture(scope="module")
def workspaces():
    """Return the maker of random workspaces, which publishes and attacks."""
    return script("random_workspaces")


PROVINCE = "VN-71"
COMMUNE, OTHER, THIRD = "03127", "03151", "03158"
NEW = "@2025-07-01"


def count(number, area=COMMUNE, indicator="at_risk", period="2026", age="", sex="", **more):
    row = {"indicator": indicator, "ref_area": area, "time_period": period, "unit": "persons"}
    return row | {"age": age, "sex": sex, "text": str(number)} | more


def share(part, whole, area=COMMUNE, indicator="birth_registration_under_5", **more):
    counts = {"numerator_text": str(part), "denominator_text": str(whole)}
    row = {"indicator": indicator, "ref_area": area, "time_period": "2026", "text": ""}
    return row | counts | more


class Editions:
    """Editions of one workspace, and the attack on all that they published."""

    def __init__(self, small, workspaces, rule="round"):
        self.small, self.workspaces, self.rule = small, workspaces, rule
        self.number = 0

    def publish(self, *rows):
        opened = self.small(*rows)
        path = opened.root / "childstats.toml"
        if self.number == 0:
            text = path.read_text(encoding="utf-8")
            path.write_text(f'{text}[disclosure]\ncommune = "{self.rule}"\n', encoding="utf-8")
        self.root = opened.root
        why, _ = self.workspaces.publish(self.root, f"edition-{self.number}")
        self.number += 1
        return why

    def worked_out(self):
        return self.workspaces.attacked(self.root)

    def shown(self, **wanted):
        table = open_workspace(self.root).observations
        for name, code in wanted.items():
            table = table[table[name].astype(str) == code]
        return table["obs_value"].dropna().to_list()


@pytest.fixture
def editions(small, workspaces):
    return Editions(small, workspaces)


@pytest.fixture
def exactly(small, workspaces):
    return Editions(small, workspaces, "threshold")


YEARS = ("Y0", "Y1", "Y2", "Y3")


def test_single_years_of_age_inside_an_age_group(editions):
    rows = [count(7, age=age) for age in YEARS] + [count(28, age="Y0T3"), count(300)]
    assert editions.publish(*rows) == ""
    assert editions.worked_out() == {}
    assert editions.shown(age="Y0T3", ref_area=COMMUNE + NEW) == []


def test_a_year_of_age_between_two_groups(exactly, editions):
    rows = [count(3, age="Y0"), count(40, age="Y1T4"), count(43, age="Y0T4"), count(90)]
    assert exactly.publish(*rows) == ""
    assert exactly.worked_out() == {}


@pytest.mark.parametrize("code", ["Y_LT1", "Y0", "M0T11"])
def test_codes_for_the_same_age_are_one_count(exactly, code):
    rows = [count(3, age=code), count(40, age="Y1T4"), count(43, age="Y0T4"), count(90)]
    assert exactly.publish(*rows) == ""
    shown = exactly.shown(ref_area=COMMUNE + NEW)
    assert len(shown) < 3  # the small one, and what would give it away


def test_an_age_that_is_no_code_is_hidden(editions):
    assert editions.publish(count(90, age="toddlers"), count(200)) == ""
    assert editions.shown(age="toddlers") == []


QUARTERS = [f"2026-Q{q}" for q in range(1, 5)]
FLOW = {"indicator": "disability_screened"}


@pytest.mark.parametrize("keep", [True, False])
def test_quarters_in_one_edition_and_the_year_in_the_next(editions, keep):
    rows = [count(7, period=q, **FLOW) for q in QUARTERS]
    assert editions.publish(*rows) == ""
    assert editions.publish(*(rows if keep else ()), count(28, **FLOW)) == ""
    assert editions.worked_out() == {}


@pytest.mark.parametrize("keep", [True, False])
def test_months_in_one_edition_and_a_quarter_in_another(exactly, keep):
    rows = [count(n, period=f"2026-0{m}", **FLOW) for m, n in ((1, 20), (2, 3), (3, 31))]
    assert exactly.publish(*rows) == ""
    assert exactly.publish(*(rows if keep else ()), count(54, period="2026-Q1", **FLOW)) == ""
    assert exactly.worked_out() == {}


def test_the_year_in_one_edition_and_quarters_in_the_next(exactly):
    assert exactly.publish(count(64, **FLOW)) == ""
    rows = [count(n, period=q, **FLOW) for q, n in zip(QUARTERS, (20, 20, 21, 3), strict=True)]
    assert exactly.publish(*rows) == ""
    assert exactly.worked_out() == {}


@pytest.mark.parametrize("policy", ["editions", "exactly"])
@pytest.mark.parametrize("parts", ["quarters", "sexes", "ages"])
def test_a_total_in_one_edition_and_its_few_children_in_the_next_stop(request, policy, parts):
    made = request.getfixturevalue(policy)
    whole, rows = {
        "quarters": (count(28, **FLOW), [count(7, period=q, **FLOW) for q in QUARTERS]),
        "sexes": (count(14), [count(7, sex=sex) for sex in "FM"]),
        "ages": (count(28), [count(7, age=a) for a in ("Y0T3", "Y4T7", "Y8T11", "Y12T15")]),
    }[parts]
    assert made.publish(whole) == ""
    assert "can be worked out" in made.publish(*rows)
    assert made.worked_out() == {}


def test_a_commune_whose_parts_are_more_than_its_total_leaves_the_others_tied(exactly):
    rows = []
    for area, girls, boys, all_ in ((COMMUNE, 3, 40, 43), (OTHER, 30, 31, 61), (THIRD, 25, 26, 40)):
        rows += [count(girls, area, sex="F"), count(boys, area, sex="M"), count(all_, area)]
    assert exactly.publish(*rows) == ""
    assert exactly.worked_out() == {}
    assert exactly.shown(ref_area=THIRD + NEW) == []
    assert sorted(exactly.shown(ref_area=OTHER + NEW)) == [30, 31, 61]


def test_a_period_that_overlaps_others_is_hidden_and_they_stay_tied(exactly):
    rows = [count(n, period=q, **FLOW) for q, n in zip(QUARTERS, (20, 3, 30, 40), strict=True)]
    rows += [count(93, **FLOW), count(19, period="2026-02/P3M", **FLOW)]
    assert exactly.publish(*rows) == ""
    assert exactly.worked_out() == {}
    assert exactly.shown(time_period="2026-02/P3M") == []


def test_ages_that_overlap_without_being_a_sum_are_hidden(editions):
    assert editions.publish(count(90, age="Y0T4"), count(80, age="Y3T7"), count(300)) == ""
    assert len(editions.shown(ref_area=COMMUNE + NEW)) == 2


@pytest.mark.parametrize("own", [True, False])
def test_what_a_share_leaves_over_is_hidden_in_its_counts_too(exactly, own):
    parts = {"children_under_16": 97, "population": 100}
    rows = [count(n, indicator=i) for i, n in parts.items()]
    row = share(97, 100, indicator="children_under_16_share")
    if not own:
        row |= {"text": "97%", "unit": "percent", "numerator_text": "", "denominator_text": ""}
    assert exactly.publish(*rows, row) == ""
    assert exactly.worked_out() == {}
    shown = open_workspace(exactly.root).observations["obs_value"].dropna()
    assert len(shown) < 2


def test_a_whole_in_one_edition_and_its_part_in_the_next(exactly):
    """5 of 40 children are not in special circumstances."""
    assert exactly.publish(count(40, indicator="children_under_16")) == ""
    assert exactly.publish(count(35, indicator="special_circumstances")) == ""
    assert exactly.worked_out() == {}


def test_a_revised_count_stops_the_build_and_is_named(exactly):
    areas = [COMMUNE, OTHER, THIRD]
    rows = [count(n, a) for a, n in zip(areas, (21, 34, 40), strict=True)]
    assert exactly.publish(*rows) == ""
    why = exactly.publish(count(25, COMMUNE), *rows[1:])
    assert f"ref_area={COMMUNE}{NEW}" in why
    assert OTHER not in why
    assert "corrections.csv" in why


def test_a_declared_correction_is_another_count_and_all_else_is_remembered(exactly):
    """Girls of the first commune: 3 of 43; the second edition shows what the first did not."""
    first = [count(3, sex="F"), count(43), count(34, OTHER)]
    assert exactly.publish(*first) == ""
    file = exactly.root / "data" / "catalogue" / "corrections.csv"
    heading = "source_id,indicator,ref_area,time_period,reason,note_en,note_vi\n"
    file.write_text(heading + f"a-source,at_risk,{OTHER},2026,publisher,n,n\n", encoding="utf-8")
    assert exactly.publish(count(3, sex="F"), count(40, sex="M"), count(29, OTHER)) == ""
    assert exactly.worked_out() == {}
    assert exactly.shown(ref_area=OTHER + NEW) == [29]
    held = json.loads((exactly.root / "reports" / "disclosure.json").read_text(encoding="utf-8"))
    assert any("corrected since edition-0" in note for note in held["audit"]["notes"])
    assert exactly.shown(sex="M") == []  # 43 less 40


def test_the_same_edition_once_more_is_the_same(exactly):
    rows = []
    for area, girls, boys in ((COMMUNE, 3, 40), (OTHER, 30, 31), (THIRD, 25, 26)):
        rows += [count(girls, area, sex="F"), count(boys, area, sex="M"), count(girls + boys, area)]
    rows += [count(n, "VN-71", sex=sex) for sex, n in (("F", 58), ("M", 97), ("", 155))]
    assert exactly.publish(*rows) == ""
    assert exactly.publish(*rows) == ""
    first, again = sorted((exactly.root / "published").glob("*/observations.csv"))
    assert first.read_bytes() == again.read_bytes()
    assert len(read_releases(exactly.root / "reports")) == 1


LEDGERS = {
    "unreadable": lambda reports: (reports / "manifest.json").write_text("{", encoding="utf-8"),
    "missing": lambda reports: (reports / "manifest.json").unlink(),
    "without": lambda reports: (reports / "manifest.json").write_text("{}", encoding="utf-8"),
}


@pytest.mark.parametrize("how", LEDGERS)
def test_releases_are_remembered_from_the_ledger_alone(exactly, how):
    rows = [count(3, sex="F"), count(43)]
    assert exactly.publish(*rows) == ""
    LEDGERS[how](exactly.root / "reports")
    assert [r.edition for r in read_releases(exactly.root / "reports")] == ["edition-0"]
    assert exactly.publish(count(3, sex="F"), count(40, sex="M")) == ""
    assert exactly.worked_out() == {}


BROKEN = {
    "cut": lambda text: text[: len(text) // 2],
    "empty": lambda text: "",
    "changed": lambda text: text.replace('"A"', '"Q"', 1),
    "a list": lambda text: "[]",
    "deep": lambda text: "[" * 100_000,
    "another": lambda text: json.dumps({"release": {"edition": "x", "blocks": [1]}, "earlier": []}),
}


@pytest.mark.parametrize("manifest", [True, False])
@pytest.mark.parametrize("how", BROKEN)
def test_a_ledger_that_cannot_be_read_stops(exactly, how, manifest):
    assert exactly.publish(count(3, sex="F"), count(43)) == ""
    reports = exactly.root / "reports"
    if not manifest:
        (reports / "manifest.json").unlink()
    ledger = reports / "disclosure.json"
    ledger.write_text(BROKEN[how](ledger.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(
        BuildError, match=r"reports/disclosure\.json is missing or changed"
    ) as error:
        read_releases(reports)
    assert "\n" not in str(error.value)
    assert "disclosure.json" in exactly.publish(count(3, sex="F"), count(43))


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("approximately 13", 13, 17),  # 15 stands for them
        ("about 4,500", 4448, 4552),  # 4,450 to 4,550, the ends as they are rounded
        ("over 20", 18, 32),
        ("13", 13, 17),
    ],
)
def test_a_hedge_tells_no_more_than_rounding(editions, text, low, high):
    assert editions.publish(count(0) | {"text": text}) == ""
    (row,) = open_workspace(editions.root).rows.observations(COMMUNE + NEW)
    assert (row.obs_low, row.obs_high) == (low, high)


FOUR = ("Y0T3", "Y4T7", "Y8T11", "Y12T15")
SPECIAL = {"indicator": "special_circumstances"}
CHILDREN = {"indicator": "children_under_16"}
PEOPLE = {"indicator": "population"}
UNLISTED = {
    "a table by sex and one by age, no total": [
        *(count(13, sex="F"), count(8, sex="M")),
        *(count(7, age=age) for age in ("Y0T4", "Y5T9", "Y10T15")),
    ],
    "sex by age with a total alone": [
        *(count(12, sex="F", age=age) for age in ("Y0T4", "Y5T15")),
        *(count(7, sex="M", age=age) for age in ("Y0T4", "Y5T15")),
        count(38),
    ],
    "three dimensions, each with its own gap": [
        *(count(38), count(12, age="Y5T15"), count(12, age="Y0T4", sex="F")),
        *(count(7, age="Y0T4", sex="M", residence=place) for place in "UR"),
    ],
    "ones that add up to what a total is rounded from": [
        count(12),
        *(count(1, sex=s, age=a) for s in "FM" for a in ("Y0T1", "Y2T3", "Y4T5", "Y6T7", "Y8T9")),
        *(count(1, sex=s, age="Y10T15") for s in "FM"),
    ],
    "a part beside a whole that is listed by age alone": [
        *(count(n, age=a, **CHILDREN) for n, a in zip((12, 12, 7, 7), FOUR, strict=True)),
        count(38, **SPECIAL),
    ],
    "and beside the whole of that whole": [
        *(count(n, age=a, **PEOPLE) for n, a in zip((12, 12, 7, 7), FOUR, strict=True)),
        count(38, **CHILDREN),
    ],
    "parts that leave a few of their total": [*(count(7, age=a) for a in FOUR), count(30)],
}


@pytest.mark.parametrize("policy", ["editions", "exactly"])
@pytest.mark.parametrize("rows", UNLISTED.values(), ids=UNLISTED)
def test_counts_are_tied_by_totals_that_nobody_lists(request, policy, rows):
    made = request.getfixturevalue(policy)
    assert made.publish(*rows, count(90, area=OTHER)) == ""
    assert made.worked_out() == {}


@pytest.mark.parametrize("policy", ["editions", "exactly"])
def test_a_table_by_sex_and_one_by_age_in_two_editions(request, policy):
    made = request.getfixturevalue(policy)
    rows = UNLISTED["a table by sex and one by age, no total"]
    assert made.publish(*rows[:2]) == ""
    made.publish(*rows[2:])
    assert made.worked_out() == {}


LEAVING_FEW = {
    "sex and age": [count(47), count(45, sex="F", age="Y0T4")],
    "both sexes": [count(20, sex="F"), count(20, sex="M"), count(37, age="Y0T9")],
    "another indicator": [count(40, **CHILDREN), *(count(n, sex=s, **SPECIAL) for n, s in
                                                   ((17, "F"), (20, "M")))],
    "girls among people": [count(47, **PEOPLE), count(44, sex="F", **SPECIAL)],
    "ages that cross": [count(n, age=a) for n, a in ((90, "Y0T4"), (80, "Y3T7"), (93, "Y0T7"))],
    "half a year": [count(47, **FLOW), count(45, sex="F", period="2026-S1", **FLOW)],
    "the province": [count(47, PROVINCE), count(45, sex="F")],
}  # fmt: skip


@pytest.mark.parametrize("rows", LEAVING_FEW.values(), ids=LEAVING_FEW)
def test_two_counts_that_leave_a_few_between_them_are_not_both_shown(exactly, rows):
    assert exactly.publish(*rows) == ""
    shown = open_workspace(exactly.root).observations["obs_value"].notna().sum()
    assert shown < len(rows)


@pytest.mark.parametrize(("policy", "ages"), [("editions", FOUR), ("exactly", ())])
def test_what_was_once_shown_exactly_is_remembered(request, policy, ages):
    made = request.getfixturevalue(policy)
    file = None

    def declare(more):
        text = f'[disclosure]\ncommune = "{made.rule}"\n{more}'
        file.write_text(text, encoding="utf-8")

    made.publish(count(90, **PEOPLE))
    file = made.root / "childstats.toml"
    declare('[disclosure.indicators]\nat_risk = "exact"\n')
    whole = 28 if ages else 43
    opened = made.small(count(whole))
    declare('[disclosure.indicators]\nat_risk = "exact"\n')
    assert made.workspaces.publish(opened.root, "edition-exact")[0] == ""
    rows = [count(7, age=a) for a in ages] or [count(3, sex="F"), count(40, sex="M")]
    opened = made.small(*rows)
    declare("")
    made.workspaces.publish(opened.root, "edition-guarded")
    assert made.worked_out() == {}


def test_the_province_of_another_family_is_remembered(editions):
    areas = [COMMUNE, OTHER, THIRD]
    assert editions.publish(count(21, PROVINCE, **FLOW), count(30)) == ""
    editions.publish(*(count(7, area, **FLOW) for area in areas), count(30))
    ledger = json.loads((editions.root / "reports/disclosure.json").read_bytes())
    families = {
        b["indicator"] for r in (*ledger["earlier"], ledger["release"]) for b in r["blocks"]
    }
    assert "disability_screened" in families


def test_a_share_is_exact_only_where_its_counts_are(exactly):
    assert exactly.publish(count(3, **CHILDREN), count(60, **PEOPLE)) == ""
    text = '[disclosure]\ncommune = "threshold"\n[disclosure.indicators]\n'
    file = exactly.root / "childstats.toml"
    file.write_text(f'{text}children_under_16_share = "exact"\n', encoding="utf-8")
    opened = open_workspace(exactly.root)
    rule = opened.protection.policy.rule("children_under_16_share", opened.catalogue)
    assert rule.value == "threshold"


@pytest.mark.parametrize(
    "rows",
    [
        [count(0, age="Y0") | {"text": "about 30"}, count(43, age="M0T11"), count(90)],
        [count(9, age="Y_GE200"), count(30)],
        [count(20, period="2026-W05", **FLOW), count(300, **FLOW)],
    ],
    ids=["one age twice, hedged", "an age that nobody reaches", "a week"],
)
def test_codes_that_say_little_are_no_traceback(editions, rows):
    assert "Traceback" not in editions.publish(*rows)
    assert editions.worked_out() == {}


HEDGES = ("<8", "under 8", "nearly 8", "fewer than 20", "over 5")


@pytest.mark.parametrize("policy", ["editions", "exactly"])
@pytest.mark.parametrize("text", HEDGES)
def test_a_hedged_count_that_may_be_small_is_hidden(request, policy, text):
    made = request.getfixturevalue(policy)
    assert made.publish(count(0) | {"text": text}, count(90, area=OTHER)) == ""
    assert made.shown(ref_area=COMMUNE + NEW) == []


def test_the_end_of_a_hedge_is_not_taken_for_the_count(exactly):
    assert (
        exactly.publish(count(0, sex="F") | {"text": "over 5"}, count(30, sex="M"), count(37)) == ""
    )
    assert exactly.worked_out() == {}
    assert len(exactly.shown(ref_area=COMMUNE + NEW)) == 1


def test_a_hedge_is_remembered_with_its_range(editions):
    assert editions.publish(count(0) | {"text": "over 20"}) == ""
    (block,) = json.loads((editions.root / "reports/disclosure.json").read_bytes())["release"][
        "blocks"
    ]
    assert block["rows"][0][1:] == [20.0, "A", 18.0, 32.0]
    assert editions.publish(count(30)) == ""  # 28 to 32 is no contradiction


def test_two_remainders_of_few_are_not_told_together(exactly):
    people = count(47, indicator="population"), count(45, indicator="population", age="Y0T15")
    assert exactly.publish(*people, count(42, indicator="children_under_16")) == ""
    assert exactly.worked_out() == {}


def test_what_is_left_between_a_total_and_the_age_group_inside_another(exactly):
    ages = (("Y0T3", 42), ("Y0T9", 45), ("Y0T14", 47))
    assert exactly.publish(*(count(number, age=age) for age, number in ages), count(400)) == ""
    shown = sorted(exactly.shown(ref_area=COMMUNE + NEW))
    assert not any(1 <= b - a <= 7 for a, b in pairwise(shown))


def test_who_trusts_the_codes_cannot_narrow_parts_that_are_not_all(editions):
    """7 and 7 of 17, though girls and boys are everybody: printed 15, it would leave 6 or 7."""
    assert editions.publish(count(7, sex="F"), count(7, sex="M"), count(17), count(90, OTHER)) == ""
    assert editions.worked_out() == {}


@pytest.mark.parametrize("keep", [True, False])
def test_hidden_quarters_that_are_small_with_a_sum_that_is_not(exactly, keep):
    rows = [count(7, period=quarter, **FLOW) for quarter in QUARTERS[:3]]
    rows.append(count(21, period="2026-01/P9M", **FLOW))
    assert exactly.publish(*rows) == ""
    more = count(14, period="2026-04/P6M", **FLOW)
    assert exactly.publish(*(rows if keep else ()), more) == ""
    assert exactly.shown() == []


def test_the_public_audit_does_not_tell_hidden_counts_apart(exactly):
    """Which counts could not be protected, and how narrowly, is told to the analyst alone."""
    told = []
    for girls, boys in ((7, 7), (3, 60)):
        rows = [count(girls, sex="F"), count(boys, sex="M"), count(girls + boys)]
        assert exactly.publish(*rows) == ""
        told.append(json.loads((exactly.root / "reports/disclosure.json").read_bytes())["audit"])
        shutil.rmtree(exactly.root / "reports")
    assert set(told[0]) == {
        *("verdict", "tables", "cells", "hidden", "minimum_width", "earlier_editions", "notes")
    }
    assert told[0]["notes"] == told[1]["notes"] == []


def test_the_attack_reads_open_ages(exactly):
    rows = count(3, age="Y_LT5"), count(40, age="Y5T15"), count(43), count(90, area=OTHER)
    assert exactly.publish(*rows) == ""
    assert exactly.worked_out() == {}


def test_random_workspaces_give_nothing_away(workspaces, tmp_path):
    """A sample; `benchmarks/random_workspaces.py` takes as many as it is asked for."""
    totals = workspaces.run(5, 1001, tmp_path)
    assert totals["published"] > 2
    assert totals["hidden"] > 40
    assert (totals["worked out"], totals["narrow"]) == (0, 0)
