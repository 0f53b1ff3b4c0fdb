# Earshot: the common commands. A bare `make` lists them.
PYTHON ?= python3.11
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check install --progress-bar on -c constraints.txt
WEEK ?= 2026-W46

.DEFAULT_GOAL := help
.PHONY: help setup weekly test check format clean

help: ## List the commands
	@echo "Earshot. Commands:"
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 18

setup: $(VENV)/.ready ## Create the environment (.venv) and install the pinned dependencies

weekly: $(VENV)/.ready ## Run the weekly job on the sample company and say where the reports lie
	@$(PY) -m flows weekly --config data/sample/earshot.yaml --week $(WEEK)

test: $(VENV)/.tested-with ## Set up and run all tests
	@$(PY) -m pytest

check: $(VENV)/.tested-with ## Style, types, rooms and dead code: what CI checks beside the tests
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@$(VENV)/bin/lint-imports

format: $(VENV)/.tested-with ## Put the code into the house style
	@$(PY) -m ruff check --fix -q .
	@$(PY) -m ruff format .

clean: ## Remove what runs made (var/), not the environment
	rm -rf var

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is needed; name it with: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { echo "$(PYTHON) is not Python 3.11; name one with: make PYTHON=python3.11"; exit 1; }
	@echo "Creating $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.ready: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing the dependencies (about 2.5 GB, some minutes) ..."
	@$(PIP) -q hatchling editables
	@$(PIP) --no-build-isolation -e .
	@touch $@

$(VENV)/.tested-with: $(VENV)/.ready
	@echo "Installing the tools for tests and checks ..."
	@$(PIP) -q --no-build-isolation -e '.[dev]'
	@touch $@
