"""Print what other packages say of 69 comparisons of two groups, beside an independent reference.

23 pairs of groups, each as a difference and a ratio of risks and as an odds ratio. A cell is right
when both limits agree with the reference of the method its package names, to three digits:

    make .venv-bench/.ready    # then with its Python:
    apt-get install r-base-core r-cran-epitools    # optional, for the R column
    python benchmarks/other_packages.py > docs/comparison_with_other_packages.md
    python benchmarks/other_packages.py summary    # the count of verdicts only
"""

import importlib.metadata
import json
import math
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator

import numpy as np
from scipy import optimize, special, stats

from childstats.statistics import odds_ratio, risk_difference, risk_ratio

try:
    from statsmodels.stats.proportion import confint_proportions_2indep
    from zepid import calc
except ImportError as missing:
    sys.exit(f"{missing.name} is missing; install with: python -m pip install statsmodels zepid")

Limits = tuple[float, float]
Pair = tuple[int, int, int, int]

# Exposed cases and total, reference cases and total. Quoted in the design notes: the first six.
PAIRS: list[Pair] = [
    (36, 45, 40, 45),
    (20, 20, 18, 20),
    (20, 20, 20, 20),
    (5, 56, 0, 29),
    (13, 2176, 5, 3354),
    (16, 128, 24, 256),
    (56, 70, 48, 80),
    (9, 10, 3, 10),
    (6, 7, 2, 7),
    (0, 10, 0, 20),
    (0, 10, 0, 10),
    (10, 10, 0, 20),
    (10, 10, 0, 10),
    (0, 16, 15, 72),
    (7, 34, 1, 34),
    (24, 73, 53, 65),
    (29, 55, 11, 11),
    (7, 18, 1, 18),
    (10, 10, 20, 20),
    (84, 101, 89, 105),
    (430, 430, 411, 430),
    (1, 1, 0, 1),
    (3, 500, 7, 400),
]
MEASURES = {
    "difference": risk_difference,
    "ratio": risk_ratio,
    "odds ratio": odds_ratio,
}
Z = float(stats.norm.ppf(0.975))


def main() -> None:
    """Write the page."""
    warnings.simplefilter("ignore")
    r_limits = ask_r()
    columns: dict[str, Callable[[str, Pair], tuple[str, object]]] = {
        "childstats": ours,
        "statsmodels": from_statsmodels,
        "zEpid": from_zepid,
        "SciPy": from_scipy,
    }
    if r_limits:
        columns["R"] = lambda measure, pair: r_limits[f"{measure} {pair}"]
    counts = {name: {"right": 0, "wrong": 0, "nan": 0, "raises": 0, "–": 0} for name in columns}
    table = []
    for measure in MEASURES:
        for pair in PAIRS:
            cells = []
            for name, ask in columns.items():
                verdict, shown = judged(measure, pair, ask)
                counts[name][verdict] += 1
                emphasis = "**" if verdict in {"wrong", "nan", "raises"} else ""
                cells.append(f"{shown} {emphasis}{verdict}{emphasis}".strip())
            groups = "{}/{} – {}/{}".format(*pair)
            reference = printed(reference_limits("score", measure, pair))
            table.append([f"{measure} {groups}", reference, *cells])
    write_page(table, counts, list(columns))


def judged(
    measure: str, pair: Pair, ask: Callable[[str, Pair], tuple[str, object]]
) -> tuple[str, str]:
    """Return right, wrong, nan, raises or – (not offered), and what to show."""
    method, answer = ask(measure, pair)
    if method == "":
        return "–", ""
    if isinstance(answer, str):
        return "raises", ""
    values = np.asarray(answer)
    if np.iscomplexobj(values):
        return "wrong", "complex"
    if np.isnan(values.astype(float)).any():
        return "nan", ""
    expected = reference_limits(method, measure, pair)
    right = all(
        math.isclose(found, true, rel_tol=2e-3, abs_tol=2e-4) or found == true
        for found, true in zip(values.tolist(), expected, strict=True)
    )
    return ("right" if right else "wrong"), printed(tuple(values.tolist()))


