"""Attack published tables: work out hidden counts from the files alone.

Run: python benchmarks/attack.py FILE.csv [FILE.csv ...] [--rounded]

Each file is one table with a header: columns of codes (``_T`` is a total), then ``obs_value`` and
``obs_status``. A hidden count has the status ``Q`` and no value. With ``--rounded`` every other
count is known to be rounded to the nearest 5, and a hidden one to be 1 to 7.

Written without the library that made the files, so that the two cannot share a mistake: one linear
programme upwards and one downwards for each hidden cell, over all files together. Prints every
hidden count that is left one value, and how many there are.
"""

import csv
import itertools
import math
import sys
from pathlib import Path

from scipy.optimize import linprog
from scipy.sparse import csr_array

TOTAL = "_T"
EPSILON = 1e-6


def read(paths):
    """Return what each cell is printed as, and the sums within each file."""
    limits, sums = {}, []
    for path in paths:
        with Path(path).open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        dimensions = [name for name in rows[0] if not name.startswith("obs_")]
        listed = {}
        for row in rows:
            codes = {name: row[name] for name in dimensions if row[name] != TOTAL}
            printed = None if row["obs_status"] == "Q" else float(row["obs_value"])
            listed[frozenset(codes.items())] = printed
        for cell, printed in listed.items():
            # A cell that one file hides and another shows is shown.
            if limits.get(cell) is None:
                limits[cell] = printed
        for dimension in dimensions:
            parts = {}
            for cell in listed:
                codes = dict(cell)
                if codes.pop(dimension, None) is not None:
                    parts.setdefault(frozenset(codes.items()), []).append(cell)
            sums += [(total, some) for total, some in parts.items() if total in listed]
    return limits, sums


def believable(printed, rounded):
    """Return the smallest and largest count that a print stands for."""
    if printed is None:
        return (1, 7) if rounded else (0, math.inf)
    if rounded and printed > 0:
        return printed - 2, printed + 2
    return printed, printed


def attack(paths, *, rounded=False):
    """Return the hidden cells that the files give away, each with its count."""
    limits, sums = read(paths)
    cells = sorted(limits, key=sorted)
    column = {cell: number for number, cell in enumerate(cells)}
    entries = list(
        itertools.chain.from_iterable(
            [(row, column[total], -1.0), *((row, column[part], 1.0) for part in parts)]
            for row, (total, parts) in enumerate(sums)
        )
    )
    rows, columns, values = zip(*entries, strict=True)
    matrix = csr_array((values, (rows, columns)), shape=(len(sums), len(cells)))
    bounds = [believable(limits[cell], rounded) for cell in cells]
    given_away = {}
    for cell in cells:
        if limits[cell] is not None:
            continue
        ends = []
        for sign in (1, -1):
            objective = [0.0] * len(cells)
            objective[column[cell]] = sign
            found = linprog(
                objective, A_eq=matrix, b_eq=[0.0] * len(sums), bounds=bounds, method="highs"
            )
            if found.status == 3:
                ends.append(-sign * math.inf)
            elif found.status == 0:
                ends.append(sign * found.fun)
            else:
                sys.exit(f"no table agrees with the files: {found.message}")
        low, high = math.ceil(ends[0] - EPSILON), ends[1] + EPSILON
        if high < low + 1:
            given_away[tuple(sorted(cell))] = low
    return given_away


def main(arguments):
    """Print what the files give away."""
    paths = [argument for argument in arguments if argument != "--rounded"]
    found = attack(paths, rounded="--rounded" in arguments)
    for cell, count in found.items():
        print(" ".join(f"{dimension}={code}" for dimension, code in cell) or "total", count)
    print(f"{len(found)} hidden counts worked out")


if __name__ == "__main__":
    main(sys.argv[1:])
