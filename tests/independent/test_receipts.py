"""Every receipt of the edition, computed again from data/raw without the library."""

import ast
import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from math import ceil, floor
from pathlib import Path
from typing import Any

import pytest
from independent import formulas as f
from independent.figures import ROOT, Figure, read_all

FIGURES = read_all()
REPORTS = sorted((ROOT / "reports" / "data").glob("*.numbers.csv"))
DIGITS = 2e-9
"""Relative: estimates are published with ten digits."""
Limits = tuple[float | None, ...]


@dataclass(frozen=True)
class Receipt:
    """One row of a numbers.csv."""

    row: dict[str, str]
    report: str

    @property
    def inputs(self) -> list[Figure]:
        return [FIGURES[name] for name in self.row["inputs"].split()]

    @property
    def arguments(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.row["arguments"] or "{}")
        return found


def receipts() -> Iterator[Receipt]:
    for path in REPORTS:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                yield Receipt(row, path.name.removesuffix(".numbers.csv"))


RECEIPTS = list(receipts())


def counts(r: Receipt) -> tuple[float, float, float, float]:
    """Return cases and total of the exposed and of the reference, which may be a rest."""
    here, there = r.inputs
    rest = (here.numerator, here.denominator) if r.arguments.get("rest") else (0, 0)
    return (
        here.numerator,
        here.denominator,
        there.numerator - rest[0],
        there.denominator - rest[1],
    )


def difference_of_counts(r: Receipt) -> Limits:
    """Return a difference of shares; of complete counts chance plays no part in it."""
    found = f.risk_difference(*counts(r))
    return (found[0],) * 3 if r.arguments.get("basis") == "complete" else found


def one_side(r: Receipt) -> tuple[float, float]:
    """Return the counts of one area, or of what is left of a wider one."""
    if r.arguments.get("rest"):
        return counts(r)[2:]
    if len(r.inputs) == 2:  # a count and its whole
        return r.inputs[0].value, r.inputs[1].value
    (figure,) = r.inputs
    return figure.numerator, figure.denominator


def strata(r: Receipt) -> list[tuple[float, float, float, float]]:
    """Return the strata of pairs of figures; a rest where the second contains the first."""
    found = []
    for here, there in zip(r.inputs[::2], r.inputs[1::2], strict=True):
        rest = (here.numerator, here.denominator) if here.area != there.area else (0, 0)
        found.append((here.numerator, here.denominator, there.numerator - rest[0],
                      there.denominator - rest[1]))  # fmt: skip
    return found


def share_of(part: Figure, whole: Figure) -> tuple[float, float]:
    low, high = part.low / whole.high, part.high / whole.low
    return low, min(high, 1.0)


def shares(r: Receipt) -> tuple[tuple[float, float], tuple[float, float]]:
    here, there, whole_here, whole_there = r.inputs
    return share_of(here, whole_here), share_of(there, whole_there)


def limits_of_nearest(r: Receipt, statistic: Any) -> tuple[float, float]:
    """Return the limits at the whole counts nearest to two printed shares of samples."""
    here, there = r.inputs
    counted = ((round(x.value * x.denominator), x.denominator) for x in (here, there))
    (a, n), (c, m) = counted
    found: tuple[float, float] = statistic(a, n, c, m)[1:]
    return found


def groups(r: Receipt) -> tuple[list[float], list[float]]:
    values = [figure.value for figure in r.inputs]
    return values, [(figure.upper - figure.lower) / (2 * f.Z) for figure in r.inputs]


def gap(r: Receipt, *, relative: bool) -> Limits:
    """Return the gap of the worse and the better group, positive where the worse is behind."""
    worse, better = r.inputs
    upper, lower = (better, worse) if r.arguments["polarity"] == "higher" else (worse, better)
    if r.arguments["basis"] == "sample":
        errors = tuple((x.upper - x.lower) / (2 * f.Z) for x in (upper, lower))
        return (f.ratio if relative else f.difference)(upper.value, lower.value, errors)
    names = ("lower", "upper") if r.arguments["basis"] == "bounds" else ("low", "high")
    (u0, u1), (l0, l1) = ([getattr(x, name) for name in names] for x in (upper, lower))
    if relative:
        return (upper.value / lower.value, u0 / l1, u1 / l0)
    return (upper.value - lower.value, u0 - l1, u1 - l0)


def signed_gap(r: Receipt) -> Limits:
    """Return a gap as sentences have it: without a sign where it is clear."""
    value, low, high = gap(r, relative=False)
    return (-value, -high, -low) if high < 0 else (value, low, high)


