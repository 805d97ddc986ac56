"""Reports: what to build, run truthfully, typeset and published whole."""
