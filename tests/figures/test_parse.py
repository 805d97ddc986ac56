"""Printed numbers: what each text means, what is refused and why, and properties of any text."""

import math
import random
import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from childstats.errors import FigureError
from childstats.figures.figure import Figure
from childstats.figures.grammar import MISSING_MARKS
from childstats.figures.parse import parse_figure

NBSP, THIN = "\u00a0", "\u2009"
MARKS = {"en": (",", "."), "vi": (".", ",")}
LANGUAGES = st.sampled_from(sorted(MARKS))


@pytest.mark.parametrize(
    ("text", "language", "value", "low", "high", "qualifier", "unit"),
    [
        # plain and grouped counts
        ("430", "en", 430, 430, 430, "exact", None),
        ("0", "vi", 0, 0, 0, "exact", None),
        ("6,847", "en", 6_847, 6_847, 6_847, "exact", None),
        ("6.847", "vi", 6_847, 6_847, 6_847, "exact", None),
        ("1,503,646", "en", 1_503_646, 1_503_646, 1_503_646, "exact", None),
        ("1 503 646", "vi", 1_503_646, 1_503_646, 1_503_646, "exact", None),
        (f"1{NBSP}503{THIN}646", "en", 1_503_646, 1_503_646, 1_503_646, "exact", None),
        ("  68000\n", "en", 68_000, 68_000, 68_000, "exact", None),
        ("656.7", "en", 656.7, 656.7 - 0.05, 656.7 + 0.05, "rounded", None),
        ("1.503,25", "vi", 1_503.25, 1_503.25 - 0.005, 1_503.25 + 0.005, "rounded", None),
        ("28.0", "en", 28, 28 - 0.05, 28 + 0.05, "rounded", None),
        # percentages
        ("95.5%", "en", 95.5, 95.5 - 0.05, 95.5 + 0.05, "rounded", "percent"),
        ("95,5 %", "vi", 95.5, 95.5 - 0.05, 95.5 + 0.05, "rounded", "percent"),
        (f"95,5{NBSP}%", "vi", 95.5, 95.5 - 0.05, 95.5 + 0.05, "rounded", "percent"),
        ("95,5 phần trăm", "vi", 95.5, 95.5 - 0.05, 95.5 + 0.05, "rounded", "percent"),
        ("78 per cent", "en", 78, 78 - 0.5, 78 + 0.5, "rounded", "percent"),
        ("78 Percent", "en", 78, 78 - 0.5, 78 + 0.5, "rounded", "percent"),
        ("99.42%", "en", 99.42, 99.42 - 0.005, 99.42 + 0.005, "rounded", "percent"),
        ("0%", "en", 0, 0, 0 + 0.5, "rounded", "percent"),
        ("over 95%", "en", 95, 95, 95 + 1, "over", "percent"),
        ("trên 95,5%", "vi", 95.5, 95.5, 95.5 + 0.1, "over", "percent"),
        # a share ends at 100, one printed above 100 does not
        ("100%", "en", 100, 100 - 0.5, 100, "rounded", "percent"),
        ("100,0%", "vi", 100, 100 - 0.05, 100, "rounded", "percent"),
        ("99.99%", "en", 99.99, 99.99 - 0.005, 99.99 + 0.005, "rounded", "percent"),
        ("over 90%", "en", 90, 90, 100, "over", "percent"),
        ("over 100%", "en", 100, 100, 101, "over", "percent"),
        ("at least 100 per cent", "en", 100, 100, 101, "over", "percent"),
        ("hơn 100%", "vi", 100, 100, 101, "over", "percent"),
        ("trên 100 phần trăm", "vi", 100, 100, 101, "over", "percent"),
        ("over 100.0%", "en", 100, 100, 100 + 0.1, "over", "percent"),
        ("over 99.9%", "en", 99.9, 99.9, 100, "over", "percent"),
        ("less than 1%", "en", 1, 0, 1, "below", "percent"),
        ("below 100%", "en", 100, 0, 100, "below", "percent"),
        ("over 0%", "en", 0, 0, 1, "over", "percent"),
        # the hedge stands behind
        ("100% or more", "en", 100, 100, 101, "over", "percent"),
        ("from 95% upwards", "en", 95, 95, 96, "over", "percent"),
        ("từ 100 % trở lên", "vi", 100, 100, 101, "over", "percent"),
        ("5 trẻ em trở lên", "vi", 5, 5, 6, "over", "persons"),
        # the zeros of 100 % are printed digits, those of 90 % and of 100 children are not
        ("nearly 100%", "en", 100, 99, 100, "nearly", "percent"),
        ("almost 100 per cent", "en", 100, 99, 100, "nearly", "percent"),
        ("gần 100%", "vi", 100, 99, 100, "nearly", "percent"),
        ("up to 100%", "en", 100, 99, 100, "up_to", "percent"),
        ("about 100%", "en", 100, 99.5, 100, "about", "percent"),
        ("xấp xỉ 100 %", "vi", 100, 99.5, 100, "about", "percent"),
        ("about 1,000‰", "en", 1_000, 999.5, 1_000.5, "about", "per_1000"),
        ("nearly 90%", "en", 90, 80, 90, "nearly", "percent"),
        ("about 10%", "en", 10, 5, 15, "about", "percent"),
        ("about 100 children", "en", 100, 50, 150, "about", "persons"),
        ("about 90-100%", "en", 95, 90 - 0.5, 100, "range", "percent"),
        ("about 99.98%", "en", 99.98, 99.98 - 0.005, 99.98 + 0.005, "about", "percent"),
        ("100.2%", "en", 100.2, 100.2 - 0.05, 100.2 + 0.05, "rounded", "percent"),
        # rates
        ("12‰", "en", 12, 12 - 0.5, 12 + 0.5, "rounded", "per_1000"),
        ("12,5 phần nghìn", "vi", 12.5, 12.5 - 0.05, 12.5 + 0.05, "rounded", "per_1000"),
        ("12 per thousand", "en", 12, 12 - 0.5, 12 + 0.5, "rounded", "per_1000"),
        ("12.5 per 1,000", "en", 12.5, 12.5 - 0.05, 12.5 + 0.05, "rounded", "per_1000"),
        ("12,5 trên 1.000", "vi", 12.5, 12.5 - 0.05, 12.5 + 0.05, "rounded", "per_1000"),
        ("46 per 100,000", "en", 46, 46 - 0.5, 46 + 0.5, "rounded", "per_100000"),
        ("trên 46 trên 100.000", "vi", 46, 46, 46 + 1, "over", "per_100000"),
        # fractions: two counts leave no doubt
        ("36/45", "en", 36 / 45, 36 / 45, 36 / 45, "exact", "proportion"),
        ("36 / 45", "vi", 36 / 45, 36 / 45, 36 / 45, "exact", "proportion"),
        ("36 trên tổng số 45", "vi", 36 / 45, 36 / 45, 36 / 45, "exact", "proportion"),
        ("382 out of 463 (82.51%)", "en", 382 / 463, 382 / 463, 382 / 463, "exact", "proportion"),
        ("1.382/1.463 (94,46 %)", "vi", *[1_382 / 1_463] * 3, "exact", "proportion"),
        ("45 out of 45", "en", 1, 1, 1, "exact", "proportion"),
        ("0 of 12", "en", 0, 0, 0, "exact", "proportion"),
        # magnitudes
        ("200 thousand", "en", 200_000, 200_000 - 500, 200_000 + 500, "rounded", None),
        ("1.5 million", "en", 1.5e6, 1.5e6 - 0.05e6, 1.5e6 + 0.05e6, "rounded", None),
        ("2 Billion", "en", 2e9, 2e9 - 0.5e9, 2e9 + 0.5e9, "rounded", None),
        ("656,7 nghìn", "vi", 656_700, 656_700 - 50, 656_700 + 50, "rounded", None),
        ("35 ngàn", "vi", 35_000, 35_000 - 500, 35_000 + 500, "rounded", None),
        ("2 vạn", "vi", 20_000, 20_000 - 5_000, 20_000 + 5_000, "rounded", None),
        ("hơn 1,5 triệu", "vi", 1.5e6, 1.5e6, 1.5e6 + 0.1e6, "over", None),
        ("3 tỷ", "vi", 3e9, 3e9 - 0.5e9, 3e9 + 0.5e9, "rounded", None),
        ("3 TỈ", "vi", 3e9, 3e9 - 0.5e9, 3e9 + 0.5e9, "rounded", None),
        ("more than 200 thousand", "en", 200_000, 200_000, 200_000 + 100_000, "over", None),
        # hedged integers: the unit is that of the last digit that is not 0
        ("approximately 68,000", "en", 68_000, 68_000 - 500, 68_000 + 500, "about", None),
        ("over 216,000", "en", 216_000, 216_000, 216_000 + 1_000, "over", None),
        ("nearly 381,700", "en", 381_700, 381_700 - 100, 381_700, "nearly", None),
        ("as many as 180", "en", 180, 180 - 10, 180, "up_to", None),
        ("<5", "en", 5, 0, 5, "below", None),
        ("about 0", "en", 0, 0, 0 + 0.5, "about", None),
        ("more than 6,321", "en", 6_321, 6_321, 6_321 + 1, "over", None),
        # rates out of a round number are rates, not counts
        ("46/100,000", "en", 46, 46 - 0.5, 46 + 0.5, "rounded", "per_100000"),
        ("46/100.000", "vi", 46, 46 - 0.5, 46 + 0.5, "rounded", "per_100000"),
        ("33 per 10,000", "en", 33, 33 - 0.5, 33 + 0.5, "rounded", "per_10000"),
        # ranges: the value is the middle, the ends are printed
        ("10-15", "en", 12.5, 10, 15, "range", None),
        ("10–15 %", "vi", 12.5, 10, 15, "range", "percent"),
        ("10% - 15%", "en", 12.5, 10, 15, "range", "percent"),
        ("between 95 and 100%", "en", 97.5, 95, 100, "range", "percent"),
        ("from 1,950 to 2,050", "en", 2_000, 1_950, 2_050, "range", None),
        ("từ 1,2 đến 1,5 triệu", "vi", 1.35e6, 1.2e6, 1.5e6, "range", None),
        # hedged: half the finer of the two rounding units on either side
        ("about 10-15%", "en", 12.5, 10 - 0.5, 15 + 0.5, "range", "percent"),
        # a noun says what is counted
        ("6,847 children", "en", 6_847, 6_847, 6_847, "exact", "persons"),
        ("6.847 em", "vi", 6_847, 6_847, 6_847, "exact", "persons"),
        ("khoảng 68.000 trẻ em", "vi", 68_000, 68_000 - 500, 68_000 + 500, "about", "persons"),
        ("38 vụ", "vi", 38, 38, 38, "exact", "number"),
        ("36/45 communes", "en", 0.8, 0.8, 0.8, "exact", "proportion"),
    ],
)
def test_a_printed_text_is_a_value_between_two_ends(
    text, language, value, low, high, qualifier, unit
):
    figure = parse_figure(text, language=language)
    assert figure.value == value
    assert figure.interval == pytest.approx((low, high), rel=1e-14)
    assert (figure.qualifier, figure.unit) == (qualifier, unit)


