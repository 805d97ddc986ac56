"""Every notebook for every area and year of which figures are held, in both languages.

``make sweep`` runs each through the execution and the checks of a build, without typesetting, and
ends with exit code 1 if one is neither made nor refused in one line that says what is missing.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise, product
from typing import Any, Final

from digits import uncovered, with_parts
from impossible_numbers import faults_of_text, names_of_coverage

from childstats.analyses.content import missing_content
from childstats.catalogue.catalogue import Catalogue
from childstats.errors import BuildError, InputError
from childstats.language import LANGUAGES
from childstats.observations.processed import as_printed
from childstats.observations.workspace import Workspace, open_workspace
from childstats.reports.build import Options
from childstats.reports.document import Document, heading_text
from childstats.reports.edition import Job, parameters_of
from childstats.reports.pool import finished_reports
from childstats.reports.reading import all_texts, said_in
from childstats.text.receipts import printed_tokens, tokens

DAY: Final = date(2026, 12, 1)
BARE: Final = ("heading", "heading")
TASK: Final = "childstats.reports.worker:examine_report"


@dataclass(frozen=True)
class Swept:
    """One report of the sweep: what it says, why it was refused, or what is wrong with it."""

    job: Job
    text: str = ""
    refused: str = ""
    faults: tuple[str, ...] = ()


def all_jobs(workspace: Workspace) -> list[Job]:
    """Return a report of each notebook, area with figures, year with figures, and language."""
    table = workspace.observations
    years = sorted({int(p) for p in table["time_period"].astype(str) if re.fullmatch(r"\d{4}", p)})
    areas = list(dict.fromkeys(table["ref_area"]))
    notebooks = sorted((workspace.root / "notebooks").glob("*.ipynb"))
    return [
        Job(notebook, parameters_of(notebook) | asked, tuple(LANGUAGES))
        for notebook, area, year in product(notebooks, areas, years)
        for language in LANGUAGES
        for asked in [{"ref_area": area, "time_period": year, "language": language}]
    ]


def swept(jobs: Iterable[Job], workspace: Workspace) -> Iterator[Swept]:
    """Run reports and look at each."""
    wanted = []
    for job in jobs:
        p = job.parameters
        try:
            workspace.catalogue.bearer(p["ref_area"], p["time_period"])
        except InputError as error:
            yield Swept(job, refused=str(error))
            continue
        missing = missing_content(job.notebook.stem, workspace, p)
        if missing:
            yield Swept(job, refused=missing)
        else:
            wanted.append(job)
    said: dict[str, tuple[str, str]] = {}
    numbers: dict[str, tuple[str, ...]] = {}
    for job, outcome, _ in finished_reports(wanted, DAY, Options(), TASK):
        if isinstance(outcome, BuildError):
            yield Swept(job, faults=(str(outcome),))
        else:
            document, text = outcome
            found = faults_in(job, document, text, workspace.catalogue)
            found += unaccounted(document, workspace)
            found += contradictions(job, document, said, numbers)
            yield Swept(job, text, faults=tuple(found))


def faults_in(job: Job, document: Document, text: str, catalogue: Catalogue) -> list[str]:
    """Return what is wrong with a report: an impossible number, no content, a statement twice."""
    said = Counter(sentence for block in document.blocks for sentence in statements(block))
    kinds = [block["type"] for block in document.blocks]
    return [
        *faults_of_text(text, job.parameters["language"], names_of_coverage(catalogue)),
        *(f"said twice: {sentence[:80]}" for sentence, n in said.items() if n > 1),
        *(
            "a table without a row"
            for b in document.blocks
            if b["type"] == "table" and not b["rows"]
        ),
        *("a section without content" for p in pairwise([*kinds, "heading"]) if p == BARE),
        *(["no figure at all"] if not document.figure_ids else []),
    ]


def unaccounted(document: Document, workspace: Workspace) -> list[str]:
    """Return the numbers of a report that are neither receipts nor prints nor declared."""
    prints = (as_printed(workspace.rows.figure(i)) for i in document.figure_ids)
    known = printed_tokens(document.numbers) | {token for p in prints for token in tokens(p)}
    checks = workspace.checks
    said = with_parts([*checks["message_en"], *checks["message_vi"]])
    found = uncovered(all_texts(document), known, said)
    return [f"nobody accounts for {token} in {text[:120]!r}" for token, text in found]


def contradictions(
    job: Job,
    document: Document,
    said: dict[str, tuple[str, str]],
    numbers: dict[str, tuple[str, ...]],
) -> list[str]:
    """Return statements with another word than before, and numbers of one language only."""
    own, claims = said_in(document)
    stem = job.file_name.rsplit(".", 2)[0]
    apart = sorted(set(numbers.setdefault(stem, own)) ^ set(own))
    return [
        *(f"the languages do not say the same numbers: {number}" for number in apart[:3]),
        *(
            f"{statement} is {word!r}, and {before!r} in {where}"
            for statement, word in claims
            for before, where in [said.setdefault(statement, (word, job.file_name))]
            if word != before
        ),
    ]


def statements(block: Mapping[str, Any]) -> list[str]:
    """Return the paragraphs or sentences of a block."""
    if block["type"] == "paragraph":
        return [heading_text(block)]
    return list(block.get("sentences", ()))


def reason(message: str) -> str:
    """Return the words of a refusal that are the same of every area and year."""
    return re.sub(r"\d{4}(-\d\d-\d\d)?", "…", message.partition(": ")[2] or message)


def main(folder: str = ".") -> int:
    """Sweep a workspace, print a line a fault and the counts."""
    workspace = open_workspace(folder)
    built, refused, failed = 0, Counter[str](), 0
    for report in swept(all_jobs(workspace), workspace):
        for fault in report.faults:
            print(f"{report.job.file_name}: {fault}", flush=True)
        if report.faults:
            failed += 1
        elif report.refused:
            refused[f"{report.job.notebook.stem}: {reason(report.refused)}"] += 1
        else:
            built += 1
    print(f"{built} built, {refused.total()} refused, {failed} failed")
    for what, count in refused.most_common():
        print(f"  {count} refused, {what}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
