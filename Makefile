# All tasks of development are targets of this file. `make` without arguments lists them.

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
help: ## show this list
	@awk -F ':.*## ' '/^[a-z%-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' Makefile

# --- environment

.PHONY: env
env: .venv/ready ## create .venv with the pinned requirements; install the working tree in .cache/collections
	@mkdir -p .cache
	exec 9>.cache/lock; flock 9  # only one process may install at a time
	# Removed or renamed files cannot be found by their time, and the times of directories change with each __pycache__.
	find . -name '.?*' -prune -o -name __pycache__ -prune -o -type f -print | sort >.cache/files
	if [ -e .cache/installed ] && cmp -s .cache/files .cache/installed-files &&
	  ! find . -name '.?*' -prune -o -name __pycache__ -prune -o -type f -newer .cache/installed -print -quit | grep -q .
	then exit; fi
	touch .cache/installing  # before the build, so that files that change in the meantime are newer
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
	    echo "$(PYTHON) cannot create a virtual environment: install its venv module (Debian: python3-venv)"; exit 1
	  fi
	fi
	if ! $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
	  echo "$(PYTHON) is $$($(PYTHON) --version); 3.11 or newer is needed: make PYTHON=python3.12 ..."; exit 1
	fi
	$(PYTHON) -m venv .venv
	echo "installing requirements.txt into .venv"
	.venv/bin/pip install -qq --disable-pip-version-check -r requirements.txt
	touch $@

# --- checks that do not need a cluster

.PHONY: check
check: sanity unit lint docs-lint ## run sanity, unit, lint and docs-lint, which do not need a cluster

.PHONY: sanity
sanity: env ## run ansible-test sanity, without exceptions
	@exec 9>.cache/build.lock; flock 9
	# ansible-test gets the list of files from git. Its copy is a separate repository, because this one ignores .cache.
	rm -rf .cache/build
	mkdir .cache/build
	cp -a .cache/collections/ansible_collections .cache/build/
	git init -q $(BUILD)
	# ansible-test stores its virtual environments in the home directory, so it gets a separate one here. It would install
	# pip with a script that it downloads from its vendor. With Python's ensurepip instead, it needs only PyPI.
	mkdir -p .cache/home/.ansible/test/cache
	ln -sfn $$HOME/.config .cache/home/.config  # the configuration of pip
	export HOME=$(CURDIR)/.cache/home
	echo 'import ensurepip; ensurepip.bootstrap()' >$$HOME/.ansible/test/cache/get_pip_24_2.py
	cd $(BUILD)
	ansible-test sanity --local --python "$$(python -c 'import sys; print("%d.%d" % sys.version_info[:2])')"

.PHONY: unit
unit: env ## run the unit tests
	@pytest -q tests/unit

.PHONY: lint
lint: env ## run ansible-lint, yamllint and ruff, and check the changelog fragments
	@failed=
	ruff check || failed=yes
	ruff format --check || failed=yes
	yamllint --strict . || failed=yes
	antsibull-changelog lint || failed=yes
	# With these variables, ansible-lint would install the collection in the home directory; without them, in .ansible.
	env -u ANSIBLE_CONFIG -u ANSIBLE_COLLECTIONS_PATH ansible-lint --profile production || failed=yes
	[ -z "$$failed" ]

.PHONY: docs-lint
docs-lint: env ## check the documentation of modules, plugins and roles
	@antsibull-docs lint-collection-docs --plugin-docs --skip-rstcheck .

# --- clusters of containers

.PHONY: lab
lab: env ## start two nodes to experiment with; HA_LAB_OS=11, 12 (default) or 13
	@tests/lab/lab up

.PHONY: demo
demo: env ## turn two bare nodes into a fenced cluster that serves a page
	@tests/demo/demo

.PHONY: demo-failover
demo-failover: env ## power off the active node of the demo and watch the failover
	@tests/demo/failover

debian-%: env ## run all tests that need a cluster, on Debian 11, 12 or 13
	@tests/live/run $*

.PHONY: test
test: env ## run check and all live tests, with a summary; STAGES="check debian-12" selects some of them
	@tests/stages $(if $(STAGES),--only $(STAGES))

.PHONY: test-full
test-full: env ## all live tests on one Debian, then each way of fencing twenty times: 2 hours; ROUNDS=N, HA_LAB_OS=11, 12 (default) or 13
	@tests/live/run $(or $(HA_LAB_OS),12) --everywhere
	python tests/soak/fencing.py $(if $(ROUNDS),--rounds $(ROUNDS))

.PHONY: clean
clean: ## remove the lab and everything that the other targets created
	@if [ -d .cache/lab ]; then tests/lab/lab down --all --images; fi
	rm -rf .ansible .cache .hypothesis .pytest_cache .ruff_cache .venv
