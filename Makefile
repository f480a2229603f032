# make run     set everything up, then try the program on a demo season
# make test    set everything up, then every test
# make check   what one runs all day: format, lint, types, import contracts, unit tests
# make bench   measure; NAMES="decoders startup" picks some
.PHONY: run test check bench setup setup-test format build torture

PY := .venv/bin/python

run: setup
	.venv/bin/checkin demo

setup:
	@bash .ci/setup run

setup-test:
	@bash .ci/setup test

test: setup-test lint
	QT_QPA_PLATFORM=offscreen $(PY) -m pytest

.PHONY: lint
lint: setup-test
	.venv/bin/ruff format --check checkin ui tests resources
	.venv/bin/ruff check checkin ui tests resources
	.venv/bin/mypy
	.venv/bin/lint-imports

check: lint
	QT_QPA_PLATFORM=offscreen $(PY) -m pytest tests/unit

bench: setup-test
	$(PY) -m tests.bench $(NAMES)

torture: setup-test
	PROHODNAYA_LONG=1 $(PY) -m pytest tests/faults tests/property -p no:randomly --timeout 7200

format:
	.venv/bin/ruff format checkin ui tests resources
	.venv/bin/ruff check --fix checkin ui tests resources

build: setup-test
	.venv/bin/pyinstaller --noconfirm build.spec
