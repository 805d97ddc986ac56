"""Observations: printed figures in one unit, one a key, and none of them lost on the way."""

import re
import shutil

import pandas as pd
import pytest

from childstats.errors import CatalogueError, SourceError
from childstats.observations.table import (
    COLUMNS,
    KEY,
    records,
    time_period,
    yearly_series,
)
from childstats.observations.workspace import open_workspace


def figure(indicator, text, unit="", *counts, time_period="2024", **cells):
    numerator, denominator = counts or ("", "")
    return cells | {
        "indicator": indicator,
        "text": text,
        "unit": unit,
        "numerator_text": numerator,
        "denominator_text": denominator,
        "time_period": time_period,
    }


def only(workspace):
    (observation,) = records(workspace.observations)
    return observation


def two_sources(small, one, other, *, precedence):
    """Return a workspace with two sources of one figure each; the first has precedence 30."""
    toml = small(one).root / "data" / "raw" / "a-source" / "source.toml"
    second = toml.read_text(encoding="utf-8").replace("= 30", f"= {precedence}")
    return small(other, toml=second, source_id="b-source")


@pytest.mark.parametrize(
    ("indicator", "text", "unit", "value", "low", "high"),
    [
        ("full_immunisation_under_1", "95.5%", "", 0.955, 0.955 - 0.0005, 0.955 + 0.0005),
        ("full_immunisation_under_1", "95.5", "percent", 0.955, 0.955 - 0.0005, 0.955 + 0.0005),
        ("full_immunisation_under_1", "57", "percent", 0.57, 0.57 - 0.005, 0.57 + 0.005),
        # floats would make these 0.028999999999999998 and 512299.99999999994
        ("under_five_malnutrition", "2.9%", "", 0.029, 0.029 - 0.0005, 0.029 + 0.0005),
        ("population", "512.3", "thousand_persons", 512_300, 512_300 - 50, 512_300 + 50),
        ("steering_boards", "100%", "", 1, 1 - 0.005, 1),
        ("steering_boards", "5.2", "per_1000", 0.0052, 0.0052 - 0.00005, 0.0052 + 0.00005),
        ("play_spots", "36/45", "", 36 / 45, 36 / 45, 36 / 45),
        ("population", "656.7", "thousand_persons", 656_700, 656_700 - 50, 656_700 + 50),
        # a whole number of thousands was rounded too
        ("population", "466", "thousand_persons", 466_000, 466_000 - 500, 466_000 + 500),
        ("population", "656,717", "persons", 656_717, 656_717, 656_717),
        ("at_risk", "approximately 68,000", "persons", 68_000, 68_000 - 500, 68_000 + 500),
        ("abuse_cases", "38", "", 38, 38, 38),
        ("infant_mortality_rate", "28.0", "per_1000", 28, 28 - 0.05, 28 + 0.05),
        ("infant_mortality_rate", "28‰", "", 28, 28 - 0.5, 28 + 0.5),
    ],
)
def test_a_figure_is_held_in_its_indicators_unit(small, indicator, text, unit, value, low, high):
    o = only(small(figure(indicator, text, unit)))
    assert o["obs_value"] == value
    assert (o["obs_low"], o["obs_high"]) == pytest.approx((low, high), rel=1e-12)


def test_an_observation_says_what_it_is_about_and_where_it_is_printed(small):
    told = figure("at_risk", "680", sex="F", residence="R", time_period="2024-01/P9M")
    o = only(small(told | {"obs_status": "P", "locator": "page 3", "ref_area": "VN-05"}))
    assert [o[name] for name in KEY] == ["VN-05", "2024-01/P9M", "at_risk", "F", "Y0T15", "R", "_T"]
    assert (o["obs_status"], o["unit_measure"]) == ("P", "PS")
    assert (o["source_id"], o["locator"], o["figure_id"]) == ("a-source", "page 3", "a-source:2")


def test_what_a_figure_leaves_open_is_the_total_with_normal_status(small):
    o = only(small(figure("at_risk", "680")))
    assert (o["sex"], o["residence"], o["obs_status"]) == ("_T", "_T", "A")
    assert o["time_period"] == 2024
    assert o["lower_bound"] is o["upper_bound"] is o["numerator"] is o["denominator"] is None


