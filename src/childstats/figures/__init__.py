"""Figures: a printed number as a value and an interval."""
