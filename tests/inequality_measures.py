"""The inequality measures by name, and five subgroups on which all of them are smooth."""

import functools

import numpy as np

from childstats import statistics as cs

ORDERED = {
    "absolute concentration": cs.concentration_index,
    "relative concentration": functools.partial(cs.concentration_index, relative=True),
    "logistic slope": cs.slope_index_of_inequality,
    "linear slope": functools.partial(cs.slope_index_of_inequality, model="linear"),
    "logistic ratio": cs.relative_index_of_inequality,
    "linear ratio": functools.partial(cs.relative_index_of_inequality, model="linear"),
}
UNORDERED = {
    "attributable risk": cs.population_attributable_risk,
    "attributable fraction": cs.population_attributable_fraction,
    "variance": cs.between_group_variance,
    "standard deviation": cs.between_group_standard_deviation,
    "variation": cs.coefficient_of_variation,
    "from best": cs.mean_difference_from_best,
    "from mean": cs.mean_difference_from_mean,
    "from reference": functools.partial(cs.mean_difference_from_reference, reference=0),
    "disparity": cs.index_of_disparity,
    "Theil": cs.theil_index,
    "log deviation": cs.mean_log_deviation,
}
WEIGHTED = ORDERED | UNORDERED
UNWEIGHTED = {
    "difference": cs.difference,
    "ratio": cs.ratio,
    "from best": functools.partial(cs.mean_difference_from_best, weighted=False),
    "from mean": functools.partial(cs.mean_difference_from_mean, weighted=False),
    "from reference": functools.partial(
        cs.mean_difference_from_reference, reference=0, weighted=False
    ),
    "disparity": functools.partial(cs.index_of_disparity, weighted=False),
}
RATIOS = {"ratio", "logistic ratio", "linear ratio"}

ESTIMATES = np.array([0.42, 0.61, 0.55, 0.78, 0.9])
POPULATION = np.array([300.0, 150.0, 420.0, 90.0, 240.0])
ERRORS = np.array([0.02, 0.03, 0.015, 0.04, 0.01])
