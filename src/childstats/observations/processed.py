"""The files of ``data/processed``: every table of a workspace as text, and what describes them."""

from typing import Any, Final

import numpy as np
import pandas as pd

from childstats.figures.published import PublishedFigure
from childstats.observations.workspace import Workspace
from childstats.precision import DIGITS, json_text, kept_digits, rounded
from childstats.statistics.estimate import rounded_each

PRINTED: Final = "printed"
"""Column of the print that a row rests on, whose digits its numbers keep."""
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
        "figures": workspace.figures.assign(printed=printed_texts(workspace.figures)),
        "observations": published_observations(workspace),
        "checks": workspace.checks,
        "quarantined": workspace.quarantined,
        "readings": workspace.accounts,
    }
    if workspace.is_synthetic:
        tables = {name: table.assign(synthetic=SYNTHETIC) for name, table in tables.items()}
    texts = {f"{name}.csv": _csv_text(table) for name, table in tables.items()}
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
    texts["datapackage.json"] = json_text(package, indent=2) + "\n"
    return texts


def _field(table: pd.DataFrame, column: str) -> dict[str, Any]:
    types = {"float64": "number", "Int64": "integer", "int64": "integer"}
    return {"name": column, "type": types.get(str(table[column].dtype), "string")}


def as_printed(f: PublishedFigure) -> str:
    """Return a figure's text, and the counts that are printed beside it."""
    return _with_counts(f.text, f.numerator_text, f.denominator_text)


def _with_counts(text: str, *texts: str) -> str:
    counts = "/".join(filter(None, texts))
    return f"{text} ({counts})" if text and counts else text or counts


def printed_texts(figures: pd.DataFrame) -> "pd.Series[Any]":
    """Return each figure as printed, in the rows of the table."""
    texts = figures["text"].astype(object)
    counted = (figures[["numerator_text", "denominator_text"]].astype(object) != "").any(axis=1)
    parts = figures.loc[counted, ["text", "numerator_text", "denominator_text"]]
    texts[counted] = [_with_counts(*row) for row in parts.itertuples(index=False)]
    return texts


def published_observations(workspace: Workspace) -> pd.DataFrame:
    """Return the observation table as it is published: each with the print that it rests on."""
    figures, table = workspace.figures, workspace.observations
    place = pd.Index(figures["figure_id"]).get_indexer(pd.Index(table["figure_id"]))
    texts = np.append(printed_texts(figures).to_numpy(dtype=object), "")  # the last: no figure
    return table.assign(printed=texts[place])


def _csv_text(table: pd.DataFrame) -> str:
    """Return a table as CSV, its floats with the digits that are published."""
    prints = table[PRINTED].tolist() if PRINTED in table else []
    longer = {row: n for row, n in enumerate(map(kept_digits, prints)) if n > DIGITS}
    numbers = {}
    for name in table.columns[table.dtypes == "float64"]:
        exact = table[name].to_numpy()
        numbers[name] = rounded_each(exact)
        for row, digits in longer.items():
            numbers[name][row] = rounded(exact[row], digits)
    return table.assign(**numbers).to_csv(index=False, lineterminator="\n")
