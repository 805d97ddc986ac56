"""Every rule of charts refuses what breaks it, and nothing else."""

from dataclasses import replace
from itertools import combinations

import pytest
from matplotlib.figure import Figure

from childstats.blocks import Chart, ChartData, ChartSeries
from childstats.blocks.chart_lint import RULES, faults
from childstats.charts.colours import contrast, distance
from childstats.charts.palette import (
    DARK_BLUE,
    DARK_PINK,
    GREY,
    LIGHT_GREY,
    ORANGE,
    SERIES_COLOURS,
    TURQUOISE,
)

YEARS = (2013, 2014, 2015)
LINE = ChartSeries("Điện Biên", YEARS, (0.90, None, 0.96), (0.89, None, 0.95), (0.91, None, 0.97))
OTHER = ChartSeries("Việt Nam", YEARS, (0.91, 0.95, 0.97), (0.91, 0.95, 0.97), (0.91, 0.95, 0.97))
DATA = ChartData("lines", (LINE, OTHER), y_from_zero=False, colours=(DARK_BLUE, TURQUOISE))
BARS = ChartData(
    "bars",
    (ChartSeries("2025", ("a", "b"), (1.0, 0.8), (0.99, 0.7), (1.0, 0.9)),),
    True,
    (DARK_BLUE,),
)
TWO_BARS = replace(BARS, series=BARS.series * 2, colours=(DARK_BLUE, TURQUOISE))
WORDS = {
    "title": "Children under 1 fully vaccinated",
    "caption": "Per cent.",
    "alt": "Line chart of coverage in Điện Biên: 90% in 2013, 96% in 2015.",
}


def _with(data: ChartData | None = DATA, **words: str) -> Chart:
    return Chart(Figure(), **{**WORDS, **words}, data=data)


def test_a_chart_that_keeps_the_rules_is_made() -> None:
    for data in (DATA, BARS, None):
        assert faults(_with(data), areas=["Điện Biên", "Sơn La"]) == []
    vietnamese = "Tỷ lệ trẻ em dưới 1 tuổi được tiêm chủng đầy đủ các loại vắc xin"
    assert _with(title=vietnamese).title == vietnamese


def _series(**changes: object) -> ChartData:
    return replace(DATA, series=(replace(LINE, **changes), OTHER))


