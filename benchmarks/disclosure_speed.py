"""Time suppression and audit of synthetic commune tables, and print their sizes.

Run: python benchmarks/disclosure_speed.py [COMMUNES ...]

For each number of communes (45 and 3,321 unless given): a table of communes and provinces by four
ages, and linked with it a table by sex. About a third of the counts are small. "primary only"
hides small counts and nothing else, the hardest case for the audit, since so much is certain.
Seconds are those of the processor, which mean the same on a busy machine.
"""

import sys
import time

import numpy as np
import pandas as pd

from childstats.statistics.disclosure import audit, suppress

SEED = 20260701
PER_PROVINCE = 98


def linked_tables(communes: int) -> tuple[dict[str, pd.DataFrame], dict[str, dict[str, str]]]:
    """Return the two tables and the hierarchy of their areas."""
    chance = np.random.default_rng(SEED)
    level = chance.choice([0.5, 2.0, 12.0, 40.0], size=(communes, 1, 1))
    counts = chance.poisson(level, size=(communes, 4, 2))
    areas = [f"{number:05d}" for number in range(communes)]
    provinces = [f"p{number // PER_PROVINCE:02d}" for number in range(communes)]
    by_age = pd.DataFrame(counts.sum(axis=2), index=areas, columns=["0-4", "5-9", "10-14", "15"])
    by_sex = pd.DataFrame(counts.sum(axis=1), index=areas, columns=["F", "M"])
    tables = {
        "by age": with_margins(by_age, provinces, "age"),
        "by sex": with_margins(by_sex, provinces, "sex"),
    }
    return tables, {"ref_area": dict(zip(areas, provinces, strict=True))}


def with_margins(counts: pd.DataFrame, provinces: list[str], dimension: str) -> pd.DataFrame:
    """Return a tidy table with provinces, the total of areas and the total of columns."""
    above = pd.concat([counts, counts.groupby(np.array(provinces)).sum()])
    above.loc["_T"] = counts.sum()
    above["_T"] = above.sum(axis=1)
    return (
        above.rename_axis("ref_area")
        .reset_index()
        .melt(id_vars="ref_area", var_name=dimension, value_name="obs_value")
    )


def primary_only(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table in which counts from 1 to 4 are hidden and nothing else."""
    small = table["obs_value"].between(1, 4)
    return table.assign(
        obs_value=table["obs_value"].mask(small), obs_status=np.where(small, "Q", "A")
    )


def main(*sizes: int) -> None:
    """Print one line for each number of communes and task."""
    for communes in sizes or (45, 3_321):
        tables, parents = linked_tables(communes)
        keep = [{"ref_area": area} for area in {*parents["ref_area"].values(), "_T"}]
        rows = sum(len(table) for table in tables.values())
        naive = {name: primary_only(table) for name, table in tables.items()}
        tasks = {
            "audit, 1 table, primary only, exact": lambda n=naive, p=parents: len(
                audit(n["by age"], parents=p)
            ),
            "audit, linked, primary only, exact": lambda n=naive, p=parents: len(
                audit(n, parents=p)
            ),
            "audit, linked, primary only, to policy": lambda n=naive, p=parents: len(
                audit(n, parents=p, exact=False)
            ),
            "suppress, linked, round": lambda t=tables, p=parents, k=keep: (
                suppress(t, parents=p, keep=k).primary
            ),
            "suppress, linked, threshold 4": lambda t=tables, p=parents, k=keep: (
                suppress(t, method="threshold", parents=p, keep=k, largest_hidden=4).secondary
            ),
        }
        for name, task in tasks.items():
            start = time.process_time()
            found = task()
            seconds = time.process_time() - start
            measured = f"{name:<40} {found:>6,} {seconds:8.2f} s"
            print(f"{communes:>5,} communes, {rows:>6,} rows: {measured}", flush=True)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
