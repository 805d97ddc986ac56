"""The pool: reports built side by side, each in a child of its own, none lost to another."""

import selectors
import time
from collections import deque
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from childstats.errors import BuildError
from childstats.reports.build import Options
from childstats.reports.channel import FOREVER
from childstats.reports.children import (
    Child,
    ChildDiedError,
    OutOfTimeError,
    OutputTooLargeError,
    can_fork,
)
from childstats.reports.edition import FinishedReport, Job
from childstats.reports.ended import died, failed, too_loud, too_slow
from childstats.reports.limits import Limits

TASK: Final = "childstats.reports.worker:build_report"
Outcome = tuple[Job, FinishedReport | BuildError, float]


def finished_reports(
    jobs: Iterable[Job], edition_date: date, options: Options, task: str = ""
) -> Iterator[Outcome]:
    """Build reports and yield each when it is finished.

    Parameters
    ----------
    jobs
        What to build, begun in this order.
    edition_date
        The day that stands on the reports.
    options
        How many at a time, and where.
    task
        What a forked child does for each, as ``module:function``; `TASK` unless given.

    Yields
    ------
    tuple
        The job, its report or the error that it failed with, and the seconds it took.
    """
    if options.executor:
        from childstats.reports.cluster import finished_elsewhere  # noqa: PLC0415  # an extra

        yield from finished_elsewhere(list(jobs), edition_date, options)
    elif options.fork and can_fork():
        yield from _forked(jobs, edition_date, options, task)
    else:
        yield from _one_by_one(jobs, edition_date, options.limits)


def _one_by_one(jobs: Iterable[Job], edition_date: date, limits: Limits) -> Iterator[Outcome]:
    from childstats.reports.worker import build_report  # noqa: PLC0415  # where nothing is forked

    for job in jobs:
        began = time.monotonic()
        outcome: FinishedReport | BuildError
        try:
            outcome = build_report(job, edition_date, limits, fork=False)
        except BuildError as error:
            outcome = error
        except Exception as error:  # a defect of one report, not to take the others along
            outcome = failed(job, error)
        yield job, outcome, time.monotonic() - began


def _forked(
    jobs: Iterable[Job], edition_date: date, options: Options, task: str = ""
) -> Iterator[Outcome]:
    """Keep as many children busy as asked; one that died is tried once more, alone."""
    waiting, again = deque(jobs), deque[Job]()
    task = task or TASK
    running: dict[Child, tuple[Job, float, bool]] = {}
    with selectors.DefaultSelector() as selector:
        try:
            while waiting or again or running:
                finished: list[Outcome] = []
                for child, said in _ready(running, selector) if running else ():
                    job, began, last = running.pop(child)
                    selector.unregister(child)
                    child.end()
                    if not isinstance(said, ChildDiedError):
                        finished.append((job, said, time.monotonic() - began))
                    elif not last:
                        again.append(job)
                    else:
                        finished.append((job, died(job, str(said)), time.monotonic() - began))
                while waiting and len(running) < options.workers:
                    _begin(
                        waiting.popleft(),
                        edition_date,
                        options.limits,
                        running,
                        selector,
                        task=task,
                    )
                if again and not running and not waiting:
                    job = again.popleft()
                    _begin(
                        job, edition_date, options.limits, running, selector, task=task, last=True
                    )
                yield from finished  # what becomes of them is done while others are built
        finally:
            for child in running:
                child.end()


def _begin(
    job: Job,
    edition_date: date,
    limits: Limits,
    running: dict[Child, tuple[Job, float, bool]],
    selector: selectors.BaseSelector,
    *,
    task: str,
    last: bool = False,
) -> None:
    child = Child(task, job, edition_date, limits, limits=limits, workspace=job.notebook.parent)
    running[child] = job, time.monotonic(), last
    selector.register(child, selectors.EVENT_READ)


def _ready(
    running: dict[Child, tuple[Job, float, bool]], selector: selectors.BaseSelector
) -> list[tuple[Child, FinishedReport | BuildError | ChildDiedError]]:
    """Wait until a child has something to say or is out of time; return those that ended."""
    soonest = min(child.deadline for child in running)
    wait = None if soonest == FOREVER else max(0.0, soonest - time.monotonic())
    spoke = [key.fileobj for key, _ in selector.select(wait)]
    ended: list[tuple[Child, FinishedReport | BuildError | ChildDiedError]] = []
    for child, (job, _, _) in running.items():
        try:
            if child in spoke:
                kind, *rest = child.receive_one()
                if kind == "result":
                    ended.append((child, rest[0]))
            elif child.deadline <= time.monotonic():
                raise child.out_of_time()
        except OutOfTimeError as error:
            ended.append((child, too_slow(job, error)))
        except OutputTooLargeError as error:
            ended.append((child, too_loud(job, error)))
        except (ChildDiedError, BuildError) as error:
            ended.append((child, error))
        except Exception as error:  # a defect of the child's task, not to be lost
            ended.append((child, failed(job, error)))
    return ended
