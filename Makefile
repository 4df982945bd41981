# Two commands: `make demo` and `make test`. The others are for those who work on Närvård itself.

PORT ?= 8000
SERVE ?= 1
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet --quiet
LOCKED := --require-hashes --no-deps

.PHONY: help demo test bench lock messages screenshots
.DEFAULT_GOAL := help
.SILENT:

help:
	echo "make demo         the Umeå area on http://127.0.0.1:$(PORT)   (PORT=8080, SERVE=0)"
	echo "make test         checks, tests on SQLite and PostgreSQL, browser journeys   (ONLY=sqlite, ARGS='-k name')"
	echo "make bench        the engines against published results, into docs/benchmarks.md"
	echo "make screenshots  the pictures in docs/images, from a demo database"
	echo "make messages     the translation catalogues, from the texts in the source"
	echo "make lock         the lock files in requirements/, from pyproject.toml"

demo: $(VENV)/base.stamp
	$(BIN)/narvard demo --port $(PORT) $(if $(filter 0 no false,$(SERVE)),--no-serve,--serve)

test: $(VENV)/dev.stamp
	$(BIN)/python tests/run.py $(if $(ONLY),--only $(ONLY)) $(if $(ARGS),-- $(ARGS))

bench: $(VENV)/bench.stamp
	$(BIN)/narvard bench

screenshots: $(VENV)/dev.stamp
	$(BIN)/narvard screenshots

# The newest Python from 3.11 on that this machine has, python3 first.
$(VENV)/made.stamp:
	found=; for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	    if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then echo "Närvård needs Python 3.11 or newer, and found none on this machine."; exit 1; fi; \
	if ! $$found -c 'import ensurepip, venv' 2>/dev/null; then \
	    echo "$$($$found --version) here lacks venv. On Debian and Ubuntu: install the package python3-venv."; exit 1; fi; \
	echo "Making $(VENV) with $$($$found --version)"; \
	$$found -m venv --clear $(VENV)
	touch $@

# Each list is a superset of the one before; pip installs what is missing and nothing else.
$(VENV)/base.stamp: requirements/base.txt requirements/build.txt pyproject.toml $(VENV)/made.stamp
	echo "Installing what Närvård needs (a minute the first time)"
	$(PIP) install $(LOCKED) -r requirements/build.txt -r requirements/base.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/base.stamp
	echo "Installing what the tests need"
	$(PIP) install $(LOCKED) -r requirements/dev.txt
	touch $@

$(VENV)/bench.stamp: requirements/bench.txt $(VENV)/base.stamp
	echo "Installing what the benchmarks need"
	$(PIP) install $(LOCKED) -r requirements/bench.txt
	touch $@

# Locks hold versions and hashes, never an address: they install from whatever registry a machine is set up with.
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
    --no-emit-find-links --no-annotate --custom-compile-command 'make lock' $(if $(UPGRADE),--upgrade)
lock: $(VENV)/made.stamp
	$(PIP) install uv
	$(COMPILE) pyproject.toml -o requirements/base.txt
	$(COMPILE) pyproject.toml -c requirements/base.txt --group dev -o requirements/dev.txt
	$(COMPILE) pyproject.toml -c requirements/base.txt --extra bench -o requirements/bench.txt
	$(COMPILE) pyproject.toml -c requirements/base.txt --extra cluster -o requirements/cluster.txt
	$(COMPILE) --group build -c requirements/dev.txt -o requirements/build.txt

# Texts are written in Swedish in the source; each room has its own English catalogue, and the compiled one beside it.
messages: $(VENV)/dev.stamp
	$(BIN)/python tests/messages.py
