"""Catalogue: what the indicators and areas mean."""
