"""The command line: a thin wrapper around the library."""

import signal
import threading
from collections.abc import Iterable, Iterator, Sized
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NoReturn

import click

from childstats import __version__
from childstats.errors import (
    BuildError,
    BusyError,
    ChildstatsError,
    InputError,
    one_line,
    printable,
    system_limit,
)

workspace_option = click.option(
    "--workspace",
    default=".",
    show_default=True,
    type=click.Path(exists=True, file_okay=False),
    help="Folder that holds childstats.toml, or one inside it.",
)


EXIT_CODES: Final = {BuildError: 1, InputError: 2, BusyError: 3}
INTERRUPTED, TERMINATED = 130, 143
"""128 and the number of the signal, as shells say it."""


class _Terminated(BaseException):  # not an Exception: nothing between may take it for an error
    """The system asks this process to end."""


class _Commands(click.Group):
    """Commands whose known errors end in one line and the exit code of their kind."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            with _ended_in_order():
                return super().invoke(ctx)
        except ChildstatsError as error:
            click.echo(f"childstats: {one_line(error)}", err=True)
            ctx.exit(next(code for kind, code in EXIT_CODES.items() if isinstance(error, kind)))
        except (OSError, MemoryError) as error:
            if limit := system_limit(error):
                click.echo(f"childstats: {_place(error)}{limit}", err=True)
                ctx.exit(1)
            if not isinstance(error, OSError) or error.filename is None:
                raise
            what = f"{error.filename!r} cannot be used: {error.strerror}"
            click.echo(f"childstats: {one_line(what)}; see that it is there and yours", err=True)
            ctx.exit(2)
        except (KeyboardInterrupt, _Terminated) as error:
            what, code = "terminated", TERMINATED
            if isinstance(error, KeyboardInterrupt):
                what, code = "interrupted", INTERRUPTED
            click.echo(f"childstats: {what}; the same command begins anew", err=True)
            ctx.exit(code)


def _place(error: BaseException) -> str:
    """Return the file that an error names, as the beginning of a line."""
    name = getattr(error, "filename", None)
    return f"{one_line(repr(name))}: " if name is not None else ""


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """Let SIGTERM end what runs as an interrupt does: children killed, files whole, lock free."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(*_: object) -> NoReturn:
        raise _Terminated

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before or signal.SIG_DFL)


@click.group(cls=_Commands)
@click.version_option(__version__)
def main() -> None:
    """Turn published figures on children into annual reports that can be traced and repeated."""


@main.command()
@click.argument("path", type=click.Path())
@click.option(
    "--area", default="VN-71", show_default=True, help="Code of the area of the first reports."
)
@click.option("--year", default=2025, show_default=True, help="Year of the first reports.")
@click.option("--example", default="", help="communes: made-up counts of 45 communes.")
def new(path: str, area: str, year: int, example: str) -> None:
    """Make a fresh workspace in PATH: edition, catalogue, an example source, notebooks."""
    from childstats.reports.new_workspace import new_workspace

    folder = new_workspace(path, ref_area=area, time_period=year, example=example)
    place = printable(str(folder))
    click.echo(f"made {place} for {area} in {year}: read {place}/README.md, then")
    click.echo(f"  cd {place} && childstats clean && childstats build")


@main.command()
@workspace_option
@click.option("--findings", is_flag=True, help="Print each finding that holds a figure back.")
def clean(workspace: str, findings: bool) -> None:
    """Read the raw sources, check them, and write data/processed."""
    from childstats.observations.workspace import open_workspace
    from childstats.reports.locking import only_run
    from childstats.reports.publishing import publish_processed

    opened = open_workspace(workspace)
    if opened.protection is not None:
        from childstats.reports.audit_alone import audit_opened

        click.echo(audit_opened(opened))
    with only_run(opened.root):
        publish_processed(opened)
    warnings = opened.checks[opened.checks["verdict"] == "warning"]
    for finding in warnings.itertuples() if findings else ():
        said = f"{finding.figure_ids}: {finding.message_en} ({finding.check})"
        click.echo(one_line(said))
    click.echo(
        f"{_counted(opened.figures, 'figure')} from {_counted(opened.sources, 'source')}, "
        f"{_counted(opened.observations, 'observation')}; held back by a finding: {len(warnings)}"
    )
    if len(warnings) and not findings:
        click.echo("which and why: childstats clean --findings")
    for notes in filter(None, opened.accounts["notes"]):
        click.echo(f"note: {printable(notes)}", err=True)
    for cell in opened.quarantined.itertuples():
        what = f"{cell.where}: {cell.value!r}: {cell.rule}"
        click.echo(f"quarantined: {one_line(what)}", err=True)
    if len(opened.quarantined):
        raise click.exceptions.Exit(1)


def _counted(things: Sized, name: str) -> str:
    """Return a number and its noun, in the plural where it is not one."""
    return f"{len(things)} {name}{'' if len(things) == 1 else 's'}"


@main.command()
@workspace_option
def audit(workspace: str) -> None:
    """Say whether a hidden count of a small area could be worked out from what is published."""
    from childstats.reports.audit_alone import audit_workspace

    click.echo(audit_workspace(workspace))


