# Everything a newcomer needs: `make run` and `make test`. `make help` lists the rest.
# Paths are relative, so that a folder with spaces works; call it as `make -C FOLDER` from elsewhere.

VENV ?= .venv
EXTRAS ?= dev
ARGS ?=
PYTHON ?= $(shell for p in python3.11 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null && echo $$p && break; done)

PY := $(VENV)/bin/python
STAMP := $(VENV)/.installed
CODE := domain commands projections api ml infra tests benchmarks

.DEFAULT_GOAL := help
.PHONY: help setup run test check lint format bench crash clean
.SUFFIXES:

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

setup: $(STAMP) ## Make .venv and install the pinned dependencies

run: $(STAMP) ## Start CipherX: servers, schema, all roles (ARGS="--port 9000 --replay PATH")
	@exec $(PY) -m infra.cli up --with-parent $(ARGS)

test: $(STAMP) ## Run the tests with real servers, warnings as errors (ARGS="-k name -n 2")
	@$(PY) -m pytest -m "not crash" $(ARGS)

check: lint test ## What CI checks: format, lint, types, imports, tests

lint: $(STAMP) ## Format, lint, types and imports, without the tests
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@$(PY) -m mypy $(CODE)
	@$(VENV)/bin/lint-imports

format: $(STAMP) ## Format the code and repair what ruff can
	@$(PY) -m ruff check --fix-only .
	@$(PY) -m ruff format .

bench: $(STAMP) ## Measure what is promised (ARGS="NAME" for one of them)
	@$(PY) -c 'import psycopg' 2>/dev/null || $(PY) -m pip install --quiet \
		--disable-pip-version-check --constraint constraints.txt --editable ".[$(EXTRAS),bench]"
	@$(PY) -m benchmarks $(ARGS)

crash: $(STAMP) ## Kill processes under load, then look for what was lost (ARGS="--crash-kills 500")
	@$(PY) -m pytest -m crash $(ARGS)

clean: ## Remove what make and the tools made; ./data, with your data, stays
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

# Installing again is needed when the pins change, or when the folder has moved since.
ifneq ($(shell cat $(STAMP) 2>/dev/null),$(CURDIR))
.PHONY: $(STAMP)
endif
$(STAMP): pyproject.toml constraints.txt
	@if [ -z "$(PYTHON)" ]; then \
		echo "CipherX needs Python 3.11, and there is no python3.11 on PATH." >&2; \
		echo "Debian, Ubuntu: apt install python3.11 python3.11-venv    macOS: brew install python@3.11" >&2; \
		echo "Somewhere else? make $(MAKECMDGOALS) PYTHON=/path/to/python3.11" >&2; \
		exit 3; \
	fi
	@if ! $(PY) -c '' 2>/dev/null; then \
		echo "Making $(VENV) with $(PYTHON)"; \
		$(PYTHON) -m venv --clear $(VENV) || { \
			echo "That Python cannot make environments; on Debian: apt install python3.11-venv" >&2; exit 3; }; \
	fi
	@echo "Installing the pinned dependencies; the first time takes about a minute"
	@$(PY) -m pip install -qq --disable-pip-version-check --constraint constraints.txt --editable ".[$(EXTRAS)]"
	@pwd > $(STAMP)
