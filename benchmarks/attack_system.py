"""Attack everything that a workspace has ever published, as one system of whole numbers.

Run: python benchmarks/attack_system.py FOLDER

The folder holds the public files of a workspace: ``data/catalogue``, ``reports/disclosure.json``,
which says what each edition printed, and any number of ``*observations.csv``. Written without the
library that made them, and on another principle than its own audit: the attacker divides all
children into the finest groups that any printed count tells apart (area, age, days, sex,
residence, wealth, and whether an indicator counts them), and asks for every hidden count what its
smallest and largest value is over all numbers of children in those groups that agree with every
print. He tries several beliefs, and drops one that contradicts the files:

- that areas which are not listed have nobody, or may have;
- that a hidden count is anything, at least 1 (zeros are shown), or 1 to 7; who tries the attack
  may tell him which hidden counts are 1 to 7 (``recognised``), so that no belief is false;
- that a count printed in two editions is one count, or was corrected.

Prints a line for each hidden count that is left one value (``value``) or fewer than three
(``narrow``), and how many there are.
"""

import csv
import datetime
import itertools
import json
import math
import re
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

TOTAL = "_T"
FOREVER = 2400
MANY = 1e6
SEXES, PLACES, FIFTHS = frozenset("FM"), frozenset("UR"), frozenset(("Q1", "Q2", "Q3", "Q4", "Q5"))
COUNTED = ("PS", "NUMBER")
PARTLY = ("sex", "residence", "wealth_quintile")
ANY, SOME, SMALL = (0, math.inf), (1, math.inf), (1, 7)
WIDTH = 2
NOT_AMONG = "not among"


