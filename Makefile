# The marketplace's commands. `make` alone lists them.
# A machine needs Python 3.11 or later, make and git; everything else comes into .venv and var/.
SHELL := bash
.DEFAULT_GOAL := help
.SUFFIXES:

PYTHON ?= python3
PORT ?= 8000
ARGS ?=

# A module is compiled once for all processes, also where the environment would have each compile it again.
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
PY := $(VENV)/bin/python
BUILD := var/build
OWN := marketplace catalog producers storefront cms search
TEMPLATES := $(wildcard $(addsuffix /templates,$(OWN)))

# Django's warnings about these steps belong to the tests.
MANAGE := $(PY) -W ignore manage.py

.PHONY: help demo run test test-postgres faults faults-sqlite faults-postgres bench lint format messages lock clean

help:  ## list the commands
	@echo "make COMMAND"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-15s%s\n", $$1, $$2 }' Makefile

# ------------------------------------------------------------------------------------------ the environment
define new_venv
	@test -x $(VENV)/bin/pip || { \
	  $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	    || { echo "Python 3.11 or later is needed: make PYTHON=python3.12"; exit 1; }; \
	  echo "Making $(VENV)"; \
	  $(PYTHON) -m venv $(VENV) \
	    || { echo "Python's venv module is missing: apt-get install python3-venv"; exit 1; }; }
endef

# Python compiles a module when it is first imported, which is quicker than all of them here.
# Counts the packages as pip finds them; on a terminal the line is rewritten in place.
define install
	@echo "Installing $$(grep -c '==' $(1)) locked packages"
	@set -o pipefail; test -t 1 && terminal=1 || terminal=; \
	$(PY) -m pip install --disable-pip-version-check --no-compile --require-hashes -r $(1) \
	  | awk -v all=$$(grep -c '==' $(1)) -v terminal=$$terminal ' \
	      terminal && /^(Collecting|Requirement already)/ { printf "\r  %d of %d found ", ++n, all; fflush() } \
	      terminal && /^Installing/ { printf "\r  %d of %d found, writing them to .venv", all, all; fflush() } \
	      END { if (terminal) print "" }'
endef

$(VENV)/.runtime: requirements.txt
	$(new_venv)
	$(call install,requirements.txt)
	@touch $@

$(VENV)/.dev: requirements-dev.txt
	$(new_venv)
	$(call install,requirements-dev.txt)
	@touch $@ $(VENV)/.runtime

# ------------------------------------------------------------------------------------ what is built from files
$(BUILD)/messages: $(wildcard locale/*/LC_MESSAGES/*.po locale/*/*/LC_MESSAGES/*.po) | $(VENV)/.runtime
	@$(MANAGE) compile_messages --settings=marketplace.settings.demo
	@mkdir -p $(BUILD) && touch $@

$(BUILD)/fonts: requirements.txt | $(VENV)/.runtime
	@$(MANAGE) build_fonts --settings=marketplace.settings.demo
	@mkdir -p $(BUILD) && touch $@

# ------------------------------------------------------------------------------------------------- the demo
# What the demo's data are made from: when any of it changes, the loading steps run again (and keep orders).
DEMO_SOURCES := $(shell find marketplace/sampledata marketplace/regions $(addsuffix /migrations,$(OWN)) \
	marketplace/*/migrations -type f -not -name '*.pyc' 2>/dev/null)

demo: export DJANGO_SETTINGS_MODULE = marketplace.settings.demo
demo: $(VENV)/.runtime $(BUILD)/messages $(BUILD)/fonts var/demo/.loaded  ## the site with real sample data at http://127.0.0.1:8000 (PORT= moves it)
	@$(MANAGE) serve_demo --port $(PORT)

var/demo/.loaded: $(DEMO_SOURCES) requirements.txt $(if $(wildcard var/demo/db.sqlite3),,no-demo-database)
	@mkdir -p var/demo
	@echo "Preparing the database: a minute or two the first time"
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) load_regions
	@$(MANAGE) load_sample
	@touch $@

.PHONY: no-demo-database
no-demo-database:

# --------------------------------------------------------------------------------- production on one's own machine
# docs/running.md explains the variables.
run: export DJANGO_SETTINGS_MODULE = marketplace.settings.production
run: $(VENV)/.runtime $(BUILD)/messages $(BUILD)/fonts .env  ## the site with production settings and no sample data (PORT= moves it)
	@echo "Preparing the database and the static files"
	@$(MANAGE) prepare
	@$(MANAGE) collectstatic --no-input --verbosity 0
	@$(MANAGE) serve --port $(PORT)