ENDS = {
    "about": (6_000 - 500, 6_000 + 500),
    "over": (6_000, 6_000 + 1_000),
    "nearly": (6_000 - 1_000, 6_000),
    "up_to": (6_000 - 1_000, 6_000),
    "below": (0, 6_000),
}
HEDGES = {
    ("en", "about"): "approximately approx. about around roughly some circa ~ ≈",
    ("en", "over"): "over just_over more_than above at_least > >= ≥",
    ("en", "nearly"): "nearly almost close_to just_under",
    ("en", "up_to"): "as_many_as up_to",
    ("en", "below"): "less_than fewer_than under below <",
    ("vi", "about"): "khoảng chừng xấp_xỉ ước_khoảng ước trên_dưới ~ ≈",
    ("vi", "over"): "trên hơn ít_nhất tối_thiểu > >= ≥",
    ("vi", "nearly"): "gần ngót suýt_soát",
    ("vi", "up_to"): "lên_tới lên_đến tới",
    ("vi", "below"): "dưới chưa_đến chưa_tới ít_hơn <",
}


@pytest.mark.parametrize(
    ("language", "qualifier", "hedge"),
    [(*key, hedge.replace("_", " ")) for key, words in HEDGES.items() for hedge in words.split()],
)
@pytest.mark.parametrize("written", [str, str.upper, str.capitalize])
def test_every_hedge_has_its_interval_in_any_case(language, qualifier, hedge, written):
    figure = parse_figure(f"{written(hedge)} 6000", language=language)
    assert (figure.qualifier, figure.value) == (qualifier, 6_000)
    assert figure.interval == ENDS[qualifier]


