"""Results of the analyses: of each its frame, and sentences, table and chart of the same."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import pandas as pd

from childstats.analyses import (
    brief,
    cascade,
    circumstances,
    coverage,
    equity_measures,
    equity_plots,
    equity_report,
    forests,
    national,
    refused,
    risk,
    spine,
    standing,
    strata_words,
    stratified,
    trend,
    trend_details,
    trend_words,
)  # fmt: skip
from childstats.analyses import (
    comparisons as compared,
)
from childstats.analyses import (
    equity as unequal,
)
from childstats.analyses import (
    funnel as funnels,
)
from childstats.analyses import (
    profile as levels,
)
from childstats.analyses import (
    surveys as measured,
)
from childstats.analyses.areas import comparators, country_of, wider_areas
from childstats.analyses.held_back import sentences_held_back
from childstats.analyses.report import HELD_BACK, Report
from childstats.analyses.result import Result
from childstats.blocks import Chart, Sentences, Table


class Trends(Result):
    """Series of several indicators in several areas; see `trends`."""

    def __init__(
        self, report: Report, indicators: list[str], areas: Sequence[str] | None = None
    ) -> None:
        super().__init__(report)
        self.indicators = list(indicators)
        self.areas = None if areas is None else [report.area_key(area) for area in areas]

    @property
    def _shown(self) -> list[str]:
        return self.areas or [self.report.ref_area, *wider_areas(self.report)]

    @property
    def _others(self) -> list[str] | None:
        if self.areas is None:
            return None
        return [area for area in self.areas if area != self.report.ref_area]

    def _rows(self) -> Iterable[dict[str, Any]]:
        for indicator in self.indicators:
            for area in self._shown:
                found = trend.trend_of(self.report, indicator, ref_area=area)
                joined = {o.figure_id for o in found.rows}
                for o in self.report.series(indicator, area):
                    verdict = str(found.direction.value) if o.figure_id in joined else ""
                    yield self.row_of(o, verdict=verdict, joined=o.figure_id in joined)

    def sentences(self, indicator: str = "") -> Sentences:
        """Return what follows for all indicators in brief, or for one of them in detail."""
        if indicator:
            return trend_details.trend_sentences(self.report, self.known(indicator))
        return trend_words.coverage_sentences(
            self.report, self.indicators, comparator_areas=self._others
        )

    def table(self, indicator: str = "") -> Table | Sentences:
        """Return one row an indicator, or one row a year of one of them."""
        if indicator:
            return coverage.table_series(self.report, self.known(indicator), areas=self.areas)
        return trend_words.table_trends(self.report, self.indicators, comparator_areas=self._others)

    def plot(self, indicator: str = "") -> Chart | Sentences:
        """Return the series of one indicator in all areas; of none, all indicators in one area."""
        if indicator or len(self.indicators) == 1:
            name = self.known(indicator or self.indicators[0])
            return coverage.plot_series(self.report, name, areas=self.areas)
        area = self.areas[0] if self.areas else self.report.ref_area
        return coverage.plot_indicators(self.report, self.indicators, ref_area=area)

    def changes(self, indicator: str = "") -> Table | Sentences:
        """Return the large changes from year to year in the first area, and their reasons."""
        area = self.areas[0] if self.areas else self.report.ref_area
        return national.table_changes(self.report, indicator or self.indicators[0], ref_area=area)


class DropOut(Result):
    """Children without a dose and those who did not come back; see `doses`."""

    def __init__(self, report: Report, first: str, last: str, ref_area: str | None = None) -> None:
        super().__init__(report)
        self.first, self.last = first, last
        self.ref_area = report.area_key(ref_area) if ref_area else country_of(report)

    def _rows(self) -> Iterable[dict[str, Any]]:
        found = national.doses(self.report, self.first, self.last, ref_area=self.ref_area)
        return (self.row_of(o) for pair in found for o in pair)

    def sentences(self) -> Sentences:
        """Return what the last year and the years before say."""
        return national.drop_out_sentences(
            self.report, self.first, self.last, ref_area=self.ref_area
        )

    def table(self) -> Table | Sentences:
        """Return one row a year."""
        return national.table_drop_out(self.report, self.first, self.last, ref_area=self.ref_area)


class Comparisons(Result):
    """Shares and rates of the report's area against others; see `comparisons`."""

    def __init__(self, report: Report, **asked: Any) -> None:
        super().__init__(report)
        self.asked = asked
        self.found = compared.compare(report, **asked)

    def _rows(self) -> Iterable[dict[str, Any]]:
        for c in self.found:
            yield {
                "indicator": c.indicator,
                "ref_area": self.report.ref_area,
                "area": c.exposed_label,
                "year": pd.NA,
                "value": c.ratio.value,
                "low": c.ratio.low,
                "high": c.ratio.high,
                "digits": 2,
                "unit_measure": "RATIO",
                "verdict": risk.verdict_of(c),
                "against": c.reference_label,
                "figure_ids": tuple(c.figure_ids),
                "difference": c.difference.value,
                "difference_low": c.difference.low,
                "difference_high": c.difference.high,
                "basis": str(c.basis),
            }

    def sentences(self) -> Sentences:
        """Return what follows, the largest difference first."""
        return risk.risk_sentences(self.report, self.found)

    def table(self) -> Table | Sentences:
        """Return one row a comparison."""
        return risk.table_comparisons(self.report, self.found)

    def plot(self) -> Chart | Sentences:
        """Return the ratios as a forest plot."""
        return forests.plot_comparisons(self.report, self.found)

    def refused(self) -> Table | Sentences:
        """Return pairs that suggest themselves and are not compared, with the reason."""
        areas = self.asked.get("reference_areas")
        return refused.table_refused(self.report, reference_areas=areas)


