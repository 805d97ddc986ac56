"""A number that cannot be is refused; one that can is written with its digits and a receipt."""

import pytest

from childstats.language import Language
from childstats.text.number import Kind, Number, NumberError
from childstats.text.receipts import Receipts, of_page, printed_tokens, tokens

EN, VI = Language("en"), Language("vi")
NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("kind", "value", "more"),
    [
        (Kind.SHARE, -92.9686, {}),  # the share that was once published
        (Kind.SHARE, 1.01, {}),
        (Kind.COUNT, -224, {}),
        (Kind.RATE, -0.1, {}),
        (Kind.RATIO, -1, {}),
        (Kind.P_VALUE, 1.2, {}),
        (Kind.CHANGE, -1.5, {}),
        (Kind.YEAR, 3000, {}),
        (Kind.SHARE, NAN, {}),
        (Kind.COUNT, INF, {}),
        (Kind.DIFFERENCE, INF, {}),
        (Kind.SHARE, 0.999, {"low": 0.943, "high": 0.97}),
        (Kind.RATIO, 0.5, {"low": 0.6, "high": 0.9}),
        (Kind.SHARE, 0.5, {"low": -0.1, "high": 0.6}),
        (Kind.SHARE, 1.6, {"most": 1.5}),
    ],
)
def test_a_number_that_cannot_be_is_refused(kind, value, more):
    with pytest.raises(NumberError, match="risk_ratio of a:1"):
        Number(kind, value, "risk_ratio", ("a:1",), **more)


@pytest.mark.parametrize(
    ("kind", "value", "how", "en", "vi"),
    [
        (Kind.SHARE, 0.955, {"digits": 1, "percent": True}, "95.5%", "95,5%"),
        (Kind.SHARE, 1.002, {"digits": 1, "percent": True, "most": INF}, "100.2%", "100,2%"),
        (Kind.COUNT, 208222, {}, "208,222", "208.222"),
        (Kind.DIFFERENCE, -0.0144, {"digits": 1, "percent": True, "sign": True}, "−1.4", "−1,4"),
        (Kind.DIFFERENCE, 0.0001, {"digits": 1, "percent": True, "sign": True}, "0.0", "0,0"),
        (Kind.DIFFERENCE, -0.0001, {"digits": 1, "percent": True, "sign": True}, "0.0", "0,0"),
        (Kind.CHANGE, 0.104710172203, {"digits": 1, "percent": True}, "10.5%", "10,5%"),
        (Kind.RATIO, INF, {"digits": 2}, "∞", "∞"),
        (Kind.RATIO, 1.188311067, {"digits": 2}, "1.19", "1,19"),
    ],
)
def test_a_number_is_written_in_both_languages(kind, value, how, en, vi):
    number = Number(kind, value, "f", **how)
    assert (number.written(EN).value, number.written(VI).value) == (en, vi)


def test_a_receipt_holds_text_value_formula_and_inputs_once():
    receipts = Receipts(EN)
    number = Number(
        *(Kind.RATIO, 1.188311067, "risk_ratio", ("a:1", "b:2"), 1.134407, INF),
        digits=2,
        arguments={"rest": True},
    )
    assert receipts.write(number) == receipts.write(number) == ("1.19", "1.13", "∞")
    (receipt,) = receipts.to_json()["numbers"]
    assert receipt["value"] == 1.188311067
    assert receipt["high"] is None  # JSON and spreadsheets have no infinity
    assert (receipt["formula"], receipt["inputs"]) == ("risk_ratio", ["a:1", "b:2"])
    assert receipt["arguments"] == {"rest": True}
    assert printed_tokens([receipt]) == {"1.19", "1.13"}


def test_of_a_small_area_no_digit_more_than_printed_is_kept():
    exact = Number(Kind.SHARE, 285 / 310, "share", digits=0, percent=True)
    kept = []
    for published_only in (False, True):
        receipts = Receipts(EN, published_only=published_only)
        receipts.write(exact)
        kept.append(receipts.to_json()["numbers"][0]["value"])
    assert kept == [0.91935483871, 0.92]


def test_only_receipts_of_the_page_are_kept():
    shown = [{"text": text, "low_text": "", "high_text": ""} for text in ("41.7%", "18.2", "–")]
    assert of_page(shown, ["It was 41.7% in 2025."]) == [shown[0], shown[2]]
    assert tokens("1.714.877 trên 1.775.657, ngày 24/11") == ["1.714.877", "1.775.657", "24", "11"]
