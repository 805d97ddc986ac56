"""One style, whatever the user's settings are, and the same bytes for the same figure."""

import re
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure
from pandas import DataFrame

from childstats.charts import lines
from childstats.charts.style import (
    TYPEFACE,
    round_ticks,
    styled,
    svg_of,
    text_width,
    whole_ticks,
)
from childstats.language import Language

FRAME = DataFrame({"series": "Lai Châu", "year": [2019, 2020, 2021], "value": [0.9, 0.91, 0.95]})


def drawn() -> str:
    ax = lines.plot(FRAME, measure="Tỷ lệ", percent=True, language=Language("vi"))
    return svg_of(ax.figure)


def test_a_drawing_holds_no_date_and_no_name_of_a_machine() -> None:
    svg = drawn()
    assert svg == drawn()
    assert "date" not in svg.lower()
    assert "matplotlib.org" not in svg
    assert not re.search(r"\d\.\d{3}", re.sub(r"scale\([^)]*\)", "", svg)), "two decimals"


def test_the_users_own_settings_change_nothing_and_stay() -> None:
    before = drawn()
    theirs = {"font.size": 30, "svg.hashsalt": None, "axes.facecolor": "red", "path.simplify": True}
    theirs |= {"font.family": "monospace", "svg.fonttype": "none", "lines.linewidth": 9}
    with mpl.rc_context(theirs):
        assert drawn() == before
        assert mpl.rcParams["font.size"] == 30
        assert mpl.rcParams["svg.fonttype"] == "none"


def test_the_last_bits_of_a_number_do_not_show() -> None:
    moved = FRAME.assign(value=[v * (1 + 2**-50) for v in FRAME["value"]])
    ax = lines.plot(moved, measure="Tỷ lệ", percent=True, language=Language("vi"))
    assert svg_of(ax.figure) == drawn()


def test_clipped_figures_of_an_analyst_have_the_same_bytes_too() -> None:
    def figure(shift: float) -> Figure:
        with styled():
            found = Figure(figsize=(3, 2))
            ax = found.add_axes((0.1 + shift, 0.1, 0.8, 0.8))
            ax.plot([0, 1, 2], [0, 1, 0])
        return found

    assert "clip-path" in svg_of(figure(0))
    assert svg_of(figure(0)) == svg_of(figure(2**-54))


def test_letters_are_those_of_the_installed_typeface() -> None:
    with styled():
        from matplotlib.font_manager import FontProperties, findfont  # noqa: PLC0415

        assert "BeVietnamPro-Regular" in findfont(FontProperties(family=TYPEFACE))
        bold = findfont(FontProperties(family=TYPEFACE, weight="semibold"))
    assert "BeVietnamPro-SemiBold" in bold
    assert text_width("Tỷ lệ", "semibold") > text_width("Tỷ lệ") > text_width("Tỷ")


def test_no_sign_of_mathematics_is_typeset() -> None:
    with styled():
        figure = Figure(figsize=(2, 1))
        figure.text(0, 0, "5 $ to 6 $")
        plain = Figure(figsize=(2, 1))
        plain.text(0, 0, "5 ")
    assert svg_of(figure).count("<use") == len("5$to6$") + 4, "each sign, and the four spaces"
    assert svg_of(plain).count("<use") == 2


def test_two_whole_numbers_are_always_shown() -> None:
    for low, high in ((0.951, 0.953), (0.9, 0.9), (0.02, 0.97)):
        first, last, ticks = whole_ticks(low, high, percent=True)
        assert len(ticks) >= 2
        assert first <= min(low, *ticks)
        assert last >= max(high, *ticks)
    assert round_ticks(0, 1, most=5) == [0, 0.2, 0.4, 0.6, 0.8, 1.0]


def test_matplotlib_is_imported_only_where_something_is_drawn(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "import childstats.blocks, childstats.analyses.coverage, childstats.charts.spine\n"
        "assert 'matplotlib' not in sys.modules, 'matplotlib'"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path)
