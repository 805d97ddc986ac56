"""Places in a source are told in the report's language; labels of the source stay its own."""

import re

import pytest

from childstats.language import Language
from childstats.observations.workspace import Workspace
from childstats.text.places import PLACES, place_in_words


@pytest.mark.parametrize(
    ("locator", "vi"),
    [
        ("paragraph 4", "đoạn 4"),
        ("article text", "nội dung bài viết"),
        ("sheet DTP3, row VNM, column 2024", "trang tính DTP3, dòng VNM, cột 2024"),
        ("page 36, table 36, rural population, 2024 (estimate)",
         "trang 36, bảng 36, dân số nông thôn, 2024 (ước tính)"),
        ("average population by province, row Điện Biên, column 2011; page not noted",
         "dân số trung bình theo tỉnh, dòng Điện Biên, cột 2011; không ghi số trang"),
        ("PDF page 86, table 32, infant mortality rate, row 2010, column Total",
         "trang 86 của tệp PDF, bảng 32, infant mortality rate, dòng 2010, cột Total"),
        ("summary table", "bảng tóm tắt"),
        ("row weight-for-age, Total, column 2015", "dòng weight-for-age, Total, cột 2015"),
        ("SP.DYN.IMRT.IN, VNM, 2023", "SP.DYN.IMRT.IN, VNM, 2023"),
        ("Child mortality rate by sex.csv, male, column Prel. 2016",
         "Child mortality rate by sex.csv, male, cột Prel. 2016"),
        ("the table 3 of an annex", "the table 3 of an annex"),
        ("paragraph four", "paragraph four"),
        ("", ""),
    ],
)  # fmt: skip
def test_words_for_places_are_translated_and_nothing_else(locator: str, vi: str) -> None:
    assert place_in_words(Language("vi"), locator) == vi
    assert place_in_words(Language("en"), locator) == locator


def test_no_figure_leaves_a_word_for_a_place_in_english(workspace: Workspace) -> None:
    locators = set(workspace.figures["locator"])
    word = re.compile(r"(?:^|[,;] )(?:paragraph|page|PDF page|table|sheet|row|column) ")
    assert sum(bool(word.search(locator)) for locator in locators) > 200
    said = [place_in_words(Language("vi"), locator) for locator in locators]
    assert not [place for place in said if word.search(place)]


def test_every_pattern_is_of_use(workspace: Workspace) -> None:
    parts = {
        part for place in set(workspace.figures["locator"]) for part in re.split("[,;] ", place)
    }
    unused = [p for p, _ in PLACES if not any(re.fullmatch(p, part) for part in parts)]
    assert not unused
