"""Measure how the work grows from 45 over 450 to 3,321 areas, the communes of Viet Nam.

Run: python benchmarks/scale.py [RULE [SIZE ...]], RULE one of none, exact, round, threshold

Makes a workspace in a temporary folder: SIZE communes in as many provinces as they fill, 20
indicators, 10 years, every number made up from a fixed seed. RULE is the disclosure policy of the
communes; with none the areas are said to be provinces, whose figures are published as they are.
Printed are seconds of processor time of each stage, those an area, and their ratio to the smallest
size: 1 where growth is linear. Then a sample of reports is built of each size, and a report's
time and its own memory, which it shares with no other, are compared; and a build that finds nothing
to do, once comparing everything and once finding it untouched. Imports are in none of it but these.
"""

import csv
import json
import os
import platform
import random
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from childstats.observations.workspace import Workspace, open_workspace
from childstats.reports.children import Child, the_host
from childstats.reports.edition import Job, read_edition
from childstats.reports.limits import Limits
from childstats.reports.locking import only_run
from childstats.reports.preview import plan
from childstats.reports.publishing import publish_processed

ROOT: Final = Path(__file__).resolve().parents[1]
SIZES: Final = (45, 450, 3_321)
PROVINCES: Final = 34
COMMUNES: Final = 3_321
YEARS: Final = range(2016, 2026)
SAMPLE: Final = 12
ROUNDS: Final = {45: 5, 450: 3}
"""How often a size is measured; larger ones once."""
DAY: Final = date(2026, 11, 24)
COUNTED: Final = {
    "special_circumstances": 0.007,
    "at_risk": 0.02,
    "poor_household_children": 0.15,
    "social_allowance": 0.01,
    "disability_screened": 0.003,
}
"""Share of the children, of which each is counted."""
SHARES: Final = {
    "full_immunisation_under_1": (0.06, 0.93),
    "full_immunisation_under_5": (0.3, 0.9),
    "birth_registration_under_5": (0.3, 0.97),
    "health_insurance_under_6": (0.36, 0.95),
    "under_five_malnutrition": (0.3, 0.18),
    "stunting_under_5": (0.3, 0.25),
    "underweight_under_5": (0.3, 0.15),
    "wasting_under_5": (0.3, 0.05),
    "dtp3_coverage": (0.06, 0.92),
    "mcv1_coverage": (0.06, 0.94),
}
"""Share of the children who are asked about, and of those the share with what is counted."""
OTHERS: Final = ("population", "children_under_16", "children_under_16_share",
                 "kindergarten_pupils", "schools_with_children")  # fmt: skip
COLUMNS: Final = ("indicator", "ref_area", "time_period", "text", "unit", "numerator_text",
                  "denominator_text")  # fmt: skip
SOURCE: Final = """\
publisher = "Số liệu giả lập"
publisher_en = "Synthetic figures"
title = "Synthetic counts: no real child is counted"
address = "https://example.org/synthetic"
date_published = "2026-01"
date_published_note = ""
date_accessed = "2026-11-24"
language = "en"
licence = "CC0: made up by a seeded generator"
kind = "administrative"
precedence = 10
note = "Every number is made up by a seeded generator."

[file]
name = "synthetic.csv"
layout = "tidy"

[file.columns]
"""
PROFILE: Final = """
[[report]]
notebook = "annual_profile"
ref_area = [{areas}]
time_period = [2025]
language = ["en"]
comparator_areas = ["{comparator}"]
prevention = ["full_immunisation_under_1", "birth_registration_under_5"]
support = ["special_circumstances", "at_risk", "disability_screened"]
intervention = []
"""


