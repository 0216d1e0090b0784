# `make help` lists what there is; the text after ## is its help.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin

help: ## list these commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' | column -t -s '|'

# The virtual environment; Debian's python3 lacks the venv module until python3-venv is installed.
.venv/bin/python:
	@deploy/make-venv "$(PYTHON)"

# Installs what a requirements file pins, and only when the file has changed since.
install: .venv/bin/python ## install what the product needs into .venv
	@deploy/install requirements.txt

install-dev: .venv/bin/python ## install what tests and linters need too
	@deploy/install requirements-dev.txt

# The supervisor replaces the shell, so that signals reach it, and ends with make; it starts and stops everything else.
run: install ## run everything: web, worker, beat, PostgreSQL, Redis (PORT=8000, HOST=127.0.0.1)
	@TCXC_END_WITH_PARENT=1 exec $(BIN)/python -m tcxc.supervisor

# Two workers, each with a database of its own in a cluster for tests; tests marked with an xdist_group stay together.
test: install-dev ## run every test (ARGS="-k name" for some)
	@$(BIN)/python -m tests.needs
	@$(BIN)/python -m pytest -n 2 --dist loadgroup --no-loadscope-reorder $(ARGS)

# Prints one JSON object a line; the servers are started for it, with fsync and synchronous_commit on.
bench: install-dev ## run the benchmarks
	@exec $(BIN)/python -m tests.bench $(ARGS)

# Every check that is not a test, in order of speed; the first that fails stops the rest. Ruff's S rules are bandit's.
lint: install-dev ## check format, style, types, import rules, migrations, templates
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-logo
	find templates -name '*.html' -exec $(BIN)/djlint --check --lint --quiet {} +
	$(BIN)/mypy .
	TCXC_DATA=.data/test TESTING_DATABASE=1 $(BIN)/python manage.py makemigrations --check --dry-run
	deploy/check-production

# Rewrites the files the way `make lint` wants them.
format: install-dev ## format the code and the templates
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	find templates -name '*.html' -exec $(BIN)/djlint --reformat --quiet {} +

# Compiles what the pages need into static/, which is committed: needs Node 20, and only when assets/ or templates change.
assets: ## compile style sheets, fonts and icons
	cd assets && npm ci --no-audit --no-fund && npm run build

# A product of its own with the demo's data, seen by Chromium.
screenshots: install-dev ## take the pictures of the README and the guides (ARGS="market" for some)
	@$(BIN)/python -m tests.needs
	@$(BIN)/python -m tests.screenshots $(ARGS)

# Throws the embedded servers' data away; refuses while somebody uses them.
clean-data: .venv/bin/python ## remove .data and all that was stored in it
	@$(BIN)/python -m tcxc.embedded remove

.PHONY: assets help install install-dev run test bench lint format screenshots clean-data
