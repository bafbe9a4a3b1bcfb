# Two commands: `make up` and `make test`. Everything they need goes into this checkout.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

STATE := $(or $(LIANFANG_STATE_DIR),.run)
# The first Python that fits; LIANFANG_PYTHON names another.
PYTHON = $(or $(LIANFANG_PYTHON),$(shell for p in python3 python3.13 python3.12 python3.11; do \
  $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null \
  && { echo $$p; break; }; done),python3)
ENVIRONMENT = $(PYTHON) -I deploy/local/src/lianfang_local/environment.py
BIN := $(STATE)/venv/bin
TEST_BIN := $(STATE)/test/venv/bin

.PHONY: help env test-env up down reset logs status console demo check test servers servers-down \
  test-network test-keycloak lint-images peers bench chaos attack contracts dashboards screenshots lock

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1|/' \
	  | awk -F'|' '{ printf "%-21s %s\n", $$1, $$2 }'

env:
	@$(ENVIRONMENT) sync $(STATE)/venv local
test-env:
	@$(ENVIRONMENT) sync $(STATE)/test/venv dev

# --- the network ---------------------------------------------------------------------------
up: env ## start servers and services, fill in the demo district (PROFILE=ci|station|district), print addresses
	@$(BIN)/lianfang-local up $(if $(PROFILE),--district $(PROFILE))
down: ## stop all of it; data stay
	@if [ -x $(BIN)/lianfang-local ]; then $(BIN)/lianfang-local down; fi
reset: ## stop all of it and delete the data
	@if [ -x $(BIN)/lianfang-local ]; then $(BIN)/lianfang-local reset; fi
status: env ## say what runs
	@$(BIN)/lianfang-local status
logs: env ## show the last lines of every log (s=rentals for one service, f=1 to follow)
	@$(BIN)/lianfang-local logs $(if $(f),--follow) $(s)
console: env ## build the web console anew; `make up` does so too
	@$(BIN)/lianfang-local console
demo: env ## play a morning and say what each office learned (SPEED=60 plays the day in the open console)
	@$(BIN)/lianfang demo $(if $(SPEED),--speed $(SPEED)) $(if $(SEED),--seed $(SEED))

# --- tests ---------------------------------------------------------------------------------
check: test-env ## formatting, types, architecture, contracts, unit tests: under a minute
	@$(TEST_BIN)/lianfang-local check --profile test
test: test-env ## everything that CI runs, on servers and ports of its own
	@$(TEST_BIN)/lianfang-local test --profile test
servers: test-env ## start PostgreSQL, Valkey and Apache Kafka for tests
	@$(TEST_BIN)/lianfang-local servers --profile test
servers-down: test-env ## stop them, and the test network
	@$(TEST_BIN)/lianfang-local down --profile test
test-network: test-env ## start the whole test network, for system tests by hand
	@$(TEST_BIN)/lianfang-local up --profile test --env-file tests/system/settings.env
test-keycloak: servers ## log in at a real Keycloak, which is fetched first (176 MB; mvn and Java 17)
	@$(TEST_BIN)/pytest tests/keycloak -q -m keycloak --timeout 600
lint-images: test-env ## hadolint over the Dockerfile, compose-lint over docker-compose.yml; in `make test` too
	@$(TEST_BIN)/lianfang-local lint-images --profile test
peers: ## make the environment of the programs that the bench holds beside the project
	@$(ENVIRONMENT) sync $(STATE)/peers/venv peers
bench: test-network peers ## measure what is promised, into build/bench.json (only=command,reads; size=city)
	@PYTHONPATH=tests/system:tests/load $(TEST_BIN)/python tests/load/bench.py $(if $(only),--only $(only)) \
	  $(if $(size)$(SIZE),--size $(or $(size),$(SIZE))) $(if $(rounds),--rounds $(rounds)) $(if $(scale),--scale $(scale))
chaos: test-network ## let one thing after another fail under load (MINUTES=30; LIANFANG_SEED=… repeats)
	@$(TEST_BIN)/python tests/chaos/chaos.py --minutes $(or $(MINUTES),2)
attack: test-network ## bad input and attacks for longer (MINUTES=10 for each fuzzer)
	@LIANFANG_ATTACK_MINUTES=$(or $(MINUTES),5) $(TEST_BIN)/pytest tests/attack -q -s -p no:randomly --timeout 0

# --- files that are made -------------------------------------------------------------------
contracts: test-env ## write every service's contracts anew from its source
	@$(TEST_BIN)/lianfang-contracts write
dashboards: test-env ## write Grafana's dashboards and the console's alerts anew from their declarations
	@$(TEST_BIN)/lianfang-local dashboards --profile test
screenshots: test-env ## take the pictures of README and docs on the network of `make up` (all=1 every view; profile=test)
	@$(TEST_BIN)/python tests/console/screenshots.py $(if $(all),--all) $(if $(profile),--profile $(profile))
lock: ## resolve the dependencies anew and write requirements/*.lock
	@$(ENVIRONMENT) lock