def printed(limits: Limits) -> str:
    """Return limits with three significant digits or decimals."""
    return " to ".join("∞" if np.isinf(limit) else f"{limit:.4g}" for limit in limits)


# The references share no code with the package: likelihoods are maximised numerically, and each
# limit is found by Brent's method from the test that it is supposed to invert.


def reference_limits(method: str, measure: str, pair: Pair) -> Limits:
    """Return the limits that a method, followed to the letter, gives for a pair."""
    if method in {"score", "uncorrected score"}:
        return inverted_score(measure, pair, unbiased=method == "score")
    if method == "exact":
        return inverted_tails(pair)
    return wald(measure, pair)


def inverted_score(measure: str, pair: Pair, *, unbiased: bool) -> Limits:
    """Return the score limits: with N / (N - 1) Miettinen and Nurminen's."""
    x1, n1, x2, n2 = pair
    if measure == "difference":
        return tuple(score_limits_of_difference(pair, unbiased))
    if measure == "ratio":
        nothing, everything = x1 == 0, x2 == 0
    else:
        nothing, everything = x1 == 0 or x2 == n2, x2 == 0 or x1 == n1
    low, high = 0.0, math.inf

    def excess(log: float) -> float:
        return squared_score(measure, math.exp(log), pair, unbiased) - Z**2

    signs = [(excess(log), log) for log in np.linspace(-14, 14, 561)]
    inside = [log for value, log in signs if value <= 0]
    if not nothing:
        low = math.exp(optimize.brentq(excess, inside[0] - 0.05, inside[0]))
    if not everything:
        high = math.exp(optimize.brentq(excess, inside[-1], inside[-1] + 0.05))
    return low, high


def score_limits_of_difference(pair: Pair, unbiased: bool) -> Iterator[float]:
    """Yield the lower and the upper limit of a difference."""
    x1, n1, x2, n2 = pair
    value = x1 / n1 - x2 / n2

    def excess(shift: float) -> float:
        return squared_score("difference", shift, pair, unbiased) - Z**2

    for end in (-1.0, 1.0):
        if value == end:
            yield end
        else:
            yield optimize.brentq(excess, value + 1e-9 * end, end * (1 - 1e-9))


def squared_score(measure: str, parameter: float, pair: Pair, unbiased: bool) -> float:
    """Return the score statistic of one hypothetical difference or ratio."""
    x1, n1, x2, n2 = pair

    def first(risk: float) -> float:
        if measure == "difference":
            return risk + parameter
        if measure == "ratio":
            return risk * parameter
        return risk * parameter / (1 - risk + risk * parameter)

    def surprise(risk: float) -> float:
        p1 = min(max(first(risk), 0.0), 1.0)
        likelihood = special.xlogy(x1, p1) + special.xlog1py(n1 - x1, -p1)
        return -likelihood - special.xlogy(x2, risk) - special.xlog1py(n2 - x2, -risk)

    least = max(0.0, -parameter) if measure == "difference" else 0.0
    most = 1.0
    if measure == "difference":
        most = min(1.0, 1 - parameter)
    if measure == "ratio":
        most = min(1.0, 1 / parameter)
    found = optimize.minimize_scalar(
        surprise, bounds=(least, most), method="bounded", options={"xatol": 1e-14}
    )
    p2 = found.x
    p1 = first(p2)
    inflation = (n1 + n2) / (n1 + n2 - 1) if unbiased else 1.0
    spread1, spread2 = p1 * (1 - p1) / n1, p2 * (1 - p2) / n2
    if measure == "difference":
        return (x1 / n1 - x2 / n2 - parameter) ** 2 / ((spread1 + spread2) * inflation)
    if measure == "ratio":
        variance = (spread1 + parameter**2 * spread2) * inflation
        return (x1 / n1 - parameter * x2 / n2) ** 2 / variance
    precision = 1 / (n1**2 * spread1) + 1 / (n2**2 * spread2)
    return (x1 - n1 * p1) ** 2 * precision / inflation


