"""The public surface: sorted, complete, light to import."""

import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import childstats


def test_public_names_are_sorted_and_all_have_a_home() -> None:
    assert childstats.__all__ == sorted(childstats.__all__)
    assert set(childstats.__all__) == set(childstats._HOME_OF)
    assert dir(childstats) == childstats.__all__


@pytest.mark.parametrize("name", childstats.__all__)
def test_a_public_name_exists_and_is_documented(name: str) -> None:
    thing = getattr(childstats, name)
    assert inspect.getdoc(thing)
    if inspect.isfunction(thing):
        documentation = inspect.getdoc(thing) or ""
        assert "Parameters\n" in documentation
        assert "Returns\n" in documentation


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'risk_ration'"):
        childstats.risk_ration  # noqa: B018 (the look-up is the test)


def test_importing_reads_no_file_and_loads_no_heavy_package(tmp_path: Path) -> None:
    code = (
        "import sys, childstats\n"
        "heavy = {'pandas', 'numpy', 'scipy', 'matplotlib', 'babel', 'typst'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path)