@main.command()
@workspace_option
def plan(workspace: str) -> None:
    """List the reports that the edition asks for, and why a build would make them."""
    from childstats.reports.preview import plan as plan_edition

    for planned in plan_edition(workspace):
        click.echo(f"{planned.job.file_name}  {planned.why or 'up to date'}")


@main.command()
@workspace_option
@click.option("--jobs", type=click.IntRange(min=1), help="Reports at a time; else one a core.")
@click.option("--fork/--no-fork", default=True, help="Fork a warm process where the system can.")
@click.option("--executor", default="", metavar="dask:ADDRESS|FILE", help="Build on a cluster.")
@click.option("--only", metavar="NOTEBOOK", help="A quick look at one notebook's reports.")
@click.option("--area", metavar="AREA", help="A quick look at one area's reports.")
@click.option(
    "--into",
    type=click.Path(file_okay=False),
    help="Folder for a quick look (preview unless given); the edition is not touched.",
)
def build(  # noqa: PLR0917  # click passes by name
    workspace: str,
    jobs: int | None,
    fork: bool,
    executor: str,
    only: str | None,
    area: str | None,
    into: str | None,
) -> None:
    """Build the edition into reports/, unless it is up to date; or, for a look, a part of it."""
    from childstats.reports.build import BuiltReport, Options
    from childstats.reports.build import build as build_edition
    from childstats.reports.preview import preview

    def bar(reports: Iterable[BuiltReport], total: int) -> Iterable[BuiltReport]:
        from tqdm import tqdm

        # disable=None: no bar where the output is not a terminal
        return tqdm(reports, total=total, unit="report", disable=None)

    options = Options(jobs=jobs, fork=fork, executor=executor)
    if only is None and area is None:
        if into is not None:
            raise click.UsageError("--into is for a quick look; add --only or --area")
        build_edition(workspace, progress=bar, say=click.echo, options=options)
        return
    if "" in {only, area}:
        raise click.UsageError("--only and --area need a name")
    into = into or "preview"
    made = preview(
        workspace, into, only=only or "", area=area or "", say=click.echo, options=options
    )
    click.echo(f"{len(made)} reports for a look in {printable(into)}; reports/ is as it was")


@main.command()
@click.argument("query")
@workspace_option
def trace(query: str, workspace: str) -> None:
    """Say where a number comes from: QUERY is a figure id, indicator, source, print or report."""
    from childstats.observations.workspace import open_workspace
    from childstats.reports.trace import trace as trace_figures

    if not query.strip():
        raise click.UsageError("QUERY is empty; give a figure id, an indicator or a print")
    found = trace_figures(open_workspace(workspace), query)
    click.echo(printable("\n\n".join(str(figure) for figure in found)))


@main.command()
@click.argument("source")
@click.option(
    "--text",
    required=True,
    type=click.Path(exists=True, dir_okay=False),
    help="The original as plain text, UTF-8.",
)
@workspace_option
def verify(source: str, text: str, workspace: str) -> None:
    """Check each transcribed figure of SOURCE against the original text at its locator."""
    from childstats.observations.workspace import open_workspace

    verified = open_workspace(workspace).verify(source, Path(text))
    for outcome in verified:
        if not outcome.found:
            click.echo(one_line(f"{outcome.row.where}: {outcome.row.text!r} is {outcome.reason}"))
    found = sum(outcome.found for outcome in verified)
    click.echo(f"{found} of {len(verified)} figures stand where their locators say")
    if found < len(verified):
        raise click.exceptions.Exit(1)


@main.command()
@workspace_option
@click.option(
    "--published",
    type=click.Path(file_okay=False),
    help="A folder of published reports: a fault if they are older than 36 hours.",
)
def doctor(workspace: str, published: str | None) -> None:
    """Look at the installation and the workspace, and say what is missing and what to do."""
    from childstats.reports.doctor import Health, examine

    found = examine(workspace, published=published)
    for examined in found:
        click.echo(one_line(examined))
    if any(examined.health is Health.FAULT for examined in found):
        raise click.exceptions.Exit(1)


@main.command()
@click.argument("published", type=click.Path(exists=True, file_okay=False))
@click.option("--title", default="", help="Heading of what is said.")
@workspace_option
def compare(published: str, title: str, workspace: str) -> None:
    """Say in Markdown what differs between reports/ and the PUBLISHED folder of an edition.

    Numbers first, then words, then files. Exit code 1 if anything differs.
    """
    from childstats.folders import workspace_folder
    from childstats.reports.compared import TITLE
    from childstats.reports.compared import compare as compared

    root = workspace_folder(workspace)
    said, differs = compared(published, root / "reports", root=root, title=title or TITLE)
    click.echo(printable(said), nl=False)
    if differs:
        raise click.exceptions.Exit(1)


@main.command()
@click.argument("folder", type=click.Path(file_okay=False))
@click.option("--revision", default="", help="The commit that was built.")
@workspace_option
def stage(folder: str, revision: str, workspace: str) -> None:
    """Copy reports/ to FOLDER, for a web server, marked with the time of this build."""
    from datetime import UTC, datetime

    from childstats.folders import workspace_folder
    from childstats.reports.freshness import stage as stage_edition

    reports = workspace_folder(workspace) / "reports"
    target = stage_edition(reports, folder, now=datetime.now(UTC), revision=revision)
    click.echo(f"staged in {printable(str(target))}")
