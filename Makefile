# Everything on a fresh machine with Python >= 3.11 and make: the environment is built on first use.
PYTHON ?= python3
BIN := .venv/bin

# Two workers; the tests of a file share what is made once, so they go to one of them.
PYTEST := $(BIN)/python -m pytest -q -n 2 --dist loadscope --no-loadscope-reorder

.PHONY: demo test quick check bench reference clean

demo: .venv/.installed
	$(BIN)/headway run examples/tcga-hnsc/study.toml --out out/tcga-hnsc

test: .venv/.installed
	$(PYTEST)

quick: .venv/.installed  # without the long comparisons with brute force
	$(PYTEST) -m "not long"

check: .venv/.installed
	$(BIN)/ruff format --check src tests benchmarks docs examples
	$(BIN)/ruff check src tests benchmarks docs examples
	$(BIN)/pyright

bench: .venv/.installed
	for bench in benchmarks/*.py; do $(BIN)/python $$bench || exit 1; done

reference:  # needs R with survival, cmprsk, jsonlite; tests do not
	Rscript tests/reference/survival.R
	Rscript tests/reference/fine_gray.R
	Rscript tests/reference/comparison.R

.venv/.installed: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "Headway needs Python 3.11 or newer; try: make PYTHON=python3.12 demo")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test,check]'
	touch $@

clean:
	rm -rf .venv out build .pytest_cache .ruff_cache .hypothesis
