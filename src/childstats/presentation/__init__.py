"""Presentation: numbers as sentences, tables and charts in two languages."""
