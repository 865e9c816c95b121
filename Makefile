# One word per habit. Needs only python3 (3.11 or later); everything else is set up here.
PYTHON ?= python3
UV_VERSION := 0.13.9
UV := .tools/bin/uv
RUN := $(UV) run --no-sync
# What stands here is what runs: no other Python than this one is fetched or found.
export UV_PYTHON_DOWNLOADS := never

help:  ## this list
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 10

$(UV): Makefile
	@command -v $(PYTHON) >/dev/null || { echo "galleria needs Python 3.11 or later, and there is no $(PYTHON): install it, or name another one: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "galleria needs Python 3.11 or later, and $(PYTHON) is older: name another one: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) cannot make environments: install its venv module (on Debian and Ubuntu the package python3-venv), then run make again" >&2; exit 1; }
	@$(PYTHON) -m venv .tools
	@.tools/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@touch $@

setup: $(UV)  ## make the environment
	@$(UV) sync --quiet --locked --python $(PYTHON)
	@$(RUN) python tools/build_web.py

serve: setup  ## run a site of sample cameras, with its console
	@$(RUN) galleria serve out/serve/site.yaml --folder out/serve/folder

demo: setup  ## count the mall of nobody; what it shows goes into out/
	@$(RUN) galleria demo --data footage

check: setup  ## formatting, lints, types, imports
	$(RUN) ruff format --check .
	$(RUN) ruff check .
	$(RUN) mypy
	$(RUN) mypy bench
	$(RUN) mypy -p mall
	$(RUN) lint-imports

test: setup  ## all tests
	$(RUN) pytest

# ARGS="--scene dusk --seconds 10" builds a part of it.
mall: setup  ## build footage/ again from its seeds, with people who do not exist
	@$(RUN) python -m mall build --sample src/galleria/sample $(ARGS)

# In an environment of its own: what only the comparison needs stays out of the other one.
bench: export UV_PROJECT_ENVIRONMENT := .tools/bench
bench: $(UV)  ## speed, memory, start and accuracy, beside a plain script; numbers go into out/bench.json
	@$(UV) sync --quiet --locked --python $(PYTHON) --no-default-groups --extra openvino --group bench
	@$(RUN) python -m bench

.PHONY: help setup serve demo check test mall bench
