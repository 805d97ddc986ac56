# Two commands: `make reports` builds the edition, `make test` runs every test.
# Each makes its own environment in .venv from the hash-pinned lock.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: reports test check format lab lab-test bench lock clean pages-test docs
.PHONY: sweep fuzz nightly package-test sbom audit-dependencies processors test-older-processor

reports: .venv/.ready
	$(BIN)/childstats build

test: .venv/.ready
	$(BIN)/pytest -n auto

# The same as on a processor without the instruction sets that NumPy would use here.
test-older-processor: .venv/.ready
	NPY_DISABLE_CPU_FEATURES="$$($(BIN)/python benchmarks/processors.py features)" $(BIN)/pytest -n auto

# A second build without them, every file compared with the first one and the committed ones.
processors: .venv/.ready
	$(BIN)/python benchmarks/processors.py

check: .venv/.ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/zizmor --offline --quiet .github/workflows

format: .venv/.ready
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lab: .venv-lab/.ready
	.venv-lab/bin/jupyter lab --notebook-dir=notebooks

# Every notebook, area and year of which figures are held, in both languages: made or refused in one line.
sweep: .venv/.ready
	$(BIN)/python tests/sweep.py

# Two thousand variants of what was printed: hedges, ranges, zeros and missing marks.
fuzz: .venv/.ready
	$(BIN)/python tests/fuzz_prints.py 2000

# Every notebook in a real JupyterLab, in the browser of Debian's package chromium.
lab-test: .venv-lab/.ready .venv-browser/.ready
	.venv-browser/bin/python benchmarks/lab_proof.py

# Every published page in the same browser: accessibility, small windows, paper, no scripts.
pages-test: .venv-browser/.ready
	.venv-browser/bin/python benchmarks/pages_proof.py $(PICTURES)

# Every benchmark in turn, in a quarter of an hour; one of them: make bench WHAT=statistics_speed
bench: .venv-bench/.ready .venv/.ready .venv-lab/.ready .venv-browser/.ready
	.venv-bench/bin/python benchmarks/run.py $(WHAT)

# A clean clone of HEAD is built, audited, compared with the published edition, and staged.
nightly:
	PYTHON="$(PYTHON)" .ci/nightly "$(or $(OUT),dist/nightly)" "$(or $(SINCE),HEAD)"

# Wheel and sdist, and what they do in an empty environment.
package-test: .venv/.ready
	.ci/package

# The list of parts of this release: every package of the lock with its hashes, CycloneDX.
sbom: .venv-release/.ready
	@mkdir -p dist
	.venv-release/bin/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml --output-reproducible --short-PURLs --output-file dist/childstats.cdx.json

# Known faults of the locked packages; asks the advisory database, so it needs the network.
audit-dependencies: .venv-release/.ready
	.venv-release/bin/pip-audit --strict --disable-pip --require-hashes -r requirements.lock -r requirements-lab.lock -r requirements-release.lock

# What is generated from the code: docs/reference.
docs: .venv/.ready
	$(BIN)/python docs/generate.py

.venv-browser/.ready: requirements-browser.lock
.venv-release/.ready: requirements-release.lock
.venv-browser/.ready .venv-release/.ready:
	$(PYTHON) -m venv --clear $(@D)
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

lock: .venv/.ready
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --fork-strategy fewest --generate-hashes --no-emit-index-url --python-version 3.11 --custom-compile-command "make lock" --upgrade --output-file requirements.lock
	$(BIN)/uv pip compile pyproject.toml --extra lab --universal --fork-strategy fewest --generate-hashes --no-emit-index-url --python-version 3.11 --custom-compile-command "make lock" --constraint requirements.lock --output-file requirements-lab.lock
	$(BIN)/uv pip compile pyproject.toml --extra bench --universal --fork-strategy fewest --generate-hashes --no-emit-index-url --python-version 3.11 --custom-compile-command "make lock" --constraint requirements.lock --output-file requirements-bench.lock
	$(BIN)/uv pip compile --group browser --universal --generate-hashes --no-emit-index-url --python-version 3.11 --custom-compile-command "make lock" --constraint requirements.lock --output-file requirements-browser.lock
	$(BIN)/uv pip compile --group release --universal --generate-hashes --no-emit-index-url --python-version 3.11 --custom-compile-command "make lock" --constraint requirements.lock --output-file requirements-release.lock

clean:
	rm -rf .venv .venv-lab .venv-bench .venv-browser .venv-release .childstats dist

# One recipe for all environments; the mark is touched last, so a broken install starts afresh.
.venv/.ready: requirements.lock pyproject.toml
.venv-lab/.ready: requirements-lab.lock pyproject.toml
.venv-bench/.ready: requirements-bench.lock pyproject.toml
.venv/.ready .venv-lab/.ready .venv-bench/.ready:
	$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("childstats needs Python 3.11 or newer, this is " + sys.version.split()[0] + "; name another: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv --clear $(@D)
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
