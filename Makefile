# One word per habit. Needs only python3 (3.11 or later); everything else is set up here.
UV_VERSION := 0.13.9
UV := .tools/bin/uv
RUN := $(UV) run --no-sync

help:  ## this list
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 10

$(UV):
	@python3 -c 'import sys; sys.exit("galleria needs Python 3.11 or later; python3 is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	python3 -m venv .tools
	.tools/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

setup: $(UV)  ## make the environment
	@$(UV) sync --quiet --locked

check: setup  ## formatting, lints, types, imports
	$(RUN) ruff format --check .
	$(RUN) ruff check .
	$(RUN) mypy
	$(RUN) lint-imports

test: setup  ## all tests
	$(RUN) pytest

.PHONY: help setup check test