def test_a_sign_may_stand_against_its_number_and_decomposed_letters_are_read():
    assert parse_figure(">6000", language="vi").interval == ENDS["over"]
    decomposed = "tre\u0302n 6000"
    assert parse_figure(decomposed, language="vi").text == "trên 6000"


def test_a_column_gives_the_unit_that_its_texts_leave_out():
    assert parse_figure("96", language="en", unit="percent").interval == (96 - 0.5, 96 + 0.5)
    assert parse_figure("100", language="en", unit="percent").high == 100
    assert parse_figure("96%", language="en", unit="percent").unit == "percent"
    assert parse_figure("430", language="en", unit="schools").unit == "schools"


@pytest.mark.parametrize(
    "text", ["382 trên tổng số 463", "382 trong tổng số 463", "382 trong số 463", "382 trên 463"]
)
def test_a_fraction_is_read_in_vietnamese_words(text):
    figure = parse_figure(text, language="vi")
    assert (figure.numerator, figure.denominator) == (382, 463)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("150 trên 1.000", "per_1000"),
        ("150 trên 10.000", "per_10000"),
        ("150 trên 100.000", "per_100000"),
        ("150 trên 100000", "per_100000"),
    ],
)
def test_a_rate_in_vietnamese_words_is_no_fraction(text, unit):
    figure = parse_figure(text, language="vi")
    assert (figure.value, figure.unit, figure.numerator) == (150, unit, None)


