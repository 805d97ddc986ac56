"""Small areas are protected where a workspace is opened: nothing that is hidden is in it."""

import gc
import types
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from conftest import SOURCE_TOML

from childstats.errors import EditionError
from childstats.folders import SMALL_AREAS
from childstats.observations import protecting
from childstats.observations.guard import Ground, comparable
from childstats.observations.kept import blocks_to_keep
from childstats.observations.processed import processed_files
from childstats.observations.table import records
from childstats.observations.workspace import open_workspace

OLD = ("03127", "03130", "03133", "03136", "03142", "03145")  # became 03127 on 1 July 2025
NEW = "03127@2025-07-01"
CANARY = 4484  # printed 4,485, which stands for 4,483 to 4,487
# (count, what is printed): 1 to 7 hidden, others to the nearest 5, zero as it is
COUNTS = [(0, 0), (1, None), (7, None), (8, 10), (12, 10), (13, 15), (4483, 4485)]


def count(area, number, period="2026", indicator="at_risk", **more):
    row = {"indicator": indicator, "ref_area": area, "time_period": period, "unit": "persons"}
    return row | {"text": str(number)} | more


def share(area, numerator, denominator, indicator="birth_registration_under_5"):
    counts = {"numerator_text": str(numerator), "denominator_text": str(denominator)}
    return {"indicator": indicator, "ref_area": area, "time_period": "2026", **counts}


def seen(workspace, indicator="at_risk", area=NEW):
    """Return what an area's report is given: values of those that are shown, and those hidden."""
    shown = [o for o in workspace.rows.observations(area) if o.indicator == indicator]
    hidden = [o for o in workspace.rows.hidden(area) if o.indicator == indicator]
    return shown, hidden


def test_a_workspace_without_communes_has_no_protection(workspace):
    assert workspace.protection is None
    assert "Q" not in set(workspace.observations["obs_status"])


@pytest.mark.parametrize(("number", "printed"), COUNTS)
def test_a_count_is_hidden_or_rounded(small, number, printed):
    opened = small(count("03127", number))
    shown, hidden = seen(opened)
    assert [o.obs_value for o in shown] == ([] if printed is None else [printed])
    assert [o.obs_status for o in hidden] == (["Q"] if printed is None else [])
    (figure,) = opened.rows.figures(NEW)
    assert figure.value == printed
    assert figure.text == ("*" if printed is None else f"{printed:,}")
    (row,) = records(opened.observations)
    assert (row["obs_value"], row["obs_status"] == "Q") == (printed, printed is None)


def test_the_range_of_a_rounded_count_is_what_it_stands_for(small):
    ((o,), _) = seen(small(count("03127", 13)))
    assert (o.obs_low, o.obs_high) == (15 - 2, 15 + 2)


def test_the_province_is_exact(small):
    opened = small(count("VN-71", 3), count("03127", 3))
    assert [o.obs_value for o in opened.rows.observations("VN-71")] == [3]
    assert seen(opened)[0] == []


@pytest.mark.parametrize(
    ("numerator", "denominator", "printed"),
    [
        (58, 63, round(60 / 65, 2)),  # whole per cent
        (3960, 4120, round(3960 / 4120, 3)),  # one decimal from 4,000
        (3958, 3997, round(3960 / 3995, 2)),
        (120, 120, 1.0),
        (0, 63, 0.0),
        (4, 63, None),
    ],
)
def test_a_share_is_that_of_the_rounded_counts(small, numerator, denominator, printed):
    opened = small(share("03127", numerator, denominator))
    shown, hidden = seen(opened, "birth_registration_under_5")
    assert [o.obs_value for o in shown] == ([] if printed is None else [printed])
    for o in shown:
        assert o.obs_low <= numerator / denominator <= o.obs_high
        assert {o.numerator % 5, o.denominator % 5} == {0}
    assert [o.numerator for o in hidden] == ([None] if printed is None else [])


def test_a_share_without_counts_is_not_shown(small):
    figure = {"indicator": "birth_registration_under_5", "ref_area": "03127", "text": "95.52%"}
    opened = small(figure | {"time_period": "2026"})
    assert seen(opened, "birth_registration_under_5")[0] == []
    assert "95.52" not in str(processed_files(opened))


def test_a_share_without_counts_is_made_of_the_rounded_counts_beside_it(small):
    opened = small(
        count("03127", 203, indicator="children_under_16"),
        count("03127", 811, indicator="population"),
        {
            "indicator": "children_under_16_share",
            "ref_area": "03127",
            "time_period": "2026",
            "text": "25.03%",
        },
    )
    ((o,), _) = seen(opened, "children_under_16_share")
    assert o.obs_value == round(205 / 810, 2)


def test_counts_before_the_merges_are_added_up_and_then_protected(small):
    numbers = [1, 1, 1, 2, 3, 4]
    opened = small(*(count(a, n, "2024") for a, n in zip(OLD, numbers, strict=True)))
    ((o,), _) = seen(opened)
    assert (o.time_period, o.obs_value, o.obs_status) == (2024, 10, "B")  # 12, exactly
    assert opened.figures.set_index("figure_id").loc[o.figure_id, "text"] == "10"
    assert all(seen(opened, area=old)[0] == [] for old in OLD)