def catalogue(name: str) -> list[dict[str, str]]:
    with (ROOT / "data" / "catalogue" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def target(r: Receipt) -> float:
    (row,) = (
        row for row in catalogue("indicators") if row["indicator"] == r.arguments["indicator"]
    )
    return float(row["target"])


def screened(r: Receipt) -> list[tuple[float, ...]]:
    operated, whole = r.inputs
    return [f.wilson(operated.value, total) for total in (floor(whole.high), ceil(whole.low))]


def more_cases(r: Receipt) -> Limits:
    """Return how many more cases there are than with the other's share."""
    if len(r.inputs) == 4:
        (a, b), (c, d) = shares(r)
        people = r.inputs[2].value
        return ((a - d + b - c) / 2 * people, (a - d) * people, (b - c) * people)
    found = difference_of_counts(r)
    return tuple(part * counts(r)[1] for part in found)


def cases_in_words(r: Receipt) -> Limits:
    """Return a number of cases: in a table with its sign, in a sentence without."""
    found = tuple(map(round, more_cases(r)))
    return (abs(found[0]),) if r.row["kind"] == "count" else found


def middle(low: float, high: float) -> Limits:
    return ((low + high) / 2, low, high)


def years(r: Receipt) -> list[int]:
    return [int(figure.period) for figure in r.inputs]


def checks() -> list[dict[str, str]]:
    """Return what the checks found: their own table, which is published beside the data."""
    path = ROOT / "data" / "processed" / "checks.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def edition_year(r: Receipt) -> int:
    return int(next(part for part in r.report.replace(".", "-").split("-") if len(part) == 4
                    and part.isdigit()))  # fmt: skip


def area_of(r: Receipt) -> str:
    return "VNM" if r.report.startswith("vnm") else "-".join(r.report.split("-")[:2]).upper()


def in_time(period: str, year: int) -> bool:
    """Return whether a period begins by a year, and ends by the next."""
    start, _, length = period.partition("/P")
    first, month = int(start[:4]), int(start[5:7] or 1)
    months = int(length[:-1]) * (12 if length[-1] == "Y" else 1) if length else 12
    return first <= year and first + (month + months - 2) // 12 <= year + 1


def found_by_checks(r: Receipt) -> list[dict[str, str]]:
    areas = r.arguments.get("areas") or [area_of(r)]
    return [
        row
        for row in checks()
        if row["ref_area"] in areas
        and in_time(row["time_period"], edition_year(r))
        and all(row[k] == r.arguments[k] for k in ("check", "verdict") if k in r.arguments)
    ]


def half_width(figure: Figure) -> float:
    _, low, high = figure.own
    return float(f"{(high - low) / 2:.1g}")


def surveys(r: Receipt, side: str) -> int:
    pairs = list(zip(r.inputs[::2], r.inputs[1::2], strict=True))
    found = {"above": 0, "within": 0, "below": 0}
    for survey, reported in pairs:
        _, low, high = f.wilson(survey.value * survey.denominator, survey.denominator)
        value = reported.numerator / reported.denominator
        low, high, value = (round(x, 3) for x in (low, high, value))  # as they are printed
        found["above" if value > high else "below" if value < low else "within"] += 1
    return found[side]


def line(r: Receipt) -> float:
    """Return the slope of the least-squares line."""
    from scipy import stats  # noqa: PLC0415  # only here

    return float(stats.linregress(years(r), [x.value for x in r.inputs]).slope)


def gap_to_target(r: Receipt) -> float:
    (figure,) = r.inputs
    return abs(figure.value - target(r))


FORMULAS: dict[str, Any] = {
    "print": lambda r: r.inputs[0].value,
    "edition": lambda r: r.inputs[0].value,
    "print.low": lambda r: r.inputs[0].low,
    "print.high": lambda r: r.inputs[0].high,
    "print.numerator": lambda r: r.inputs[0].numerator,
    "print.denominator": lambda r: r.inputs[0].denominator,
    "print.in_unit": lambda r: r.inputs[0].own[0],
    "print.in_unit.low": lambda r: r.inputs[0].own[1],
    "print.in_unit.high": lambda r: r.inputs[0].own[2],
    "print.half_width": lambda r: [half_width(x) for x in r.inputs if x.own],
    "bounds.low": lambda r: r.inputs[0].lower,
    "bounds.high": lambda r: r.inputs[0].upper,
    "share": lambda r: r.inputs[0].numerator / r.inputs[0].denominator,
    "share_of.low": lambda r: share_of(*r.inputs)[0],
    "share_of.high": lambda r: share_of(*r.inputs)[1],
    "share_of_counts": lambda r: one_side(r)[0] / one_side(r)[1],
    "share_of_counts.low": lambda r: one_side(r)[0] / one_side(r)[1],
    "share_of_counts.high": lambda r: one_side(r)[0] / one_side(r)[1],
    "share_of_counts.numerator": lambda r: one_side(r)[0],
    "share_of_counts.denominator": lambda r: one_side(r)[1],
    "proportion.low": lambda r: f.wilson(*one_side(r))[1],
    "proportion.high": lambda r: f.wilson(*one_side(r))[2],
    "sample_share.low": lambda r: f.wilson(
        r.inputs[0].value * r.inputs[0].denominator, r.inputs[0].denominator
    )[1],
    "sample_share.high": lambda r: f.wilson(
        r.inputs[0].value * r.inputs[0].denominator, r.inputs[0].denominator
    )[2],
    "share_of_screened.low": lambda r: min(x[0] for x in screened(r)),
    "share_of_screened.high": lambda r: max(x[0] for x in screened(r)),
    "share_of_screened.envelope.low": lambda r: min(x[1] for x in screened(r)),
    "share_of_screened.envelope.high": lambda r: max(x[2] for x in screened(r)),
    "rate": lambda r: f.byar(r.inputs[0].value, r.inputs[1].value, r.arguments["per"]),
    "rate.low": lambda r: f.byar(r.inputs[0].value, 1, 1)[1],
    "rate.high": lambda r: f.byar(r.inputs[0].value, 1, 1)[2],
    "risk_ratio": lambda r: f.risk_ratio(*counts(r)),
    "risk_difference": difference_of_counts,
    "ratio_of_shares": lambda r: f.geometric_mean(*f.interval_ratio(*shares(r))),
    "ratio_of_shares.printed.low": lambda r: f.interval_ratio(*shares(r))[0],
    "ratio_of_shares.printed.high": lambda r: f.interval_ratio(*shares(r))[1],
    "difference_of_shares": lambda r: middle(
        shares(r)[0][0] - shares(r)[1][1], shares(r)[0][1] - shares(r)[1][0]
    ),
    "number_of_cases": cases_in_words,
    "number_of_cases.low": lambda r: min(abs(round(x)) for x in more_cases(r)[1:]),
    "number_of_cases.high": lambda r: max(abs(round(x)) for x in more_cases(r)[1:]),
    "sample_ratio": lambda r: (
        r.inputs[0].value / r.inputs[1].value,
        *limits_of_nearest(r, f.risk_ratio),
    ),
    "sample_difference": lambda r: (
        r.inputs[0].value - r.inputs[1].value,
        *limits_of_nearest(r, f.risk_difference),
    ),
    "sample_ratio.printed.low": lambda r: r.inputs[0].low / r.inputs[1].high,
    "sample_ratio.printed.high": lambda r: r.inputs[0].high / r.inputs[1].low,
    "ratio_of": lambda r: r.inputs[0].value / r.inputs[1].value,
    "ratio_of.printed.low": lambda r: r.inputs[0].low / r.inputs[1].high,
    "ratio_of.printed.high": lambda r: r.inputs[0].high / r.inputs[1].low,
    "difference_of": lambda r: middle(
        r.inputs[0].low - r.inputs[1].high, r.inputs[0].high - r.inputs[1].low
    ),
    "mantel_haenszel": lambda r: f.mantel_haenszel(strata(r)),
    "mantel_haenszel.statistic": lambda r: f.heterogeneity(strata(r))[0],
    "mantel_haenszel.degrees_of_freedom": lambda r: f.heterogeneity(strata(r))[1],
    "mantel_haenszel.p_value": lambda r: f.heterogeneity(strata(r))[2],
    "mantel_haenszel.p_value.below": lambda r: (
        0.001 if f.heterogeneity(strata(r))[2] < 0.001 else None
    ),
    "mantel_haenszel.i_squared": lambda r: max(
        0.0, 1 - f.heterogeneity(strata(r))[1] / f.heterogeneity(strata(r))[0]
    ),
    "strata": lambda r: len(strata(r)),
    "theil_sen": lambda r: f.theil_sen([x.value for x in r.inputs], years(r)),
    "average_annual_change": lambda r: f.average_annual_change(
        [x.value for x in r.inputs], years(r)
    ),
    "projection_to_target.annual_change": line,
    "change_of_denominator": lambda r: r.inputs[1].denominator / r.inputs[0].denominator - 1,
    "zero_dose": lambda r: 1 - r.inputs[0].numerator / r.inputs[0].denominator,
    "zero_dose.children": lambda r: r.inputs[0].denominator - r.inputs[0].numerator,
    "drop_out": lambda r: 1 - r.inputs[1].numerator / r.inputs[0].numerator,
    "drop_out.children": lambda r: r.inputs[0].numerator - r.inputs[1].numerator,
    "difference": lambda r: gap(r, relative=False),
    "ratio": lambda r: gap(r, relative=True),
    "slope_index_of_inequality": lambda r: f.slope_index(*groups(r)),
    "relative_index_of_inequality": lambda r: f.relative_index(*groups(r)),
    "concentration_index": lambda r: f.concentration(*groups(r), relative=False),
    "relative_concentration_index": lambda r: f.concentration(*groups(r), relative=True),
    "population_attributable_fraction": lambda r: f.attributable_fraction(*groups(r)),
    "mean": lambda r: sum(x.value for x in r.inputs) / len(r.inputs),
    "target": target,
    "difference_to_target": gap_to_target,
    "change": lambda r: r.inputs[0].value - r.inputs[1].value,
    "count": lambda r: len(set(r.row["inputs"].split())),
    "years": lambda r: len({x.period for x in r.inputs}),
    "sources": lambda r: len({x.id.partition(":")[0] for x in r.inputs}),
    "surveys.above": lambda r: surveys(r, "above"),
    "surveys.within": lambda r: surveys(r, "within"),
    "surveys.below": lambda r: surveys(r, "below"),
    "findings": lambda r: len(found_by_checks(r)),
    "findings.others": lambda r: len(found_by_checks(r)) - r.arguments["shown"],
    "checks.failed": lambda r: len({row["check"] for row in found_by_checks(r)}),
    "constant": lambda r: float(r.row["value"]),  # of a definition: a thousand births
}
OF_THE_CODE = {
    "checks": "how many checks the library has",
    "indicators": "indicators of the catalogue by what is held of them",
    "figures_repeated": "figures in several editions of one office",
    "figures_repeated.alike": "those of them that did not change",
}
"""Numbers of things that only the library tells apart; their tests are elsewhere."""


def as_limits(found: Any) -> list[Any]:
    return list(found) if isinstance(found, tuple) else [found]


@pytest.mark.parametrize("formula", sorted({r.row["formula"] for r in RECEIPTS}))
def test_every_receipt_is_computed_again(formula: str) -> None:
    of_it = [r for r in RECEIPTS if r.row["formula"] == formula]
    if formula in OF_THE_CODE:
        assert all(float(r.row["value"]) >= 0 for r in of_it)
        return
    assert formula in FORMULAS, f"nobody knows {formula}"
    for r in of_it:
        expected = as_limits(FORMULAS[formula](r))
        if len(expected) == 1 and isinstance(expected[0], list):
            assert min(abs(float(r.row["value"]) - x) for x in expected[0]) < DIGITS
            continue
        for name, number in zip(("value", "low", "high"), expected, strict=False):
            if r.row[name] == "":
                continue
            shown = float(r.row[name])
            assert abs(shown - number) <= DIGITS * max(1.0, abs(number)), (name, number, r)


@pytest.mark.parametrize("report", sorted({r.report for r in RECEIPTS}))
def test_what_is_printed_is_the_number_with_its_digits(report: str) -> None:
    comma = report.endswith(".vi")
    for r in (r for r in RECEIPTS if r.report == report):
        for text, name in (("text", "value"), ("low_text", "low"), ("high_text", "high")):
            written, number = r.row[text], r.row[name]
            if not written or r.row["formula"] in {"print", "share", "edition"}:
                continue  # with hedges and ranges: what the source prints
            scale = 100 if r.row["percent"] == "true" else 1
            unit = Decimal(1).scaleb(-int(r.row["digits"]))
            exact = Decimal(repr(float(f"{float(number) * scale:.12g}")))
            if "e" in repr(exact) or abs(float(exact)) == float("inf"):
                continue
            expected = f"{exact.quantize(unit, ROUND_HALF_EVEN):z,}"
            if comma:
                expected = expected.translate({ord(","): ".", ord("."): ","})
            shown = written.replace("\u2212", "-").lstrip("+").removesuffix("%")
            assert shown == expected, r


def test_enough_is_checked() -> None:
    assert len(REPORTS) == 10
    assert len(RECEIPTS) > 1500
    formulas = {r.row["formula"] for r in RECEIPTS}
    assert len(formulas - set(OF_THE_CODE)) > 50


def test_nothing_of_the_library_is_used() -> None:
    for path in Path(__file__).parent.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = [n.name for node in ast.walk(tree) if isinstance(node, ast.Import)
                 for n in node.names]  # fmt: skip
        names += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        assert not [name for name in names if name.startswith("childstats")]