@pytest.mark.parametrize("text", ["90", ""])
def test_counts_beat_the_percentage_that_is_printed_beside_them(small, text):
    o = only(small(figure("dtp1_coverage_reported", text, "percent", "1476473", "1,616,070")))
    assert o["obs_value"] == o["obs_low"] == o["obs_high"] == 1_476_473 / 1_616_070
    assert (o["numerator"], o["denominator"]) == (1_476_473, 1_616_070)


def test_a_reported_coverage_may_exceed_its_estimated_denominator(small):
    o = only(small(figure("dtp3_coverage_reported", "100", "percent", "1503646", "1500113")))
    assert o["obs_value"] == 1_503_646 / 1_500_113


def test_a_figure_without_a_clear_unit_is_listed_but_is_no_observation(small):
    workspace = small(
        figure("under_1_vaccination_change", "29.1 per cent increase", "unclear"),
        figure("at_risk", "680"),
    )
    assert list(workspace.figures["figure_id"]) == ["a-source:2", "a-source:3"]
    assert records(workspace.figures)[0]["value"] is None
    assert only(workspace)["figure_id"] == "a-source:3"


LINE = "a-source/figures.csv line 2"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (
            figure("steering_boards", "100.2%"),
            f"steering_boards is 1.002, above its maximum 1 in {LINE}; ",
        ),
        (figure("play_spots", "46/45"), f"is 1.02222, above its maximum 1 in {LINE}; correct"),
        # a unit that is not the indicator's
        (figure("at_risk", "95.5%"), r"unit 'percent' of '95.5%' does not fit at_risk \(PS\) in"),
        (figure("at_risk", "36/45"), "unit 'proportion' of '36/45' does not fit at_risk"),
        (figure("steering_boards", "430"), "unit 'number' of '430' does not fit steering_boards"),
        (figure("infant_mortality_rate", "2.8%"), f"'percent' of '2.8%' does not fit .* in {LINE}"),
        (figure("at_risk", "", "", "36", "45"), f"does not fit at_risk .*in {LINE}"),
        # a unit that is not the column's
        (figure("at_risk", "95.5%", "persons"), f"'95.5%' says percent.* in {LINE}"),
        (figure("at_risk", "36/45", "persons"), f"'36/45' says proportion.* in {LINE}"),
        (figure("play_spots", "36/45", "percent"), f"'36/45' says proportion.* in {LINE}"),
        (figure("play_spots", "12‰", "percent"), f"says per_1000, .* in {LINE}"),
        # numbers
        (figure("at_risk", "12,3,4"), f"unreadable figure '12,3,4'.* in {LINE}"),
        (figure("at_risk", "5", "heads"), f"unknown unit 'heads' in {LINE}; use one of number, p"),
        (figure("play_spots", "80%", "", "36", "0"), f"denominator 0 in {LINE}; leave both counts"),
        (
            figure("play_spots", "80%", "", "3.6", "45"),
            f"count '3.6' is not a whole number up to 10.15 in {LINE}",
        ),
        # codes
        (figure("at_risk", "5", obs_status="X"), f"unknown obs_status 'X' in {LINE}; use one of A"),
        (figure("at_risk", "5", sex="female"), f"'female' in {LINE}"),
        (figure("at_risk", "5", residence="city"), f"'city' in {LINE}"),
        (figure("at_risk", "5", time_period="24"), f"unreadable time_period '24' in {LINE}; write"),
    ],
)
def test_a_figure_that_cannot_be_held_is_refused_with_its_line(small, wrong, message):
    with pytest.raises(SourceError, match=message):
        _ = small(wrong).observations


@pytest.mark.parametrize("unit", ["", "unclear"])
@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"indicator": "at_rsik"}, f"unknown indicator 'at_rsik' .*'at_risk'.* in {LINE}; add"),
        ({"ref_area": "VN-72"}, f"unknown area 'VN-72' .*'VN-71'.* in {LINE}; add"),
    ],
)
def test_an_unknown_indicator_or_area_is_refused(small, unit, wrong, message):
    with pytest.raises(CatalogueError, match=message):
        _ = small(figure("at_risk", "5", unit) | wrong).observations


@pytest.mark.parametrize(
    ("text", "period"),
    [
        *[("2025", 2025), ("1999", 1999), ("2024-Q1", "2024-Q1"), ("2024-S2", "2024-S2")],
        *[("2024-09", "2024-09"), ("2024-01/P9M", "2024-01/P9M"), ("2016/P5Y", "2016/P5Y")],
        *[("2025-W05", "2025-W05"), ("2020-W53", "2020-W53")],
    ],
)
def test_a_period_is_a_year_or_sdmx_text(text, period):
    assert time_period(text, "here") == period


