"""Sources: raw folders as received, each with its provenance."""
