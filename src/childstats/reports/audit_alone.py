"""The audit alone: what the gate of a build finds, with nothing built or written."""

from pathlib import Path

from childstats.observations.workspace import Workspace, open_workspace
from childstats.reports.edition import read_edition
from childstats.reports.gate import audited
from childstats.reports.released import read_releases
from childstats.reports.snapshot import MANIFEST


def audit_workspace(path: str | Path = ".") -> str:
    """Audit what a workspace would publish of areas below the province, and has published.

    Parameters
    ----------
    path
        The workspace or a folder inside it.

    Returns
    -------
    str
        The result in one line.

    Raises
    ------
    InputError
        If the edition, a source or the policy cannot be used.
    BuildError
        If a hidden count could be worked out.
    """
    return audit_opened(open_workspace(path))


def audit_opened(workspace: Workspace) -> str:
    """Return what `audit_workspace` does of an opened workspace.

    Parameters
    ----------
    workspace
        The workspace.

    Returns
    -------
    str
        The result in one line.

    Raises
    ------
    InputError, BuildError
        As there.
    """
    edition = read_edition(workspace)
    if workspace.protection is None:
        return "no figures of areas below the province; there is nothing to hide"
    earlier = read_releases(workspace.root / "reports", MANIFEST)
    name = f"{edition.edition_id} of {edition.date.isoformat()}"
    found = audited(workspace, name, earlier)
    result = found.summary["audit"]
    before = ", ".join(result["earlier_editions"]) or "no earlier edition"
    said = (
        f"pass: {result['hidden']} hidden counts in {result['tables']} tables with "
        f"{result['cells']} cells, audited with {before}; each could be one of "
        f"{result['minimum_width'] + 1} or more numbers"
    )
    return "\n".join([said, *(f"note: {note}" for note in (*found.notes, *result["notes"]))])
