# Every target sets up what it needs in a virtual environment of the project's own; `test` also
# installs a browser, and the slices on Spark Java, where the system has none.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
SPARK := .venv-spark
# What `test-all` runs beyond `test`. CI runs one slice a day, so each has to end within six minutes
# on two cores.
# They draw by the day, so that what one of them finds is found again with its SEED.
SEED ?= $(shell date -u +%Y%m%d)
SLICES := property-language property-guard property-reading property-engine property-oracle campaigns \
	spark spark-rules
ORACLE := tests/property/validation/test_outside_oracle.py
IN_property-guard := tests/property/contract tests/property/report
IN_property-reading := tests/property/warehouse tests/property/profile
IN_property-engine := tests/property/validation --ignore=$(ORACLE)
IN_property-oracle := $(ORACLE)
IN_property-language := $(addprefix --ignore=, $(IN_property-guard) $(IN_property-reading) \
	tests/property/validation)
IN_spark := tests/spark $(addprefix tests/contract/test_, kinds_of_tables.py sessions.py pinned_rows.py)
IN_spark-rules := $(addprefix tests/contract/test_, row_rules.py table_rules.py nested_rules.py \
	expectations_of_gx.py patterns.py)
NEAREST := ours raw_duckdb soda
READY := $(VENV)/.ready
# Each worker keeps to one half of the tests, so that what a module shares is made once.
PYTEST := $(BIN)/python -m pytest -n auto --dist worksteal
THIS := --no-deps --no-build-isolation --editable .
PIN := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

.DEFAULT_GOAL := help
.PHONY: help run unit test test-all slices java check campaign mutation bench docs generate lock wheel \
	clean

help: ## Show what can be made.
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

run: $(READY) ## Build the source stage from the sandbox, judge it, publish it.
	@$(BIN)/spectra-gx run source --sandbox

unit: $(READY) ## Run the tests that need neither GX nor a process nor the network; under a minute.
	@$(PYTEST) tests/unit tests/golden

test: $(READY) ## Run every test; with COVERAGE=yes, count what they reach, which takes longer.
	@.ci/packages chromium
	@$(BIN)/coverage erase
	@$(PYTEST) $(if $(COVERAGE),--cov --cov-report=term:skip-covered --cov-fail-under=90)

test-all: $(addprefix slice-,$(or $(SLICE),$(SLICES))) ## Run what takes longer; with SLICE=…, a part.

slices: ## Name the parts of `test-all`.
	@echo $(SLICES)

# Properties with many new examples each; `test` draws few, and always the same.
$(filter slice-property-%,$(SLICES:%=slice-%)): slice-%: $(READY)
	@EXAMPLES=many $(PYTEST) -m hypothesis --hypothesis-seed=$(SEED) $(IN_$*)

slice-campaigns: $(READY)
	@$(BIN)/python -m tests.campaign.log_writers --processes 8 --runs 10
	@$(BIN)/python -m tests.campaign.kill_runs --kills 40 --seed $(SEED)

# On Spark the tables that break rules are enough: each of them keeps most of its rules.
slice-spark slice-spark-rules: slice-%: java $(SPARK)/.ready
	@$(SPARK)/bin/python -m pytest --engine spark -k "not that_keeps" $(IN_$*)

java:
	@.ci/packages java

check: $(READY) ## Check style, types, layers and generated files.
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/spectra-gx lint
	@$(BIN)/spectra-gx fmt --check
	@$(BIN)/spectra-gx compile --check
	@$(BIN)/python -m spectra_gx.contract.schema --check
	@$(BIN)/python docs/generate.py --check

campaign: $(READY) ## Kill 200 runs, and write one log from 8 processes; takes most of an hour.
	@$(BIN)/python -m tests.campaign.log_writers --processes 8 --runs 50
	@$(BIN)/python -m tests.campaign.kill_runs --kills 200

mutation: $(READY) ## Break the code on purpose and count what the tests notice; takes an hour.
	@test -d .venv-mutation || $(PYTHON) -m venv .venv-mutation
	@.venv-mutation/bin/python -m pip install --quiet --disable-pip-version-check cosmic-ray==8.7.0
	@$(BIN)/python -m tests.campaign.mutation --cosmic-ray .venv-mutation/bin/cosmic-ray

bench: $(READY) ## Measure everything, beside every peer; with LARGE=yes, on 100 million rows too.
	@$(BIN)/python -m benchmarks.startup
	@$(BIN)/python -m benchmarks.mutations --count 10000
	@$(BIN)/python -m benchmarks.data_docs
	@$(BIN)/python -m benchmarks.validation --rows 1 10
	@$(BIN)/python -m benchmarks.validation --rows 10 --no-statistics --contenders $(NEAREST) gx_pandas
	@$(BIN)/python -m benchmarks.validation --rows 10 --failing 5 --contenders $(NEAREST) gx_pandas
	@$(BIN)/python -m benchmarks.validation --rows 1 10 --case sixty --contenders $(NEAREST)
	@$(BIN)/python -m benchmarks.tpch --scale 1
	$(if $(LARGE),@$(BIN)/python -m benchmarks.validation --rows 100 --contenders $(NEAREST))

docs: $(READY) ## Make a site of the documentation, in docs/_build.
	@$(BIN)/python -m sphinx --quiet --fail-on-warning --builder html docs docs/_build
	@echo docs/_build/index.html

generate: $(READY) ## Write everything that is generated from code or contracts.
	@$(BIN)/spectra-gx compile
	@$(BIN)/python -m spectra_gx.contract.schema
	@$(BIN)/python docs/generate.py

lock: $(READY) ## Pin the dependencies anew.
	@$(PIN) --group dev pyproject.toml --output-file requirements.lock
	@echo uv | $(PIN) - --output-file .ci/uv.lock
	@echo pyspark | $(PIN) - --constraint requirements.lock --output-file .ci/spark.lock

wheel: $(READY) ## Build the wheel, into dist/.
	@$(BIN)/uv build --quiet --wheel --no-build-isolation --python $(BIN)/python --out-dir dist
	@ls dist/*.whl

clean: ## Remove the virtual environment and what tests leave behind.
	rm -rf $(VENV) $(SPARK) .venv-mutation .coverage* .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(READY): requirements.lock .ci/uv.lock .ci/install pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or later is needed; name it with \`make PYTHON=…\`"; exit 2; }
	@PYTHON=$(PYTHON) .ci/install $(VENV) requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python $(THIS)
	@touch $@

# GX takes longer to import where pyspark is installed, so Spark has an environment of its own.
$(SPARK)/.ready: $(READY) .ci/spark.lock
	@command -v java >/dev/null || \
		{ echo "Spark needs Java 17 or later; on Debian, \`apt-get install default-jre-headless\`"; exit 2; }
	@PYTHON=$(PYTHON) .ci/install $(SPARK) requirements.lock .ci/spark.lock
	@$(BIN)/uv pip install --quiet --python $(SPARK)/bin/python $(THIS)
	@touch $@
