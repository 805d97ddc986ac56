"""Checks: whether the figures agree with each other and may be compared.

Each check is a function whose name and first line say what should hold. It yields findings, whose
``obs_status`` keeps a figure that fails from being plotted, ranked or joined into a trend.
"""

from typing import Final

import pandas as pd

from childstats.observations.agreement import (
    figures_fit_together,
    implied_population_is_near_the_published,
    numerator_is_within_its_denominator,
    part_is_within_its_total,
    parts_add_up_to_their_total,
    printed_share_agrees_with_its_counts,
    share_gives_a_whole_count,
    share_of_population_is_plausible,
)
from childstats.observations.comparability import (
    definition_is_the_series_own,
    jump_of_many_areas_is_one_of_all,
    part_of_a_year_is_within_the_year,
    period_is_a_whole_year,
    target_population_is_steady,
    unit_does_not_slip,
    unit_is_clear,
    year_on_year_change_is_explained,
)
from childstats.observations.editions import (
    editions_agree,
    look_alikes_are_kept_apart,
    sources_agree,
)
from childstats.observations.findings import Check, Finding, Held
from childstats.observations.printing import (
    counts_are_whole_in_the_declared_format,
    percentages_are_not_proportions,
    unit_fits_the_whole,
)

CHECKS: Final[tuple[Check, ...]] = (
    printed_share_agrees_with_its_counts,
    share_gives_a_whole_count,
    parts_add_up_to_their_total,
    part_is_within_its_total,
    numerator_is_within_its_denominator,
    target_population_is_steady,
    share_of_population_is_plausible,
    implied_population_is_near_the_published,
    figures_fit_together,
    period_is_a_whole_year,
    part_of_a_year_is_within_the_year,
    counts_are_whole_in_the_declared_format,
    percentages_are_not_proportions,
    unit_fits_the_whole,
    unit_does_not_slip,
    year_on_year_change_is_explained,
    jump_of_many_areas_is_one_of_all,
    unit_is_clear,
    definition_is_the_series_own,
    look_alikes_are_kept_apart,
    editions_agree,
    sources_agree,
)

OF_ALL_AREAS: Final[tuple[Check, ...]] = (
    counts_are_whole_in_the_declared_format,
    percentages_are_not_proportions,
    jump_of_many_areas_is_one_of_all,
)
"""Checks that look at all areas of a source; every other looks at one area at a time."""


def run_checks(held: Held) -> pd.DataFrame:
    """Run every check.

    Parameters
    ----------
    held
        All that is held.

    Returns
    -------
    DataFrame
        One finding a row, columns as in `Finding`, in the order of `CHECKS`, then of the
        catalogue and the period.
    """
    found: dict[Check, list[Finding]] = {check: [] for check in CHECKS}
    for part in held.by_area():
        for check in CHECKS:
            found[check] += () if check in OF_ALL_AREAS else part.found(check)
    held.remember(found)
    for check in OF_ALL_AREAS:
        found[check] += check(held)
    known = (*held.catalogue.indicators, *held.catalogue.areas)
    rank = {name: place for place, name in enumerate(known)}

    def order(f: Finding) -> tuple[int, int, str]:
        return rank[f.indicator], rank[f.ref_area], str(f.time_period)

    findings = [f for check in CHECKS for f in sorted(found[check], key=order)]
    names = list(Finding.__dataclass_fields__)
    return pd.DataFrame(
        [[getattr(finding, name) for name in names] for finding in findings], columns=names
    ).astype({"time_period": object})
