"""Make random workspaces of communes, publish several editions of each, and attack the files.

Run: python benchmarks/random_workspaces.py [--number 200] [--seed 1] [--keep FOLDER]

Each workspace has a few communes and their province with nested ages and periods, girls and boys,
shares with their wholes, and often one commune whose parts are more than its total, counts that
were revised, and one to three editions of which each prints other counts than the one before. It
is published as the library publishes it (`open_workspace`, the gate, the ledger and the tables);
only what is published goes to the attacker, who imports nothing of the library
(``attack_system.py``). Prints how many editions were published or stopped, how many hidden counts
there were, and how many were worked out.
"""

import argparse
import csv
import json
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path

import attack_system

ROOT = Path(__file__).parents[1]
CATALOGUE = Path("data/catalogue")
HEADER = (
    *("locator", "indicator", "ref_area", "time_period", "sex", "residence", "text", "unit"),
    *("numerator_text", "denominator_text", "obs_status", "acknowledges", "note_en", "note_vi"),
    *("age", "wealth_quintile", "lower_text", "upper_text"),
)
COMMUNES = ("03127", "03151", "03158", "03160", "03163")
OLD = ("03127", "03130", "03133", "03136", "03142", "03145")
PROVINCE = "VN-71"
SOURCE = """\
publisher = "P"
publisher_en = "P"
title = "T"
address = "https://example.org"
date_published = "2026-01"
date_published_note = ""
date_accessed = "2026-11-24"
language = "en"
licence = "none"
kind = "administrative"
precedence = 1
note = ""
"""
AGE_SETS = (
    (("Y0", 0, 1), ("Y1T4", 1, 5), ("Y0T4", 0, 5)),
    (("Y0", 0, 1), ("Y1", 1, 2), ("Y2", 2, 3), ("Y3", 3, 4), ("Y0T3", 0, 4)),
    (("Y0T4", 0, 5), ("Y5T10", 5, 11), ("Y11T15", 11, 16)),
    (("Y0T4", 0, 5), ("Y3T7", 3, 8), ("Y0T7", 0, 8), ("Y8T15", 8, 16)),
    (("Y0T2", 0, 3), ("Y3T4", 3, 5), ("Y0T4", 0, 5), ("Y1T4", 1, 5)),
)
QUARTERS = tuple((f"2026-Q{q}", 3 * q - 2, 3 * q + 1) for q in range(1, 5))
MONTHS = tuple((f"2026-{m:02}", m, m + 1) for m in range(1, 7))
PERIOD_SETS = (
    (*QUARTERS, ("2026", 1, 13)),
    (("2026-S1", 1, 7), ("2026-S2", 7, 13), ("2026", 1, 13), QUARTERS[0], QUARTERS[1]),
    (("2026-01/P9M", 1, 10), QUARTERS[3], ("2026", 1, 13)),
    (*MONTHS, QUARTERS[0], QUARTERS[1], ("2026-S1", 1, 7)),
    (*QUARTERS, ("2026", 1, 13), ("2026-02/P3M", 2, 5)),
)  # fmt: skip


class Truth:
    """Children by area, year of age, month and sex, of whom some are also in further groups."""

    def __init__(self, chance, areas):
        mean = chance.choice((0.3, 0.8, 2.0, 4.0))
        self.children = []
        for area in areas:
            for age in range(16):
                for month in range(1, 13):
                    for _ in range(poisson(chance, mean / 4)):
                        draws = chance.random(), chance.random()
                        self.children.append((area, age, month, chance.choice("FM"), *draws))

    def count(self, areas, ages=(0, 16), months=(1, 13), *, sex="", share=1.0, adults=0.0):
        """Return how many children of some groups there are, with so many adults a child."""
        found = 0
        for area, age, month, own, draw, other in self.children:
            if area not in areas or not ages[0] <= age < ages[1]:
                continue
            if months[0] <= month < months[1] and sex in ("", own) and draw < share:
                found += 1 + (other < adults)
        return found


def poisson(chance, mean):
    """Return a number of events by chance."""
    number, left = 0, chance.expovariate(1)
    while left < mean:
        number += 1
        left += chance.expovariate(1)
    return number


def row(indicator, area, period, number, sex="", age="", **more):  # noqa: PLR0917
    """Return a row of a source."""
    found = dict.fromkeys(HEADER, "") | {"locator": "row", "indicator": indicator, "sex": sex}
    return found | {"ref_area": area, "time_period": period, "text": str(number), "unit": "persons",
                    "age": age} | more  # fmt: skip


