# Everything runs in .venv, made from pyproject.toml and the pinned versions of constraints.txt.

PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test test-slow lint soak bench docs lock clean

demo: .venv/installed        ## the sample workspace, from import to preview, without a network
	$(BIN)/prospector demo

test: .venv/installed        ## all tests but the slow ones, a file of them on each core
	$(BIN)/pytest -n auto --dist loadfile

test-slow: .venv/installed   ## servers with faults, and kills: what takes minutes
	$(BIN)/pytest -m "slow and not soak" --timeout=300

lint: .venv/installed        ## style, types, order of rooms
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

soak: .venv/installed        ## the same kills and the same random segments many more times, large attacks, fuzzing
	$(BIN)/pytest -m soak --timeout=600 -s
	PROSPECTOR_FUZZ=60 $(BIN)/pytest --timeout=0 -s tests/road/test_fuzz.py
	PROSPECTOR_KILLS=50 $(BIN)/pytest tests/intake/test_intake_importer.py -k kill
	PROSPECTOR_KILLS=50 $(BIN)/pytest -m slow --timeout=0 tests/contacts -k kill
	PROSPECTOR_EXAMPLES=1250 $(BIN)/pytest --timeout=0 tests/segments/test_segments_faces.py -k sql_and_python

bench: .venv/installed       ## accuracy and speed, printed
	$(BIN)/python benchmarks/technologies.py
	$(BIN)/python benchmarks/segments.py
	$(BIN)/python benchmarks/imports.py
	$(BIN)/python benchmarks/planner.py
	$(BIN)/python benchmarks/runs.py
	$(BIN)/python benchmarks/touches.py
	$(BIN)/python benchmarks/next.py
	$(BIN)/python benchmarks/eml.py
	$(BIN)/python benchmarks/report.py
	$(BIN)/python benchmarks/verify.py
	$(BIN)/python benchmarks/crawl.py
	$(BIN)/python benchmarks/crawl.py --slow
	$(BIN)/python benchmarks/crawl.py --memory

docs: .venv/installed        ## the generated pages of docs/
	$(BIN)/python tools/make_docs.py

lock: .venv/installed        ## pin what is installed now
	$(BIN)/python tools/lock.py

clean:
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.venv/installed: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "prospector needs Python 3.11 or newer; try: make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	$(BIN)/python -m compileall -q prospector  # also where Python may not write bytecode by itself
	touch $@
