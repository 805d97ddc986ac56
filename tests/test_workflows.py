"""The workflows: pinned, with least rights, and only an edition's tag publishes."""

import re
import subprocess

import pytest
import yaml
from conftest import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
READ = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in WORKFLOWS}
ON_A_TAG = "github.ref_type == 'tag'"
HARMLESS = {"contents": "read"}


def _jobs():
    return [(f"{w}.{name}", READ[w], job) for w in READ for name, job in READ[w]["jobs"].items()]


JOBS = pytest.mark.parametrize(("workflow", "job"), [j[1:] for j in _jobs()], ids=lambda v: "")


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda p: p.stem)
def test_every_action_is_pinned_to_a_commit_with_its_version_beside_it(path):
    uses = re.findall(r"uses: (.+)", path.read_text(encoding="utf-8"))
    assert uses
    for used in uses:
        assert re.fullmatch(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", used), used


@JOBS
def test_rights_are_least_and_a_job_ends(workflow, job):
    granted = job.get("permissions", workflow["permissions"])
    writes = {right for right, how in granted.items() if how == "write"}
    if job.get("if") != ON_A_TAG:
        assert not writes
        assert granted == HARMLESS
    assert writes <= {"contents"} or writes == {"pages", "id-token"}
    assert job["timeout-minutes"] <= 60
    assert workflow["concurrency"]["group"]


@JOBS
def test_commands_are_sound_shell_and_take_no_text_from_outside(workflow, job):
    for step in job["steps"]:
        if "uses" in step and step["uses"].startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False
        if "run" in step:
            assert "${{" not in step["run"]
            subprocess.run(["bash", "-n", "-c", step["run"]], check=True)


def test_only_a_tag_of_an_edition_publishes():
    nightly = READ["nightly"]
    assert nightly[True]["push"] == {"tags": ["edition-*"]}  # YAML reads the key "on" as true
    publishing = {
        name
        for name, job in nightly["jobs"].items()
        for step in job["steps"]
        if "deploy-pages" in step.get("uses", "") or "gh release" in step.get("run", "")
    }
    assert publishing == {"pages", "release"}
    for name in publishing:
        assert nightly["jobs"][name]["if"] == ON_A_TAG
        assert nightly["jobs"][name]["needs"] == ["build", "package"]


@pytest.mark.parametrize("path", sorted((ROOT / ".ci").iterdir()), ids=lambda p: p.name)
def test_scripts_stop_at_the_first_fault(path):
    text = path.read_text(encoding="utf-8")
    assert "\nset -euo pipefail\n" in text
    subprocess.run(["bash", "-n", str(path)], check=True)
    assert path.stat().st_mode & 0o111


def test_every_push_is_built_a_second_time_without_newer_instruction_sets():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert script.index("make reports") < script.index("make processors")
    assert "bash .ci/run" in [s.get("run") for s in READ["test"]["jobs"]["test"]["steps"]]


def test_the_night_does_what_the_workflow_and_the_page_say():
    script = (ROOT / ".ci" / "nightly").read_text(encoding="utf-8")
    for command in ("reports sbom", "pip check", "doctor", "audit", "compare", "stage"):
        assert re.search(rf"\b{command}\b", script), command
    # what is staged is replaced last, when nothing can fail before it any more
    assert script.index("childstats compare") < script.index("childstats stage")
    assert script.index("exit 1\n") < script.index("childstats stage")
    steps = {s.get("name", ""): s for s in READ["nightly"]["jobs"]["build"]["steps"]}
    (said,) = (s for s in steps.values() if "summary.md" in s.get("run", ""))
    assert said["if"] == "!cancelled()"  # a night that fails says why
    runs = " ".join(s.get("run", "") for j in READ["nightly"]["jobs"].values() for s in j["steps"])
    for target in ("nightly", "package-test", "audit-dependencies"):
        assert f"make {target}" in runs
