# Needs Debian's python3 (3.11 or newer) and make; everything else is installed in .venv from the locks.
PYTHON ?= python3
PIP = .venv/bin/python -m pip --disable-pip-version-check install -qq --only-binary :all: --require-hashes

.PHONY: install install-dev demo test lint golden benchmark

install: .venv/installed
install-dev: .venv/installed-dev

.venv/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "nattsynk needs Python 3.11 or newer; name it: make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) lacks the venv module: apt install python3-venv, then make again"; exit 1; }
	test -x .venv/bin/python || $(PYTHON) -m venv .venv
	$(PIP) -r requirements.lock
	.venv/bin/python -m pip --disable-pip-version-check install -qq --no-index --no-build-isolation --no-deps -e .
	touch $@

.venv/installed-dev: .venv/installed requirements-dev.lock
	$(PIP) -r requirements-dev.lock
	touch $@

demo: install
	.venv/bin/nattsynk demo

# Everything a change must pass.
test: install-dev
	env -u NATTSYNK_GOLDEN .venv/bin/python -m pytest

# The style of all SQL and the patterns that one engine alone would accept.
lint: install-dev
	.venv/bin/python -m pytest tests/sql/test_style.py tests/sql/test_forbidden.py

# Writes the golden outputs of both demos anew, after a change that is meant to move them: read the diff.
golden: install-dev
	NATTSYNK_GOLDEN=write .venv/bin/python -m pytest -q tests/runner/test_golden.py
	git diff --stat -- tests/golden

# How long a night of a large roster takes here, and how much memory: no test.
PERSONS ?= 120000
benchmark: install
	.venv/bin/python tests/benchmark/roster.py $(PERSONS)