def test_years_that_were_added_up_are_one_series_with_those_after_the_merger(small):
    """The status B of a sum is no break: it is of the same territory as what follows."""
    numbers = {"2023": 100, "2024": 101}
    rows = [count(a, n, year) for year, n in numbers.items() for a in OLD]
    opened = small(*rows, count("03127", 620), count("VN-71", 9000, "2024"))
    shown, _ = seen(opened)
    (province,) = opened.rows.observations("VN-71")
    reasons = comparable(opened, shown[1], province)
    assert [r.ground for r in reasons] == [Ground.OVERLAP, Ground.SIZE]
    assert [(o.time_period, o.obs_value, o.obs_status) for o in shown] == [
        (2023, 600, "B"),
        (2024, 605, "B"),
        (2026, 620, "A"),
    ]
    assert [comparable(opened, a, b) for a, b in pairwise(shown)] == [[], []]
    warned = opened.checks[opened.checks["verdict"] == "warning"]
    assert set(warned["ref_area"]) & {NEW} == set()


def test_a_change_of_few_children_needs_no_reason_and_one_of_many_does(small):
    """20 after 10 may be chance, 200 after 100 not: 10 < 1.96 √30 and 100 > 1.96 √300."""
    rows = [count("03127", 10, "2025"), count("03127", 20)]
    rows += [count("03151", 100, "2025"), count("03151", 200)]
    opened = small(*rows)
    warned = opened.checks[opened.checks["verdict"] == "warning"]
    assert warned["ref_area"].to_list() == ["03151@2025-07-01"]
    assert warned["check"].to_list() == ["year_on_year_change_is_explained"]


def test_a_missing_member_is_told(small):
    opened = small(*(count(a, 10, "2024") for a in OLD[:-1]))
    assert seen(opened) == ([], [])
    assert opened.protection.left_out["reason"].to_list() == ["no figure of 03145"]


@pytest.mark.parametrize("indicator", ["abuse_cases", "abused_children", "disability_operated"])
def test_a_sensitive_indicator_is_not_published_for_communes(small, indicator):
    opened = small(
        count("03127", 0, indicator=indicator),
        count("03151", 640, indicator=indicator),
        count("VN-71", 640, indicator=indicator),
    )
    assert seen(opened, indicator)[0] == []
    assert seen(opened, indicator, "03151@2025-07-01")[0] == []
    assert [o.obs_value for o in opened.rows.observations("VN-71")] == [640]


def with_policy(opened, text):
    edition = opened.root / "childstats.toml"
    edition.write_text(edition.read_text(encoding="utf-8") + text, encoding="utf-8")
    return open_workspace(opened.root)


@pytest.mark.parametrize(
    ("policy", "printed"),
    [
        ('[disclosure.indicators]\nat_risk = "exact"\n', [13]),
        ('[disclosure]\ncommune = "threshold"\n', [13]),
        ('[disclosure.indicators]\nat_risk = "not_published"\n', []),
        ('[disclosure]\ncommune = "not_published"\n', []),
        ('[disclosure]\ncommune = "round"\n', [15]),
    ],
)
def test_the_policy_is_set_by_indicator_and_level(small, policy, printed):
    opened = with_policy(small(count("03127", 13)), policy)
    assert [o.obs_value for o in seen(opened)[0]] == printed


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        ('[disclosure]\ncomune = "round"\n', r"unknown 'comune' .* \(did you mean 'commune'\?\)"),
        ('[disclosure]\ncommune = "exact"\n', "commune in .* is 'exact'; use one of round, thresh"),
        ("[disclosure]\ncommune = 5\n", "is 5; use one of"),
        ('[disclosure.indicators]\nat_riks = "round"\n', "unknown indicator 'at_riks'"),
        ('[disclosure.indicators]\nat_risk = "hide"\n', "at_risk in .* is 'hide'; use one of"),
        ("[disclosure]\nindicators = 1\n", "write a table"),
    ],
)
def test_with_a_policy_that_is_none_nothing_is_opened(small, policy, message):
    opened = with_policy(small(count("03127", 13)), policy)
    with pytest.raises(EditionError, match=message):
        opened.observations  # noqa: B018  # read for its effect


def test_of_two_sources_only_the_preferred_one_is_shown(small):
    small(count("03127", 4483))
    preferred = SOURCE_TOML.replace("precedence = 30", "precedence = 10")
    opened = small(count("03127", 4391), toml=preferred, source_id="b-source")
    ((o,), _) = seen(opened)
    assert (o.obs_value, o.source_id) == (4390, "b-source")
    assert sorted(f.text for f in opened.rows.figures(NEW)) == ["*", "4,390"]
    assert "448" not in str(processed_files(opened))


