# Needs Debian's python3 (3.11 or newer) and make; everything else is installed in .venv from the locks.
PYTHON ?= python3
PIP = .venv/bin/python -m pip --disable-pip-version-check install -qq --only-binary :all: --require-hashes --no-compile
# What pip would do file by file; here on all cores.
COMPILE = .venv/bin/python -m compileall -qq -j 0 .venv/lib

# A process for each core, which the tests keep busy.
SIDE_BY_SIDE = -n $$(getconf _NPROCESSORS_ONLN) --dist loadgroup --no-loadscope-reorder

.PHONY: install install-dev demo test test-all test-sqlserver unit lint golden demo-vars nights reader mutants benchmark benchmark-send wheelhouse

install: .venv/installed
install-dev: .venv/installed-dev

.venv/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "nattsynk needs Python 3.11 or newer; name it: make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) lacks the venv module: apt install python3-venv, then make again"; exit 1; }
	test -x .venv/bin/python || $(PYTHON) -m venv .venv
	$(PIP) -r requirements.lock
	$(COMPILE)
	.venv/bin/python -m pip --disable-pip-version-check install -qq --no-index --no-build-isolation --no-deps -e .
	touch $@

.venv/installed-dev: .venv/installed requirements-dev.lock
	$(PIP) -r requirements-dev.lock
	$(COMPILE)
	touch $@

demo: install
	.venv/bin/nattsynk demo

# What a change must normally pass: every unit test of the models, run by dbt itself, and the quick tests of the runner. Three minutes on two cores.
test: install-dev
	env -u NATTSYNK_GOLDEN .venv/bin/python -m pytest --quick $(SIDE_BY_SIDE)

# Everything: whole nights built by dbt, all that is sent to SQL Server, both engines' meaning, the second reader, random nights.
test-all: lint
	env -u NATTSYNK_GOLDEN .venv/bin/python -m pytest $(SIDE_BY_SIDE)

# The unit tests of one model, on the demo municipality that `dbt build` made in target/.
unit: install
	@test -n "$(MODEL)" || { echo "Name a model: make unit MODEL=int_groups_judged"; exit 1; }
	@test -f target/nattsynk.duckdb || .venv/bin/dbt --quiet build --exclude-resource-type unit_test
	.venv/bin/dbt --no-print test --select "$(MODEL),test_type:unit"

# The demos on a real SQL Server that is there for tests (deploy/compose.yaml starts one), in databases that it makes and drops.
test-sqlserver: install-dev
	@test -n "$$NATTSYNK_SQLSERVER_HOST" || { echo "No SQL Server to test on: set NATTSYNK_SQLSERVER_HOST and the login's variables (docs/operating.md, SQL Server)."; exit 1; }
	NATTSYNK_TEST_SQLSERVER=1 .venv/bin/python -m pytest runner/tests/live

# What tools say of the Python and of the models that differ from the last commit, in seconds.
lint: install-dev
	.venv/bin/python runner/tests/lint.py

# Writes the golden outputs of both demos anew, after a change that is meant to move them: read the diff.
golden: install-dev
	NATTSYNK_GOLDEN=write .venv/bin/python -m pytest -q runner/tests/nights/test_golden.py
	git diff --stat -- runner/tests/golden

# Writes the demo municipality's vars into dbt_project.yml anew, and the JSON Schema of profile.yml, after a change of a setting or of a source's columns.
demo-vars: install
	.venv/bin/python -m nattsynk.profile.configuration

# Random nights with faults, as many as asked for, others each time. A failure says with which SEED it is played again.
NIGHTS ?= 500
nights: SEED ?= $(shell date +%s)
nights: install-dev
	NATTSYNK_NIGHTS=$(NIGHTS) NATTSYNK_FIRST_SEED=$(SEED) .venv/bin/python -m pytest -q runner/tests/delivery/test_random_nights.py

# Small towns, as many as asked for, judged by a second reader of the rules too; `make test-all` reads fewer. SEED says which.
TOWNS ?= 3000
reader: SEED ?= 0
reader: install-dev
	NATTSYNK_TOWNS=$(TOWNS) NATTSYNK_FIRST_SEED=$(SEED) .venv/bin/python -m pytest -q runner/tests/reader

# One small change at a time where something is protected, limited or dated: does a test tell of it? No part of `make test`.
# Survivors must stand in runner/tests/mutants/survivors.txt with a reason. PART=models and PART=runner take minutes each; a run of the runner's that was stopped goes on.
PART ?= models runner
mutants: install-dev
	set -e; for part in $(PART); do .venv/bin/python runner/tests/mutants $$part; done

# How long a night of a large roster takes here, and how much memory: no test.
PERSONS ?= 120000
benchmark: install
	.venv/bin/python runner/tests/bench/roster.py $(PERSONS)

# How long deliveries of so many lines take here, and how much memory: no test.
LINES ?= 10000 1000000
benchmark-send: install
	.venv/bin/python runner/tests/bench/sending.py $(LINES)

# Every package that a machine without internet needs, in target/wheelhouse (docs/installing.md). Made with the Python version that runs there.
# Of the locks' conditions the system's is taken away, so that packages for Windows alone come along when this runs on Linux.
PLATFORM ?= win_amd64
LOCK ?= requirements.lock
wheelhouse: install
	mkdir -p target/wheelhouse
	sed "s/ ; sys_platform == '[a-z0-9]*'//" $(LOCK) > target/wheelhouse/requirements.txt
	.venv/bin/python -m pip --disable-pip-version-check download -q --no-deps --only-binary :all: --require-hashes --implementation cp \
		$(PLATFORM:%=--platform %) -d target/wheelhouse -r target/wheelhouse/requirements.txt