class Strata(Result):
    """One comparison year by year, or area by area; see `strata`."""

    def __init__(self, report: Report, found: stratified.Stratified) -> None:
        super().__init__(report)
        self.found = found

    def _rows(self) -> Iterable[dict[str, Any]]:
        for stratum in self.found.strata:
            here, there = stratum.observations
            ratio = stratum.ratio
            yield self.row_of(here) | {
                "value": float(ratio.value),
                "low": float(ratio.low),
                "high": float(ratio.high),
                "digits": 2,
                "unit_measure": "RATIO",
                "against": self.found.reference_label,
                "figure_ids": (here.figure_id, there.figure_id),
                "stratum": stratum.label,
            }

    def sentences(self) -> Sentences:
        """Return what the strata say together, and whether they agree."""
        return strata_words.strata_sentences(self.report, self.found)

    def table(self) -> Table | Sentences:
        """Return one row a stratum."""
        return strata_words.table_strata(self.report, self.found)

    def plot(self) -> Chart | Sentences:
        """Return the ratios as a forest plot."""
        return strata_words.plot_strata(self.report, self.found)


class Profile(Result):
    """The last figure of each indicator; see `profile`."""

    def __init__(
        self, report: Report, headline: Collection[str] = (), areas: list[str] | None = None
    ) -> None:
        super().__init__(report)
        self.headline, self.areas = list(headline), areas

    def _rows(self) -> Iterable[dict[str, Any]]:
        areas = self.areas if self.areas is not None else comparators(self.report)
        for indicator in self.report.workspace.catalogue.indicators:
            here = levels.latest(self.report, indicator)
            if here is None:
                continue
            headline = indicator in self.headline
            keys = (self.report.area_key(area) for area in areas)
            found = [standing.against_area(self.report, here, key) for key in keys]
            for other in [s for s in found if s is not None]:
                yield self.row_of(
                    here,
                    headline=headline,
                    verdict="" if other.verdict is None else str(other.verdict.value),
                    against=other.other.ref_area,
                    value_against=other.other.obs_value,
                )
            if not any(found):
                yield self.row_of(here, headline=headline)

    def sentences(self) -> Sentences:
        """Return the year in brief."""
        return brief.profile_sentences(self.report, comparator_areas=self.areas)

    def table(self, *, others: bool = False) -> Table | Sentences:
        """Return the headline indicators by level of protection, or all others."""
        chosen = {"without" if others else "indicators": self.headline}
        return levels.table_levels(self.report, comparator_areas=self.areas, **chosen)

    def plot(self) -> Chart | Sentences:
        """Return the area against its region and country, indicator by indicator."""
        return spine.plot_benchmarks(self.report)


class Screening(Result):
    """Children in special circumstances, from screening to surgery; see `screening`."""

    def _rows(self) -> Iterable[dict[str, Any]]:
        held = circumstances.support(self.report)
        return (self.row_of(o, period=str(o.time_period)) for rows in held.values() for o in rows)

    def sentences(self) -> Sentences:
        """Return what changed, and what the definitions do not let be compared."""
        return circumstances.sentences_circumstances(self.report)

    def table(self) -> Table | Sentences:
        """Return one row a figure, grouped by indicator."""
        return circumstances.table_circumstances(self.report)

    def plot(self) -> Chart | Sentences:
        """Return how many were screened, and how many of them operated."""
        return cascade.plot_cascade(self.report)


