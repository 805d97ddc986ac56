"""Both languages are complete, and say the same numbers."""

import re
import unicodedata
from collections import Counter
from datetime import date
from importlib.resources import files

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from hypothesis import example, given
from hypothesis import strategies as st
from messages import messages

from childstats.errors import InputError
from childstats.language import Language

PLACE = re.compile(r"\{(\w+)\}")
MARK = re.compile(r"\{\w+\}")


def _catalogue() -> dict[str, str]:
    path = files("childstats").joinpath("locale/vi/LC_MESSAGES/childstats.po")
    with path.open("rb") as po_file:
        return {str(m.id): str(m.string) for m in read_po(po_file) if m.id}


def test_every_message_is_translated_and_no_translation_is_left_over() -> None:
    assert set(_catalogue()) == messages()


@pytest.mark.parametrize(("english", "vietnamese"), _catalogue().items())
def test_a_translation_is_complete(english: str, vietnamese: str) -> None:
    assert sorted(PLACE.findall(vietnamese)) == sorted(PLACE.findall(english))
    assert vietnamese.strip()
    words = MARK.sub("", english)
    if re.search(r"[A-Za-z]{5,}", words) and "PDF" not in words:
        assert MARK.sub("", vietnamese) != words, "left in English"


@pytest.mark.parametrize("vietnamese", _catalogue().values())
def test_vietnamese_is_in_nfc_and_holds_no_english_words(vietnamese: str) -> None:
    assert vietnamese == unicodedata.normalize("NFC", vietnamese)
    english = {"the", "and", "of", "is", "not", "for", "with", "figure", "source", "children"}
    assert not english & set(re.findall(r"[a-z]+", MARK.sub("", vietnamese.lower())))


@pytest.mark.parametrize(
    ("call", "vi", "en"),
    [
        (lambda t: t.count(208222), "208.222", "208,222"),
        (lambda t: t.percent(0.955, digits=1), "95,5%", "95.5%"),
        (lambda t: t.decimal(-0.0326, digits=4), "−0,0326", "−0.0326"),
        (lambda t: t.span("1", "2"), "1 đến 2", "1 to 2"),
        (lambda t: t.span("2", "2"), "2", "2"),
        (lambda t: t.join(["a", "b", "c"]), "a, b và c", "a, b and c"),
        (lambda t: t.period("2024-01/P9M"), "1/2024 đến 9/2024", "1/2024 to 9/2024"),
        (lambda t: t.period("2024-09/P9M"), "9/2024 đến 5/2025", "9/2024 to 5/2025"),
        (lambda t: t.period("2016/P5Y"), "2016 đến 2020", "2016 to 2020"),
        (lambda t: t.period(2025), "2025", "2025"),
        (lambda t: t.date(date(2026, 11, 24)), "ngày 24 tháng 11 năm 2026", "24 November 2026"),
    ],
)  # fmt: skip
def test_numbers_periods_and_days_follow_the_language(call, vi: str, en: str) -> None:
    assert call(Language("vi")) == vi
    assert call(Language("en")) == en


def test_an_unknown_language_and_an_untranslated_message_are_refused() -> None:
    with pytest.raises(InputError, match="unknown language 'fr'; use one of vi, en"):
        Language("fr")
    with pytest.raises(LookupError, match="no vi translation of 'Hello'"):
        Language("vi").say("Hello")


NAMES = {
    "Alliance",
    "Wilson",
    "Mann",
    "Kendall",
    "Theil",
    "Sen",
    "Mantel",
    "Haenszel",
    "Cochran",
    "Fingertips",
    "Holm",
    "WHO",
    "UNICEF",
    "Miettinen",
    "Nurminen",
    "Excel",
    "data",
    "processed",
    "quarantined",
    "checks",
    "Data",
    "Package",
    "Markdown",
    "SDMX",
}
"""Words that are the same in both languages: methods and the names of files."""


def _po() -> list[Message]:
    path = files("childstats").joinpath("locale/vi/LC_MESSAGES/childstats.po")
    with path.open("rb") as po_file:
        return [message for message in read_po(po_file) if message.id]


def test_no_message_is_fuzzy_empty_or_given_twice() -> None:
    messages_of_file = _po()
    assert [m.id for m in messages_of_file if m.fuzzy or not str(m.string).strip()] == []
    path = files("childstats").joinpath("locale/vi/LC_MESSAGES/childstats.po")
    text = path.read_text(encoding="utf-8")
    assert text.count("\nmsgid ") - 1 == len(messages_of_file)  # the first is the header's
    assert "#~" not in text


@pytest.mark.parametrize(("english", "vietnamese"), _catalogue().items())
def test_no_english_word_is_left_in_a_translation(english: str, vietnamese: str) -> None:
    words = [
        set(re.findall(r"(?<!\w)[A-Za-z]{4,}(?!\w)", MARK.sub("", t)))
        for t in (english, vietnamese)
    ]
    assert (words[0] & words[1]) - NAMES == set()


ORDINALS = {"first": "1", "third": "3"}
"""Doses and birthdays that English spells and Vietnamese numbers."""


@pytest.mark.parametrize(("english", "vietnamese"), _catalogue().items())
def test_a_translation_has_the_numbers_of_its_message(english: str, vietnamese: str) -> None:
    en, vi = (Counter(re.findall(r"\d+", MARK.sub("", text))) for text in (english, vietnamese))
    spelt = {number for word, number in ORDINALS.items() if word in english.lower()}
    assert not en - vi
    assert set(vi - en) <= spelt


@given(st.floats(-1e15, 1e15), st.integers(0, 6), st.sampled_from(["vi", "en"]))
@example(0.5, 0, "en")
@example(1.5, 0, "vi")
@example(-0.04, 1, "en")
@example(1234567.125, 2, "vi")
@example(1e-9, 0, "vi")
def test_a_number_is_written_as_babel_writes_it(number: float, digits: int, code: str) -> None:
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    expected = format_decimal(number, format=pattern, locale=code).replace("-", "−")
    if not set(expected) & set("123456789"):
        expected = expected.removeprefix("−")  # no zero has a sign
    assert Language(code).decimal(number, digits=digits) == expected
