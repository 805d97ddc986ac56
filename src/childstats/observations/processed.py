"""The files of ``data/processed``: every table of a workspace as text, and what describes them."""

import json
from typing import Any

import pandas as pd

from childstats.observations.workspace import Workspace

SYNTHETIC = "made-up figures: no real child is counted"
"""Stands in every row of every table of a workspace of made-up figures."""
TITLES = {
    "figures": "Published figures as printed, with value, printed interval and origin",
    "observations": "Observations, SDMX-shaped, one row a key",
    "checks": "What each consistency check found",
    "quarantined": "Cells of files as received that cannot be used, with the reason",
    "readings": "What became of the cells of each file: seen = read + quarantined + left_out",
}


def processed_files(workspace: Workspace) -> dict[str, str]:
    """Return the text of every file of ``data/processed``.

    Parameters
    ----------
    workspace
        The workspace to clean.

    Returns
    -------
    dict
        File name to content: five CSV tables and the Data Package that describes them.
        The same input gives the same bytes.
    """
    tables = {
        "figures": workspace.figures,
        "observations": workspace.observations,
        "checks": workspace.checks,
        "quarantined": workspace.quarantined,
        "readings": workspace.accounts,
    }
    if workspace.is_synthetic:
        tables = {name: table.assign(synthetic=SYNTHETIC) for name, table in tables.items()}
    texts = {
        f"{name}.csv": table.to_csv(index=False, lineterminator="\n")
        for name, table in tables.items()
    }
    package = {
        "name": "childstats-processed",
        "title": "Figures on children: published figures, observations and checks"
        + (f" ({SYNTHETIC})" if workspace.is_synthetic else ""),
        "resources": [
            {
                "name": name,
                "title": TITLES[name],
                "path": f"{name}.csv",
                "profile": "tabular-data-resource",
                "encoding": "utf-8",
                "schema": {"fields": [_field(table, str(column)) for column in table.columns]},
            }
            for name, table in tables.items()
        ],
        "sources": [
            {
                "title": f"{s.publisher}: {s.title}",
                "path": s.address,
                "sha256": workspace.checksum(s.source_id),
            }
            for s in workspace.sources.values()
        ],
    }
    texts["datapackage.json"] = json.dumps(package, ensure_ascii=False, indent=2) + "\n"
    return texts


def _field(table: pd.DataFrame, column: str) -> dict[str, Any]:
    types = {"float64": "number", "Int64": "integer", "int64": "integer"}
    return {"name": column, "type": types.get(str(table[column].dtype), "string")}
