"""Observations: what we hold the figures to mean, and whether they agree."""
