"""What the repository promises a newcomer: two commands, a lock for every platform, no address."""

import re
import tomllib

import pytest
from conftest import ROOT

import childstats

LOCKS = [f"requirements{name}.lock" for name in ("", "-lab", "-bench", "-browser", "-release")]


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_pins_versions_and_hashes_and_names_no_index(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text
    requirements = re.split(r"\n(?=[a-z0-9])", text.split("\n", 2)[2])
    for requirement in requirements:
        assert re.match(r"[a-z0-9.-]+==\S+", requirement), requirement
        assert "--hash=sha256:" in requirement, requirement


def test_the_locks_agree_on_every_version() -> None:
    pins = [
        dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", (ROOT / name).read_text(encoding="utf-8"), re.M))
        for name in LOCKS
    ]
    for name, other in zip(LOCKS[1:], pins[1:], strict=True):
        common = pins[0].keys() & other.keys()
        assert len(common) > 50 or re.search("browser|release", name)
        assert {pin for pin in common if pins[0][pin] != other[pin]} == set()


@pytest.mark.parametrize("lock", LOCKS[:3])
def test_every_direct_dependency_is_in_the_lock(lock: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = {"requirements-lab.lock": "lab", "requirements-bench.lock": "bench"}
    locked = (ROOT / lock).read_text(encoding="utf-8")
    for requirement in (
        project["dependencies"] + project["optional-dependencies"][extras.get(lock, "dev")]
    ):
        name = re.match(r"[a-z0-9-]+", requirement)[0]
        assert re.search(rf"^{name}==", locked, re.M), name


def test_the_benchmarks_of_make_bench_are_all_there_is_or_say_why_not() -> None:
    text = (ROOT / "benchmarks" / "run.py").read_text(encoding="utf-8")
    scripts = {path.stem for path in (ROOT / "benchmarks").glob("*.py")} - {"run"}
    assert {name for name in scripts if not re.search(rf"\b{name}\b", text)} == set()


def test_versions_agree() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == childstats.__version__
    assert f"version: {childstats.__version__}\n" in (ROOT / "CITATION.cff").read_text("utf-8")
