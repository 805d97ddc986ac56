"""Dimensions and their hierarchies: refused where they cannot be, and totals formed along them."""

import itertools
from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from childstats.codes import TOTAL
from childstats.statistics.disclosure.cells import NOT_DIMENSIONS, Parents, cells_of


def check_dimensions(
    tables: Mapping[str, pd.DataFrame],
    dimensions: Sequence[str] | None,
    parents: Parents,
    keep: Sequence[Mapping[str, str]],
) -> None:
    """Refuse a dimension that no table has, and a hierarchy that goes round in a circle.

    Parameters
    ----------
    tables
        Tables by name.
    dimensions
        Columns that are dimensions, or None for all.
    parents
        Hierarchies.
    keep
        Codes of cells to be shown.

    Raises
    ------
    ValueError
        If there is one; the message names the argument.
    """
    columns = {str(c) for table in tables.values() for c in table.columns} - {*NOT_DIMENSIONS}
    for name in dimensions or ():
        _refuse_unknown("dimensions", name, columns)
    known = columns if dimensions is None else {*dimensions}
    for name, above in parents.items():
        _refuse_unknown("parents", name, known)
        for code in above:
            _refuse_circle(name, str(code), {str(c): str(p) for c, p in above.items()})
    for number, wanted in enumerate(keep):
        for name in wanted:
            _refuse_unknown(f"keep[{number}]", name, known)


def with_totals(
    name: str, table: pd.DataFrame, dimensions: Sequence[str] | None, parents: Parents
) -> pd.DataFrame:
    """Return a table of the finest cells with the totals of all dimensions and hierarchies.

    Parameters
    ----------
    name
        The table's name, for messages.
    table
        Dimensions and ``obs_value``; no row is a total.
    dimensions
        Columns that are dimensions; all but ``obs_…`` unless given.
    parents
        Hierarchies of any number of levels.

    Returns
    -------
    DataFrame
        Dimensions and ``obs_value``: the rows given, then their totals in sorted order. What is
        in no row counts as none.

    Raises
    ------
    ValueError
        If a row is a total already, or two rows are the same cell.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"ref_area": ["a", "b"], "obs_value": [3, 4]})
    >>> with_totals("t", table, None, {"ref_area": {"a": "p", "b": "p"}}).values.tolist()
    [['a', 3], ['b', 4], ['_T', 7], ['p', 7]]
    """
    cells_of(name, table, dimensions)
    columns = [
        str(c)
        for c in (table.columns if dimensions is None else dimensions)
        if c in table.columns and c not in NOT_DIMENSIONS
    ]
    rows = list(table[columns].astype(object).itertuples(index=False, name=None))
    finest = [tuple(str(code) for code in row) for row in rows]
    above = [{str(c): str(p) for c, p in parents.get(d, {}).items()} for d in columns]
    _refuse_totals(name, columns, finest, above)
    sums: dict[tuple[str, ...], float] = {}
    for codes, count in zip(finest, table["obs_value"], strict=True):
        chains = (_chain(code, of_it) for code, of_it in zip(codes, above, strict=True))
        for total in itertools.product(*chains):
            if total != codes:
                sums[total] = sums.get(total, 0) + count
    made = [(*codes, sums[codes]) for codes in sorted(sums)]
    given = [(*codes, count) for codes, count in zip(finest, table["obs_value"], strict=True)]
    return pd.DataFrame([*given, *made], columns=[*columns, "obs_value"])


def _chain(code: str, above: Mapping[str, str]) -> list[str]:
    """Return a code and everything above it, up to the total."""
    chain = [code]
    while chain[-1] in above:
        chain.append(above[chain[-1]])
    return chain if chain[-1] == TOTAL else [*chain, TOTAL]


def _refuse_unknown(argument: str, name: str, known: Iterable[str]) -> None:
    if name not in known:
        raise ValueError(
            f"{argument} names {name!r}, which is no dimension of the tables; "
            f"they have {', '.join(sorted(known)) or 'none'}"
        )


def _refuse_circle(dimension: str, code: str, above: Mapping[str, str]) -> None:
    way = [code]
    while way[-1] in above and way[-1] != TOTAL:
        way.append(above[way[-1]])
        if way[-1] == code:
            raise ValueError(
                f"parents[{dimension!r}] goes round in a circle: {' in '.join(way)}; "
                "a code is part of one wider code, and at last of the total"
            )
        if way[-1] in way[:-1]:
            return  # the circle is that of another code, which is refused by itself


def _refuse_totals(
    name: str,
    columns: Sequence[str],
    rows: Sequence[tuple[str, ...]],
    above: Sequence[Mapping[str, str]],
) -> None:
    wider = [{*of_it.values(), TOTAL} for of_it in above]
    for number, row in enumerate(rows):
        for dimension, code, totals in zip(columns, row, wider, strict=True):
            if code in totals or code in {"nan", "None"}:
                raise ValueError(
                    f"tables[{name!r}] row {number} is a total already ({dimension} {code}); "
                    "with totals='add' give the finest cells alone"
                )
