"""Readers: one small module per publisher layout, from a file to printed rows."""
