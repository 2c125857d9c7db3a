# make run, make test, make test-postgresql, make torture, make load, make life, make scan, make bench and make conformance do all set-up by themselves.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/installed
PORT ?= 5000

.PHONY: run demo test test-postgresql torture load life scan asvs bench conformance install lint catalogue browser judges clean

run: demo
	$(BIN)/survey-app run --port $(PORT)

demo: install
	$(BIN)/survey-app demo

# Four at once, on two cores too: much of a test in a browser is waiting.
test: install browser lint
	$(BIN)/pytest --numprocesses 4 --dist loadfile --no-loadscope-reorder

# Every test on PostgreSQL that does not read SQLite's file.
test-postgresql: install browser
	REDOGOR_DATABASES=postgresql $(BIN)/pytest --numprocesses 4 --dist loadfile --no-loadscope-reorder

# What must never happen, at the numbers of a release: hours. make torture ROWS="2 9" runs some.
torture: install browser
	$(BIN)/python -m tests.torture $(ROWS)

# 50 saves a second for ten minutes on SQLite, then on PostgreSQL. make load LOAD="--seconds 60" for a look.
load: install
	$(BIN)/python -m tests.load $(LOAD)

# A machine's life: install, demo, use, upgrade, backup under load, kill -9, restore elsewhere.
life: install
	$(BIN)/python -m tests.machine.life

# Scanners of others on the product, as each role: hours. make scan SCANS="bandit wapiti --minutes 10" some, bounded.
scan: install browser
	$(BIN)/python -m tests.scan $(SCANS)

# The table of ASVS in SECURITY.md, from tests/asvs.json.
asvs: install
	$(BIN)/python -m tests.asvs

bench: install
	$(BIN)/python -m tests.bench

conformance: install judges
	$(BIN)/python -m tests.conformance

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

install: $(STAMP)

$(STAMP): .ci/requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.11 ..."; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' || { echo "Python's venv is needed: sudo apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r .ci/requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(STAMP)

# Chromium, strace and SoftHSM: installed where we are root on Debian, else named with the command to type.
browser: install
	@$(BIN)/python .ci/tools.py tests

# Java, Maven, qpdf and poppler, in the same way; SKIP_JUDGES=1 does without.
judges: install
	@$(BIN)/python .ci/tools.py judges

# The English catalogue, from the Swedish words in code and templates.
catalogue: install
	$(BIN)/pybabel -q extract -F .ci/babel.cfg -k N_ -k lazy_gettext -k _ --add-location=file -o $(VENV)/messages.pot survey_app
	$(BIN)/pybabel -q update -N --ignore-obsolete --ignore-pot-creation-date -i $(VENV)/messages.pot -d survey_app/web/translations -l en
	$(BIN)/pybabel -q compile -d survey_app/web/translations

clean:
	rm -rf $(VENV) .venv-scan .pytest_cache .mypy_cache .ruff_cache .hypothesis