def inverted_tails(pair: Pair) -> Limits:
    """Return the exact conditional limits of an odds ratio."""
    x1, n1, x2, n2 = pair
    cases = x1 + x2
    if cases in {0, n1 + n2}:
        return 0.0, math.inf
    smallest, largest = max(0, cases - n2), min(n1, cases)

    def tail(log: float, first: int, last: int) -> float:
        chances = stats.nchypergeom_fisher(n1 + n2, cases, n1, math.exp(log))
        return float(chances.pmf(np.arange(first, last + 1)).sum()) - 0.025

    low, high = 0.0, math.inf
    if x1 > smallest:
        low = math.exp(optimize.brentq(tail, -9, 9, args=(x1, largest)))
    if x1 < largest:
        high = math.exp(optimize.brentq(tail, -9, 9, args=(smallest, x1)))
    return low, high


def wald(measure: str, pair: Pair) -> Limits:
    """Return Wald, Katz or Woolf limits; 0 to inf where an estimate or its variance is infinite."""
    x1, n1, x2, n2 = pair
    if measure == "difference":
        spread = Z * math.sqrt(x1 * (n1 - x1) / n1**3 + x2 * (n2 - x2) / n2**3)
        return max(-1.0, x1 / n1 - x2 / n2 - spread), min(1.0, x1 / n1 - x2 / n2 + spread)
    cells = (x1, x2) if measure == "ratio" else (x1, n1 - x1, x2, n2 - x2)
    if 0 in cells:
        return 0.0, math.inf
    variance = sum(1 / cell for cell in cells)
    value = (x1 / n1) / (x2 / n2)
    if measure == "ratio":
        variance -= 1 / n1 + 1 / n2
    else:
        value = x1 * (n2 - x2) / ((n1 - x1) * x2)
    factor = math.exp(Z * math.sqrt(variance))
    return value / factor, value * factor


def ours(measure: str, pair: Pair) -> tuple[str, object]:
    """Ask this package for its default."""
    names = ("exposed_cases", "exposed_total", "reference_cases", "reference_total")
    estimate = MEASURES[measure](**dict(zip(names, pair, strict=True)))
    return "score", (float(estimate.low), float(estimate.high))


def from_statsmodels(measure: str, pair: Pair) -> tuple[str, object]:
    """Ask statsmodels for the interval it calls score, which corrects by N / (N - 1)."""
    compare = {"difference": "diff", "ratio": "ratio", "odds ratio": "odds-ratio"}[measure]
    try:
        return "score", confint_proportions_2indep(*pair, method="score", compare=compare)
    except Exception as error:  # whatever it raises is the finding
        return "score", type(error).__name__


def from_zepid(measure: str, pair: Pair) -> tuple[str, object]:
    """Ask zEpid, whose intervals are Wald's, Katz's and Woolf's."""
    x1, n1, x2, n2 = pair
    ask = {
        "difference": calc.risk_difference,
        "ratio": calc.risk_ratio,
        "odds ratio": calc.odds_ratio,
    }[measure]
    try:
        found = ask(x1, n1 - x1, x2, n2 - x2)
    except Exception as error:  # whatever it raises is the finding
        return "wald", type(error).__name__
    return "wald", (found[1], found[2])


def from_scipy(measure: str, pair: Pair) -> tuple[str, object]:
    """Ask SciPy: Katz's ratio, the exact odds ratio, no difference."""
    x1, n1, x2, n2 = pair
    try:
        if measure == "ratio":
            found = stats.contingency.relative_risk(*pair).confidence_interval(0.95)
            return "wald", (found.low, found.high)
        if measure == "odds ratio":
            found = stats.contingency.odds_ratio([[x1, x2], [n1 - x1, n2 - x2]])
            interval = found.confidence_interval(0.95)
            return "exact", (interval.low, interval.high)
    except Exception as error:  # whatever it raises is the finding
        return "wald", type(error).__name__
    return "", ()


