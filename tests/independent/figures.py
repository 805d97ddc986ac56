"""The published figures, read from data/raw with pandas alone: value, range, counts, bounds."""

import re
import tomllib
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).parents[2]
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
PAIR = re.compile(r"(\d[\d.,]*) (?:out of|of|/|trên) (\d[\d.,]*)|^(\d[\d.,]*)/(\d[\d.,]*)$")
ABOUT = re.compile(r"\b(?:about|approximately|around|some|khoảng|gần khoảng)\b", re.IGNORECASE)
OVER = re.compile(r"\b(?:over|more than|hơn|trên)\b", re.IGNORECASE)
NEARLY = re.compile(r"\b(?:nearly|almost|gần)\b", re.IGNORECASE)
THOUSAND = re.compile(r"\d (?:thousand|nghìn|ngàn)\b", re.IGNORECASE)
PERCENT = re.compile(r"%|per ?cent\b|phần trăm", re.IGNORECASE)
PER_1000 = re.compile(r"per thousand|‰", re.IGNORECASE)


@dataclass(frozen=True)
class Figure:
    """One row of a figures.csv; value and range in the unit of its observation."""

    id: str
    indicator: str
    area: str
    period: str
    value: float | None
    low: float | None
    high: float | None
    own: tuple[float, float, float] | None
    """Value and range in the printed unit."""
    numerator: int | None
    denominator: int | None
    lower: float | None
    upper: float | None
    decimals: int


def number(text: str, comma: bool) -> Decimal:
    """Return a printed number; `comma` says that the comma is the decimal sign."""
    group, point = (".", ",") if comma else (",", ".")
    return Decimal(text.replace(group, "").replace(point, "."))


def read_all() -> dict[str, Figure]:
    """Return every figure by its id: folder and line."""
    found = {}
    for path in sorted(ROOT.glob("data/raw/*/figures.csv")):
        source = tomllib.loads((path.parent / "source.toml").read_text(encoding="utf-8"))
        rows = pd.read_csv(path, dtype=str, keep_default_na=False)
        for line, row in enumerate(rows.to_dict("records"), start=2):
            name = f"{path.parent.name}:{line}"
            found[name] = _figure(name, row, comma=source["language"] == "vi")
    return found


def _figure(name: str, row: dict[str, str], *, comma: bool) -> Figure:
    text, unit = row["text"].strip(), row["unit"]
    counts = [row["numerator_text"], row["denominator_text"]]
    pair = PAIR.search(text)
    if pair:
        counts = [part for part in pair.groups() if part]
        rest = text[pair.end() :]
        text = rest if NUMBER.search(rest) else ""
    numerator, denominator = (int(number(c, comma)) if c else None for c in counts)
    printed = NUMBER.search(text) if unit != "unclear" else None
    scale = Decimal(1)
    if unit in {"percent"} or PERCENT.search(text):
        scale = Decimal("0.01")
    elif unit == "thousand_persons":
        scale = Decimal(1000)
    own = decimals = None
    if printed:
        value = number(printed[0], comma)
        decimals = max(0, -int(value.as_tuple().exponent))
        factor = Decimal(1000) if THOUSAND.search(text) else Decimal(1)
        exact = not decimals and scale == factor == 1 and unit in {"persons", "number"}
        own = tuple(part * factor for part in _range(text, value, exact))
    if own and scale == Decimal("0.01") and "coverage_reported" not in row["indicator"]:
        own = (own[0], own[1], min(own[2], Decimal(100)))
    scaled = [float(part * scale) for part in own] if own else [None] * 3
    if own is None and numerator is not None and denominator:
        scaled = [numerator / denominator] * 3
    bounds = [
        float(number(row[c], comma) * scale) if row.get(c) else None
        for c in ("lower_text", "upper_text")
    ]
    return Figure(
        name,
        row["indicator"],
        row["ref_area"],
        row["time_period"],
        *scaled,
        tuple(map(float, own)) if own else None,
        numerator,
        denominator,
        *bounds,
        decimals or 0,
    )


def _range(text: str, value: Decimal, exact: bool) -> tuple[Decimal, Decimal, Decimal]:
    """Return value, low and high of a print, after docs/assumptions.md, 1."""
    last = Decimal(1).scaleb(int(value.as_tuple().exponent))  # of the last printed digit
    zeros = last
    if value == value.to_integral_value() and value != 100:
        digits = str(int(value))
        zeros = Decimal(10) ** (len(digits) - len(digits.rstrip("0")))
    if ABOUT.search(text):
        return value, value - zeros / 2, value + zeros / 2
    if OVER.search(text):
        return value, value, value + zeros
    if NEARLY.search(text):
        return value, value - zeros, value
    if exact:
        return value, value, value
    return value, value - last / 2, value + last / 2
