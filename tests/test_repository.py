"""What the repository promises a newcomer: two commands, a lock for every platform, no address."""

import re
import tomllib

import pytest
from conftest import ROOT

import childstats


@pytest.mark.parametrize(
    "name", ["requirements.lock", "requirements-lab.lock", "requirements-browser.lock"]
)
def test_a_lock_pins_versions_and_hashes_and_names_no_index(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text
    requirements = re.split(r"\n(?=[a-z0-9])", text.split("\n", 2)[2])
    for requirement in requirements:
        assert re.match(r"[a-z0-9.-]+==\S+", requirement), requirement
        assert "--hash=sha256:" in requirement, requirement


def test_the_two_locks_agree_on_every_version() -> None:
    pins = [
        dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", (ROOT / name).read_text(encoding="utf-8"), re.M))
        for name in ("requirements.lock", "requirements-lab.lock")
    ]
    common = pins[0].keys() & pins[1].keys()
    assert len(common) > 50
    assert {name for name in common if pins[0][name] != pins[1][name]} == set()


def test_every_direct_dependency_is_in_the_lock() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    locked = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    wanted = project["dependencies"] + project["optional-dependencies"]["dev"]
    for requirement in wanted:
        name = re.match(r"[a-z0-9-]+", requirement)[0]
        assert re.search(rf"^{name}==", locked, re.M), name


def test_versions_agree() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == childstats.__version__
    assert f"version: {childstats.__version__}\n" in (ROOT / "CITATION.cff").read_text("utf-8")
