"""Several figures at once, and shares of counts, held against methods that try everything."""

from fractions import Fraction
from itertools import combinations, product
from math import floor, inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from childstats.figures.arithmetic import implied_count
from childstats.figures.figure import Interval
from childstats.figures.parse import parse_figure
from childstats.observations.constraints import Product, Sum, contradiction, names_in, widest

# a whole of parts of parts, as the catalogue's wholes are: no quantity is reached by two ways
TREE = [
    Sum("population", ("children", "adults")),
    Sum("children", ("special", "usual")),
    Sum("special", ("supported", "waiting")),
]
NAMES = sorted({name for relation in TREE for name in names_in(relation)})
ENDS = st.tuples(st.integers(0, 12), st.integers(0, 3)).map(lambda e: Interval(e[0], e[0] + e[1]))
KNOWN = st.dictionaries(st.sampled_from(NAMES), ENDS, min_size=2)


def linear(known, relations):
    """Return whether sums can hold, and each quantity's exact range, by linear programming."""
    names = sorted({n for r in relations for n in names_in(r)} | set(known))
    equations = np.zeros((len(relations), len(names)))
    for row, relation in zip(equations, relations, strict=True):
        row[names.index(relation.total)] = 1
        for part in relation.parts:
            row[names.index(part)] -= 1
    bounds = [known.get(name, (0, None)) for name in names]
    ranges = {}
    for i, name in enumerate(names):
        ends = []
        for sign in (1, -1):
            goal = np.zeros(len(names))
            goal[i] = sign
            solved = linprog(goal, A_eq=equations, b_eq=np.zeros(len(relations)), bounds=bounds)
            if solved.status == 2:
                return None
            ends.append(inf if solved.status == 3 else sign * solved.fun)
        ranges[name] = Interval(*ends)
    return ranges


@given(KNOWN)
def test_sums_are_as_narrow_as_linear_programming_finds_them(known):
    exact, found = linear(known, TREE), widest(known, TREE)
    assert (exact is None) == (found is None)
    if exact is not None:
        for name in NAMES:
            assert found[name] == pytest.approx(exact[name], abs=1e-6)


@given(KNOWN)
def test_a_contradiction_of_sums_is_real_and_minimal_by_linear_programming(known):
    clash = contradiction(known, TREE)
    if clash is None:
        assert linear(known, TREE) is not None
        return
    assert linear({name: known[name] for name in clash}, TREE) is None
    for fewer in combinations(clash, len(clash) - 1):
        assert linear({name: known[name] for name in fewer}, TREE) is not None


SHARES = [
    Product("children", "share", "people"),
    Sum("children", ("special", "rest")),
]
SMALL = st.tuples(st.integers(0, 6), st.integers(0, 2)).map(
    lambda e: Interval(e[0], min(e[0] + e[1], 6))
)


def tried(known):
    """Return every whole-number solution with quantities to 36, by trying all."""
    names = ("share", "people", "special")
    ranges = [
        range(int(known[n].low), int(known[n].high) + 1) if n in known else range(7) for n in names
    ]
    solutions = []
    for share, people, special in product(*ranges):
        children = share * people
        whole = {"share": share, "people": people, "special": special, "children": children}
        whole["rest"] = children - special
        if whole["rest"] >= 0 and all(
            known[n].low <= whole[n] <= known[n].high for n in known if n in whole
        ):
            solutions.append(whole)
    return solutions


@given(st.dictionaries(st.sampled_from(["share", "people", "special", "children", "rest"]), SMALL))
def test_no_whole_number_solution_is_lost_and_no_contradiction_has_one(known):
    solutions = tried(known)
    found = widest(known, SHARES)
    clash = contradiction(known, SHARES)
    if solutions:
        assert found is not None
        assert clash is None
        for solution in solutions:
            for name, value in solution.items():
                assert found[name].low - 1e-9 <= value <= found[name].high + 1e-9
    if clash is not None:
        assert not tried({name: known[name] for name in clash})
        assert set(clash) <= set(known)
        for fewer in combinations(clash, len(clash) - 1):
            assert contradiction({name: known[name] for name in fewer}, SHARES) is None


def rounded(count, total, digits):
    """Return a share as a printer rounds it, half up, in exact arithmetic."""
    scale = 10**digits
    return Fraction(floor(Fraction(count, total) * 100 * scale + Fraction(1, 2)), scale)


@pytest.mark.parametrize(("digits", "totals"), [(0, range(1, 121)), (1, (38, 45, 430, 463, 592))])
def test_the_counts_that_a_print_implies_are_those_that_would_be_printed_so(digits, totals):
    tried_prints = 0
    for total in totals:
        printed = {}
        for count in range(total + 1):
            printed.setdefault(rounded(count, total, digits), []).append(count)
        whole = parse_figure(str(total), language="en")
        for step in range(0, 100 * 10**digits + 1):
            share = Fraction(step, 10**digits)
            figure = parse_figure(f"{float(share):.{digits}f}", language="en", unit="percent")
            low, high = implied_count(figure, whole)
            tried_prints += 1
            assert list(range(int(low), int(high) + 1)) == printed.get(share, []), (total, share)
    assert tried_prints >= 5_000


def test_an_excluded_end_never_invents_a_contradiction():
    # over 216,000 is below 217,000: a total of exactly 217,000 is let pass, by one child
    over = parse_figure("over 216,000", language="en").interval
    assert (
        contradiction(
            {"part": over, "all": Interval(217_000, 217_000)},
            [Sum("all", ("part", "none")), Sum("none", ("nil",))],
        )
        is None
    )
    more = {"part": over, "all": Interval(217_001, 217_001), "none": Interval(0, 0)}
    assert contradiction(more, [Sum("all", ("part", "none"))]) == ["part", "all", "none"]
