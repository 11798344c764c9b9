# Everything is run from here. `make` alone lists the targets.

PYTHON ?= python3
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
MAKEFLAGS += --no-print-directory

BUILD := .cache/build/ansible_collections/hacluster/pcs
COLLECTION := .cache/collections/ansible_collections/hacluster/pcs

export PATH := $(CURDIR)/.venv/bin:$(PATH)
export ANSIBLE_CONFIG := $(CURDIR)/ansible.cfg
export ANSIBLE_COLLECTIONS_PATH := $(CURDIR)/.cache/collections

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z%-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' Makefile

# --- environment

.PHONY: env
env: .venv/ready ## .venv with the pinned requirements; the working tree as a collection in .cache/collections
	@mkdir -p .cache
	exec 9>.cache/lock; flock 9  # two at once would install into each other
	# Files that went or got another name are missed by their time, and directories change with every __pycache__ in them.
	find . -name '.?*' -prune -o -name __pycache__ -prune -o -type f -print | sort >.cache/files
	if [ -e .cache/installed ] && cmp -s .cache/files .cache/installed-files &&
	  ! find . -name '.?*' -prune -o -name __pycache__ -prune -o -type f -newer .cache/installed -print -quit | grep -q .
	then exit; fi
	touch .cache/installing  # before reading, so that what changes meanwhile is newer
	rm -rf .cache/dist
	{
	  ansible-galaxy collection build --output-path .cache/dist
	  ansible-galaxy collection install --offline --force -p .cache/collections .cache/dist/*.tar.gz
	} >.cache/galaxy.log 2>&1 || { cat .cache/galaxy.log; exit 1; }
	mv .cache/files .cache/installed-files
	mv .cache/installing .cache/installed
	echo "installed the working tree in $(COLLECTION)"

.venv/ready: requirements.txt
	@rm -rf .venv
	if ! $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null; then
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	    apt-get update -q && apt-get install -qy python3-venv
	  else
	    echo "$(PYTHON) cannot make a virtual environment: install it with its venv module (Debian: python3-venv)"; exit 1
	  fi
	fi
	if ! $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
	  echo "$(PYTHON) is $$($(PYTHON) --version); 3.11 or newer is needed: make PYTHON=python3.12 ..."; exit 1
	fi
	$(PYTHON) -m venv .venv
	echo "installing requirements.txt into .venv"
	.venv/bin/pip install -qq --disable-pip-version-check -r requirements.txt
	touch $@

# --- gates that need no cluster

.PHONY: check
check: sanity unit lint docs-lint ## sanity, unit, lint and docs-lint: no cluster needed

.PHONY: sanity
sanity: env ## ansible-test sanity, with nothing ignored
	@exec 9>.cache/build.lock; flock 9
	# ansible-test asks git for the files, so its copy is a repository of its own: .cache is ignored in this one.
	rm -rf .cache/build
	mkdir .cache/build
	cp -a .cache/collections/ansible_collections .cache/build/
	git init -q $(BUILD)
	# It keeps its virtual environments in the home directory, here one of its own. Into these it installs pip by a
	# script from its makers' host; with what Python brings along instead, it needs nothing but PyPI.
	mkdir -p .cache/home/.ansible/test/cache
	ln -sfn $$HOME/.config .cache/home/.config  # pip's settings
	export HOME=$(CURDIR)/.cache/home
	echo 'import ensurepip; ensurepip.bootstrap()' >$$HOME/.ansible/test/cache/get_pip_24_2.py
	cd $(BUILD)
	ansible-test sanity --local --python "$$(python -c 'import sys; print("%d.%d" % sys.version_info[:2])')"

.PHONY: unit
unit: env ## unit tests
	@pytest -q tests/unit

.PHONY: lint
lint: env ## ansible-lint, yamllint, ruff and the changelog's fragments
	@failed=
	ruff check || failed=yes
	ruff format --check || failed=yes
	yamllint --strict . || failed=yes
	antsibull-changelog lint || failed=yes
	# With these two it would install the collection into the home directory; without, into .ansible here.
	env -u ANSIBLE_CONFIG -u ANSIBLE_COLLECTIONS_PATH ansible-lint --profile production || failed=yes
	[ -z "$$failed" ]

.PHONY: docs-lint
docs-lint: env ## the documentation of modules, plugins and roles
	@antsibull-docs lint-collection-docs --plugin-docs --skip-rstcheck .

# --- clusters of containers

.PHONY: lab
lab: env ## two nodes to play with; HA_LAB_OS=11, 12 (default) or 13
	@tests/lab/lab up

.PHONY: demo
demo: env ## from two bare nodes to a fenced cluster that serves a page
	@tests/demo/demo

.PHONY: demo-failover
demo-failover: env ## power off the demo's active node and watch
	@tests/demo/failover

debian-%: env ## all tests that need a cluster, on Debian 11, 12 or 13
	@tests/live/run $*

.PHONY: test
test: env ## check and all the live tests, with a summary; STAGES="check debian-12" picks some
	@tests/stages $(if $(STAGES),--only $(STAGES))

.PHONY: test-full
test-full: env ## fencing, twenty times in a row each way: 45 minutes; ROUNDS=N, HA_LAB_OS=11, 12 (default) or 13
	@python tests/soak/fencing.py $(if $(ROUNDS),--rounds $(ROUNDS))

.PHONY: clean
clean: ## the lab down, and all that the other targets made removed
	@if [ -d .cache/lab ]; then tests/lab/lab down --all --images; fi
	rm -rf .ansible .cache .hypothesis .pytest_cache .ruff_cache .venv
