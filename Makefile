# Everything is run from here. `make` alone lists the targets.

PYTHON ?= python3
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
MAKEFLAGS += --no-print-directory

COLLECTION := .cache/collections/ansible_collections/hacluster/pcs

export PATH := $(CURDIR)/.venv/bin:$(PATH)
export ANSIBLE_CONFIG := $(CURDIR)/ansible.cfg
export ANSIBLE_COLLECTIONS_PATH := $(CURDIR)/.cache/collections

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-15s %s\n", $$1, $$2}' Makefile



.PHONY: env
env: .venv/ready ## .venv with the pinned requirements; the working tree as a collection in .cache/collections
	@mkdir -p .cache
	exec 9>.cache/lock; flock 9  # two at once would install into each other
	# Directories are looked at too: their time moves when a file in them goes or gets another name.
	if [ -e .cache/installed ] &&
	  ! find . -name '.?*' -prune -o -name __pycache__ -prune -o -newer .cache/installed -print -quit | grep -q .
	then exit; fi
	touch .cache/installing  # before reading, so that what changes meanwhile is newer
	rm -rf .cache/dist
	{
	  ansible-galaxy collection build --output-path .cache/dist
	  ansible-galaxy collection install --offline --force -p .cache/collections .cache/dist/*.tar.gz
	} >.cache/galaxy.log 2>&1 || { cat .cache/galaxy.log; exit 1; }
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

.PHONY: clean
clean: ## the lab down, .cache and .venv removed
	@if [ -x tests/lab/lab ]; then tests/lab/lab down --all; fi
	rm -rf .cache .venv
