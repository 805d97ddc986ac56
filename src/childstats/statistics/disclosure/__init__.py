"""Disclosure control: hide small counts so that nobody can work them out, and prove it."""

from childstats.statistics.disclosure.audit import audit
from childstats.statistics.disclosure.printed import counts_allowed, share_statements
from childstats.statistics.disclosure.rounding import (
    counts_behind,
    percent_decimals,
    rounded_count,
)
from childstats.statistics.disclosure.suppression import Suppression, suppress
from childstats.statistics.disclosure.system import ContradictionError, Statement

__all__ = [
    "ContradictionError",
    "Statement",
    "Suppression",
    "audit",
    "counts_allowed",
    "counts_behind",
    "percent_decimals",
    "rounded_count",
    "share_statements",
    "suppress",
]
