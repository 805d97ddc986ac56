"""Code lists: closed vocabularies, SDMX's own where SDMX has one."""

from enum import StrEnum
from typing import Final

TOTAL: Final = "_T"
"""SDMX code for the total of a dimension."""


class ObsStatus(StrEnum):
    """Observation status: the twenty letters of SDMX ``CL_OBS_STATUS`` version 2.2."""

    NORMAL = "A"
    BREAK = "B"
    DEFINITION_DIFFERS = "D"
    ESTIMATED = "E"
    FORECAST = "F"
    EXPERIMENTAL = "G"
    HOLIDAY = "H"
    IMPUTED = "I"
    DEROGATION = "J"
    IN_ANOTHER_CATEGORY = "K"
    NOT_COLLECTED = "L"
    """Missing; the data exist but were not collected."""
    CANNOT_EXIST = "M"
    """Missing; the data cannot exist."""
    NOT_SIGNIFICANT = "N"
    MISSING = "O"
    PROVISIONAL = "P"
    SUPPRESSED = "Q"
    STRIKE = "S"
    LOW_RELIABILITY = "U"
    UNVALIDATED = "V"
    INCLUDES_ANOTHER_CATEGORY = "W"


class UnitMeasure(StrEnum):
    """Unit of an observation, after UNICEF's SDMX code list where it has the unit."""

    PERSONS = "PS"
    NUMBER = "NUMBER"
    PROPORTION = "PROPORTION"
    DEATHS_PER_1000_BIRTHS = "D_PER_1000_B"


class Level(StrEnum):
    """The three levels of provincial child protection, and the context around them."""

    PREVENTION = "prevention"
    SUPPORT = "support"
    INTERVENTION = "intervention"
    CONTEXT = "context"


class Uncertainty(StrEnum):
    """Whether a confidence interval means anything for an indicator."""

    CENSUS = "census"
    """A full count at one moment: it has no sampling error."""
    STOCHASTIC = "stochastic"
    """A count of events, one outcome of a process that could have ended otherwise."""
    SAMPLE = "sample"
    """An estimate from a sample."""
    NONE = "none"
    """Published without the counts that an interval needs."""


class Verdict(StrEnum):
    """What a check found."""

    PASS = "pass"
    NOTE = "note"
    """Worth knowing; nothing is withheld."""
    WARNING = "warning"
    """The figure is held back from comparisons and trends, or they stop at it."""


class ChangeKind(StrEnum):
    """What happened to an observation between two editions."""

    NEW = "new"
    REVISED = "revised"
    CORRECTED = "corrected"
    REMOVED = "removed"