R_PROGRAM = """
suppressWarnings(suppressMessages({
  has_epitools <- requireNamespace("epitools", quietly = TRUE)
  number <- function(x) ifelse(is.nan(x) | is.na(x), '"nan"',
    ifelse(is.infinite(x), '"inf"', format(x, digits = 15)))
  show <- function(key, method, ask) {
    ci <- tryCatch(as.numeric(ask()), error = function(e) NULL)
    cat(sprintf('{"key": "%s", "method": "%s", "limits": %s}\\n', key, method,
      if (is.null(ci)) '"error"' else paste0("[", paste(number(ci), collapse = ", "), "]")))
  }
  for (line in readLines(file("stdin"))) {
    v <- as.numeric(strsplit(line, " ")[[1]]); key <- paste(v, collapse = " ")
    show(paste("difference", key), "wald",
      function() prop.test(v[c(1, 3)], v[c(2, 4)], correct = FALSE)$conf.int)
    m <- matrix(c(v[4] - v[3], v[3], v[2] - v[1], v[1]), 2, byrow = TRUE)
    if (has_epitools) show(paste("ratio", key), "wald",
      function() epitools::riskratio.wald(m)$measure[2, 2:3])
    show(paste("odds ratio", key), "exact", function() fisher.test(m)$conf.int)
  }
}))
"""


def ask_r() -> dict[str, tuple[str, object]]:
    """Return what R says (prop.test, epitools, fisher.test); nothing where R is not installed."""
    if not shutil.which("Rscript"):
        print("no Rscript; the R column is left out", file=sys.stderr)
        return {}
    lines = "".join(" ".join(map(str, pair)) + "\n" for pair in PAIRS)
    done = subprocess.run(
        ["Rscript", "-e", R_PROGRAM], input=lines, capture_output=True, text=True, check=True
    )
    answers = {}
    for line in done.stdout.splitlines():
        row = json.loads(line)
        *words, x1, n1, x2, n2 = row["key"].split()
        key = f"{' '.join(words)} {(int(x1), int(n1), int(x2), int(n2))}"
        limits = row["limits"]
        if limits != "error":
            limits = tuple(float(limit) for limit in limits)
        answers[key] = (row["method"], limits)
    for measure in MEASURES:
        for pair in PAIRS:
            answers.setdefault(f"{measure} {pair}", ("", ()))
    return answers


def versions(names: list[str]) -> str:
    """Return names and versions of what was compared."""
    found = []
    for name in names:
        if name == "R":
            program = (
                "cat(as.character(getRversion()))\n"
                'if (requireNamespace("epitools", quietly = TRUE))\n'
                '  cat(", epitools", as.character(packageVersion("epitools")))'
            )
            done = subprocess.run(
                ["Rscript", "-e", program], capture_output=True, text=True, check=True
            )
            found.append(f"R {done.stdout}")
        elif name != "childstats":
            found.append(f"{name} {importlib.metadata.version(name.lower())}")
    return "; ".join(found)


def write_page(table: list[list[str]], counts: dict[str, dict[str, int]], names: list[str]) -> None:
    """Print the page in Markdown."""
    verdicts = ("right", "wrong", "nan", "raises", "–")
    print(f"""# The same input in other packages

{len(table)} comparisons of two groups: {len(PAIRS)} pairs, each as difference and ratio of
risks and as odds ratio, at 95 %. An interval is *right* when both limits agree, to three digits,
with an independent inversion of the test that the package itself names (statsmodels: score with
N / (N − 1); zEpid and R: Wald, Katz, Woolf, exact; SciPy: Katz, exact). So Wald's 0 to 0 counts as
right, because his formula says so; where a formula says nothing the right answer is 0 to ∞, and a
package may instead return nan or raise. – means not offered. The second column is Miettinen and
Nurminen's interval.

Compared: {versions(names)}. Repeat with `python benchmarks/other_packages.py`.
""")
    print("| package | " + " | ".join(verdicts) + " |")
    print("|---|" + "---|" * len(verdicts))
    for name in names:
        print(f"| {name} | " + " | ".join(str(counts[name][v]) for v in verdicts) + " |")
    if sys.argv[1:] == ["summary"]:
        return
    print("\n| comparison | reference | " + " | ".join(names) + " |")
    print("|---" * (len(names) + 2) + "|")
    for row in table:
        print("| " + " | ".join(row) + " |")


if __name__ == "__main__":
    main()