@pytest.mark.parametrize(
    ("text", "counts"), [("382 out of 463 (82.51%)", (382, 463)), ("1,000/2,000", (1000, 2000))]
)
def test_a_fraction_keeps_its_two_counts(text, counts):
    figure = parse_figure(text, language="en")
    assert (figure.numerator, figure.denominator) == counts


@pytest.mark.parametrize(
    ("text", "language", "misread"),
    [
        ("95.5", "vi", "955"),
        ("95,5", "en", "955"),
        ("1,23", "en", "123"),
        ("95.5%", "vi", "955"),
        ("12,3456", "en", "123456"),
        # a group of thousands never begins with 0: these are decimals in the other format
        ("0.955", "vi", "955"),
        ("0,955", "en", "955"),
        ("1.2 triệu", "vi", "12 triệu"),
        ("khoảng 1.2 triệu trẻ em", "vi", "khoảng 12 triệu trẻ em"),
        ("1,2 million", "en", "12 million"),
    ],
)
def test_a_number_in_the_other_format_is_refused_with_what_it_could_be_misread_as(
    text, language, misread
):
    with pytest.raises(FigureError, match=rf"{re.escape(repr(text))}.*misread as 0?{misread}"):
        parse_figure(text, language=language)


@pytest.mark.parametrize(
    "text",
    [
        *("n/a", "NaN", "inf", "1e400", "1_000", "0x1F", "+5", "-5", "−5", "5--10", "5-10-15"),
        *("１２", "٣٤", "²", "½", "Ⅻ", "12,3,4", "1,234,56", ",5", ".5", "5.", "1.2.3"),
        *("12 34", "1,234 567", "36/45/2", "36/", "/45", "36/45 %", "5 %%", "5 % million"),
        *("about", "about about 5", "about over 5", "five", "5 dragons", "29.1 per cent increase"),
        *("5\x00", "5\n6", "about\n5", "=1+1", "5 mıllion", "5 thouſand", "5 per thouſand"),
    ],
)
def test_what_is_not_one_figure_is_refused_with_an_example(text):
    wanted = rf"unreadable figure {re.escape(repr(text.strip()))}.*12,345 or 12\.3 .*language"
    with pytest.raises(FigureError, match=wanted):
        parse_figure(text, language="en")


