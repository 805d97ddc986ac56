"""Print how long the statistics take, as ratios to bare SciPy calls and to a loop over statsmodels.

Every number is a ratio of processor times in one run, so that two computers can compare theirs:

    make bench WHAT=statistics_speed
"""

import sys
import time
import tracemalloc
import warnings
from collections.abc import Callable
from functools import partial

import numpy as np
from scipy.special import betainccinv, betaincinv, gammainccinv, gammaincinv, ndtri

from childstats.statistics import odds_ratio, proportion, rate, risk_difference, risk_ratio

try:
    from statsmodels.stats.proportion import confint_proportions_2indep
except ImportError:
    sys.exit("statsmodels is missing; install it with: python -m pip install statsmodels")

ROWS, PAIRS, LOOPED = 10**6, 10**5, 1_000
SEED = 20261125


def seconds(call: Callable[[], object], repeats: int) -> float:
    """Return the shortest processor time of several runs."""
    times = []
    for _ in range(repeats):
        start = time.process_time()
        call()
        times.append(time.process_time() - start)
    return min(times)


def single_estimates() -> None:
    """Compare one-sample intervals with the special functions they cannot do without."""
    random = np.random.default_rng(SEED)
    total = random.integers(20, 500, ROWS)
    cases = random.binomial(total, random.uniform(0, 1, ROWS))
    events, exposure = random.poisson(random.uniform(0, 200, ROWS)), np.full(ROWS, 1e4)
    tail = np.full(ROWS, 0.025)
    some, more = np.maximum(cases, 1.0), cases + 1.0
    others, rest = total - cases + 1.0, np.maximum(total - cases, 1.0)
    happened, further = np.maximum(events, 1.0), events + 1.0

    quantile = seconds(lambda: ndtri(tail), 7)
    beta = seconds(lambda: (betaincinv(some, others, 0.025), betainccinv(more, rest, 0.025)), 2)
    gamma = seconds(lambda: (gammaincinv(happened, 0.025), gammainccinv(further, 0.025)), 2)

    print(f"{ROWS:,} rows: time over that of the bare SciPy calls")
    for name, call, bare, what in (
        ("Wilson", partial(proportion, cases, total), quantile, "ndtri"),
        ("Byar", partial(rate, events, exposure, per=1), gamma, "gammaincinv, gammainccinv"),
        (
            "Garwood",
            partial(rate, events, exposure, per=1, method="exact"),
            gamma,
            "gammaincinv, gammainccinv",
        ),
        (
            "Clopper-Pearson",
            partial(proportion, cases, total, method="clopper_pearson"),
            beta,
            "betaincinv, betainccinv",
        ),
        ("mid-P", partial(proportion, cases, total, method="mid_p"), beta, "the same"),
    ):
        repeats = 7 if bare is quantile else 2
        print(f"  {name:16} {seconds(call, repeats) / bare:8.2f}   {what}")


def two_groups() -> None:
    """Compare score intervals with a loop over statsmodels, timed on some of the pairs."""
    random = np.random.default_rng(SEED)
    totals = random.integers(20, 500, (2, PAIRS))
    cases = random.binomial(totals, random.uniform(0.05, 0.95, (2, PAIRS)))
    groups = {
        "exposed_cases": cases[0],
        "exposed_total": totals[0],
        "reference_cases": cases[1],
        "reference_total": totals[1],
    }
    print(f"{PAIRS:,} pairs: time of a loop over statsmodels over ours")
    for compare, measure in (("ratio", risk_ratio), ("diff", risk_difference)):
        loop = seconds(partial(looped, cases, totals, compare), 1) * PAIRS / LOOPED
        for method in ("miettinen_nurminen", "scas"):
            ours = seconds(partial(measure, **groups, method=method), 3)
            print(f"  {measure.__name__:16} {method:20} {loop / ours:6.0f}")
    loop = seconds(partial(looped, cases, totals, "odds-ratio"), 1) * PAIRS / LOOPED
    print(f"  {'odds_ratio':16} {'miettinen_nurminen':20} "
          f"{loop / seconds(partial(odds_ratio, **groups), 3):6.0f}")  # fmt: skip


def looped(cases: np.ndarray, totals: np.ndarray, compare: str) -> None:
    """Ask statsmodels for one pair after the other; some tables make it raise."""
    rows = (cases[0], totals[0], cases[1], totals[1])
    for x1, n1, x2, n2 in zip(*(row[:LOOPED].tolist() for row in rows), strict=True):
        try:
            confint_proportions_2indep(x1, n1, x2, n2, method="score", compare=compare)
        except (ArithmeticError, ValueError, RuntimeError):
            continue


def memory() -> None:
    """Show that memory grows with the rows and no faster."""
    print("peak of memory: bytes a row, and how many times more ten times the rows take")
    for measure, method, rows in (
        (proportion, "wilson", ROWS),
        (proportion, "mid_p", ROWS),
        (risk_ratio, "miettinen_nurminen", ROWS),
        (risk_difference, "scas", ROWS),
        (odds_ratio, "exact", ROWS // 10),  # a list of probabilities each: slow
    ):
        fewer, more = (peak_bytes(measure, method, size) for size in (rows // 10, rows))
        print(f"  {measure.__name__:16} {method:20} {more / rows:6.0f}   {more / fewer:6.2f}"
              f"   ({rows // 10:,} and {rows:,} rows)")  # fmt: skip


def peak_bytes(measure: Callable[..., object], method: str, rows: int) -> int:
    """Return the peak of memory while a measure works, what it is given not counted."""
    if measure is proportion:
        counts = {"cases": np.arange(rows) % 400, "total": np.arange(rows) % 977 + 400}
    else:
        counts = {
            "exposed_cases": np.arange(rows) % 41,
            "exposed_total": 40,
            "reference_cases": np.arange(rows) % 21,
            "reference_total": 20,
        }
    tracemalloc.start()
    measure(**counts, method=method)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    single_estimates()
    two_groups()
    memory()
