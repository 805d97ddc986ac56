"""Letters take the room that another library gives them, and look as it draws them."""

import re

import pytest
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.textpath import text_to_path

from childstats.presentation.letters import REGULAR, SEMIBOLD, UNITS, face, width_of
from childstats.presentation.theme import TEXT_SIZE, font_folder

WORDS = (
    "Trung du và miền núi phía Bắc",
    "Tỷ suất chết của trẻ em dưới 5 tuổi, 2016",
    "Đăng ký khai tử: 61,8 % (KTC 95 %: 37,8 % đến 45,7 %)",
    "AVATAR To Tr Ty LT P, F. “Yên” – ≥ 95 %",
    "Ẫ Ễ Ộ Ợ Ự ỷ ỹ đ ơ ư",
)


def _as_matplotlib_sets(words: str, weight: str) -> list[tuple[float, float]]:
    """Return the left edge and the width of each outline, in units of the face."""
    name = FontProperties(fname=font_folder() / f"BeVietnamPro-{weight}.ttf", size=UNITS)
    drawn, shapes, _ = text_to_path.get_glyphs_with_font(text_to_path._get_font(name), words)
    found = []
    for glyph, x, _, _ in drawn:
        corners, codes = shapes[glyph]
        corners = corners[codes != Path.CLOSEPOLY]
        if len(corners):
            left, right = corners[:, 0].min(), corners[:, 0].max()
            scale = UNITS / text_to_path.FONT_SCALE
            found.append(((x + left) * scale, (right - left) * scale))
    return found


@pytest.mark.parametrize("weight", [REGULAR, SEMIBOLD])
@pytest.mark.parametrize("words", WORDS)
def test_letters_stand_where_matplotlib_and_its_shaper_put_them(words, weight) -> None:
    letters, _ = face(weight).placed(words)
    expected = _as_matplotlib_sets(words, weight)
    assert len(letters) == len(expected)
    for (glyph, x), (left, width) in zip(letters, expected, strict=True):
        across = [float(place) for place in _abscissae(glyph.outline)]
        assert x + min(across) == pytest.approx(left, abs=4)  # 0.04 points
        assert max(across) - min(across) == pytest.approx(width, abs=12)


def _abscissae(outline: str) -> list[str]:
    """Return the x of every place that an outline goes through or bends towards."""
    found = []
    for command, numbers in re.findall(r"([MLQCHVZ])([^MLQCHVZ]*)", outline):
        places = re.findall(r"-?\d+(?:\.\d+)?", numbers)
        found += {"H": places, "V": [], "Z": []}.get(command, places[::2])
    return found


@pytest.mark.parametrize("words", WORDS)
def test_a_line_is_as_wide_as_matplotlib_says(words) -> None:
    font = FontProperties(fname=font_folder() / "BeVietnamPro-Regular.ttf", size=TEXT_SIZE)
    expected, _, _ = text_to_path.get_text_width_height_descent(words, font, ismath=False)
    assert width_of(words) == pytest.approx(expected, abs=1)  # without the white at both ends


def test_the_width_of_a_text_is_that_of_its_longest_line() -> None:
    longest, shortest = width_of("Trung du và miền núi"), width_of("núi")
    assert width_of("Trung du và miền núi\nnúi") == longest
    assert 0 < shortest < longest < 100
    assert width_of("") == 0


def test_a_pair_of_letters_that_fit_stands_closer() -> None:
    assert width_of("AV") < width_of("A") + width_of("V")
    assert width_of("nn") == pytest.approx(2 * width_of("n"))


def test_both_ways_to_write_a_letter_are_one() -> None:
    assert face().placed("Điê\u0323n") == face().placed("Điện")


def test_a_letter_that_the_face_has_not_is_an_empty_box() -> None:
    ((glyph, _),) = face().placed("年")[0]
    assert glyph.outline
    assert glyph.width > 0