@pytest.mark.parametrize(
    ("text", "language", "value", "lower", "upper"),
    [
        ("21.6 [18.6-25.8]", "en", 21.6, 18.6, 25.8),
        ("21,6 [18,6-25,8]", "vi", 21.6, 18.6, 25.8),
        ("1 200 [1 100 - 1 300]", "en", 1_200, 1_100, 1_300),
        ("21.6 (95% CI 18.6 to 25.8)", "en", 21.6, 18.6, 25.8),
        ("96% (94-98%)", "en", 96, 94, 98),
        ("0.1 [<0.1-0.2]", "en", 0.1, 0, 0.2),
        ("1.2 million [1.1-1.3]", "en", 1.2e6, 1.1e6, 1.3e6),
    ],
)
def test_an_interval_in_brackets_is_the_publishers_not_the_prints(
    text, language, value, lower, upper
):
    figure = parse_figure(text, language=language)
    assert (figure.value, figure.lower_bound, figure.upper_bound) == (value, lower, upper)
    assert figure.qualifier == "rounded"
    assert lower < figure.low < figure.high < upper or lower == 0


@pytest.mark.parametrize(
    ("text", "decimals", "ends"),
    [
        ("95", 0, (None, None)),
        ("95.0", 1, (None, None)),
        ("1,503.250", 3, (None, None)),
        ("<0.5%", 1, (None, None)),
        ("nearly 381,700", 0, (None, None)),
        ("1.5 million", 0, (None, None)),
        ("1.50 thousand children", 0, (None, None)),
        ("21.6 [18.6-25.8]", 1, (None, None)),
        ("36/45", None, (None, None)),
        ("..", None, (None, None)),
        ("90-95%", 0, (90, 95)),
        ("about 90.5-95%", 1, (90.5, 95)),
        ("1.2-1.5 million", 0, (1.2e6, 1.5e6)),
    ],
)
def test_the_print_is_kept_with_the_figure(text, decimals, ends):
    figure = parse_figure(text, language="en")
    assert (figure.decimals, (figure.printed_low, figure.printed_high)) == (decimals, ends)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("21.6 [22.0-25.8]", "does not hold its value"),
        ("15-10", "does not rise"),
        ("10-10", "does not rise"),
        ("2024-2025", "looks like a period of years; it belongs in time_period"),
        ("over 10-15", "hedges a range"),
        ("10%-15", "have two units"),
        ("5 million %", "rate of million"),
        ("95-100% or more", "hedges a range"),
        ("36/45 or more", "hedges a fraction"),
        ("over 95% or more", "unreadable"),
        # nothing is less than 0
        ("under 0", "said to be 0 or less; write 0 if it is none"),
        ("less than 0%", "said to be 0 or less"),
        ("nearly 0", "said to be 0 or less"),
        ("up to 0.0%", "said to be 0 or less"),
        ("95% children", "names what is counted"),
    ],
)
def test_what_contradicts_itself_is_refused(text, message):
    with pytest.raises(FigureError, match=message):
        parse_figure(text, language="en")


@pytest.mark.parametrize(
    ("text", "status"),
    [
        *[("", "O"), ("   ", "O"), ("..", "O"), ("x", "O"), ("X", "O"), ("No data", "O")],
        *[("...", "L"), ("…", "L"), ("-", "M"), ("–", "M"), ("*", "Q")],
    ],
)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_missing_mark_is_no_number_and_keeps_its_status(text, status, language):
    figure = parse_figure(text, language=language, unit="percent")
    assert (figure.is_missing, figure.obs_status, figure.unit) == (True, status, "percent")
    assert all(math.isnan(end) for end in (figure.value, *figure.interval))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        *[("Prel. 95.5", "en"), ("Pre. 95.5", "en"), ("95.5 (prel.)", "en")],
        *[("95.5 (p)", "en"), ("95.5 p", "en"), ("95.5%p", "en"), ("95,5 p", "vi")],
        *[("Sơ bộ 95,5", "vi"), ("sơ bộ: 95,5", "vi"), ("95,5 (Sơ bộ)", "vi")],
    ],
)
def test_a_preliminary_figure_has_status_p(text, language):
    figure = parse_figure(text, language=language)
    assert (figure.value, figure.low, figure.obs_status) == (95.5, 95.45, "P")
    assert parse_figure("95", language=language).obs_status == "A"


@pytest.mark.parametrize("text", ["36/0", "36 out of 45.5", "3.5/45", "0/0"])
def test_a_fraction_is_a_whole_count_out_of_a_total_above_0(text):
    with pytest.raises(FigureError, match=f"'{text}' is not a whole count out of a whole total"):
        parse_figure(text, language="en")


