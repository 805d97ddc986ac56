"""Marks for what a table cannot show: hidden, missing and not applicable, beside a true zero."""

from typing import Final

from childstats.analyses.report import Report
from childstats.observations.table import is_total

HIDDEN: Final = "*"
"""The value is not shown, so that no child can be recognised."""
INAPPLICABLE: Final = "×"
"""There is nothing to show here, whatever the value."""


def is_hidden(
    report: Report, indicator: str, *, ref_area: str | None = None, time_period: int | None = None
) -> bool:
    """Return whether a yearly total exists and is not shown.

    Parameters
    ----------
    report
        The report.
    indicator
        Its id.
    ref_area, time_period
        The report's own unless given.
    """
    year = report.time_period if time_period is None else time_period
    return any(
        (o.indicator, o.time_period) == (indicator, year)
        and is_total(o, report.workspace.catalogue)
        for o in report.workspace.rows.hidden(ref_area or report.ref_area)
    )


def legend_of_marks(report: Report) -> str:
    """Return what the four marks mean, for a table that has a hidden value."""
    return report.t.say(
        "{hidden}: hidden, so that no child can be recognised; 0: none; "
        "{missing}: not in the sources used here; {inapplicable}: does not "
        "apply.",
        hidden=HIDDEN,
        missing=report.t.say("n/p"),
        inapplicable=INAPPLICABLE,
    )


def rounding_note(report: Report) -> list[str]:
    """Return how the counts of a small area are rounded; nothing for a province or country."""
    if not report.is_small:
        return []
    return [
        report.t.say(
            "Counts from 1 to 7 are hidden and all others, totals too, rounded to the nearest 5, "
            "each by itself, so that parts need not add up. Shares are those of the rounded counts."
        )
    ]
