"""Compute how often each 95 % interval holds the truth, as a table and a picture.

Nothing is drawn at random: for given risks the probability of every possible table is known, and
those of the tables whose interval holds the true value are added up.

    python benchmarks/simulated_coverage.py docs/images/coverage.svg > docs/coverage_of_intervals.md
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy import stats

from childstats.statistics import odds_ratio, proportion, risk_difference, risk_ratio

SIZES = np.arange(5, 51)
PAIR_SIZES = np.arange(5, 51, 5)
PRINTED = (5, 10, 20, 30, 50)
RISKS = np.arange(1, 200) / 200
PAIR_RISKS = np.arange(1, 20) / 20
ROUNDING = 1e-12

PROPORTIONS = ("wilson", "clopper_pearson", "mid_p", "jeffreys", "agresti_coull")
MEASURES: dict[str, tuple[Callable[..., object], tuple[str, ...]]] = {
    "risk ratio": (risk_ratio, ("miettinen_nurminen", "koopman", "scas", "katz")),
    "risk difference": (
        risk_difference,
        ("miettinen_nurminen", "mee", "scas", "newcombe", "wald"),
    ),
    "odds ratio": (odds_ratio, ("miettinen_nurminen", "exact", "woolf")),
}

INK, COLOURS = "#12436D", ("#12436D", "#F46A25", "#28A197", "#801650", "#6B7280")
DASHES = ("-", (0, (5, 2)), "-.", (0, (1, 1.2)), (0, (3, 1, 1, 1, 1, 1)))

Summary = dict[str, dict[int, tuple[float, float]]]


def coverage_of_proportions() -> Summary:
    """Return mean and least coverage over all risks, by method and size."""
    summary: Summary = {}
    for method in PROPORTIONS:
        summary[method] = {}
        for size in SIZES.tolist():
            cases = np.arange(size + 1)
            _, low, high = proportion(cases, size, method=method)
            chances = stats.binom.pmf(cases[:, None], size, RISKS)
            held = (low[:, None] <= RISKS + ROUNDING) & (high[:, None] >= RISKS - ROUNDING)
            covered = (chances * held).sum(axis=0)
            summary[method][size] = float(covered.mean()), float(covered.min())
    return summary


def coverage_of_two_groups(measure: str) -> Summary:
    """Return mean and least coverage over all pairs of risks, by method and size of each group."""
    estimate, methods = MEASURES[measure]
    p1, p2 = (risk.ravel() for risk in np.meshgrid(PAIR_RISKS, PAIR_RISKS, indexing="ij"))
    truth = {
        "risk ratio": p1 / p2,
        "risk difference": p1 - p2,
        "odds ratio": p1 * (1 - p2) / (p2 * (1 - p1)),
    }[measure]
    summary: Summary = {method: {} for method in methods}
    for size in PAIR_SIZES.tolist():
        x1, x2 = (x.ravel() for x in np.meshgrid(*[np.arange(size + 1)] * 2, indexing="ij"))
        one = stats.binom.pmf(np.arange(size + 1)[:, None], size, PAIR_RISKS)
        # Tables down, pairs of risks across, both in the order of ravel.
        chances = np.einsum("ia,jb->ijab", one, one).reshape(x1.size, p1.size)
        for method in methods:
            _, low, high = estimate(
                exposed_cases=x1,
                exposed_total=size,
                reference_cases=x2,
                reference_total=size,
                method=method,
            )
            above = low[:, None] <= truth * (1 + np.sign(truth) * ROUNDING) + ROUNDING
            below = high[:, None] >= truth * (1 - np.sign(truth) * ROUNDING) - ROUNDING
            covered = (chances * (above & below)).sum(axis=0)
            summary[method][size] = float(covered.mean()), float(covered.min())
    return summary


def table_of(title: str, summary: Summary) -> Iterator[str]:
    """Yield the lines of one table: mean coverage and, in brackets, the least."""
    yield f"## {title}\n"
    yield "| method | " + " | ".join(f"n = {size}" for size in PRINTED) + " |"
    yield "|---|" + "---|" * len(PRINTED)
    for method, by_size in summary.items():
        cells = (f"{mean:.1%} ({least:.1%})" for mean, least in map(by_size.get, PRINTED))
        yield f"| `{method}` | " + " | ".join(cells) + " |"
    yield ""


def draw(axes: Axes, title: str, summary: Summary) -> None:
    """Draw the mean coverage by size, one line for each method, named at its end."""
    axes.axhline(95, color="#9CA3AF", linewidth=0.8)
    ends = []
    for (method, by_size), colour, dash in zip(summary.items(), COLOURS, DASHES, strict=False):
        sizes, means = list(by_size), [100 * mean for mean, _ in by_size.values()]
        axes.plot(sizes, means, color=colour, linestyle=dash, linewidth=1.8)
        ends.append([means[-1], method, colour])
    ends.sort()
    for place, (_, method, colour) in enumerate(ends):
        height = 92.6 + 1.15 * (place + (5 - len(ends)) / 2)
        axes.text(51.5, height, method.replace("_", " "), color=colour, va="center", fontsize=8)
    axes.set_title(title, loc="left", fontsize=10, color=INK, fontweight="bold")
    axes.set(xlim=(4, 51), ylim=(88, 100), xticks=[5, 20, 35, 50], yticks=[90, 95, 100])
    axes.set_xlabel("people in each group", fontsize=8)
    axes.tick_params(labelsize=8)
    axes.spines[["top", "right"]].set_visible(False)


def main() -> None:
    """Write the picture to the path given and the tables to standard output."""
    if len(sys.argv) != 2:
        sys.exit("say where to write the picture, such as docs/images/coverage.svg")
    summaries = {"proportion": coverage_of_proportions()}
    summaries |= {measure: coverage_of_two_groups(measure) for measure in MEASURES}

    mpl.rcParams.update({"svg.hashsalt": "coverage", "svg.fonttype": "path"})
    figure = Figure(figsize=(9, 6.2), layout="constrained")
    for axes, (title, summary) in zip(figure.subplots(2, 2).flat, summaries.items(), strict=True):
        draw(axes, title, summary)
    figure.suptitle(
        "Mean coverage of nominal 95 % intervals (%)", x=0.01, ha="left", color=INK, fontsize=12
    )
    figure.savefig(Path(sys.argv[1]), metadata={"Date": None}, bbox_inches="tight")

    print("# How often the intervals hold the truth\n")
    print(
        "Mean coverage of the nominal 95 % and, in brackets, the least, computed exactly from all\n"
        "possible tables: a proportion over risks 0.005, 0.010 … 0.995; two groups of n people\n"
        "each over all pairs of risks 0.05, 0.10 … 0.95. Repeat with\n"
        "`python benchmarks/simulated_coverage.py docs/images/coverage.svg`.\n\n"
        "![Mean coverage by size and method](images/coverage.svg)\n"
    )
    for title, summary in summaries.items():
        print("\n".join(table_of(title, summary)))


if __name__ == "__main__":
    main()
