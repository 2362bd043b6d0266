# Everything runs in .venv, which the first target that needs it makes. PYTHON chooses the interpreter (3.11 or newer).
SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV ?= .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.hardcell-installed
DEVELOPING := $(VENV)/.hardcell-developing
PIP_INSTALL := -m pip install --quiet --disable-pip-version-check
SMOLAGENTS := .cache/smolagents-venv
MONTY := .cache/monty-venv
PYTEST_ARGS ?=
FUZZ_SECONDS ?= 60
PROGRAMS ?= 200000
SEED ?= 1
FAULTS ?= 1000
GAMES ?= 200
MUTANTS ?= 0
JOBS ?= 2
# Twice the processors: a test waits for its sessions about as long as it computes.
TESTERS ?= $(shell echo $$((2 * $$(nproc))))

.PHONY: demo test testers check bench fuzz dear lib-tests programs faults injection twins mutants audit controls picture wheels smolagents-venv monty-venv docs venv clean help

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

demo: $(INSTALLED)  ## the main job, for eyes: an honest program, a hostile one, an agent
	@$(BIN)/python examples/demo.py

test: $(DEVELOPING)  ## all tests on $(PYTHON), TESTERS files at a time (TESTERS=0: one after the other, in one process)
	$(BIN)/python -m pytest -n $(TESTERS) --dist loadfile $(PYTEST_ARGS)

testers:  # how many, for whoever runs pytest by other means
	@echo $(TESTERS)

check: $(DEVELOPING)  ## ruff, ruff format, mypy strict, layer rule, file lengths, dead links, generated pages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/checks -m "not slow"

bench: $(DEVELOPING) smolagents-venv monty-venv  ## latency, compilation, speed and honest-program tables, with two peers
	@$(BIN)/python -m tests.bench

fuzz: $(DEVELOPING)  ## every fuzz target, FUZZ_SECONDS each
	@$(BIN)/python -m fuzz --seconds $(FUZZ_SECONDS)

dear: $(DEVELOPING)  ## lines of a worker that cost the host over 100 ms of CPU, sought for FUZZ_SECONDS
	@$(BIN)/python -m fuzz.coverage --seconds $(FUZZ_SECONDS)

programs: $(DEVELOPING)  ## PROGRAMS grown programs of SEED on the interpreter and on CPython, in JOBS processes
	@$(BIN)/python -m fuzz programs --count $(PROGRAMS) --seed $(SEED) --jobs $(JOBS)

faults: $(DEVELOPING)  ## faults planted in the interpreter, and after how many programs each is found
	@$(BIN)/python -m fuzz faults --seed $(SEED) --jobs $(JOBS)

injection: $(DEVELOPING)  ## FAULTS faults of SEED injected into sessions: killed and stopped processes, full disks and tables
	@$(BIN)/python -m fuzz injection --count $(FAULTS) --seed $(SEED)

twins: $(DEVELOPING)  ## GAMES games of SEED: sessions with branches, snapshots and failing runs against plain CPython
	@$(BIN)/python -m fuzz twins --count $(GAMES) --seed $(SEED)

mutants: $(DEVELOPING)  ## the walls without each of their pieces in turn: MUTANTS of SEED (0: all), and whether the tests notice
	@$(BIN)/python -m fuzz mutants --count $(MUTANTS) --seed $(SEED) --jobs $(JOBS)

lib-tests: $(DEVELOPING)  ## CPython's own language tests as guests: the tables (needs a Python with its Lib/test)
	@$(BIN)/python -m tests.cpython --rules --failing

audit: $(INSTALLED)  ## the escape corpus on this machine: each wall alone, both, and that the tricks work without walls
	@$(BIN)/hardcell audit --controls

controls: $(INSTALLED)  ## escape tricks in the sandboxes they were published against, each in an environment below .cache
	@$(BIN)/python -m executors.testing.escapes.controls --make

picture: $(INSTALLED)  ## docs/demo.svg, the picture that opens the README
	@$(BIN)/python examples/demo.py --svg docs/demo.svg

docs: $(INSTALLED)  ## docs/limitations.md, docs/limits.md, docs/modules.md, images/docker/seccomp.json from the tables in the code
	@$(BIN)/python docs/limitations.py
	@$(BIN)/python docs/limits.py
	@$(BIN)/python docs/modules.py
	@$(BIN)/python docs/seccomp.py

wheels: $(DEVELOPING)  ## dist/: the wheels hardcell and hardcell-agents
	$(BIN)/python -m build --wheel --outdir dist .
	$(BIN)/python -m build --wheel --outdir dist agents

smolagents-venv: $(SMOLAGENTS)/.installed  ## an environment with the real smolagents package, for tests/smolagents and bench

monty-venv: $(MONTY)/.installed  ## an environment with pydantic-monty, for bench

venv: $(DEVELOPING)  ## .venv with all that the other targets need

$(INSTALLED): pyproject.toml agents/pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(f"hardcell needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}. Use: make PYTHON=python3.11" if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing hardcell into $(VENV)"
	@$(BIN)/python $(PIP_INSTALL) -e . -e ./agents
	@touch $@

$(DEVELOPING): $(INSTALLED)
	@echo "installing what tests and checks need"
	@$(BIN)/python $(PIP_INSTALL) -e '.[dev]'
	@touch $@

$(SMOLAGENTS)/.installed: pyproject.toml
	@test -x $(SMOLAGENTS)/bin/python || $(PYTHON) -m venv $(SMOLAGENTS)
	@$(SMOLAGENTS)/bin/python $(PIP_INSTALL) smolagents==1.26.0 -e '.[testing]'
	@touch $@

$(MONTY)/.installed: pyproject.toml
	@test -x $(MONTY)/bin/python || $(PYTHON) -m venv $(MONTY)
	@$(MONTY)/bin/python $(PIP_INSTALL) pydantic-monty==1.4.0
	@touch $@

clean:  ## removes everything that these targets made
	rm -rf .venv .cache build dist *.egg-info agents/*.egg-info agents/build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