def make_workspace(folder: Path, areas: int, rule: str, *, reports: int = 0) -> None:
    """Write a workspace of made-up figures with one report an area.

    Parameters
    ----------
    folder
        Where to; made, and must not exist.
    areas
        How many communes.
    rule
        Of the disclosure policy for all indicators; "none" for areas that need none.
    reports
        How many of the reports the edition names, spread over the areas; 0 for all.
    """
    for name in ("data/catalogue", "notebooks"):
        shutil.copytree(ROOT / name, folder / name)
    provinces = max(1, round(areas * PROVINCES / COMMUNES))
    parents = {f"{50_001 + n}": f"VN-S{1 + n * provinces // areas:02}" for n in range(areas)}
    _add_areas(folder / "data" / "catalogue" / "areas.csv", parents, small=rule != "none")
    raw = folder / "data" / "raw" / "synthetic"
    raw.mkdir(parents=True)
    declared = "".join(f'{name} = "{name}"\n' for name in COLUMNS)
    (raw / "source.toml").write_text(SOURCE + declared, encoding="utf-8")
    with (raw / "synthetic.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(_rows(parents))
    write_edition(folder, list(parents), rule, reports or areas)


def write_edition(folder: Path, codes: list[str], rule: str, reports: int) -> None:
    """Write an edition of one report an area, for some areas spread over all."""
    chosen = codes[:: len(codes) // reports][:reports]
    policy = ""
    if rule == "exact":
        named = (*COUNTED, *SHARES, *OTHERS)
        policy = "[disclosure.indicators]\n" + "".join(f'{name} = "exact"\n' for name in named)
    elif rule != "none":
        policy = f'[disclosure]\ncommune = "{rule}"\n'
    quoted = ", ".join(f'"{code}"' for code in chosen)
    (folder / "childstats.toml").write_text(
        f'[edition]\nid = "synthetic"\ndate = {DAY}\nsynthetic = true\n\n{policy}'
        + PROFILE.format(areas=quoted, comparator="VN-S01"),
        encoding="utf-8",
    )


def _add_areas(path: Path, parents: dict[str, str], *, small: bool) -> None:
    with path.open("a", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for code in dict.fromkeys(parents.values()):
            names = (f"Synthetic province {code}", f"Tỉnh giả định {code}")
            writer.writerow((code, *names, "province", "VNM", "", "", "own code: synthetic"))
        for code, parent in parents.items():
            names = (f"Synthetic commune {code}", f"Xã giả định {code}")
            level, above = ("commune", parent) if small else ("province", "VNM")
            writer.writerow((code, *names, level, above, "", "", "own code: synthetic"))


def _rows(parents: dict[str, str]) -> Iterator[tuple[object, ...]]:
    """Give the figures of each commune and year, then of the provinces, which are their sums."""
    chance = random.Random(20261125)
    sums: dict[tuple[str, int], dict[str, tuple[int, int]]] = {}
    for code, parent in parents.items():
        children = chance.randint(1_200, 4_000)
        for year in YEARS:
            children = round(children * chance.uniform(0.98, 1.02))
            counts = _counts(chance, children)
            yield from _printed(code, year, counts)
            known = sums.setdefault((parent, year), dict.fromkeys(counts, (0, 0)))
            for name, (part, whole) in counts.items():
                known[name] = (known[name][0] + part, known[name][1] + whole)
    for (code, year), counts in sums.items():
        yield from _printed(code, year, counts)


def _counts(chance: random.Random, children: int) -> dict[str, tuple[int, int]]:
    """Return each indicator's count, and of what; 0 where it is a count alone."""
    people = round(children * chance.uniform(3.1, 3.3))
    found = {
        "population": (people, 0),
        "children_under_16": (children, 0),
        "children_under_16_share": (children, people),
        "kindergarten_pupils": (round(children * chance.uniform(0.15, 0.2)), 0),
        "schools_with_children": (chance.randint(2, 9), 0),
    }
    for name, share in COUNTED.items():
        found[name] = (round(children * share * chance.uniform(0.8, 1.2)), 0)
    for name, (asked, share) in SHARES.items():
        whole = round(children * asked)
        found[name] = (round(whole * share * chance.uniform(0.97, 1.03)), whole)
    return found


def _printed(
    code: str, year: int, counts: dict[str, tuple[int, int]]
) -> Iterator[tuple[object, ...]]:
    for name, (part, whole) in counts.items():
        if whole:
            yield name, code, year, f"{100 * part / whole:.1f}", "percent", part, whole
        else:
            unit = "number" if name == "schools_with_children" else "persons"
            yield name, code, year, part, unit, "", ""


def stages(folder: Path) -> dict[str, float]:
    """Return the seconds of processor time of each stage on a workspace, and the peak of memory."""
    found = _cleaning(open_workspace(folder))
    found["plan"] = _seconds(lambda: plan(folder))
    return found | {"peak MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3}


def _cleaning(workspace: Workspace) -> dict[str, float]:
    return {
        "read": _seconds(lambda: (workspace.catalogue, workspace.figures)),
        "check": _seconds(lambda: (workspace.checks, workspace.observations)),
        "write": _seconds(lambda: _write(workspace)),
    }


def _write(workspace: Workspace) -> None:
    with only_run(workspace.root):
        publish_processed(workspace)


def _seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def cost_of_report(job: Job) -> dict[str, float]:
    """Return what one report takes in this child: processor time, and memory of its own."""
    from childstats.reports.worker import build_report  # noqa: PLC0415  # imported by the host

    seconds = _seconds(lambda: build_report(job, DAY, Limits()))
    rollup = Path("/proc/self/smaps_rollup").read_text(encoding="ascii")
    private = sum(int(line.split()[1]) for line in rollup.splitlines() if "Private_" in line)
    return {"seconds": seconds, "own MB": private / 1e3}


def reports(folder: Path) -> dict[str, float]:
    """Build a sample of reports of a workspace; return medians a report, and the host's memory."""
    jobs = list(read_edition(open_workspace(folder)).jobs)[:SAMPLE]
    costs = []
    for job in jobs[:1] + jobs:  # the first has the host read the workspace
        with Child("scale:cost_of_report", job, limits=Limits(), workspace=folder) as child:
            costs.append(child.receive()[1])
    found = {name: statistics.median(c[name] for c in costs[1:]) for name in costs[0]}
    status = Path(f"/proc/{the_host()._process.pid}/status").read_text(encoding="ascii")
    resident = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return found | {"host MB": int(resident.split()[1]) / 1e3}


def nothing_to_do(folder: Path) -> dict[str, float]:
    """Return the processor time of builds that compare everything, and that find it untouched."""
    command = [sys.executable, "-m", "childstats", "build", "--workspace", str(folder)]
    found = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        found.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        time.sleep(3)  # what has just been written is compared again
    return {"nothing to do": found[0], "nothing touched": found[2]}


STAGES: Final = (
    "read",
    "check",
    "write",
    "plan, all of it anew",
    "nothing to do",
    "nothing touched",
)
OF_A_REPORT: Final = ("seconds", "own MB", "host MB")
WORK: Final = {"stages": stages, "reports": reports, "nothing": nothing_to_do}


def measured(what: str, folder: Path) -> dict[str, float]:
    """Return what a part of `WORK` finds in a process of its own."""
    paths = os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, __file__, f"--{what}", str(folder)],
        env={**os.environ, "PYTHONPATH": paths},
        check=True,
        stdout=subprocess.PIPE,
    )
    return {str(name): float(number) for name, number in json.loads(done.stdout).items()}


def of_size(scratch: Path, areas: int, rule: str) -> dict[str, float]:
    """Make a workspace of a size, and return the medians of everything that is measured on it."""
    folder = scratch / f"{rule}-{areas}"
    make_workspace(folder, areas, rule)
    rounds = [measured("stages", folder) for _ in range(ROUNDS.get(areas, 1))]
    found = {name: statistics.median(one[name] for one in rounds) for name in rounds[0]}
    codes = [f"{50_001 + number}" for number in range(areas)]
    write_edition(folder, codes, rule, SAMPLE)
    found |= measured("reports", folder)
    subprocess.run(
        [sys.executable, "-m", "childstats", "build", "--workspace", str(folder)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    found |= measured("nothing", folder)
    shutil.rmtree(folder)
    return found


def _show(name: str, numbers: dict[int, float]) -> None:
    first = next(iter(numbers.values()))
    ratios = "".join(f"{areas:>9}: {number / first:.2f}" for areas, number in numbers.items())
    print(f"  {name:22}{ratios}")


def main(rule: str, sizes: list[int]) -> None:
    """Measure every size, and print the table and what it says about the whole country."""
    found: dict[int, dict[str, float]] = {}
    with TemporaryDirectory() as scratch:
        for areas in sizes:
            found[areas] = of_size(Path(scratch), areas, rule)
            told = ", ".join(f"{name} {number:.4g}" for name, number in found[areas].items())
            print(f"{areas} areas, rule {rule}: {told}", flush=True)
    first, last = sizes[0], sizes[-1]
    print(f"\ngrowth an area, against {first} areas (linear is 1)")
    for stage in STAGES:
        _show(stage, {n: found[n][stage] / n for n in sizes})
    print(f"a report, against {first} areas (flat is 1)")
    for name in OF_A_REPORT:
        _show(name, {n: found[n][name] for n in sizes})
    hours = (found[last]["plan, all of it anew"] + last * found[last]["seconds"]) / 3600
    print(f"so {last} reports are {hours:.2f} hours of processor time")
    print(f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}, "
          f"Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}")  # fmt: skip


if __name__ == "__main__":
    words = sys.argv[1:]
    if words and words[0].removeprefix("--") in WORK:
        print(json.dumps(WORK[words[0].removeprefix("--")](Path(words[1]))))
    else:
        main(words[0] if words else "none", [int(word) for word in words[1:]] or list(SIZES))
