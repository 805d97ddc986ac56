"""The survey: read a workspace once, and say what each report of its edition is made from."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from childstats.folders import EDITION_FILE, files_below, input_files
from childstats.observations.findings import ROWS_AT_A_TIME
from childstats.observations.lookup import EVERYTHING
from childstats.observations.table import COLUMNS, records
from childstats.observations.workspace import Workspace, open_workspace
from childstats.reports.data_files import as_csv, marked
from childstats.reports.edition import Edition, read_edition
from childstats.reports.plan import (
    MANIFEST,
    Survey,
    digest,
    digest_of_files,
    environment_digest,
    file_digest,
    library_digest,
)
from childstats.reports.publishing import publish_processed


def take_survey(folder: str, *, write: bool) -> Survey:
    """Read a workspace and its edition.

    Parameters
    ----------
    folder
        The workspace.
    write
        Whether to write ``data/processed``; nothing is written when something is refused.

    Returns
    -------
    Survey
        What its reports are made from.

    Raises
    ------
    InputError
        If the edition, a source or the catalogue cannot be used.
    BuildError
        If a hidden count of a small area could be worked out (`childstats.reports.gate`).
    """
    workspace = open_workspace(folder)
    edition = read_edition(workspace)
    root = workspace.root
    release = _through_the_gate(workspace, edition) if write else None
    processed = publish_processed(workspace) if write else []
    catalogue = files_below(root / "data" / "catalogue")
    declared = [path for path in files_below(root / "data" / "raw") if path.suffix == ".toml"]
    everything = [root / EDITION_FILE, *input_files(root), *files_below(root / "notebooks")]
    return Survey(
        edition=edition,
        sources={source_id: workspace.checksum(source_id) for source_id in workspace.sources},
        common={
            "library": library_digest(),
            "environment": environment_digest(),
            "edition": digest(
                edition.date.isoformat().encode(),
                *([b"synthetic"] if edition.synthetic else []),
                *(repr(correction).encode() for correction in edition.corrections),
            ),
            "catalogue": digest_of_files(catalogue, root),
            "provenance": digest_of_files(declared, root),
            "before": digest(repr((_before(workspace), _changes(workspace))).encode()),
        },
        notebooks={job.notebook: file_digest(job.notebook) for job in edition.jobs},
        rows={**_rows(workspace), EVERYTHING: digest_of_files(everything, root)},
        release=release,
        observations=as_csv(
            *marked(
                COLUMNS,
                _in_pieces(workspace.rows.whole("observations")),
                made_up=edition.synthetic,
            )
        ),
        before=_before(workspace),
        changes=_changes(workspace),
        area_names={
            code: {"en": area.name_en, "vi": area.name_vi}
            for code, area in (
                (code, workspace.catalogue.areas[workspace.catalogue.bearer(code, period)])
                for code, period in {
                    (j.parameters["ref_area"], j.parameters["time_period"]) for j in edition.jobs
                }
            )
        },
        processed={str(path.relative_to(root)): file_digest(path) for path in processed},
    )


def _in_pieces(table: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield a table's rows, few of them made at a time."""
    for first in range(0, len(table), ROWS_AT_A_TIME):
        yield from records(table[first : first + ROWS_AT_A_TIME])


def _before(workspace: Workspace) -> tuple[str, str] | tuple[()]:
    previous = workspace.previous
    return (previous.edition_id, previous.day.isoformat()) if previous else ()


def _changes(workspace: Workspace) -> list[dict[str, object]]:
    return [change.to_json() for change in workspace.changes]


def _through_the_gate(
    workspace: Workspace, edition: Edition
) -> "tuple[bytes, Mapping[str, Any]] | None":
    """Return what to store about small areas with the edition; None where there are none."""
    if workspace.protection is None:
        return None
    from childstats.observations.kept import keep_blocks  # noqa: PLC0415  # rarely needed
    from childstats.reports.gate import audited  # noqa: PLC0415  # SciPy's solvers
    from childstats.reports.released import read_releases, release_file  # noqa: PLC0415

    keep_blocks(workspace.root, workspace.protection.policy, workspace.protection.blocks)
    earlier = read_releases(workspace.root / "reports", MANIFEST)
    found = audited(workspace, f"{edition.edition_id} of {edition.date.isoformat()}", earlier)
    return release_file(found.summary, found.release, earlier, synthetic=edition.synthetic)


def _rows(workspace: Workspace) -> dict[str, str]:
    """Return a digest of the figures, observations and findings of each area."""
    tables = (workspace.figures, workspace.observations, workspace.checks)
    found: dict[str, list[bytes]] = {}
    for number, table in enumerate(tables):
        hashes = row_hashes(table)
        for area, at in (
            table.reset_index(drop=True).groupby("ref_area", observed=True).indices.items()
        ):
            found.setdefault(str(area), []).append(bytes([number]) + hashes[at].tobytes())
    return {area: digest(*parts) for area, parts in found.items()}


def row_hashes(table: pd.DataFrame) -> NDArray[np.uint64]:
    """Return 64 bits of hash of every row; columns of mixed kinds are told apart by kind too."""
    columns = {}
    for name in table.columns:
        column = table[name]
        columns[name] = column
        if column.dtype == object:
            columns[name] = column.map(repr)
    hashes = pd.util.hash_pandas_object(pd.DataFrame(columns), index=False)
    return np.asarray(hashes, dtype=np.uint64)