@pytest.mark.parametrize(
    "text",
    [
        *["", "24", "2025.0", " 2025", "２０２５", "2024-Q5", "2024-Q0", "2024-S3", "2024-1"],
        *["1825", "2024/2025", "2024-01/9M", "2024-01-01", "2024-13", "2024-00", "2024-13/P9M"],
        *["2024-01/P0M", "2025-W00", "2025-W54", "2025-W5", "2025-01/P9D", "2025-D032"],
        # well formed, and still none
        *["2021-W53", "0000-01", "0000/P1Y", "9999/P1Y", "9999-12/P2M", "2025-01/P99999M"],
    ],
)
def test_another_period_is_refused_with_its_line(text):
    with pytest.raises(SourceError, match=f"unreadable time_period '{text}' in here; write 2025 o"):
        time_period(text, "here")


@pytest.mark.parametrize(
    ("indicator", "text", "unit", "digits"),
    [
        ("steering_boards", "96%", "", 0),
        ("steering_boards", "100%", "", 0),
        ("steering_boards", "95.5%", "", 1),
        ("steering_boards", "100.0%", "", 1),
        ("steering_boards", "99.42%", "", 2),
        ("steering_boards", "over 95%", "", 0),
        ("steering_boards", "over 90%", "", 0),
        ("play_spots", "36/45", "", 1),
        ("play_spots", "45/45", "", 0),
        # where the interval's width says otherwise
        ("steering_boards", "<0.5%", "", 1),
        ("steering_boards", "less than 5.0%", "", 1),
        ("steering_boards", "10.5-12.5%", "", 1),
        ("steering_boards", "90-95%", "", 0),
        ("steering_boards", "0.955", "proportion", 1),
        ("steering_boards", "0.9", "proportion", 0),
        ("steering_boards", "12", "per_1000", 1),
        ("at_risk", "1.5 thousand", "", 0),
        ("population", "656.71", "thousand_persons", 0),
        ("infant_mortality_rate", "28", "per_1000", 0),
        ("infant_mortality_rate", "28.0", "per_1000", 1),
        ("at_risk", "approximately 68,000", "", 0),
        ("at_risk", "68,000", "", 0),
    ],
)
def test_a_value_is_shown_with_the_decimals_of_its_print(small, indicator, text, unit, digits):
    assert only(small(figure(indicator, text, unit)))["decimals"] == digits


@pytest.mark.parametrize(
    ("indicator", "text", "unit", "low", "high"),
    [
        # a share ends at 1, however it is written
        ("steering_boards", "about 100%", "", 0.995, 1),
        ("steering_boards", "1.00", "proportion", 0.995, 1),
        ("steering_boards", "about 1.00", "proportion", 0.995, 1),
        ("steering_boards", "1000‰", "", 0.9995, 1),
        ("steering_boards", "nearly 100%", "", 0.99, 1),
        ("steering_boards", "over 99.9%", "", 0.999, 1),
        ("steering_boards", "about 95-100%", "", 0.945, 1),
        ("steering_boards", "below 100%", "", 0, 1),
        # coverage of an estimated number of children does not
        ("dtp3_coverage_reported", "over 100%", "", 1, 1.01),
        ("dtp3_coverage_reported", "at least 100", "percent", 1, 1.01),
        ("dtp3_coverage_reported", "100.0% or more", "", 1, 1.001),
        ("dtp3_coverage_reported", "100%", "", 0.995, 1.005),
        ("dtp3_coverage_reported", "about 100%", "", 0.995, 1.005),
        ("dtp3_coverage_reported", "about 95-100%", "", 0.945, 1.005),
        ("dtp3_coverage_reported", "95-100%", "", 0.95, 1),
        ("dtp3_coverage_reported", "nearly 100%", "", 0.99, 1),
        ("dtp3_coverage_reported", "98-103%", "", 0.98, 1.03),
    ],
)
def test_a_share_ends_where_its_indicator_does(small, indicator, text, unit, low, high):
    o = only(small(figure(indicator, text, unit)))
    assert (o["obs_low"], o["obs_high"]) == pytest.approx((low, high), rel=1e-12)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        *[(f"{hedge} 100%", "") for hedge in ("over", "at least", "more than", "≥", ">", "above")],
        ("over 100 per cent", ""),
        ("100% or more", ""),
        ("over 1.0", "proportion"),
        ("over 1,000‰", ""),
        ("over 100.0", "percent"),
        ("95-105%", ""),
        ("98-101%", ""),
    ],
)
def test_a_share_beyond_its_maximum_is_refused(small, text, unit):
    message = f"{re.escape(repr(text))} goes beyond the maximum 1 of steering_boards in .*; correct"
    with pytest.raises(SourceError, match=message):
        _ = small(figure("steering_boards", text, unit)).observations


