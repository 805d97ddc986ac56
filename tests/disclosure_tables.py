"""Small tables with margins for the tests of disclosure control."""

import itertools

import numpy as np
import pandas as pd


def with_margins(counts, rows, columns, *, names=("ref_area", "sex"), hidden=()):
    """Return a tidy table of counts and their margins; hidden ones have status Q and no value."""
    counts = np.asarray(counts)
    whole = np.vstack([np.column_stack([counts, counts.sum(axis=1)]), [*counts.sum(axis=0), 0]])
    whole[-1, -1] = counts.sum()
    codes = itertools.product([*rows, "_T"], [*columns, "_T"])
    table = pd.DataFrame(codes, columns=list(names)).assign(obs_value=whole.ravel().astype(float))
    return hide(table, hidden)


def hide(table, hidden):
    """Return a table in which some cells, named by the codes of its first columns, are hidden."""
    names = [name for name in table.columns if not name.startswith("obs_")]
    keys = list(table[names].itertuples(index=False, name=None))
    wanted = set(hidden)
    is_hidden = np.array([key in wanted for key in keys])
    return table.assign(
        obs_value=table["obs_value"].mask(is_hidden), obs_status=np.where(is_hidden, "Q", "A")
    )


def range_of(result, **codes):
    """Return low and high of the one cell of an audit with these codes."""
    chosen = result
    for name in [c for c in result.columns if c not in AUDIT_COLUMNS]:
        chosen = chosen[chosen[name] == codes.get(name, "_T")]
    ((low, high),) = chosen[["low", "high"]].to_numpy()
    return low, high


AUDIT_COLUMNS = (
    *("tables", "low", "high", "width", "proven", "insider", "insider_low", "insider_high"),
    *("verdict", "derivation"),
)