class Funnel(Result):
    """A commune among the communes of its province; see `funnel`."""

    def __init__(self, report: Report, indicator: str) -> None:
        super().__init__(report)
        self.indicator = indicator

    def _rows(self) -> Iterable[dict[str, Any]]:
        found = funnels.communes_of(self.report, self.indicator)
        return (self.row_of(o) for o in found.rows) if found is not None else ()

    def sentences(self) -> Sentences | None:
        """Return where the commune stands."""
        return funnels.funnel_sentences(self.report, self.indicator)

    def plot(self) -> Chart | None:
        """Return the communes around their province's share."""
        return funnels.plot_funnel(self.report, self.indicator)


class Equity(Result):
    """Groups of children against each other; see `equity`."""

    def __init__(self, report: Report, indicators: Sequence[str]) -> None:
        super().__init__(report)
        self.indicators = list(indicators)

    def _rows(self) -> Iterable[dict[str, Any]]:
        for gap in unequal.gaps(self.report, self.indicators):
            for group in gap.groups:
                yield self.row_of(group.row) | {
                    "low": group.low,
                    "high": group.high,
                    "dimension": str(gap.dimension),
                    "group": group.name,
                    "basis": str(gap.basis),
                }

    def sentences(self) -> Sentences:
        """Return the gaps in brief."""
        return equity_report.equity_sentences(self.report, self.indicators)

    def table(self) -> Table | Sentences:
        """Return one row a gap."""
        return equity_report.table_gaps(self.report, self.indicators)

    def measures(self, indicator: str) -> Table | Sentences:
        """Return summary measures of inequality over all groups of an indicator."""
        return equity_measures.table_measures(self.report, self.known(indicator))

    def not_compared(self) -> Table | Sentences:
        """Return groups that are published alone, or may not be compared, with the reason."""
        return equity_report.table_not_compared(self.report, self.indicators)

    def plot(self, indicator: str = "", *, over_years: bool = False) -> Chart | Sentences:
        """Return all gaps; of one indicator its groups, or its gap year by year."""
        if not indicator:
            return equity_plots.plot_gaps(self.report, self.indicators)
        if over_years:
            return equity_plots.plot_gap_years(self.report, self.known(indicator))
        return equity_plots.plot_groups(self.report, self.known(indicator))


class Surveys(Result):
    """Surveys beside reported figures and estimates; see `surveys`."""

    def __init__(self, report: Report, estimate: str, ref_area: str | None = None) -> None:
        super().__init__(report)
        self.estimate = estimate
        self.ref_area = report.area_key(ref_area) if ref_area else country_of(report)

    def _rows(self) -> Iterable[dict[str, Any]]:
        for kind, name in measured.related(self.report, self.estimate).items():
            for o in self.report.series(name, self.ref_area):
                yield self.row_of(o, kind=kind)

    def sentences(self) -> Sentences:
        """Return how far surveys and reports lie apart."""
        return measured.survey_sentences(self.report, self.estimate, ref_area=self.ref_area)

    def table(self) -> Table | Sentences:
        """Return one row a survey."""
        return measured.table_surveys(self.report, self.estimate, ref_area=self.ref_area)

    def plot(self) -> Chart | Sentences:
        """Return the three ways of measuring as marks that are never joined."""
        return measured.plot_surveys(self.report, self.estimate, ref_area=self.ref_area)


class HeldBack(Result):
    """What is published and not used; see `held_back`."""

    def __init__(self, report: Report, ids: Collection[str] = ()) -> None:
        super().__init__(report)
        self.ids = list(ids)

    def _rows(self) -> Iterable[dict[str, Any]]:
        held = self.report.workspace.rows.observations(self.report.ref_area)
        return (
            self.row_of(o, obs_status=str(o.obs_status))
            for o in held
            if o.obs_status in HELD_BACK
            and (not self.ids or o.indicator in self.ids)
            and self.report.is_in_time(o)
        )

    def sentences(self) -> Sentences:
        """Return what is held back, and why."""
        return sentences_held_back(self.report, ids=self.ids)