@pytest.mark.parametrize(("precedence", "used"), [(31, "a-source"), (29, "b-source")])
def test_the_lower_precedence_number_is_used(small, precedence, used):
    both = figure("at_risk", "98,280"), figure("at_risk", "68,000")
    assert only(two_sources(small, *both, precedence=precedence))["source_id"] == used


def test_equal_precedence_is_refused_when_the_values_differ(small):
    both = figure("at_risk", "98,280"), figure("at_risk", "98,281")
    wanted = f"{LINE} and b-source/figures.csv line 2 print different values .*precedence in source"
    with pytest.raises(SourceError, match=wanted):
        _ = two_sources(small, *both, precedence=30).observations
    same = figure("at_risk", "98,280"), figure("at_risk", "98280")
    assert only(two_sources(small, *same, precedence=30))["obs_value"] == 98_280


def test_another_group_or_period_is_another_key(small):
    others = [{"sex": "F"}, {"residence": "R"}, {"ref_area": "VN-05"}, {"time_period": "2024-Q1"}]
    figures = [figure("at_risk", str(i)) | other for i, other in enumerate([{}, *others])]
    assert len(small(*figures).observations) == len(figures)


def test_the_order_of_rows_in_a_file_does_not_matter(copied):
    before = open_workspace(copied).observations
    for path in (copied / "data" / "raw").glob("*/figures.csv"):
        header, *rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join([header, *rows[::-1]]), encoding="utf-8")
    shutil.move(copied / "data" / "raw" / "dbp-2026-01", copied / "data" / "raw" / "zz-2026-01")
    after = open_workspace(copied).observations
    told = [name for name in COLUMNS if name not in {"figure_id", "source_id"}]
    pd.testing.assert_frame_equal(before[told], after[told], check_categorical=False)


def test_the_order_is_that_of_the_catalogue_then_the_period(workspace):
    catalogue = workspace.catalogue
    ranks = [*catalogue.indicators, *catalogue.areas]
    order = [
        [ranks.index(o["indicator"]), ranks.index(o["ref_area"])]
        + [str(o[name]) for name in ("sex", "residence", "age", "wealth_quintile", "time_period")]
        for o in records(workspace.observations)
    ]
    assert order == sorted(order)


def test_every_real_figure_is_observed_superseded_or_unclear(workspace):
    figures = {f["figure_id"]: f for f in records(workspace.figures)}
    observed = {}
    for o in records(workspace.observations):
        f = figures[o["figure_id"]]
        observed[_thing(f)] = o
    unclear = [f for f in figures.values() if f["unit"] == "unclear"]
    superseded = [
        f
        for f in figures.values()
        if f["unit"] != "unclear" and observed[_thing(f)]["figure_id"] != f["figure_id"]
    ]
    assert len(figures) == len(observed) + len(superseded) + len(unclear)
    assert len(observed) == len(workspace.observations)
    assert [f["figure_id"] for f in unclear] == ["dbp-2024-10:4"]
    rank = {name: source.precedence for name, source in workspace.sources.items()}
    for f in superseded:
        assert rank[observed[_thing(f)]["source_id"]] <= rank[f["source_id"]]


def _thing(f):
    names = ("indicator", "ref_area", "time_period", "sex", "residence", "wealth_quintile")
    return tuple(f[name] for name in names)


def test_the_real_observations_have_unique_keys_and_hold_their_values(workspace):
    table = workspace.observations
    assert list(table.columns) == COLUMNS
    assert not table.duplicated(KEY).any()
    assert (
        (table["obs_low"] <= table["obs_value"]) & (table["obs_value"] <= table["obs_high"])
    ).all()


