"""What is published of an area and not used, and why."""

from collections.abc import Collection

from childstats.analyses.report import Report
from childstats.blocks import Sentences
from childstats.codes import Verdict
from childstats.language import mark


def sentences_held_back(report: Report, *, ids: Collection[str] = ()) -> Sentences:
    """Return what must not be compared or plotted for the report's area, and why.

    Parameters
    ----------
    report
        The report.
    ids
        Only findings on these indicators, one each; the others are counted.

    Returns
    -------
    Sentences
        One a finding.
    """
    found = report.findings(verdict=Verdict.WARNING)
    shown = list({(f.check, f.indicator): f for f in found if f.indicator in ids}.values())
    shown = shown if ids else found
    sentences = [f"{f.message(report.t.code)} {report.cite(*f.figure_ids.split())}" for f in shown]
    if len(found) > len(shown):
        message = (
            mark("{number} more findings are in the data-quality report.")
            if shown
            else mark(
                "None of the figures above; {number} findings are in the data-quality report."
            )
        )
        more = report.count(
            len(found) - len(shown),
            "findings.others",
            verdict=Verdict.WARNING.value,
            shown=len(shown),
        )
        sentences.append(report.t.say(message, number=more))
    return Sentences(
        sentences or [report.t.say("No figure had to be held back.")],
        [figure_id for f in shown for figure_id in f.figure_ids.split()],
        role="list" if sentences else "nothing",
    )
