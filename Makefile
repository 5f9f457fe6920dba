# The front door. Everything it does runs in .venv, which needs Python 3.11 or newer and nothing else.
# `PYTHON=/path/to/python3 make run` names the Python that .venv is made from.

.DEFAULT_GOAL := help
.PHONY: help run setup test check bench lock

PY := .venv/bin/python
UV ?= uv
export PYTHON

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-6s %s\n", $$1, $$2 }' Makefile

run: setup ## install, start the embedded PostgreSQL, load the demonstration and serve it on http://127.0.0.1:8000
	@exec $(PY) -m app serve --demo

setup: ## make .venv and install what runs
	@sh .ci/setup requirements.lock

test: check ## install what tests, check, then run every test
	$(PY) -m pytest -n auto

check: ## format, lint, types, layers, the exported schema
	@sh .ci/setup requirements-test.lock
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(PY) .venv/bin/lint-imports
	$(PY) -m schema.export --check

bench: ## benchmarks as one table, beside their peers
	@sh .ci/setup requirements-bench.lock || sh .ci/setup requirements-test.lock
	$(PY) -m benchmarks

lock: ## write the lock files anew, for all platforms; needs uv
	$(UV) pip compile $(UV_FLAGS) pyproject.toml -o requirements.lock
	$(UV) pip compile $(UV_FLAGS) pyproject.toml --group test -c requirements.lock -o requirements-test.lock
	$(UV) pip compile $(UV_FLAGS) pyproject.toml --group test --group bench -c requirements-test.lock -o requirements-bench.lock

# No index in the locks: each machine installs from the one its pip knows. UPGRADE="--upgrade" moves versions.
UV_FLAGS = $(UPGRADE) --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links