def everything(chance, truth, areas):
    """Return all rows that any edition of a workspace may print, in groups."""
    groups = []
    places = [(a, (a,)) for a in areas]
    if chance.random() < 0.5:
        places.append((PROVINCE, areas))
    sexes = ("", "F", "M") if chance.random() < 0.5 else ("",)
    if chance.random() < 0.7:  # ages of a count at one moment
        ages = chance.choice(AGE_SETS)
        share = chance.choice((0.2, 0.5, 1.0))
        for code, *span in (*ages, ("", 0, 16)):
            groups.append([
                row("at_risk", a, "2026", truth.count(of, span, sex=s, share=share), s, code)
                for a, of in places for s in sexes
            ])  # fmt: skip
    if chance.random() < 0.7:  # periods of a count of events
        with_ages = chance.choice(AGE_SETS) if chance.random() < 0.3 else ()
        for code, *span in chance.choice(PERIOD_SETS):
            for age, *years in (("", 0, 16), *with_ages):
                groups.append([
                    row("disability_screened", a, code,
                        truth.count(of, years, span, sex=s, share=0.7), s, age)
                    for a, of in places for s in sexes
                ])  # fmt: skip
    if chance.random() < 0.6:  # people, children among them, and some of these
        few = chance.choice((0.02, 0.2))
        sizes = {a: (truth.count(of), truth.count(of, adults=few)) for a, of in places}
        for a, (children, people) in sizes.items():
            groups.append([row("children_under_16", a, "2026", children),
                           row("population", a, "2026", people)])  # fmt: skip
            if people:
                more = {"numerator_text": str(children), "denominator_text": str(people)}
                share = row("children_under_16_share", a, "2026", "", unit="", **more)
                groups.append([share])
        groups.append([
            row("special_circumstances", a, "2026", truth.count(of, share=0.9, sex=s), s)
            for a, of in places for s in sexes
        ])  # fmt: skip
    if chance.random() < 0.5:  # a share with its own counts
        groups.append([
            row("birth_registration_under_5", a, "2026", "", unit="",
                numerator_text=str(truth.count(of, (0, 5), share=0.9)),
                denominator_text=str(truth.count(of, (0, 5))))
            for a, of in places if truth.count(of, (0, 5))
        ])  # fmt: skip
    if chance.random() < 0.25:  # units before the merger, and after
        old = Truth(chance, OLD)
        groups.append([row("poor_household_children", a, "2024", old.count((a,))) for a in OLD])
    return groups


def dishonest(chance, groups):
    """Let one count of one commune be less than its parts, or more."""
    rows = [r for g in groups for r in g if r["text"].isdigit() and r["ref_area"] != PROVINCE]
    if rows:
        chosen = chance.choice(rows)
        chosen["text"] = str(max(0, int(chosen["text"]) + chance.choice((-9, -4, -2, 3, 12))))


def write(folder, rows, catalogue_of):
    """Write a source."""
    place = folder / "data" / "raw" / "a-source"
    if not place.exists():
        shutil.copytree(catalogue_of / "data" / "catalogue", folder / "data" / "catalogue")
        place.mkdir(parents=True)
        (place / "source.toml").write_text(SOURCE, encoding="utf-8")
    with (place / "figures.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, HEADER, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def publish(folder, edition):
    """Publish an edition as a build does; return why it was stopped, or "" and what is hidden."""
    from childstats.errors import BuildError  # noqa: PLC0415  # the attacker imports none of it
    from childstats.observations.processed import processed_files  # noqa: PLC0415
    from childstats.observations.workspace import open_workspace  # noqa: PLC0415
    from childstats.reports.gate import audited  # noqa: PLC0415
    from childstats.reports.released import read_releases, release_file  # noqa: PLC0415

    reports = folder / "reports"
    try:
        opened = open_workspace(folder)
        if opened.protection is None:
            return "", 0
        earlier = read_releases(reports, "manifest.json")
        done = audited(opened, edition, earlier)
    except BuildError as error:
        return str(error), 0
    content, entry = release_file(done.summary, done.release, earlier)
    files = processed_files(opened)
    reports.mkdir(exist_ok=True)
    (reports / "disclosure.json").write_bytes(content)
    (reports / "manifest.json").write_text(json.dumps({"disclosure": entry}), encoding="utf-8")
    kept = folder / "published" / edition
    kept.mkdir(parents=True)
    (kept / "observations.csv").write_text(files["observations.csv"], encoding="utf-8")
    return "", int((opened.observations["obs_status"] == "Q").sum())


def make_and_publish(folder, seed):
    """Make a workspace and publish its editions; return what became of it."""
    chance = random.Random(seed)
    areas = COMMUNES[: chance.randint(2, 5)]
    groups = everything(chance, Truth(chance, areas), areas)
    if chance.random() < 0.4:
        dishonest(chance, groups)
    if chance.random() < 0.3:
        hedge(chance, groups)
    rule = chance.choice(("round", "round", "threshold"))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "childstats.toml").write_text(f'[disclosure]\ncommune = "{rule}"\n', encoding="utf-8")
    editions = chance.randint(1, 3)
    gaps = chance.random() < 0.5  # single rows are missing: totals, or one of two sexes
    done = {"published": 0, "stopped": 0, "hidden": 0, "cells": 0, "why": [], "rows": []}
    corrections = []
    for number in range(editions):
        some = [g for g in groups if editions == 1 or chance.random() < 0.65]
        if number and chance.random() < 0.4:
            dishonest(chance, some)  # a revision, also of what another edition printed
            if chance.random() < 0.5:
                corrections += [r for g in some for r in g]
                correct(folder, corrections)
        rows = [r for g in some for r in g if not gaps or chance.random() < 0.75]
        if not rows:
            rows = groups[0] if groups else [row("at_risk", a, "2026", 8) for a in areas]
        write(folder, rows, ROOT)
        why, hidden = publish(folder, f"edition-{number}")
        done["stopped" if why else "published"] += 1
        done["hidden"] += hidden
        done["cells"] += len(rows)
        done["rows"] += [] if why else [dict(r) for r in rows]
        done["why"] += [why] if why else []
    return done


