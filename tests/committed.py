"""The published files as they are committed, and builds as another processor would make them."""

import importlib.util

from conftest import ROOT

_SCRIPT = ROOT / "benchmarks" / "processors.py"
_SPEC = importlib.util.spec_from_file_location("processors", _SCRIPT)
processors = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(processors)


def committed_files() -> dict[str, bytes]:
    """Return the files of HEAD in a clone; elsewhere those that lie here, none in an sdist."""
    return processors.committed_files(ROOT) or processors.files_of(ROOT)
