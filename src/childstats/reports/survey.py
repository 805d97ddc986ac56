"""The survey: read a snapshot once, and say what all of its edition's files need."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from childstats.folders import SMALL_AREAS
from childstats.observations.findings import ROWS_AT_A_TIME
from childstats.observations.processed import PRINTED, published_observations
from childstats.observations.table import COLUMNS, records
from childstats.observations.workspace import Workspace, open_workspace
from childstats.reports.data_files import as_csv, marked
from childstats.reports.edition import Edition, read_edition
from childstats.reports.issuing import Survey
from childstats.reports.left_out import with_content
from childstats.reports.publishing import processed_of, put
from childstats.reports.snapshot import MANIFEST, checksums_of, digest_of, inputs_of


def take_survey(folder: str, processed: str) -> Survey:
    """Read a snapshot and its edition, and write the files of ``data/processed`` into a folder.

    `InputError` if a source, the edition or the catalogue cannot be used; `BuildError` if a hidden
    count of a small area could be worked out (`childstats.reports.gate`).
    """
    workspace = open_workspace(folder)
    edition = read_edition(workspace)
    release = _through_the_gate(workspace, edition, Path(processed).parent)
    edition = with_content(edition, workspace)
    put(processed_of(workspace), Path(processed))
    places = {(j.parameters["ref_area"], j.parameters["time_period"]) for j in edition.jobs}
    catalogue, previous = workspace.catalogue, workspace.previous
    areas = {code: catalogue.areas[catalogue.bearer(code, period)] for code, period in places}
    rows = _in_pieces(published_observations(workspace))
    return Survey(
        edition=edition,
        sources={source_id: workspace.checksum(source_id) for source_id in workspace.sources},
        inputs=_inputs(workspace),
        release=release,
        observations=as_csv(*marked((*COLUMNS, PRINTED), rows, made_up=edition.synthetic)),
        before=(previous.edition_id, previous.day.isoformat()) if previous else (),
        changes=[change.to_json() for change in workspace.changes],
        area_names={code: {"en": a.name_en, "vi": a.name_vi} for code, a in areas.items()},
    )


def _in_pieces(table: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield a table's rows, few of them made at a time."""
    for first in range(0, len(table), ROWS_AT_A_TIME):
        yield from records(table[first : first + ROWS_AT_A_TIME])


def _inputs(workspace: Workspace) -> str:
    """Return the checksum of all inputs from which no hidden count can be found by trying."""
    files = checksums_of(inputs_of(workspace.root))
    if workspace.protection is not None:
        for source_id in workspace.protection.sources:
            inside = f"data/raw/{source_id}/"
            files = {n: c for n, c in files.items() if not n.startswith(inside)}
            files[inside] = workspace.checksum(source_id)
    return digest_of(files)


def _through_the_gate(
    workspace: Workspace, edition: Edition, work: Path
) -> "tuple[bytes, Mapping[str, Any]] | None":
    """Return what to store about small areas with the edition; None where there are none."""
    if workspace.protection is None:
        return None
    from childstats.observations.kept import blocks_to_keep  # noqa: PLC0415  # as below
    from childstats.reports.gate import audited  # noqa: PLC0415  # SciPy's solvers
    from childstats.reports.released import read_releases, release_file  # noqa: PLC0415

    earlier = read_releases(workspace.root / "reports", MANIFEST)
    protection = workspace.protection
    kept = blocks_to_keep(workspace.root, protection.policy, protection.blocks)
    put({Path(SMALL_AREAS).name: kept}, work)
    found = audited(workspace, f"{edition.edition_id} of {edition.date.isoformat()}", earlier)
    return release_file(found.summary, found.release, earlier, synthetic=edition.synthetic)
