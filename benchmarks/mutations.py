"""Remove one guard after the other, and see that a test fails without it.

Run: python benchmarks/mutations.py [FIRST [LAST]]

Works on a copy of the repository in a temporary folder. Printed: for each guard whether a test
failed, and how many guards no test would miss, which has to be 0.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
REPORTS = "src/childstats/reports"
KILL, FAIL = "tests/crash/test_kill_points.py", "tests/crash/test_failing_report.py"
LOCK, SNAPSHOT = "tests/crash/test_lock_and_signals.py", "tests/reports/test_snapshot.py"
PROCESSES = "tests/crash/test_processes.py"
ONE, EDITION = "tests/reports/test_one_build.py", "tests/reports/test_edition.py"
RUNNER = "tests/reports/test_runner.py"
NUMBER, CLAIM = "tests/text/test_number.py", "tests/text/test_claim.py"
READING = "tests/reports/test_reading.py"
SYNCED = f"{KILL} -k put_in_place"
GUARDS = [
    # what is on the disk before it is vouched for
    ("publishing", ", left) :]\n        os.fsync(descriptor)", ", left) :]", SYNCED),
    ("publishing", "    sync_folders(Path(where) for where, _, _ in os.walk(new))\n", "", SYNCED),
    ("publishing", "    sync_folders({new.parent, place.parent})\n", "", SYNCED),
    # an edition as a whole
    ("publishing", "            swap(new, place)", "            raise OSError",
     f"{KILL} -k whole_and_a_plain and exchange"),
    ("publishing", "            replaced.rename(place)", "            pass",
     f"{KILL} -k whole_and_a_plain and renames"),
    ("publishing", "if there not in ours and", "if",
     "tests/reports/test_build.py -k no_longer_names"),
    ("issuing", "        if not (reports / name).is_file():", "        if False:",
     "tests/reports/test_corrected.py -k is_gone"),
    # a full and a read-only disk
    ("build", "        if error.errno not in FULL:", "        if True:",
     f"{KILL} -k full_from_any"),
    ("build", "        refuse_full(folder, len(jobs))\n", "", f"{LOCK} -k little_room"),
    ("build", "    refuse_unwritable(folder)\n", "", f"{LOCK} -k read_only"),
    # two runs at once, signals
    ("build", "        with only_run(folder):", "        if True:", f"{LOCK} -k second_run"),
    ("../cli", "    with only_run(opened.root):", "    if True:", f"{LOCK} -k reading_the_sources"),
    ("../cli", "signal.signal(signal.SIGTERM, end)", "signal.getsignal(signal.SIGTERM)",
     f"{LOCK} -k in_order"),
    # a snapshot, and what is up to date
    ("snapshot", "        if before == _times(inputs_of(folder)) and", "        if True and",
     f"{SNAPSHOT} -k copied_again"),
    ("snapshot", "                Path(where).chmod(0o555)", "                pass",
     f"{SNAPSHOT} -k read_only"),
    ("snapshot", '        if edition_id != declared_edition(folder).get("id"):',
     "        if False:", f"{SNAPSHOT} -k holds_no_other"),
    ("snapshot", '    if note.get("inputs") != digest_of(checksums_of(inputs_of(folder))):',
     "    if False:", f"{SNAPSHOT} -k whatever_input"),
    ("snapshot", '    if note.get("software") != software_digest():', "    if False:",
     f"{SNAPSHOT} -k another_library"),
    ("snapshot", "        if file_checksum(folder / name) != checksum:", "        if False:",
     f"{SNAPSHOT} -k published_file_that"),
    ("snapshot", 'file_checksum(folder / "RECORD")', '""', f"{SNAPSHOT} -k another_library"),
    ("watching", "        changed = self.snapshot.changed() or sorted(self._changed)",
     "        changed = sorted(self._changed)", f"{SNAPSHOT} -k no_trace"),
    ("watching", "            self._notebooks.add(notebook)", "            pass",
     f"{SNAPSHOT} -k by_name"),
    ("watching", "        elif event in PROGRAMS:", "        elif False:",
     f"{ONE} -k past_its_inputs"),
    ("watching", "        if event in FILES:", "        if False:", f"{ONE} -k never_up_to_date"),
    ("watching", "    _become({**kept, **FIXED})", "    _become({**before, **FIXED})",
     f"{ONE} -k no_reason"),
    ("build", "    if not watch.outside and", "    if", f"{ONE} -k never_up_to_date"),
    ("build", "        watch.refuse_changes()", "        pass", f"{SNAPSHOT} -k by_name"),
    ("build", "    if changed:\n        note =", "    if False:\n        note =",
     f"{SNAPSHOT} -k last_line"),
    ("survey", "    if workspace.protection is not None:", "    if False:",
     "tests/reports/test_commune_build.py -k checksum_tells"),
    # one failing report
    ("issuing", "            if _stem(name) in stems and", "            if name in self.failed and",
     f"{FAIL} -k others_are_delivered"),
    ("issuing", "    return found == known\n", "    return True\n", f"{FAIL} -k damaged_old"),
    ("issuing", "if name not in whole or name not in failed}", "if name not in whole}",
     f"{FAIL} -k language_that_goes"),
    ("issuing", 'old["policy"] != new["policy"] or', "", f"{FAIL} -k audit_covers"),
    ("issuing", '        doubt = True', "        doubt = False", f"{FAIL} -k audit_covers"),
    ("issuing", '        refuse_doubtful_mix(edition.folder / "reports", edition.found.release)',
     "        pass",
     f"{FAIL} -k audit_covers"),
    ("build", " and not edition.failed and software", " and software",
     f"{FAIL} -k others_are_delivered"),
    ("build", "    if not edition.entries:", "    if False:", f"{FAIL} -k without_one_good"),
    ("build", "    refuse({n: e for n, e in edition.failed",
     "    dict({n: e for n, e in edition.failed", f"{FAIL} -k others_are_delivered"),
    ("site", ' and entry["files"]:', ":", f"{FAIL} -k never_was_good"),
    # what a notebook shows
    ("runner", "    if not document.ended:", "    if False:", f"{RUNNER} -k refused"),
    ("runner", "    if shown != asked:", "    if False:", f"{RUNNER} -k refused"),
    ("runner", "        except NoSuchKernel:", "        except ZeroDivisionError:",
     f"{PROCESSES} -k without_a_kernel"),
    ("pool", "except Exception as error:  # a defect of one", "except KeyError as error:  #",
     f"{PROCESSES} -k defect"),
    ("edition", "    if len(tagged) != 1:", "    if False:", f"{EDITION} -k exactly_one"),
    ("edition", "        for tag in set(HIDING_TAGS)", "        for tag in set()",
     f"{EDITION} -k tag"),
    ("edition", "    if not _is_finite(value):", "    if False:", f"{EDITION} -k no_number"),
    ("edition", "    if default is not None and type(value) is not type(default):", "    if False:",
     f"{EDITION} -k fault_named"),
    # what is not read again
    ("host", "            if os.read(self._done, 1):", "            if True:",
     "tests/reports/test_host.py -k not_waited_for"),
    ("../observations/workspace", "return workspace if state == _state_of_files(folder) else None",
     "return workspace", "tests/reports/test_host.py -k changes_after"),
    # charts
    ("../charts/style", "    if floor(high) <= ceil(low):", "    if False:",
     "tests/charts/test_style.py -k two_whole"),
    ("../charts/style", "svg = _NUMBER.sub(_short, re.sub", "svg = str(re.sub",
     "tests/charts/test_style.py"),
    ("../charts/rows", "min([room - sum(_widths(rows)), *ends])",
     "room - sum(_widths(rows))", "tests/charts/test_plots.py -k on_the_page"),
    ("../charts/rows", "order = 5 if on_bar else 3", "order = 5",
     "tests/charts/test_plots.py -k behind_its_marks"),
    ("../charts/lines", "or row.after_break:", "or False:",
     "tests/charts/test_plots.py -k not_joined"),
    # numbers, words and the gate
    ("../text/number", "if not range_.least - TOLERANCE <= end <= most + TOLERANCE:", "if False:",
     NUMBER),
    ("../text/number", "if isnan(end) or not (isfinite(end) or range_.may_be_infinite):",
     "if False:", NUMBER),
    ("../text/number", "if self.high is not None and self.value >", "if self.high is None and 0 >",
     NUMBER),
    ("../text/number", "if self.low is not None and self.low >", "if self.low is None and 0 >",
     NUMBER),
    ("../text/claim", "        if not self._holds():", "        if False:", CLAIM),
    ("../text/receipts", "return round(float(value), places) if self.published_only else rounded",
     "return rounded", NUMBER),
    ("reading", '        if block["type"] == "table" and not any(', "        if not any(", READING),
    ("reading", "        except ClaimError as error:\n            yield str(error)",
     "        except ClaimError:\n            pass", READING),
    ("reading", "        if times > 1:", "        if times > 9:", READING),
    ("reading", "            if found:\n", "            if False:\n", READING),
    ("issuing", "            if word != before:", "            if False:", READING),
    ("issuing", "        if apart:", "        if False:", READING),
    ("worker", '    refuse_false(f"{job.file_name}: {job.notebook.name}", document)\n', "",
     "tests/reports/test_one_build.py -k denied"),
    ("../analyses/equity", "    return bool(low <= total", "    return bool(True or low <= total",
     "tests/analyses/test_equity.py -k cannot_have_their_total"),
    ("../observations/comparability", "        if not found or len(found) < SHARED_JUMP",
     "        if True or len(found) < SHARED_JUMP",
     "tests/observations/test_checks.py -k one_treatment"),
    ("../observations/agreement", "believed = o[\"obs_value\"] <= MOST_COVERAGE", "believed = True",
     "tests/observations/test_checks.py -k coverage_above"),
    ("../analyses/rounded", "abs(this - other - between) <= half", "True",
     "tests/analyses/test_rounded.py -k printed_difference"),
]  # fmt: skip
"""Module, what is cut, what stands in its place, and the tests of which one has to fail."""


def is_missed(root: Path, guard: tuple[str, str, str, str]) -> bool:
    """Return whether no test fails without a guard."""
    module, snippet, instead, tests = guard
    path = (root / REPORTS / f"{module}.py").resolve()
    text = path.read_text(encoding="utf-8")
    if text.count(snippet) != 1:
        sys.exit(f"{module}.py has {text.count(snippet)} times {snippet!r}; correct GUARDS")
    path.write_text(text.replace(snippet, instead), encoding="utf-8")
    files, _, words = tests.partition(" -k ")
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", files]
    environment = {**os.environ, "PYTHONPATH": str(root / "src")}
    try:
        done = subprocess.run([*command, "-k", words] if words else command, cwd=root,
                              env=environment, capture_output=True, check=False)  # fmt: skip
    finally:
        path.write_text(text, encoding="utf-8")
    if done.returncode not in {0, 1}:
        sys.exit(f"{tests} cannot be run:\n{done.stdout.decode('utf-8', 'replace')[-2000:]}")
    return done.returncode == 0


def main(first: int = 1, last: int = len(GUARDS)) -> None:
    """Cut the guards from the first to the last, one at a time."""
    missed = 0
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch) / "copy"
        shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns(".git", ".venv*", ".childstats"))
        for number, guard in enumerate(GUARDS[first - 1 : last], start=first):
            outcome = is_missed(root, guard)
            missed += outcome
            name = guard[1].strip().partition("\n")[0]
            print(
                f"{number:>3} {'MISSED' if outcome else 'caught'}  {guard[0]}: {name}", flush=True
            )
    print(f"{last - first + 1} guards cut, {missed} not missed by any test")
    sys.exit(bool(missed))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
