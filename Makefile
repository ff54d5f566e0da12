# Everything that one does with the project. `make` lists it.
# Needs python3 (3.11 or newer), git and make; what else is missing it installs, or says so in one sentence.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

HOST ?= 127.0.0.1
PORT ?= 8000
DEBUG ?=
SCALE ?= 1000
CASES ?= 100000
TESTS ?=
TO ?=
FROM ?=
export DEBUG
export PYTHONUNBUFFERED := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

SYSTEM_PYTHON ?= $(shell command -v python3.11 || command -v python3)
PYTHON := .venv/bin/python
TEMPLATES := templates business home search
DEV := DJANGO_SETTINGS_MODULE=config.settings.dev $(PYTHON) manage.py
CHECKED := DJANGO_SETTINGS_MODULE=config.settings.test DATABASE_URL= $(PYTHON)

.PHONY: help run demo load benchmark bench bench-mail test test-fast test-postgres test-browser faults lint format messages database shell worker backup restore clean

help: ## List what there is
	@echo "make …"
	@sed -nE 's/^([a-z-]+):.*## (.*)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

# --- Packages: made again only when what is required has changed -----------------------------------------------------

.venv/bin/python:
	@[ -n "$(SYSTEM_PYTHON)" ] || { echo "Missing: Python 3.11 or newer (Debian's package python3)." >&2; exit 1; }
	@$(SYSTEM_PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Missing: Python 3.11 or newer; $$($(SYSTEM_PYTHON) --version) is too old." >&2; exit 1; }
	@.ci/need python3-venv $(SYSTEM_PYTHON) -c 'import ensurepip, venv'
	@echo "Making .venv …"
	@$(SYSTEM_PYTHON) -m venv --clear .venv

.venv/.site: requirements.txt | .venv/bin/python
	@echo "Installing what the site runs on into .venv …"
	@$(PYTHON) -m pip install --quiet --no-input -r requirements.txt
	@touch $@

.venv/.development: requirements.txt requirements-dev.txt | .venv/bin/python
	@echo "Installing what tests and lint need into .venv …"
	@$(PYTHON) -m pip install --quiet --no-input -r requirements-dev.txt
	@touch .venv/.site $@

# --- The site --------------------------------------------------------------------------------------------------------

database: .venv/.site ## Bring the database up to date and compile the messages
	@$(DEV) compile_catalogues
	@echo "Bringing the database up to date (half a minute the first time) …"
	@$(DEV) migrate --verbosity 0

run: database ## Start the site with its demo and its background worker (PORT=8000, HOST=, DEBUG=1)
	@$(DEV) load_demo --once
	@exec env $(DEV) run_site --host $(HOST) --port $(PORT)

demo: database ## Load the demo again: adds what is missing, changes nothing else
	@$(DEV) load_demo

load: database ## Add bulk content for load tests (SCALE=1000)
	@$(DEV) load_demo --scale $(SCALE)

benchmark: .venv/.development ## Compare how fast pages answer with the demo and with much more (SCALE=1000)
	@$(PYTHON) -m benchmarks.listings --scale $(SCALE)

bench: .venv/.development ## Measure a plan, and the inbox on PostgreSQL with very many cases (CASES=100000; minutes)
	@$(CHECKED) manage.py compile_catalogues
	@$(PYTHON) -m benchmarks.planning
	@exec $(PYTHON) -m tests.on_postgres $(PYTHON) -m benchmarks.inbox --cases $(CASES)

bench-mail: .venv/.development ## Measure how soon a thousand mails are cases and messages, from a folder and over IMAP (minutes)
	@$(CHECKED) manage.py compile_catalogues
	@exec $(PYTHON) -m tests.on_postgres $(PYTHON) -m benchmarks.mail

shell: .venv/.site ## Open Django's shell
	@$(DEV) shell

worker: .venv/.site ## Run the background worker alone
	@exec env $(DEV) run_worker

backup: .venv/.site ## Write database and files into one archive (TO=folder)
	@$(DEV) backup $(if $(TO),--to "$(TO)")

restore: .venv/.site ## Put an archive back into an empty place (FROM=archive; VAR_DIR=another place)
	@[ -n "$(FROM)" ] || { echo "Say which archive: make restore FROM=var/backups/….tar" >&2; exit 1; }
	@$(DEV) restore "$(FROM)"

# --- Is it right? ----------------------------------------------------------------------------------------------------

test: .venv/.development ## Run every test: on SQLite, on PostgreSQL, in a browser
	@.ci/need chromium command -v chromium
	@$(CHECKED) manage.py compile_catalogues
	@exec $(PYTHON) -m tests.everything

test-fast: .venv/.development ## Run the tests on SQLite, without a browser (TESTS=path)
	@$(CHECKED) manage.py compile_catalogues
	@DATABASE_URL= exec $(PYTHON) -m pytest $(TESTS)

test-postgres: .venv/.development ## Run the tests on a throwaway PostgreSQL (TESTS=path)
	@$(CHECKED) manage.py compile_catalogues
	@exec $(PYTHON) -m tests.on_postgres $(PYTHON) -m pytest $(TESTS)

test-browser: .venv/.development ## Run the journeys in a browser
	@.ci/need chromium command -v chromium
	@$(CHECKED) manage.py compile_catalogues
	@DATABASE_URL= exec $(PYTHON) -m pytest e2e

faults: .venv/.development ## Break mail server, worker and database, and see what holds (minutes)
	@$(CHECKED) manage.py compile_catalogues
	@FAULTS=full $(CHECKED) -m pytest -q business/inbox/tests/test_suspicion.py business/inbox/tests/test_matrix.py
	@FAULTS=full exec $(PYTHON) -m tests.faults -q

lint: .venv/.development ## Check style, types, templates, migrations and translations
	@.ci/need gettext command -v xgettext
	@echo "Python: style"
	@$(PYTHON) -m ruff check --quiet .
	@$(PYTHON) -m ruff format --quiet --check . || { echo "Not formatted: run \"make format\"."; exit 1; }
	@echo "Templates"
	@$(PYTHON) -m djlint --quiet --lint $(TEMPLATES)
	@$(PYTHON) -m djlint --quiet --check $(TEMPLATES) || { echo "Templates not formatted: run \"make format\"."; exit 1; }
	@echo "Types"
	@DATABASE_URL= $(PYTHON) -m mypy
	@echo "Migrations"
	@$(CHECKED) manage.py makemigrations --check --dry-run
	@echo "Translations"
	@$(CHECKED) -m tests.catalogues
	@echo "All clean."

format: .venv/.development ## Format Python and templates
	@$(PYTHON) -m ruff check --quiet --fix .
	@$(PYTHON) -m ruff format .
	@$(PYTHON) -m djlint --quiet --reformat $(TEMPLATES) || true

messages: .venv/.development ## Collect what is to be translated into site/locale/sv
	@.ci/need gettext command -v xgettext
	@$(CHECKED) -m tests.catalogues --update

clean: ## Remove the database, media, mail and caches of this machine, not .venv
	@rm -rf var .pytest_cache .ruff_cache .mypy_cache
