"""The doctor finds what is broken, says what to do, and breaks down itself at nothing."""

import importlib.metadata
import os
import shutil
import sys
from collections import namedtuple
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from conftest import ROOT
from jupyter_client.kernelspec import KernelSpecManager

from childstats.charts import palette
from childstats.cli import main
from childstats.reports import doctor
from childstats.reports.doctor import Health, examine

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
Usage = namedtuple("Usage", "total used free")


def faults(*arguments, **keywords):
    return [e.said for e in examine(*arguments, **keywords) if e.health is Health.FAULT]


@pytest.fixture
def edition(small):
    return small(
        {"indicator": "at_risk", "time_period": "2025", "text": "5", "unit": "persons"}
    ).root


def test_a_sound_workspace_has_no_fault(edition):
    found = examine(edition)
    assert [e.said for e in found if e.health is Health.FAULT] == []
    said = "ok: the workspace is read: dien-bien-2025; figures: 1, reports to make: 10"
    assert str(found[-1]) == said


def test_outside_a_workspace_the_installation_alone_is_examined(tmp_path):
    result = CliRunner().invoke(main, ["doctor", "--workspace", str(tmp_path)])
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1].startswith("note: no workspace here; make one with")


def _old_python(monkeypatch, root):
    monkeypatch.setattr(sys, "version_info", (3, 10, 4))


def _old_package(monkeypatch, root):
    version = importlib.metadata.version
    monkeypatch.setattr(
        importlib.metadata, "version", lambda name: "2.9" if name == "pandas" else version(name)
    )


def _no_package(monkeypatch, root):
    monkeypatch.setattr(
        importlib.metadata, "requires", lambda _: ["no-such-package>=1", 'x>1; extra == "dev"']
    )


def _no_fonts(monkeypatch, root):
    monkeypatch.setattr(palette, "font_folder", lambda: root)


def _no_kernel(monkeypatch, root):
    monkeypatch.setattr(KernelSpecManager, "find_kernel_specs", lambda _: {"ir": "/r"})


def _no_room(monkeypatch, root):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**9, 9 * 10**8, 10**8))


def _no_right(monkeypatch, root):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(doctor, "NamedTemporaryFile", refuse)


def _no_typesetter(monkeypatch, root):
    monkeypatch.setitem(sys.modules, "typst", None)


def _broken_source(monkeypatch, root):
    (root / "data/raw/a-source/source.toml").write_text("", encoding="utf-8")


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (_old_python, "this is Python 3.10.4, not >=3.11; use another one"),
        (_old_package, "pandas>=3.0 is needed, pandas 2.9; install again"),
        (_no_package, "no-such-package>=1 is needed, it is not installed; install again"),
        (_no_fonts, "no font BeVietnamPro-Regular.ttf, BeVietnamPro-SemiBold.ttf, BeVietnamPro-Bo"),
        (_no_kernel, "-m ipykernel install --sys-prefix"),
        (_no_room, "100 MB are free, a build needs about 200 MB; make room"),
        (_no_right, "cannot be written (Permission denied); ask its owner for the right"),
        (_no_typesetter, "typesetting: ModuleNotFoundError: "),
        (_broken_source, "missing fields 'publisher', "),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_is_broken_is_said_with_what_to_do(edition, monkeypatch, broken, said):
    broken(monkeypatch, edition)
    assert said in " | ".join(faults(edition))
    result = CliRunner().invoke(main, ["doctor", "--workspace", str(edition)])
    assert result.exit_code == 1
    assert all(line.split(": ")[0] in set(Health) for line in result.stdout.splitlines())


def test_no_fork_is_noted_and_stops_nothing(edition, monkeypatch):
    monkeypatch.delattr(os, "fork")
    assert "note: no fork here" in " | ".join(map(str, examine(edition)))
    assert faults(edition) == []


def test_another_version_than_the_locked_one_is_noted(edition):
    pins = ["numpy==0.1 \\\n    --hash=sha256:0\n", "pandas==0.1 ; sys_platform == 'none' \\\n"]
    (edition / "requirements.lock").write_text("".join(pins), encoding="utf-8")
    notes = [e.said for e in examine(edition) if e.health is Health.NOTE]
    assert len(notes) == 1
    assert notes[0].startswith("numpy ")
    assert "requirements.lock has ==0.1" in notes[0]


def test_the_projects_own_lock_is_read(edition):
    shutil.copy(ROOT / "requirements.lock", edition)
    assert faults(edition) == []


@pytest.mark.parametrize(("hours", "well"), [(35, True), (37, False)])
def test_reports_older_than_a_day_and_a_half_are_a_fault(tmp_path, hours, well):
    built = (NOW - timedelta(hours=hours)).isoformat()
    (tmp_path / "freshness.json").write_text(f'{{"built": "{built}"}}', encoding="utf-8")
    said = [e for e in examine(tmp_path, published=tmp_path, now=NOW) if str(tmp_path) in e.said]
    assert [e.health is Health.OK for e in said] == [well]
    assert f"were built {hours} hours ago" in said[0].said


@pytest.mark.parametrize("content", [None, "{}", "no json", '{"built": "yesterday"}'])
def test_reports_without_a_readable_mark_are_a_fault(tmp_path, content):
    if content is not None:
        (tmp_path / "freshness.json").write_text(content, encoding="utf-8")
    (said,) = faults(tmp_path, published=tmp_path, now=NOW)
    assert said.startswith(("no freshness.json in", "unreadable "))