def test_a_yearly_series_holds_the_totals_of_whole_years_in_order(small):
    rows = [{"time_period": "2024"}, {"time_period": "2019"}, {"time_period": "2020-Q1"}]
    rows += [{"sex": "F"}, {"residence": "R"}, {"ref_area": "VN-05"}, {"indicator": "population"}]
    rows += [{"wealth_quintile": "Q1"}, {"age": "Y0T4"}]
    workspace = small(*[figure("at_risk", str(70 + i)) | row for i, row in enumerate(rows)])
    found = yearly_series(workspace.observations, workspace.catalogue)
    assert set(found) == {("at_risk", "VN-71"), ("at_risk", "VN-05"), ("population", "VN-71")}
    yearly = [(o.time_period, o.obs_value) for o in found["at_risk", "VN-71"]]
    assert yearly == [(2019, 71), (2024, 70)]


def received(small, cells, indicator):
    """Return a workspace with a publisher's file of figures of one indicator."""
    root = small(figure("population", "1", time_period="2000")).root
    names = ["ref_area", "time_period", "sex", "text"]
    usual = {"ref_area": "VN-71", "sex": ""}
    lines = [names, *([(usual | c)[n] for n in names] for c in cells)]
    folder = root / "data" / "raw" / "a-source"
    (folder / "t.csv").write_text("\n".join(map(",".join, lines)) + "\n", encoding="utf-8")
    with (folder / "source.toml").open("a", encoding="utf-8") as toml:
        toml.write(f'[file]\nname = "t.csv"\nlayout = "tidy"\nindicator = "{indicator}"\n')
        toml.write("".join(f'columns.{name} = "{name}"\n' for name in names))
    return open_workspace(root)


@pytest.mark.parametrize(
    ("indicator", "wrong", "rule"),
    [
        ("abuse_cases", {"time_period": "2021-W53"}, "unreadable time_period '2021-W53'"),
        ("abuse_cases", {"time_period": "9999/P1Y"}, "unreadable time_period '9999/P1Y'"),
        ("abuse_cases", {"time_period": "2025-W54"}, "'2025-W54' is no period"),
        ("abuse_cases", {"text": "under 0"}, "said to be 0 or less"),
        ("play_spots", {"text": "0/0"}, "whole total above 0"),
        ("play_spots", {"text": "over 100%"}, "goes beyond the maximum 1"),
        ("play_spots", {"text": "95-105%"}, "goes beyond the maximum 1"),
    ],
)
def test_a_row_that_cannot_be_is_quarantined_and_no_other_lost(small, indicator, wrong, rule):
    text = "38" if indicator == "abuse_cases" else "36/45"
    cells = [{"text": text, "time_period": p} for p in ("2024", "2025-W05", "2025-S1")]
    workspace = received(small, [*cells, {"text": text, "time_period": "2025"} | wrong], indicator)
    assert workspace.observations["time_period"].tolist() == [2024, "2025-S1", "2025-W05"]
    (cell,) = records(workspace.quarantined)
    assert rule in cell["rule"]
    assert workspace.checks is not None  # they stop at none of these periods


def test_a_tidy_file_as_received_gives_what_its_transcription_gives(small):
    """The same figures by another road: columns of codes, and rows one by one."""
    cells = [
        figure("children_under_16", "1204", "", time_period=str(year), ref_area=area, sex=sex)
        for area in ("VN-71", "VN-01")
        for year in (2025, 2023, 2024)
        for sex in ("M", "", "F")
    ]
    workspace = small(*cells)
    transcribed = workspace.observations
    names = ["ref_area", "time_period", "sex", "text"]
    lines = [",".join(["A", "T", "S", "V"]), *(",".join(c[n] for n in names) for c in cells)]
    folder = workspace.root / "data" / "raw" / "a-source"
    (folder / "t.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    columns = dict(zip(names, lines[0].split(","), strict=True))
    with (folder / "source.toml").open("a", encoding="utf-8") as toml:
        toml.write('[file]\nname = "t.csv"\nlayout = "tidy"\nindicator = "children_under_16"\n')
        toml.write("".join(f'columns.{name} = "{column}"\n' for name, column in columns.items()))
    received = open_workspace(workspace.root).observations
    shared = [name for name in COLUMNS if name not in {"locator", "figure_id"}]
    assert records(received[shared]) == records(transcribed[shared])
    assert len(received) == len(cells)
    at = lines.index("VN-71,2023,,1204") + 1
    (found,) = (o for o in records(received) if o["figure_id"] == f"a-source:{at}")
    assert (found["locator"], found["time_period"], found["sex"]) == (f"line {at}", 2023, "_T")
