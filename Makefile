# make run    set up and start the shell
# make test   set up and run lint, types and every test
# make stress the long runs;  make bench  the measurements;  make clean  remove what was set up

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV ?= .venv
BIN = $(VENV)/bin
ARGS ?= --qt

.PHONY: all run test lint check stress bench clean
all: $(VENV)/.run

run: $(VENV)/.run
	@$(BIN)/gshell $(ARGS)

test: lint check

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

check: $(VENV)/.test
	$(BIN)/pytest $(PYTEST)

stress: $(VENV)/.test
	$(BIN)/pytest -m stress $(PYTEST)

bench: $(VENV)/.bench
	$(BIN)/python -m benchmarks

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "gshell needs Python 3.11 or newer: apt install python3, or set PYTHON="; exit 1; }
	@sh tools/system-packages venv $(PYTHON)
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: pyproject.toml tools/system-packages | $(BIN)/python
	@sh tools/system-packages run
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.test: $(VENV)/.run
	@sh tools/system-packages test
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@

$(VENV)/.bench: $(VENV)/.test
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[test,bench]'
	@touch $@

clean:
	rm -rf $(VENV) gshell.egg-info .mypy_cache .ruff_cache .pytest_cache
