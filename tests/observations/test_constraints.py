"""Several figures at once: every solution is kept, and a contradiction is as small as can be."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from childstats.figures.figure import Interval
from childstats.observations.constraints import Product, Sum, contradiction, widest

CHILDREN = Interval(208_222, 208_222)
SHARE = Interval(0.3115, 0.3125)
SPECIAL = Interval(6_847, 6_847)
PEOPLE = Product("children", "share", "people")
CIRCUMSTANCES = Product("special", "special_share", "children")


def point(value: float) -> Interval:
    return Interval(value, value)


def test_what_no_figure_gives_is_worked_out_from_the_others() -> None:
    allowed = widest(
        {"children": CHILDREN, "share": SHARE, "special": SPECIAL}, [PEOPLE, CIRCUMSTANCES]
    )
    assert allowed["people"] == pytest.approx((208_222 / 0.3125, 208_222 / 0.3115))
    assert allowed["special_share"] == pytest.approx((6_847 / 208_222, 6_847 / 208_222))


def test_a_chain_of_relations_narrows_from_end_to_end() -> None:
    known = {"boys": Interval(90, 110), "girls": Interval(95, 105), "share": point(0.5),
             "people": Interval(380, 400)}  # fmt: skip
    allowed = widest(
        known, [Sum("children", ("boys", "girls")), Product("children", "share", "people")]
    )
    assert allowed["children"] == pytest.approx((190, 200))
    assert allowed["boys"] == pytest.approx((90, 200 - 95))
    assert allowed["people"] == pytest.approx((380, 400))


def test_the_misprint_of_2020_contradicts_population_and_usual_share() -> None:
    known = {"children": point(124_472), "share": Interval(0.29, 0.34), "people": point(613_480)}
    assert contradiction(known, [PEOPLE]) == ["children", "share", "people"]
    assert contradiction(known | {"children": Interval(190_000, 200_000)}, [PEOPLE]) is None


def test_figures_that_have_no_part_in_a_contradiction_are_not_named() -> None:
    known = {
        "boys": point(5),
        "girls": point(4),
        "all": point(10),
        "share": SHARE,
        "people": point(9),
    }
    assert contradiction(known, [Sum("all", ("boys", "girls")), PEOPLE]) == ["boys", "girls", "all"]


VALUES = st.integers(0, 50)


@given(VALUES, VALUES, st.integers(0, 10), st.lists(st.integers(0, 9), min_size=10, max_size=10))
def test_no_solution_is_ever_lost(boys: int, girls: int, per: int, slack: list[int]) -> None:
    truth = {"boys": boys, "girls": girls, "all": boys + girls, "factor": per,
             "product": per * (boys + girls)}  # fmt: skip
    known = {
        name: Interval(max(0, value - slack[2 * i]), value + slack[2 * i + 1])
        for i, (name, value) in enumerate(truth.items())
    }
    relations = [Sum("all", ("boys", "girls")), Product("product", "factor", "all")]
    allowed = widest(known, relations)
    assert allowed is not None
    for name, value in truth.items():
        assert allowed[name].low - 1e-9 <= value <= allowed[name].high + 1e-9
        assert known[name].low <= allowed[name].low <= allowed[name].high <= known[name].high
    assert contradiction(known, relations) is None


@given(st.lists(st.integers(0, 5), min_size=3, max_size=3), st.integers(0, 20))
def test_a_contradiction_is_minimal(parts: list[int], total: int) -> None:
    names = ("a", "b", "c")
    known = dict(zip(names, map(point, parts), strict=True)) | {"total": point(total)}
    relations = [Sum("total", names)]
    found = contradiction(known, relations)
    if sum(parts) == total:
        assert found is None
        return
    assert widest({n: known[n] for n in found}, relations) is None
    for fewer in combinations(found, len(found) - 1):
        assert widest({n: known[n] for n in fewer}, relations) is not None


def test_zero_and_unbounded_quantities_are_handled() -> None:
    known = {"result": point(0), "factor": point(0)}
    allowed = widest(known, [Product("result", "factor", "other")])
    assert allowed == {"result": (0, 0), "factor": (0, 0), "other": (0, float("inf"))}
    assert contradiction(
        {"r": point(5), "f": point(0), "o": Interval(0, 9)}, [Product("r", "f", "o")]
    )
    assert widest({}, [Sum("t", ("a", "b"))])["a"] == (0, float("inf"))
