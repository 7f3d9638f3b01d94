# make run    set up and start the shell
# make test   set up and run lint, types and every test: make lint, then make check (with Qt), then make toolkits;
#             each of them also when one before it has failed
# make matrix the tests of what depends on the version of Python, on 3.11 to 3.15, those that are there; VERSIONS="3.12
#             3.14" for some, DEBIAN=yes to run those that are not there on Debians that have them (as root)
# make stress the long runs;  make bench  the measurements;  make clean  remove what was set up

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV ?= .venv
# GTK and wx come with the system's own Python, as a rule: pip would have to build them.
SYSTEM_PYTHON ?= $(shell /usr/bin/python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo /usr/bin/python3 || echo $(PYTHON))
SYSTEM_VENV ?= .venv-system
BIN = $(VENV)/bin
ARGS ?= --qt

# Hundreds of shells begin in a run of the tests: not all from the sources.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: all run test tests lint check toolkits some matrix stress bench clean
all: $(VENV)/.run

run: $(VENV)/.run
	@$(BIN)/gshell $(ARGS)

# One processor lints meanwhile.
test: $(VENV)/.test
	@$(MAKE) --no-print-directory --keep-going --jobs=2 lint tests

tests: $(VENV)/.test
	@$(MAKE) --no-print-directory check; status=$$?; $(MAKE) --no-print-directory toolkits && exit $$status

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo --no-cache

# The tests mostly wait, for a shell in a terminal: more of them at once than there are processors.
check: $(VENV)/.test
	$(BIN)/pytest -n 4 --dist worksteal --toolkits=qt $(REQUIRE) --ignore=tests/test_tk.py --ignore=tests/test_wx.py $(PYTEST)

# The tests of windows in GTK, wx and Tk, those that are there; REQUIRE=--require-toolkits: in all of them.
toolkits: $(SYSTEM_VENV)/.test
	$(SYSTEM_VENV)/bin/pytest -n 4 --dist worksteal --toolkits=gtk3,gtk4,wx,tk $(REQUIRE) tests/test_toolkits.py \
		tests/test_affinity.py tests/test_tk.py \
		tests/test_wx.py $(PYTEST)

matrix:
	@sh tools/matrix $(if $(DEBIAN),--debian) $(VERSIONS)

some: $(VENV)/.test
	$(BIN)/pytest -n 4 --toolkits=qt $(TESTS) $(PYTEST)

stress: $(VENV)/.test $(SYSTEM_VENV)/.test
	$(BIN)/pytest -n 2 --dist worksteal -m stress --toolkits=qt $(PYTEST); status=$$?; \
	$(SYSTEM_VENV)/bin/pytest -n 2 --dist worksteal -m stress --toolkits=gtk3,gtk4,wx,tk tests/test_toolkits.py \
		$(PYTEST) && exit $$status

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
	@sh tools/system-packages test $(PYTHON)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@

$(SYSTEM_VENV)/.test: pyproject.toml tools/system-packages
	@sh tools/system-packages toolkits $(SYSTEM_PYTHON)
	@test -x $(SYSTEM_VENV)/bin/python || $(SYSTEM_PYTHON) -m venv --system-site-packages $(SYSTEM_VENV)
	@sh tools/system-packages test $(SYSTEM_PYTHON)
	$(SYSTEM_VENV)/bin/pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@

$(VENV)/.bench: $(VENV)/.test
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[test,bench]'
	@touch $@

clean:
	rm -rf $(VENV) $(SYSTEM_VENV) .venv-3.* gshell.egg-info .mypy_cache .ruff_cache .pytest_cache