def hedge(chance, groups):
    """Let some counts be printed with a hedge that is true of them."""
    for one in [r for g in groups for r in g if r["text"].isdigit() and int(r["text"]) > 1]:
        if chance.random() < 0.15:
            number = int(one["text"])
            hedges = (f"over {number - 1}", f"fewer than {number + 1}", f"about {number}")
            one["text"] = chance.choice(hedges)


def correct(folder, rows):
    """Declare that all counts of some rows may be corrected."""
    with (folder / "data" / "catalogue" / "corrections.csv").open("w", encoding="utf-8") as file:
        file.write("source_id,indicator,ref_area,time_period,reason,note_en,note_vi\n")
        for name in dict.fromkeys((r["indicator"], r["ref_area"], r["time_period"]) for r in rows):
            file.write(f"a-source,{','.join(name)},publisher,n,n\n")


def names_of(rows, low, high):
    """Return the names, as the attacker writes them, of the counts in a range in some rows."""
    known = {r["indicator"]: r for r in attack_system.rows_of(ROOT / CATALOGUE / "indicators.csv")}
    columns = {"text": {}, "numerator_text": {"part": "in"}, "denominator_text": {}}
    found = set()
    for r in rows:
        old = r["time_period"] == "2024" or r["ref_area"] == PROVINCE
        area = r["ref_area"] if old else f"{r['ref_area']}@2025-07-01"
        codes = {name: r[name] for name in ("time_period", "sex", "age")} | {"ref_area": area}
        if r["age"] == known[r["indicator"]]["age"]:
            del codes["age"]
        for column, part in columns.items():
            if r[column].isdigit() and low <= int(r[column]) <= high:
                cell = {d: code for d, code in (codes | part).items() if code}
                found.add((r["indicator"], *sorted(cell.items())))
    return found


def recognised(folder, rows):
    """Return the hidden counts that a reader may take for 1 to 7, since no zero is hidden there."""
    ledger = attack_system.read_ledger(folder / "reports" / "disclosure.json")
    hidden = {(i, *sorted(codes.items())) for _, i, codes, _, status in ledger if status == "Q"}
    small, none = names_of(rows, 1, 7), names_of(rows, 0, 0)
    doubtful = {(name[0], dict(name[1:])["time_period"]) for name in hidden & none}
    return {n for n in small if (n[0], dict(n[1:])["time_period"]) not in doubtful}


def attacked(folder, rows=None):
    """Attack what is public of a workspace alone; with rows, told which hidden ones are small."""
    with tempfile.TemporaryDirectory() as place:
        public = Path(place)
        shutil.copytree(folder / "data" / "catalogue", public / "data" / "catalogue")
        for name in ("reports", "published"):
            if (folder / name).exists():
                shutil.copytree(folder / name, public / name)
        told = recognised(folder, rows) if rows and (folder / "reports").exists() else None
        return attack_system.attack_folder(public, told)


def run(number, seed, keep=None):
    """Return totals over several workspaces."""
    totals = {"workspaces": 0, "published": 0, "stopped": 0, "hidden": 0, "cells": 0,
              "worked out": 0, "narrow": 0}  # fmt: skip
    for at in range(seed, seed + number):
        with tempfile.TemporaryDirectory() as place:
            folder = Path(keep or place) / f"workspace-{at}"
            done = make_and_publish(folder, at)
            found = attacked(folder, done["rows"])
        totals["workspaces"] += 1
        for name in ("published", "stopped", "hidden", "cells"):
            totals[name] += done[name]
        for name, (low, high) in found.items():
            print(f"workspace {at}:", *name, low, high)
            totals["worked out" if low == high else "narrow"] += 1
        for why in done["why"]:
            print(f"workspace {at} stopped: {why[:300]}")
    return totals


def main():
    """Print what became of random workspaces."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--number", type=int, default=200)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--keep")
    given = arguments.parse_args()
    start = time.process_time()
    for name, number in run(given.number, given.seed, given.keep).items():
        print(f"{number} {name}")
    print(f"{time.process_time() - start:.0f} s of processor time")


if __name__ == "__main__":
    sys.exit(main())
