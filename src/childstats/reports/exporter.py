"""The nbconvert exporter: ``jupyter nbconvert --to childstats-pdf notebook.ipynb``."""

from pathlib import Path
from typing import Any

from nbconvert.exporters import Exporter
from nbformat import NotebookNode

from childstats.errors import EditionError
from childstats.observations.workspace import open_workspace
from childstats.reports.document import document_from_notebook
from childstats.reports.edition import read_edition
from childstats.reports.typeset import typeset


class ChildstatsPDFExporter(Exporter):
    """Export an executed notebook as an accessible PDF, with no LaTeX and no browser."""

    export_from_notebook = "childstats PDF"
    output_mimetype = "application/pdf"

    def _file_extension_default(self) -> str:
        return ".pdf"

    def from_notebook_node(  # type: ignore[override]  # nbconvert declares its own input
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[bytes, dict[str, Any]]:
        """Return a notebook as PDF.

        Parameters
        ----------
        nb
            An executed notebook; its outputs are used as they are.
        resources, kw
            As nbconvert hands them over. The edition date is that of the workspace around the
            notebook, if there is one.

        Returns
        -------
        tuple
            The PDF and the resources.

        Raises
        ------
        BuildError
            If the document cannot be typeset.
        """
        nb, resources = super().from_notebook_node(nb, resources, **kw)
        folder = Path(resources.get("metadata", {}).get("path") or ".")
        try:
            edition_date = read_edition(open_workspace(folder)).date
        except EditionError:
            edition_date = None
        return typeset(document_from_notebook(nb), edition_date=edition_date), resources
