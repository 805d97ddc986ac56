"""The result of the checks of an area's figures."""

from collections.abc import Iterable
from typing import Any

from childstats.analyses import provenance, publication, quality, quality_findings, vintages
from childstats.analyses.result import Result
from childstats.blocks import Sentences, Table
from childstats.codes import Verdict


class Quality(Result):
    """What the checks found about an area.

    Its frame has a row an observation, with what was found about it beyond "holds".
    """

    def _rows(self) -> Iterable[dict[str, Any]]:
        rows = self.report.workspace.rows
        found: dict[str, list[str]] = {}
        for check in self.report.findings():
            if check.verdict == Verdict.PASS:
                continue
            for figure_id in str(check.figure_ids).split():
                found.setdefault(figure_id, []).append(f"{check.check}: {check.verdict}")
        for o in rows.observations(self.report.ref_area):
            if self.report.is_in_time(o):
                findings = "; ".join(found.get(o.figure_id, ()))
                yield self.row_of(o, findings=findings, obs_status=str(o.obs_status))

    def sentences(self) -> Sentences:
        """Return what matters most."""
        return quality.quality_sentences(self.report)

    def table(self) -> Table:
        """Return how many figures are held, how precise they are and how they are used."""
        return quality.table_quality(self.report)

    def checks(self) -> Table:
        """Return each check with what it found."""
        return quality.table_checks(self.report)

    def findings(self, *, above: bool = False) -> Table | Sentences:
        """Return the findings about the area, or about the areas around it."""
        if above:
            return quality_findings.table_findings_above(self.report)
        return quality_findings.table_findings(self.report)

    def editions(self) -> Table | Sentences:
        """Return figures that later editions of a source changed."""
        return vintages.table_editions(self.report)

    def conflicts(self) -> Table | Sentences:
        """Return figures on which sources disagree."""
        return vintages.table_conflicts(self.report)

    def quarantined(self) -> Table | Sentences:
        """Return cells that cannot be used, with the reason."""
        return provenance.table_quarantined(self.report)

    def publication(self) -> Table:
        """Return how far figures of the indicators of the catalogue are held."""
        return publication.table_publication(self.report)