FAULTY = {
    "no title": ("title_is_short", {"title": ""}),
    "eleven words": ("title_is_short", {"title": "word " * 11}),
    "21 syllables": ("title_is_short", {"title": "trẻ " * 21}),
    "no alt": ("alt_says_what_is_shown", {"alt": " "}),
    "generic alt": ("alt_says_what_is_shown", {"alt": "Biểu đồ."}),
    "alt is the title": ("alt_says_what_is_shown", {"alt": WORDS["title"] + "."}),
    "alt without a year": ("alt_names_the_period", {"alt": "Coverage in Điện Biên of 12013."}),
    "no series": ("series_are_few", {"data": replace(DATA, series=(), colours=())}),
    "five series": ("series_are_few", {"data": replace(DATA, series=(OTHER,) * 5)}),
    "an empty series": ("series_are_few", {"data": _series(y=(None,) * 3)}),
    "two rows of one label": (
        *("rows_are_told_apart",),
        {"data": replace(BARS, series=(replace(BARS.series[0], x=("a", "a")),))},
    ),
    "an empty value": ("alt_is_well_formed", {"alt": "In 2016: 97.4%, , 98.0%, –."}),
    "a comma before a bracket": ("alt_is_well_formed", {"alt": "2016: 0.93, (95% CI 0.9 to 1)."}),
    "no interval": ("interval_is_drawn", {"data": _series(low=(), high=())}),
    "an end missing": ("interval_is_drawn", {"data": _series(low=(0.89, None))}),
    "outside its interval": ("interval_is_drawn", {"data": _series(high=(0.895, None, 0.97))}),
    "interval of None": ("interval_is_drawn", {"data": _series(low=(None, None, 0.95))}),
    "bars from 90": ("bars_begin_at_zero", {"data": replace(BARS, y_from_zero=False)}),
    "a year left out": ("missing_year_is_a_gap", {"data": _series(x=(2012, 2014, 2015))}),
    "pale": ("colours_stand_out", {"data": replace(DATA, colours=(DARK_BLUE, LIGHT_GREY))}),
    "as dark as its neighbour": (
        *("colours_stand_out",),
        {"data": replace(TWO_BARS, colours=(DARK_BLUE, GREY))},
    ),
    "too few colours": ("colours_stand_out", {"data": replace(DATA, colours=(DARK_BLUE,))}),
    "alike to protanopes": (
        *("colours_differ_to_every_eye",),
        {"data": replace(DATA, colours=("#12436D", "#3A3A70"))},
    ),
    "turquoise beside orange": (
        *("turquoise_and_orange_are_apart",),
        {"data": replace(DATA, colours=(ORANGE, TURQUOISE))},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("rule", "change"), FAULTY.values(), ids=list(FAULTY))
def test_a_chart_that_breaks_a_rule_is_not_made(rule: str, change: dict[str, object]) -> None:
    # made without its data and then completed unchecked, to see every rule that it breaks
    words = {**WORDS, **{k: v for k, v in change.items() if k != "data"}}
    with pytest.raises(ValueError, match=r"^chart .* breaks the rule \w+: "):
        Chart(Figure(), **words, data=change.get("data", DATA))
    chart = object.__new__(Chart)
    for name, value in {**words, "figure_ids": (), "data": change.get("data", DATA)}.items():
        object.__setattr__(chart, name, value)
    assert rule in {fault.partition(":")[0] for fault in faults(chart)}


def test_every_rule_is_broken_by_some_chart_above() -> None:
    assert {rule for rule, _ in FAULTY.values()} == {rule.__name__ for rule in RULES}


def test_exact_counts_need_no_interval_and_other_values_do() -> None:
    counts = ChartSeries("Điện Biên", YEARS, (1499.0, None, 1593.0), (), ())
    assert _with(replace(DATA, series=(counts, OTHER))).data is not None


def test_alternative_text_names_an_area_of_the_catalogue() -> None:
    (fault,) = faults(_with(), areas=["Sơn La"])
    assert fault.startswith("alt_names_an_area: ")


# pip install colorspacious==1.1.2; for each pair a, b of colours in [0, 1] and each kind k,
#   f = lambda c: np.clip(cspace_convert(
#       c, {"name": "sRGB1+CVD", "cvd_type": k, "severity": 100}, "sRGB1"), 0, 1)
#   deltaE(f(a), f(b), input_space="sRGB1", uniform_space="CIELab")
# without f, with k = "protanomaly", with k = "deuteranomaly":
DISTANCES = {
    (DARK_BLUE, TURQUOISE): (53.70, 43.29, 40.02),
    (DARK_BLUE, DARK_PINK): (52.46, 11.34, 29.85),
    (DARK_BLUE, ORANGE): (107.82, 84.51, 102.56),
    (TURQUOISE, DARK_PINK): (88.22, 43.37, 26.91),
    (TURQUOISE, ORANGE): (106.26, 54.09, 71.22),
    (DARK_PINK, ORANGE): (75.27, 77.64, 73.70),
}


@pytest.mark.parametrize("pair", list(combinations(SERIES_COLOURS, 2)), ids=str)
def test_distances_are_those_of_another_package(pair: tuple[str, str]) -> None:
    visions = ("normal vision", "protanopia", "deuteranopia")
    found = [distance(*pair, vision) for vision in visions]
    assert found == pytest.approx(DISTANCES[pair], abs=0.02)


def test_contrast_follows_the_definition_of_wcag() -> None:
    assert contrast("#FFFFFF", "#000000") == pytest.approx((1 + 0.05) / (0 + 0.05))
    # pure green: its share of luminance
    assert contrast("#00FF00", "#FFFFFF") == pytest.approx(1.05 / (0.7152 + 0.05), abs=1e-6)
    assert contrast(DARK_BLUE, ORANGE) == contrast(ORANGE, DARK_BLUE)


@pytest.mark.parametrize("colour", ["", "red", "#12436", "#12436G", "12436D#"])
def test_a_colour_that_is_not_written_in_six_digits_is_refused(colour: str) -> None:
    with pytest.raises(ValueError, match="is not written as in"):
        contrast(colour, "#FFFFFF")