def held_by(start):
    """Yield every text and number that can be reached from an object, code left out."""
    waiting, known = [start], set()
    while waiting:
        thing = waiting.pop()
        if id(thing) in known or isinstance(thing, types.ModuleType | types.CodeType | type):
            continue
        known.add(id(thing))
        if isinstance(thing, str | bytes | int | float):
            yield thing
        elif isinstance(thing, types.FunctionType):
            waiting += [cell.cell_contents for cell in thing.__closure__ or ()]
        elif isinstance(thing, np.ndarray):
            waiting += thing.tolist() if thing.dtype == object else np.unique(thing).tolist()
            waiting += [] if thing.base is None else [thing.base]
        elif isinstance(thing, pd.DataFrame | pd.Series | pd.Index):
            columns = [thing[c] for c in thing] if isinstance(thing, pd.DataFrame) else [thing]
            for column in columns:
                waiting += list(column.astype(object)) + list(gc.get_referents(column))
        else:
            waiting += gc.get_referents(thing)


def test_no_hidden_number_can_be_reached_from_an_opened_workspace(small):
    rows = [count("03127", CANARY, note_en=f"It was {CANARY}.", note_vi=f"Là {CANARY}.")]
    rows += [count("VN-71", 9001)]
    opened = small(*rows)
    opened.observations, opened.checks, opened.quarantined, opened.accounts  # noqa: B018
    opened.rows.load()
    reached = list(held_by(opened))
    assert any(thing == 9001 for thing in reached)  # the search finds what is there
    assert [t for t in reached if t == CANARY or (isinstance(t, str) and "4484" in t)] == []
    files = processed_files(opened)
    assert {name for name, text in files.items() if "4484" in text or "4,484" in text} == set()
    assert any("4,485" in text for text in files.values())


def test_a_cell_that_cannot_be_used_keeps_its_number_to_itself(small):
    toml = """
publisher = "P"
publisher_en = "P"
title = "T"
address = "https://example.org"
date_published = "2026"
date_published_note = ""
date_accessed = "2026-11-24"
language = "en"
licence = "none"
kind = "administrative"
precedence = 1
note = ""
[file]
name = "t.csv"
layout = "tidy"
indicator = "at_risk"
unit = "persons"
columns = {ref_area = "area", time_period = "year", text = "n"}
"""
    opened = small(toml=toml)
    folder = opened.root / "data" / "raw" / "a-source"
    (folder / "t.csv").write_text("area,year,n\n03127,2026,13\n03151,2026,-4483\n03158,20,4483\n")
    opened = open_workspace(opened.root)
    assert len(opened.quarantined) == 2
    assert "4483" not in opened.quarantined.to_csv()
    assert [o.obs_value for o in seen(opened)[0]] == [15]


def test_the_table_behind_a_checksum_is_written_out_once_however_often_it_is_asked(
    small, monkeypatch
):
    opened = small(count("03127", 5))
    written, to_csv = [], pd.DataFrame.to_csv

    def noted(table, *arguments, **words):
        written.append(len(table))
        return to_csv(table, *arguments, **words)

    monkeypatch.setattr(pd.DataFrame, "to_csv", noted)
    assert opened.checksum("a-source") == opened.checksum("a-source")
    assert len(written) == 1


def test_the_published_checksum_of_a_source_is_not_that_of_its_file(small):
    """Who knows all of a file but one count could try out which one gives its checksum."""
    opened = small(count("03127", 3))
    file = opened.sources["a-source"].sha256
    published = opened.checksum("a-source")
    assert file not in str(processed_files(opened))
    assert published in processed_files(opened)["datapackage.json"]
    assert small(count("03127", 4)).checksum("a-source") == published  # hidden alike
    assert small(count("03127", 23)).checksum("a-source") != published
    province = small(count("VN-71", 3))
    assert province.checksum("a-source") == province.sources["a-source"].sha256


def test_what_was_kept_is_used_for_the_same_figures_only(small, monkeypatch):
    opened = small(count("03127", 13))
    kept = blocks_to_keep(opened.root, opened.protection.policy, opened.protection.blocks)
    (opened.root / SMALL_AREAS).parent.mkdir(exist_ok=True)
    (opened.root / SMALL_AREAS).write_bytes(kept)

    def worked_out(*_):
        raise AssertionError("worked out again")

    monkeypatch.setattr(protecting, "blocks_of_rows", worked_out)
    ((o,), _) = seen(open_workspace(opened.root))
    assert o.obs_value == 15
    with pytest.raises(AssertionError, match="worked out again"):
        seen(small(count("03127", 14)))
    small(count("03127", 13))
    with pytest.raises(AssertionError, match="worked out again"):
        seen(with_policy(open_workspace(opened.root), '[disclosure]\ncommune = "threshold"\n'))


def test_what_was_kept_and_is_damaged_is_worked_out_again(small):
    opened = small(count("03127", 13))
    kept = blocks_to_keep(opened.root, opened.protection.policy, opened.protection.blocks)
    (opened.root / SMALL_AREAS).parent.mkdir(exist_ok=True)
    (opened.root / SMALL_AREAS).write_bytes(kept)
    (opened.root / ".childstats" / "small-areas.json").write_text('{"of": 1', encoding="utf-8")
    ((o,), _) = seen(open_workspace(opened.root))
    assert o.obs_value == 15
