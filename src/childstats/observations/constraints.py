"""Several figures at once: the widest values that all allow, or the fewest that contradict."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf

from childstats.figures.figure import Interval

MOST_ROUNDS = 200
"""Propagation stops here at the latest; it narrows by halves, so far fewer rounds do."""
TOLERANCE = 1e-9
"""Relative overlap that binary fractions may lose before a contradiction is claimed."""


@dataclass(frozen=True, slots=True)
class Product:
    """``result = factor × other``: a count is a share of its whole.

    Attributes
    ----------
    result, factor, other
        Names of quantities, all non-negative.
    """

    result: str
    factor: str
    other: str


@dataclass(frozen=True, slots=True)
class Sum:
    """``total`` is the sum of ``parts``.

    Attributes
    ----------
    total
        Name of a quantity.
    parts
        Names of the quantities that add up to it.
    """

    total: str
    parts: tuple[str, ...]


Relation = Product | Sum


def widest(
    known: Mapping[str, Interval], relations: Sequence[Relation]
) -> dict[str, Interval] | None:
    """Return the values that all figures and relations together still allow.

    Parameters
    ----------
    known
        Name of a quantity to its printed interval; quantities that no figure gives are
        unbounded, 0 or more.
    relations
        What must hold between the quantities.

    Returns
    -------
    dict or None
        An interval for every quantity, found by narrowing each relation until nothing changes;
        None when no values fit. The intervals hold every solution; they may hold more.

    Examples
    --------
    >>> known = {"children": Interval(208222, 208222), "share": Interval(0.3115, 0.3125)}
    >>> allowed = widest(known, [Product("children", "share", "people")])
    >>> [round(end) for end in allowed["people"]]
    [666310, 668449]
    """
    values = {name: Interval(0, inf) for relation in relations for name in names_in(relation)}
    values.update(known)
    for _ in range(MOST_ROUNDS):
        before = dict(values)
        for relation in relations:
            narrowed = (
                _narrow_product(values, relation)
                if isinstance(relation, Product)
                else _narrow_sum(values, relation)
            )
            for name, interval in narrowed.items():
                kept = _intersection(values[name], interval)
                if kept is None:
                    return None
                values[name] = kept
        if values == before:
            break
    return values


def contradiction(known: Mapping[str, Interval], relations: Sequence[Relation]) -> list[str] | None:
    """Return a smallest set of figures that cannot all be true, or None when all can.

    Parameters
    ----------
    known, relations
        As for `widest`.

    Returns
    -------
    list of str or None
        Names of figures: without any one of them the others fit together. There may be other
        such sets.

    Examples
    --------
    >>> figures = {"boys": Interval(5, 5), "girls": Interval(4, 4), "all": Interval(10, 10),
    ...            "schools": Interval(3, 3)}
    >>> contradiction(figures, [Sum("all", ("boys", "girls"))])
    ['boys', 'girls', 'all']
    """
    if widest(known, relations) is not None:
        return None
    needed = dict(known)
    for name in known:
        without = {other: interval for other, interval in needed.items() if other != name}
        if widest(without, relations) is None:
            needed = without
    return list(needed)


def names_in(relation: Relation) -> tuple[str, ...]:
    """Return the quantities that a relation binds."""
    if isinstance(relation, Product):
        return (relation.result, relation.factor, relation.other)
    return (relation.total, *relation.parts)


def _narrow_product(values: Mapping[str, Interval], relation: Product) -> dict[str, Interval]:
    result, factor, other = (values[name] for name in names_in(relation))
    return {
        relation.result: Interval(_times(factor.low, other.low), _times(factor.high, other.high)),
        relation.factor: _quotient(result, other),
        relation.other: _quotient(result, factor),
    }


def _narrow_sum(values: Mapping[str, Interval], relation: Sum) -> dict[str, Interval]:
    total, parts = values[relation.total], [values[name] for name in relation.parts]
    low, high = sum(p.low for p in parts), sum(p.high for p in parts)
    narrowed = {relation.total: Interval(low, high)}
    for name, part in zip(relation.parts, parts, strict=True):
        most = inf if total.high == inf else total.high - (low - part.low)
        least = 0.0 if high == inf else total.low - (high - part.high)
        narrowed[name] = Interval(max(least, 0.0), most)
    return narrowed


def _times(a: float, b: float) -> float:
    return 0.0 if 0 in {a, b} else a * b


def _quotient(result: Interval, divisor: Interval) -> Interval:
    """Return what times `divisor` can give `result`; anything where the divisor may be 0."""
    low = 0.0 if divisor.high in {0, inf} else result.low / divisor.high
    high = inf if divisor.low == 0 or result.high == inf else result.high / divisor.low
    return Interval(low, high)


def _intersection(one: Interval, other: Interval) -> Interval | None:
    low, high = max(one.low, other.low), min(one.high, other.high)
    if low <= high:
        return Interval(low, high)
    if low - high <= TOLERANCE * max(abs(low), abs(high)):
        return Interval(high, low)
    return None