@pytest.mark.parametrize(
    ("text", "unit", "said"),
    [
        ("95%", "per_1000", "percent"),
        ("12‰", "percent", "per_1000"),
        ("95%", "persons", "percent"),
        ("36/45", "percent", "proportion"),
        ("36/45", "persons", "proportion"),
    ],
)
def test_a_text_and_its_column_must_not_name_two_units(text, unit, said):
    with pytest.raises(FigureError, match=f"'{text}' says {said}, its column says {unit}"):
        parse_figure(text, language="en", unit=unit)


def test_the_hedge_of_a_fraction_is_not_lost():
    with pytest.raises(FigureError, match="over 36/45"):
        parse_figure("over 36/45", language="en")


def test_a_long_text_is_refused_and_only_its_beginning_shown():
    with pytest.raises(FigureError, match=r"^unreadable figure '1{57}…'") as refusal:
        parse_figure("1" * 4_000, language="en")
    assert len(str(refusal.value)) < 200


@pytest.mark.parametrize("language", ["fr", "EN", ""])
def test_an_unknown_number_format_is_refused(language):
    with pytest.raises(FigureError, match=f"unknown number format '{language}'; use 'vi' or 'en'"):
        parse_figure("5", language=language)


def printed(number: Decimal, language: str, grouped_by: str) -> str:
    whole, _, decimals = f"{number:f}".partition(".")
    start = len(whole) % 3 or 3
    groups = [whole[:start], *(whole[i : i + 3] for i in range(start, len(whole), 3))]
    return grouped_by.join(groups) + (MARKS[language][1] + decimals if decimals else "")


@given(st.data(), st.integers(0, 10**12), st.integers(0, 4), LANGUAGES)
def test_a_formatted_number_is_read_back_exactly(data, digits, decimals, language):
    number = Decimal(digits).scaleb(-decimals)
    group = data.draw(st.sampled_from([MARKS[language][0], " ", NBSP, ""]))
    figure = parse_figure(printed(number, language, group), language=language)
    assert figure.value == float(number)
    assert figure.low <= figure.value <= figure.high
    width = Decimal(repr(figure.high)) - Decimal(repr(figure.low))
    assert figure.is_exact if not decimals else float(width) <= 1.01 * 10**-decimals


ALPHABET = [word.replace("_", " ") for words in HEDGES.values() for word in words.split()]
ALPHABET += [*"0123456789", *"0123456789", *",./ ()%‰", " ", NBSP, "000", ",000", ".000"]
ALPHABET += ["-", "–", "[", "]", "đến", "to", "từ", "between", "and", "Prel.", "sơ bộ", "em"]
ALPHABET += ["of", "out of", "trên tổng số", "per 1,000", "phần trăm", "thousand", "triệu", "tỷ"]


@given(st.text() | st.lists(st.sampled_from(ALPHABET), max_size=9).map("".join), LANGUAGES)
def test_any_text_is_read_between_its_ends_or_refused(text, language):
    try:
        figure = parse_figure(text, language=language)
    except FigureError:
        return
    if figure.is_missing:
        assert figure.text.lower() in MISSING_MARKS
        return
    assert 0 <= figure.low <= figure.value <= figure.high


def test_random_strings_of_the_grammars_own_alphabet_are_read_or_refused():
    chance = random.Random(20261124)
    texts = ["1" * 100, "1 " * 50, "111 " * 25, "~" * 100, "about " * 16, "1/" * 50]
    texts += [
        "".join(chance.choices(ALPHABET, k=chance.randint(1, 40)))[:100] for _ in range(20_000)
    ]
    outcomes = {"read": 0, "refused": 0}
    for text in texts:
        for language in MARKS:
            try:
                assert isinstance(parse_figure(text, language=language), Figure)
                outcomes["read"] += 1
            except FigureError:
                outcomes["refused"] += 1
    assert sum(outcomes.values()) == 2 * len(texts)
    assert min(outcomes.values()) > 300


@pytest.mark.parametrize("text", ["9" * 40 + "/5", "5/" + "9" * 40, "9" * 90 + ".99", "9" * 99])
def test_very_long_numbers_are_read_or_refused(text):
    try:
        figure = parse_figure(text, language="en")
    except FigureError:
        return
    assert figure.low <= figure.value <= figure.high
