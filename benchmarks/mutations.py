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
LOCK, NOTES = "tests/crash/test_lock_and_signals.py", "tests/crash/test_notes.py"
PROCESSES = "tests/crash/test_processes.py"
UNCHANGED, ROWS = "tests/reports/test_unchanged.py", "tests/presentation/test_row_charts.py"
EDITION, RUNNER = "tests/reports/test_edition.py", "tests/reports/test_runner.py"
SYNCED = f"{KILL} -k name_before"
GUARDS = [
    # what is on the disk before it is vouched for
    ("publishing", ", left) :]\n        os.fsync(descriptor)", ", left) :]", SYNCED),
    ("publishing", "    sync_folders({folder, *(", "    print({folder, *(", SYNCED),
    ("flipping", "_sync_tree(staged)\n            exchange", "exchange", SYNCED),
    ("flipping", "    sync_folders({staged.parent, reports.parent})\n", "", SYNCED),
    ("flipping", "        _sync_tree(staged)\n        order", "        order", SYNCED),
    ("flipping", "sync_folders({reports, *(", "print({reports, *(", SYNCED),
    # an edition as a whole
    ("flipping", "            exchange(staged, reports)", "            raise OSError",
     f"{KILL} -k whole_and_a_plain and exchange"),
    ("flipping", "    if unfinished:\n        _complete", "    if False:\n        _complete",
     f"{KILL} -k whole_and_a_plain and journal"),
    ("flipping", "    if not alone:", "    if False:", f"{LOCK} -k shard_does_not"),
    ("archive", "        if not (reports / name).is_file():", "        if False:",
     "tests/reports/test_corrected.py -k is_gone"),
    # a full and a read-only disk
    ("build", "        if not is_full(error):", "        if True:", f"{KILL} -k full_from_any"),
    ("build", "    refuse_full(folder, needed(p.noted for p in part))\n", "",
     f"{LOCK} -k little_room"),
    ("build", "    refuse_unwritable(folder)\n", "", f"{LOCK} -k read_only"),
    # two runs at once, signals
    ("locking", "    if not taken:", "    if False:", f"{LOCK} -k second_run"),
    ("locking", "    while not lock.is_of(path):", "    while False:", f"{LOCK} -k meanwhile"),
    ("build", "notes = _of_all_shards(folder, found)", "notes = dict(notes)",
     f"{LOCK} -k same_time"),
    ("../cli", "    with only_run(opened.root):", "    if True:", f"{LOCK} -k reading_the_sources"),
    ("../cli", "signal.signal(signal.SIGTERM, end)", "signal.getsignal(signal.SIGTERM)",
     f"{LOCK} -k in_order"),
    # notes
    ("sealed", "    if not whole:", "    if False:", f"{NOTES} -k sealed"),
    ("plan", "        damaged.append(name)\n", "", f"{NOTES} -k put_aside"),
    ("plan", '    if note["format"] != FORMAT:', "    if False:", f"{NOTES} -k another_version"),
    ("plan", "        if file_digest(path) == known:", "        if path.exists():",
     f"{NOTES} -k not_as_noted"),
    ("../observations/workspace", "root / EDITION_FILE, *kept)", "*kept)", f"{NOTES} -k in_memory"),
    # one failing report
    ("keeping", "        if stem_of(name) in stems\n", "        if name in failed\n",
     f"{FAIL} -k others_are_delivered"),
    ("keeping", 'if all(file_digest(reports / n) == f["sha256"] for', "if all(entry for",
     f"{FAIL} -k damaged_old"),
    ("keeping", "if name not in whole or name not in failed}", "if name not in whole}",
     f"{FAIL} -k language_that_goes"),
    ("keeping", 'old["policy"] != new["policy"] or', "", f"{FAIL} -k audit_covers"),
    ("keeping", '"audited without" in note', "False", f"{FAIL} -k audit_covers"),
    ("keeping", '        doubt = True', "        doubt = False", f"{FAIL} -k audit_covers"),
    ("issuing", "        refuse_doubtful_mix(reports, edition.found.release)", "        pass",
     f"{FAIL} -k audit_covers"),
    ("issuing", 'inputs="" if edition.failed else edition.inputs', "inputs=edition.inputs",
     f"{FAIL} -k others_are_delivered"),
    ("issuing", "    if not edition.failed:\n", "    if True:\n", f"{FAIL} -k waited_for"),
    ("build", "    if not_renewed and set(edition.notes) <= set(not_renewed):", "    if False:",
     f"{FAIL} -k without_one_good"),
    ("build", "    _refuse(failed)\n    return issued", "    return issued",
     f"{FAIL} -k others_are_delivered"),
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
    ("edition", "    if type(value) is not type(default):", "    if False:",
     f"{EDITION} -k fault_named"),
    # what is not read again
    ("unchanged", "{state.st_ctime_ns} ", "", f"{UNCHANGED} -k looked_into"),
    ("unchanged", "        if sight.newest < now - LONG_AGO:", "        if True:",
     f"{UNCHANGED} -k moment_ago"),
    ("unchanged", "if line == again and", "if", f"{UNCHANGED} -k damaged"),
    ("unchanged", '        if os.name != "posix":', "        if False:",
     f"{UNCHANGED} -k does_not_say"),
    ("host", "            if os.read(self._done, 1):", "            if True:",
     "tests/reports/test_host.py -k not_waited_for"),
    ("../observations/workspace", "return workspace if state == _state_of_files(folder) else None",
     "return workspace", "tests/reports/test_host.py -k changes_after"),
    # charts
    ("../presentation/scales", "    if math.floor(high) > math.ceil(low):", "    if True:",
     "tests/presentation/test_line_charts.py -k written_twice"),
    ("../presentation/drawing", "min([room - sum(_widths(rows)), *ends])",
     "room - sum(_widths(rows))", f"{ROWS} -k its_room"),
    ("../presentation/drawing", "(low, high) if end == self.x.within(end)]", "(low, high)]",
     f"{ROWS} -k beyond_the_scale"),
    ("../presentation/letters", "self._kern(before, letter)", "0",
     "tests/presentation/test_letters.py -k shaper"),
    ("../presentation/letters", "600.0, _BOX", '600.0, ""',
     "tests/presentation/test_letters.py -k empty_box"),
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
