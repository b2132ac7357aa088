# What can be done here. `make` alone lists it; every line's words after ## are its help.

PYTHON ?= python3
.DEFAULT_GOAL := help
.PHONY: help run test bench long faults audit pictures reset-demo lock format

help:  ## list what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-11s %s\n", $$1, $$2}' Makefile

python:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed and $(PYTHON) is not found: install it, or name one with PYTHON=…"; exit 1; }

run: python  ## set up, migrate, load the demonstration when empty, and serve on 127.0.0.1 (PORT, else 8000)
	@$(PYTHON) bin/run

test: python  ## the whole bounded check: format, lint, types, contracts, templates, both engines, browser, PDFs
	@$(PYTHON) bin/check

bench: python  ## every benchmark; each figure printed and written to benchmarks/results.json
	@$(PYTHON) bin/set-up tests && .venv/bin/python -m benchmarks.run

long: python  ## the long tests, with axe on every address, then the benchmarks
	@$(PYTHON) bin/set-up tests && .venv/bin/python -m pytest -m long && .venv/bin/python -m benchmarks.run --long

faults: python  ## plant each fault in faults/ and show the suite going red
	@$(PYTHON) bin/set-up tests && .venv/bin/python bin/faults

audit: python  ## look the locked packages up for known vulnerabilities
	@$(PYTHON) bin/set-up tests && .venv/bin/python bin/audit

pictures: python  ## make the help's pictures anew, by a browser that walks the demonstration as each role
	@$(PYTHON) bin/set-up tests && .venv/bin/python -m tests.pictures

reset-demo: python  ## remove the demonstration and load it anew (asks first; YES=1 does not); never a real installation
	@$(PYTHON) bin/reset-demo

lock: python  ## compile pyproject.toml to the hashed requirements files
	@$(PYTHON) bin/set-up tests && .venv/bin/python bin/lock

format: python  ## format the code and mend what the linter can
	@$(PYTHON) bin/set-up tests && .venv/bin/ruff format && .venv/bin/ruff check --fix
