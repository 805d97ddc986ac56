"""The command line: a thin wrapper around the library."""

from collections.abc import Iterable

import click

from childstats import __version__
from childstats.errors import BuildError, ChildstatsError

workspace_option = click.option(
    "--workspace",
    default=".",
    show_default=True,
    type=click.Path(exists=True, file_okay=False),
    help="Folder that holds childstats.toml, or one inside it.",
)


class _Commands(click.Group):
    """Commands whose known errors end in one line and the exit code of their kind."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except ChildstatsError as error:
            click.echo(f"childstats: {' '.join(str(error).split())}", err=True)
            ctx.exit(1 if isinstance(error, BuildError) else 2)
        except KeyboardInterrupt:
            click.echo("childstats: interrupted; nothing was published", err=True)
            ctx.exit(130)


@click.group(cls=_Commands)
@click.version_option(__version__)
def main() -> None:
    """Turn published figures on children into annual reports that can be traced and repeated."""


@main.command()
@workspace_option
def clean(workspace: str) -> None:
    """Read the raw sources, check them, and write data/processed."""
    from childstats.observations.workspace import open_workspace
    from childstats.reports.build import clean as write_processed

    opened = open_workspace(workspace)
    write_processed(opened)
    warnings = int((opened.checks["verdict"] == "warning").sum())
    click.echo(
        f"{len(opened.figures)} figures from {len(opened.sources)} sources, "
        f"{len(opened.observations)} observations, {warnings} findings hold a figure back"
    )


@main.command()
@workspace_option
def plan(workspace: str) -> None:
    """List the reports that the edition asks for."""
    from childstats.observations.workspace import open_workspace
    from childstats.reports.edition import read_edition

    for job in read_edition(open_workspace(workspace)).jobs:
        click.echo(job.file_name)


@main.command()
@workspace_option
def build(workspace: str) -> None:
    """Build every report of the edition into reports/."""
    from tqdm import tqdm

    from childstats.reports.build import build as build_edition
    from childstats.reports.edition import Job

    def bar(jobs: Iterable[Job]) -> Iterable[Job]:
        # disable=None: no bar where the output is not a terminal
        return tqdm(list(jobs), unit="report", disable=None)

    built = build_edition(workspace, progress=bar)
    pages = sum(report.pages for report in built)
    click.echo(f"{len(built)} reports, {pages} pages, in reports/")