def rows_of(path):
    """Return the rows of a CSV file."""
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def days(period):
    """Return first and last day of a period as numbers."""
    if week := re.fullmatch(r"(\d{4})-W(\d\d)", period):
        first = datetime.date.fromisocalendar(int(week[1]), int(week[2]), 1).toordinal()
        return first, first + 7
    found = re.fullmatch(r"(\d{4})(?:-(?:(\d\d)|Q(\d)|S(\d)))?(?:/P(\d+)([YM]))?", period)
    year, month, quarter, half, number, unit = found.groups()
    start = int(month) if month else 3 * int(quarter) - 2 if quarter else 1
    start = 6 * int(half) - 5 if half else start
    usual = 1 if month else 3 if quarter else 6 if half else 12
    length = int(number) * (12 if unit == "Y" else 1) if number else usual
    end = int(year) * 12 + start - 1 + length
    return (
        datetime.date(int(year), start, 1).toordinal(),
        datetime.date(end // 12, end % 12 + 1, 1).toordinal(),
    )


def months(age):
    """Return first and last month of an age group."""
    if age == TOTAL:
        return 0, FOREVER
    if found := re.fullmatch(r"([YM])_(LT|LE|GE|GT)(\d+)", age):
        unit, how, number = found.groups()
        at = (12 if unit == "Y" else 1) * (int(number) + (how in {"LE", "GT"}))
        return (0, at) if how in {"LT", "LE"} else (at, FOREVER)
    unit, first, last = re.fullmatch(r"([YM])(\d+)(?:T(\d+))?", age).groups()
    by = 12 if unit == "Y" else 1
    return by * int(first), by * (int(last or first) + 1)


class Catalogue:
    """What the public catalogue says."""

    def __init__(self, folder):
        self.indicators = {r["indicator"]: r for r in rows_of(folder / "indicators.csv")}
        areas = rows_of(folder / "areas.csv")
        again = {a["ref_area"] for a in areas if a["valid_to"]}
        self.level, inside, begins, ends = {}, defaultdict(list), {}, {}
        for a in areas:
            later = a["valid_from"] and a["ref_area"] in again and not a["valid_to"]
            key = f"{a['ref_area']}@{a['valid_from']}" if later else a["ref_area"]
            self.level[key] = a["level"]
            inside[a["parent"]].append(key)
            begins[a["ref_area"], a["valid_from"]] = key
            ends[a["ref_area"]] = a["ref_area"]
        for c in rows_of(folder / "area_changes.csv"):
            inside[begins[c["new_area"], c["valid_from"]]].append(ends[c["old_area"]])
        self.leaves = {}
        self.having_parts = {key for key, parts in inside.items() if parts}
        for key in self.level:
            waiting, found = [key], set()
            while waiting:
                one = waiting.pop()
                if one not in found:
                    found.add(one)
                    waiting += inside.get(one, [])
            self.leaves[key] = frozenset(found)

    def is_small(self, area):
        """Return whether an area is below the province."""
        return self.level[area] in ("commune", "district")

    def people(self, indicator, part):
        """Return whom a printed count counts."""
        known = self.indicators[indicator]
        if known["unit_measure"] in COUNTED:
            return indicator
        name = known["numerator" if part else "denominator"]
        if name and self.indicators[name]["unit_measure"] in COUNTED:
            return name
        return f"{indicator} {'counted' if part else 'all'}"

    def wholes(self):
        """Return pairs of people of whom the first are among the second."""
        for name, known in self.indicators.items():
            if known["unit_measure"] in COUNTED and known["denominator"]:
                yield name, known["denominator"]
            elif known["unit_measure"] == "PROPORTION":
                yield self.people(name, True), self.people(name, False)


def read_ledger(path):
    """Yield edition, indicator, codes, what the print stands for and status, of each count."""
    held = json.loads(Path(path).read_text(encoding="utf-8"))
    for release in (*held["earlier"], held["release"]):
        for block in release["blocks"]:
            for codes, value, status, *ends in block["rows"]:
                exact = dict(codes)["ref_area"] in block["kept"]
                limits = spread(value, "exact" if exact else block["rule"])
                if ends:
                    limits = ends[0], math.inf if ends[1] is None else ends[1]
                yield release["edition"], block["indicator"], dict(codes), limits, status


class Cell:
    """One printed or hidden count."""

    def __init__(self, edition, indicator, codes, limits, catalogue):
        known = catalogue.indicators[indicator]
        self.name = (indicator, *sorted(codes.items()))
        self.edition, self.limits = edition, limits
        self.people = catalogue.people(indicator, codes.get("part") == "in")
        own = catalogue.indicators.get(self.people, known)
        self.small = catalogue.is_small(codes["ref_area"])
        self.flow = own["nature"] == "flow"
        self.age = months(codes.get("age", own["age"]))
        self.days = days(codes["time_period"])
        self.areas = catalogue.leaves[codes["ref_area"]]
        self.groups = tuple(
            frozenset({codes[n]}) if n in codes else everybody
            for n, everybody in zip(PARTLY, (SEXES, PLACES, FIFTHS), strict=True)
        )

    def box(self):
        """Return what the count covers."""
        return (self.people, self.age, self.days, self.areas, self.groups)


def cells_in(folder):
    """Return every count of all published files."""
    catalogue = Catalogue(folder / "data" / "catalogue")
    cells = []
    ledger = folder / "reports" / "disclosure.json"
    if ledger.exists():
        for edition, indicator, codes, limits, status in read_ledger(ledger):
            if status == "Q" or limits is not None:
                own = None if status == "Q" else limits
                cells.append(Cell(edition, indicator, codes, own, catalogue))
    for path in sorted(folder.rglob("*observations.csv")):
        cells += cells_in_table(path, catalogue)
    once = {}
    for cell in cells:
        once.setdefault((cell.name, cell.limits), cell)
    return list(once.values()), catalogue


def spread(value, rule):
    """Return the smallest and largest count that a print stands for; None where there is none."""
    if value is None:
        return None
    if rule != "round" or value == 0:
        return (value, value)
    return (value - 2, value + 2) if value % 5 == 0 else (value, value)


def cells_in_table(path, catalogue):
    """Yield the counts of one published table of observations."""
    for row in rows_of(path):
        known = catalogue.indicators[row["indicator"]]
        codes = {n: row[n] for n in PARTLY if row[n] != TOTAL}
        codes |= {"ref_area": row["ref_area"], "time_period": row["time_period"]}
        if row["age"] != known["age"]:
            codes["age"] = row["age"]
        small, hidden = catalogue.is_small(row["ref_area"]), row["obs_status"] == "Q"
        if row["unit_measure"] in COUNTED:
            limits = None
            if not hidden and row["obs_value"]:
                high = float(row["obs_high"])
                high = high if math.isinf(high) else math.floor(high)
                limits = math.ceil(float(row["obs_low"])), high
            if hidden or limits:
                yield Cell(path.stem, row["indicator"], codes, limits, catalogue)
        elif row["unit_measure"] == "PROPORTION":
            for name, part in (("numerator", {"part": "in"}), ("denominator", {})):
                if row[name]:
                    value = float(row[name])
                    # a rounded count does not say so, and stands for five
                    rule = "round" if small and value % 5 == 0 and value >= 10 else "exact"
                    limits = spread(value, rule)
                    yield Cell(path.stem, row["indicator"], codes | part, limits, catalogue)
                elif hidden and known["denominator"] + known["numerator"] == "":
                    yield Cell(path.stem, row["indicator"], codes | part, None, catalogue)


def families(cells, catalogue):
    """Yield the counts that something may tie to each other."""
    above = {}

    def root(name):
        while above.get(name, name) != name:
            name = above[name]
        return name

    for part, whole in catalogue.wholes():
        above[root(part)] = root(whole)
    by_family = defaultdict(list)
    for cell in cells:
        by_family[root(cell.people)].append(cell)
    for family in by_family.values():
        spans = sorted({cell.days for cell in family})
        for first, last in joined(spans):
            yield [c for c in family if first <= c.days[0] and c.days[1] <= last]


def joined(spans):
    """Return spans of time, those that overlap as one."""
    found = []
    for first, last in spans:
        if found and first < found[-1][1]:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return found


class System:
    """All numbers of children in the finest groups that agree with what is published."""

    def __init__(self, cells, catalogue, *, nobody_elsewhere):
        self.cells = cells
        points = (
            sorted({end for c in cells for end in c.age}),
            sorted({end for c in cells for end in c.days}),
        )
        ages, times = (list(itertools.pairwise(p)) for p in points)
        used = [
            sorted(everybody) if any(c.groups[i] != everybody for c in cells) else [None]
            for i, everybody in enumerate((SEXES, PLACES, FIFTHS))
        ]
        listed = {c.areas for c in cells}
        leaves = defaultdict(list)
        for leaf in sorted(frozenset().union(*listed)):
            if nobody_elsewhere and leaf in catalogue.having_parts:
                continue
            leaves[tuple(leaf in areas for areas in sorted(listed, key=sorted))].append(leaf)
        places = [several[0] for several in leaves.values()]
        stocks = sorted({c.days for c in cells if not c.flow})
        flows = {c.people: c.flow for c in cells}
        grid = list(itertools.product(places, ages, *used))
        self.columns, atoms_of = {}, defaultdict(list)
        people = sorted(flows)
        for who in people:
            for when in times if flows[who] else stocks:
                for place, age, *groups in grid:
                    column = (who, when, place, age, *groups)
                    self.columns[column] = len(self.columns)
                    atoms_of[who].append(column)
        self.members = [
            [
                self.columns[a]
                for a in atoms_of[c.people]
                if a[2] in c.areas
                and c.age[0] <= a[3][0] and a[3][1] <= c.age[1]
                and (c.days[0] <= a[1][0] and a[1][1] <= c.days[1] if c.flow else a[1] == c.days)
                and all(g is None or g in own for g, own in zip(a[4:], c.groups, strict=True))
            ]
            for c in cells
        ]  # fmt: skip
        self.rows = []
        pairs = {(p, w) for p, w in catalogue.wholes() if p in flows and w in flows}
        pairs |= {
            (p, w) for p, middle in catalogue.wholes() for m, w in catalogue.wholes()
            if m == middle and p in flows and w in flows and middle not in flows
        }  # fmt: skip
        for part, whole in sorted(pairs):
            if flows[part] == flows[whole]:
                for atom in atoms_of[part]:
                    self.rows.append((self.columns[atom], self.columns[(whole, *atom[1:])]))
            else:
                self.rows += self._mixed(part, whole, flows, atoms_of)

    def _mixed(self, part, whole, flows, atoms_of):
        """Return pairs of a count of events and one of a moment, named by the same period."""
        found = []
        for i, j in itertools.product(range(len(self.cells)), repeat=2):
            c, d = self.cells[i], self.cells[j]
            inside = c.areas <= d.areas and d.age[0] <= c.age[0] and c.age[1] <= d.age[1]
            inside &= all(a <= b for a, b in zip(c.groups, d.groups, strict=True))
            if (c.people, d.people) == (part, whole) and c.days == d.days and inside:
                found.append((tuple(self.members[i]), tuple(self.members[j])))
        return found

    def solve(self, belief, ignored=()):
        """Return what can be asked of the system under one belief; None if it contradicts."""
        low, high, rows = [], [], []
        for number, cell in enumerate(self.cells):
            if number in ignored:
                continue
            limits = cell.limits or (ANY if not cell.small else belief.get(cell.name, ANY))
            rows.append([(m, 1.0) for m in self.members[number]])
            low.append(limits[0])
            high.append(limits[1])
        for part, whole in self.rows:
            parts = part if isinstance(part, tuple) else (part,)
            wholes = whole if isinstance(whole, tuple) else (whole,)
            rows.append([*((p, 1.0) for p in parts), *((w, -1.0) for w in wholes)])
            low.append(-math.inf)
            high.append(0.0)
        entries = [(r, c, v) for r, row in enumerate(rows) for c, v in row]
        at, of, values = zip(*entries, strict=True)
        matrix = coo_array((values, (at, of)), shape=(len(rows), len(self.columns))).tocsr()
        return Question(matrix, low, high)


class Question:
    """Limits of sums of whole numbers, none of them negative."""

    def __init__(self, matrix, low, high):
        self.constraint = LinearConstraint(matrix, low, high)
        self.bounds = Bounds(0, MANY)
        self.size = matrix.shape[1]

    def extreme(self, members, sign):
        """Return numbers in which a sum is smallest (1) or largest (-1); None if there are none."""
        objective = np.zeros(self.size)
        objective[list(members)] = sign
        found = milp(
            objective, constraints=self.constraint, bounds=self.bounds,
            integrality=np.ones(self.size), options={"time_limit": 20},
        )  # fmt: skip
        return None if found.x is None else np.round(found.x)


def targets_of(system, catalogue):
    """Yield name, members that are added and members that are taken away, of what is hidden."""
    at = defaultdict(list)
    shown = {c.box() for c in system.cells if c.limits is not None}
    for number, cell in enumerate(system.cells):
        at[cell.people].append(number)
        if cell.limits is None and cell.small and cell.box() not in shown:
            yield cell.name, system.members[number], []
    for part, whole in catalogue.wholes():
        for i, j in itertools.product(at[part], at[whole]):
            c, d = system.cells[i], system.cells[j]
            alike = (c.days, c.areas, c.groups) == (d.days, d.areas, d.groups)
            if c.small and alike and d.age[0] <= c.age[0] and c.age[1] <= d.age[1]:
                name = (NOT_AMONG, c.name, "of", d.name)
                yield name, system.members[j], system.members[i]


def beliefs_about(cells, recognised):
    """Return what an attacker may believe of hidden counts by name."""
    hidden = {cell.name for cell in cells if cell.small and not cell.limits}
    if not any(cell.small and cell.limits for cell in cells):
        return [{}]  # where nothing is shown of any small area, zeros may be hidden too
    if recognised is None:
        return [{}, dict.fromkeys(hidden, SOME), dict.fromkeys(hidden, SMALL)]
    return [{}, dict.fromkeys(hidden & recognised, SMALL)]


def attack_family(cells, catalogue, recognised):
    """Return what is left one value or fewer than three, under any belief that the files allow."""
    found = {}
    beliefs = beliefs_about(cells, recognised)
    for elsewhere, belief in itertools.product((True, False), beliefs):
        system = System(cells, catalogue, nobody_elsewhere=elsewhere)
        targets = list(targets_of(system, catalogue))
        if not targets:
            return found
        question = system.solve(belief)
        if question.extreme([], 1) is None:
            continue  # the files contradict the belief
        low = np.full(len(targets), np.inf)
        high = np.full(len(targets), -np.inf)

        def take(numbers, low=low, high=high, targets=targets):
            values = [numbers[plus].sum() - numbers[minus].sum() for _, plus, minus in targets]
            np.minimum(low, values, out=low)
            np.maximum(high, values, out=high)

        for number, (name, plus, minus) in enumerate(targets):
            for sign in (1, -1):
                if high[number] - low[number] >= WIDTH:
                    break
                objective = np.zeros(question.size)
                objective[list(plus)] += sign
                objective[list(minus)] -= sign
                answer = milp(
                    objective, constraints=question.constraint, bounds=question.bounds,
                    integrality=np.ones(question.size), options={"time_limit": 20},
                )  # fmt: skip
                if answer.x is not None:
                    take(np.round(answer.x))
            width = high[number] - low[number]
            # none is no child; and what is printed nowhere must be known to be somebody
            least = 1 if name[0] == NOT_AMONG else 0
            if width < WIDTH and high[number] >= 1 and least <= low[number] <= 7:
                known = found.get(name)
                if known is None or known[1] - known[0] > width:
                    found[name] = (int(low[number]), int(high[number]))
    return found


def attack_folder(folder, recognised=None):
    """Return the hidden counts that all files of a workspace together give away.

    Parameters
    ----------
    folder
        Public files of a workspace.
    recognised
        Names of hidden counts that he is told to be 1 to 7; None lets him try that of all.

    Returns
    -------
    dict
        Name of the count to its smallest and largest value.
    """
    cells, catalogue = cells_in(Path(folder))
    found = {}
    for family in families(cells, catalogue):
        for chosen in readings(family):
            for name, limits in attack_family(chosen, catalogue, recognised).items():
                known = found.get(name)
                if known is None or known[1] - known[0] > limits[1] - limits[0]:
                    found[name] = limits
    return found


def readings(cells):
    """Yield the counts of all editions together, and of each that contradicts another alone."""
    yield cells
    clashing = {
        edition
        for a, b in itertools.combinations(cells, 2)
        if a.name == b.name and a.limits and b.limits
        and (a.limits[0] > b.limits[1] or b.limits[0] > a.limits[1])
        for edition in (a.edition, b.edition)
    }  # fmt: skip
    for edition in sorted(clashing):
        yield [c for c in cells if c.edition == edition]
        yield [c for c in cells if c.edition != edition]


def main(arguments):
    """Print what the files of a workspace give away."""
    found = attack_folder(arguments[0])
    one = 0
    for name, (low, high) in found.items():
        one += low == high
        print("value" if low == high else "narrow", *name, low, high)
    print(f"{one} hidden counts worked out, {len(found) - one} left fewer than three values")


if __name__ == "__main__":
    main(sys.argv[1:])