# Once, readable by its owner alone; what is set outside counts before it.
.env: | $(VENV)/.runtime
	@echo "Writing .env with a key of its own"
	@umask 077; { \
	  echo "# Written by \`make run\`: production settings on this machine, without TLS. See docs/running.md."; \
	  echo "DJANGO_SECRET_KEY=$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(50))')"; \
	  echo "OCOP_INSECURE_HTTP=1"; \
	  echo "OCOP_HOSTS=127.0.0.1,localhost"; \
	  echo "OCOP_BASE_URL=http://127.0.0.1:$(PORT)"; \
	  echo "OCOP_DATA_DIR=var/run"; \
	} > $@.part && mv $@.part $@

# ------------------------------------------------------------------------------------------ tests and checks
# OCOP_TEST_DATABASE=postgres runs them on a PostgreSQL of their own, started for the run.
IN_DATABASE := $(if $(filter postgres,$(OCOP_TEST_DATABASE)),$(PY) -m tests.services.postgres --)

test: $(VENV)/.dev $(BUILD)/messages $(BUILD)/fonts  ## all tests on SQLite (ARGS="-k basket" chooses some)
	@$(IN_DATABASE) $(PY) -m pytest $(ARGS)

test-postgres:  ## all tests on a PostgreSQL of their own
	@$(MAKE) --no-print-directory test OCOP_TEST_DATABASE=postgres

faults:  ## kill processes at random moments, on SQLite and PostgreSQL (OCOP_FAULT_RUNS=20)
	@$(MAKE) --no-print-directory --keep-going faults-sqlite faults-postgres

faults-sqlite: $(VENV)/.dev $(BUILD)/messages
	@$(PY) -m pytest -m faults $(ARGS)

faults-postgres: $(VENV)/.dev $(BUILD)/messages
	@$(PY) -m tests.services.postgres -- $(PY) -m pytest -m faults $(ARGS)

# The parts stand in tests/bench/parts.py. What the first run prepares stays in var/bench.
bench: $(VENV)/.dev $(BUILD)/messages $(BUILD)/fonts  ## speed beside vanilla django-oscar (PART=pages DATABASE=sqlite SIZE=20000, CSV=)
	@$(PY) -m tests.bench $(if $(PART),--part $(PART)) $(if $(DATABASE),--database $(DATABASE)) \
	  $(if $(SIZE),--size $(SIZE)) $(if $(CSV),--csv $(CSV))

# Each check runs even when an earlier one fails, so that one run shows everything.
lint: export DJANGO_SETTINGS_MODULE = marketplace.settings.test
lint: $(VENV)/.dev  ## style, import directions, templates, missing migrations, translations
	@failed=; check() { echo "== $$1"; shift; "$$@" || failed=1; }; \
	check "ruff" $(VENV)/bin/ruff check --quiet .; \
	check "format" $(VENV)/bin/ruff format --quiet --check .; \
	check "imports" $(VENV)/bin/lint-imports --no-logo --no-cache; \
	check "templates" $(VENV)/bin/djlint --lint --quiet $(TEMPLATES); \
	check "migrations" $(MANAGE) makemigrations --check --dry-run; \
	check "translations" $(PY) -m tests.architecture.messages; \
	test -z "$$failed"

format: $(VENV)/.dev  ## put imports and code into the project's style
	@$(VENV)/bin/ruff check --quiet --fix --select I .
	@$(VENV)/bin/ruff format --quiet .

messages: $(VENV)/.dev  ## collect the texts to translate into locale/ (needs gettext)
	@$(MANAGE) makemessages --locale vi --no-wrap --add-location file \
	  --ignore .venv --ignore var --ignore tests --settings=marketplace.settings.test

lock: export CUSTOM_COMPILE_COMMAND = make lock
lock:  ## resolve pyproject.toml into requirements.txt and requirements-dev.txt, with hashes
	$(new_venv)
	@test -x $(VENV)/bin/pip-compile || $(PY) -m pip install --quiet pip-tools
	@$(VENV)/bin/pip-compile --quiet --upgrade --constraint constraints.txt \
	  --output-file requirements.txt pyproject.toml
	@$(VENV)/bin/pip-compile --quiet --upgrade --extra dev --constraint constraints.txt \
	  --constraint requirements.txt --output-file requirements-dev.txt pyproject.toml

clean:  ## remove .venv and everything built, the demo's data too
	rm -rf $(VENV) var
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
