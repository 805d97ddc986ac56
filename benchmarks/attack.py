"""Attack published tables: work out hidden counts from the files alone.

Run: python benchmarks/attack.py FILE.csv [FILE.csv ...] [--rounded]
     python benchmarks/attack.py --workspace FOLDER [--earlier observations.csv ...]

Each file is one table with a header: columns of codes (``_T`` is a total), then ``obs_value`` and
``obs_status``. A hidden count has the status ``Q`` and no value. With ``--rounded`` every other
count is known to be rounded to the nearest 5, and a hidden one to be 1 to 7.

Of a workspace its published files are read: ``data/processed/observations.csv``, the tables of
observations (also those in SDMX) of every report, of earlier editions, and the catalogue, which
says what is part of what. Rounding is recognised by
the ranges that the file itself gives; who is not counted by a share is a hidden count, too.

Written without the library that made the files, so that the two cannot share a mistake: one
programme upwards and one downwards for each hidden cell, over all files together. Prints every
hidden count that is left one value, and how many there are.
"""

import csv
import itertools
import math
import sys
from pathlib import Path

from scipy.optimize import Bounds, LinearConstraint, linprog, milp
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


def areas_of(catalogue):
    """Return what each small area is part of: the unit after a merge, and its province."""
    with (catalogue / "areas.csv").open(encoding="utf-8", newline="") as file:
        areas = [row for row in csv.DictReader(file) if row["level"] in {"commune", "district"}]
    again = {row["ref_area"] for row in areas if row["valid_to"]}
    above, keys = {}, {}
    for row in areas:
        later = row["valid_from"] and row["ref_area"] in again
        key = f"{row['ref_area']}@{row['valid_from']}" if later else row["ref_area"]
        above[key] = [row["parent"]]
        keys[row["ref_area"], row["valid_from"]] = key
    with (catalogue / "area_changes.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            above[row["old_area"]].insert(0, keys[row["new_area"], row["valid_from"]])
    return above


def read_observations(path, above):
    """Return the cells of a published table of observations with their limits, by block."""
    blocks = {}
    with Path(path).open(encoding="utf-8", newline="") as file:
        rows = [{name.lower(): cell for name, cell in row.items()} for row in csv.DictReader(file)]
    provinces = {areas[-1] for areas in above.values()}
    for row in rows:
        if row["ref_area"] not in above and row["ref_area"] not in provinces:
            continue
        block = blocks.setdefault((row["indicator"], row["time_period"]), {})
        place = (row["ref_area"], row["sex"], row["age"], row["residence"], row["wealth_quintile"])
        exact = row["ref_area"] in provinces
        if row["unit_measure"] in {"PS", "NUMBER"}:
            value = row["obs_value"]
            low, high = (row["obs_low"], row["obs_high"]) if value else ("", "")
            block[place, "all"] = (float(low), float(high)) if value else None
        elif row["numerator"] or row["denominator"] or row["obs_status"] == "Q":
            whole = spread(row["denominator"], exact)
            part = spread(row["numerator"], exact)
            block[place, "all"], block[place, "in"] = whole, part
            block[place, "share"] = share_of(row)
    return blocks


def spread(printed, exact):
    """Return what a printed count of a share stands for: it carries no range of its own."""
    if not printed:
        return None
    count = float(printed)
    rounded = not exact and count % 5 == 0 and (count == 0 or count >= 10)
    return (count - 2, count + 2) if rounded and count else (count, count)


def share_of(row):
    """Return a share that tells more than its printed counts, with half a unit of its print."""
    if not row["obs_value"] or not row["numerator"]:
        return None
    digits = len(row["obs_value"].partition(".")[2])
    if abs(round(float(row["numerator"]) / float(row["denominator"]), digits)
           - float(row["obs_value"])) < EPSILON:  # fmt: skip
        return None
    return float(row["obs_value"]), 0.5 * 10.0**-digits


def sums_of(cells, above):
    """Return what adds up to what: areas, girls and boys, those in a share and the rest."""
    here = {place[0] for place, _ in cells}
    found = {}
    for place, part in [key for key in cells if key[1] in {"all", "in"}]:
        area, sex, *others = place
        total = next((a for a in above.get(area, []) if a in here), None)
        if total is not None and ((total, sex, *others), part) in cells:
            found.setdefault((((total, sex, *others), part), "area"), []).append((place, part))
        if sex != "_T" and ((area, "_T", *others), part) in cells:
            found.setdefault((((area, "_T", *others), part), "sex"), []).append((place, part))
        if part == "in":
            found[(place, "all"), "part"] = [(place, "in"), (place, "out")]
    return found


def attack_block(cells, above):
    """Return the hidden counts from 1 to 7 of one block that are left one value, or are shown.

    An attacker tries two beliefs: that a hidden count is 1 or more, since zeros are shown, and
    that it is 1 to 7, since it may be hidden for itself; what contradicts the files is dropped.
    Where nothing is shown of any small area, zeros may be hidden too.
    """
    shown = [n for n, limits in cells.items() if limits and n[0][0] in above and n[1] != "share"]
    found = believing(cells, above, 1 if shown else 0, math.inf) or {}
    return found | (believing(cells, above, 1, 7) or {} if shown else {})


def believing(cells, above, least_hidden, most_hidden):
    """Return what `attack_block` does under one belief; None where it contradicts the files."""
    shares = {place: cells[place, part] for place, part in cells if part == "share"}
    cells = {key: limits for key, limits in cells.items() if key[1] != "share"}
    sums = {total: parts for total, parts in sums_of(cells, above).items()
            if total[1] == "part" or len(parts) > 1}  # fmt: skip
    listed = set(cells)
    cells |= {part: None for parts in sums.values() for part in parts if part not in cells}
    names = sorted(cells)
    column = {name: number for number, name in enumerate(names)}
    unknown = {name: (least_hidden, most_hidden) if name in listed else (0, math.inf)
               for name in names}  # fmt: skip
    bounds = [cells[name] or unknown[name] for name in names]
    rows, limits = [], []
    for (total, kind), parts in sums.items():
        rows.append({**{column[p]: 1.0 for p in parts}, column[total]: -1.0})
        # Areas that are not listed leave room below their total; girls and boys, and those in a
        # share and the rest, are everybody.
        whole = kind == "area" and is_complete(total, parts, above)
        full = kind == "part" or (kind == "sex" and len(parts) == 2) or whole
        limits.append((0.0 if full else -math.inf, 0.0))
    for place, share in shares.items():
        if share:
            value, half = share
            for at, low, high in ((value - half, 0.0, math.inf), (value + half, -math.inf, 0.0)):
                rows.append({column[place, "in"]: 1.0, column[place, "all"]: -at})
                limits.append((low, high))
    found = {
        name: bounds[column[name]][0] for name in names if is_small(name, bounds, column, above)
    }
    hidden = [n for n in names if cells[n] is None and n[0][0] in above]
    if not rows:
        return found
    matrix = csr_array(
        (
            [v for row in rows for v in row.values()],
            ([i for i, row in enumerate(rows) for _ in row], [c for row in rows for c in row]),
        ),
        shape=(len(rows), len(names)),
    )
    constraint = LinearConstraint(matrix, *zip(*limits, strict=True))
    within = Bounds(*zip(*bounds, strict=True))
    for name in hidden:
        objective = [0.0] * len(names)
        objective[column[name]] = 1.0
        least = milp(objective, constraints=constraint, bounds=within)
        if least.status == 2:
            return None
        objective[column[name]] = -1.0
        most = milp(objective, constraints=constraint, bounds=within)
        if least.status or most.status:
            continue
        low, high = math.ceil(least.fun - EPSILON), math.floor(-most.fun + EPSILON)
        if low == high and 1 <= low <= 7:
            found[name] = low
    return found


def is_complete(total, parts, above):
    """Return whether all areas that are part of a total are listed."""
    area = total[0][0]
    units = {key for key, into in above.items() if into[0] == area}
    return units <= {place[0] for place, _ in parts} if units else False


def is_small(name, bounds, column, above):
    """Return whether a small count of a small area is simply shown."""
    low, high = bounds[column[name]]
    return name[0][0] in above and low == high and 1 <= low <= 7


def attack_workspace(folder, earlier=()):
    """Return the small counts that the published files of a workspace give away, by block."""
    folder = Path(folder)
    above = areas_of(folder / "data" / "catalogue")
    tables = [*folder.glob("reports/**/*observations.csv"), *folder.glob("reports/**/*.sdmx.csv")]
    paths = [folder / "data" / "processed" / "observations.csv", *sorted(tables), *earlier]
    together = {}
    for path in paths:
        for name, cells in read_observations(path, above).items():
            block = together.setdefault(name, {})
            for key, limits in cells.items():
                block[key] = both(block[key], limits) if key in block else limits
    found = {}
    for name, cells in together.items():
        for cell, count in attack_block(cells, above).items():
            found[(*name, *cell)] = count
    return found


def both(first, second):
    """Return what two prints of one count leave: of a revised one, the latest."""
    if first is None or second is None:
        return first or second
    low, high = max(first[0], second[0]), min(first[1], second[1])
    return (low, high) if low <= high else first


def main(arguments):
    """Print what the files give away."""
    if arguments[:1] == ["--workspace"]:
        folder, *earlier = [a for a in arguments[1:] if a != "--earlier"]
        given_away = attack_workspace(folder, earlier)
        for cell, count in given_away.items():
            print(*cell, count)
        print(f"{len(given_away)} hidden counts worked out")
        return
    paths = [argument for argument in arguments if argument != "--rounded"]
    found = attack(paths, rounded="--rounded" in arguments)
    for cell, count in found.items():
        print(" ".join(f"{dimension}={code}" for dimension, code in cell) or "total", count)
    print(f"{len(found)} hidden counts worked out")


if __name__ == "__main__":
    main(sys.argv[1:])
