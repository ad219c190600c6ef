# Every target sets up its own virtual environment; if the system has none, `test` and the slices
# `docs` and `stores` install a browser, `test` and `stores` azurite, the slices on Spark Java, and
# `delivery` what examines units of systemd.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
SPARK := .venv-spark
COMMANDS := .venv-commands
DELIVERY := .venv-delivery
AIRFLOW := .venv-airflow
DAGSTER := .venv-dagster
# What `test-all` runs beyond `test`. CI runs one slice per day, so each has to end within six minutes
# on two cores. The seed is the day's date, so that a failure can be reproduced with SEED.
SEED ?= $(shell date -u +%Y%m%d)
SLICES := stages batches docs slow property-language property-guard property-reading property-profile \
	property-imports property-engine property-oracle property-runs property-databases property-generate \
	property-service campaigns stores store-campaigns spark spark-rules commands databases agreement \
	delivery orchestrators upgrades service
ORACLE := tests/property/validation/test_outside_oracle.py
IN_property-guard := tests/property/contract tests/property/report
IN_property-reading := tests/property/warehouse
IN_property-profile := tests/property/profile
IN_property-imports := tests/property/interop
IN_property-engine := tests/property/validation --ignore=$(ORACLE)
IN_property-oracle := $(ORACLE)
IN_property-runs := tests/property/runner
IN_property-databases := tests/property/databases
IN_property-generate := tests/property/generate
IN_property-service := tests/service/test_schema.py
IN_property-language := $(addprefix --ignore=, $(IN_property-guard) $(IN_property-reading) \
	$(IN_property-profile) $(IN_property-imports) $(IN_property-runs) $(IN_property-databases) \
	$(IN_property-generate) $(IN_property-service) tests/property/validation)
# Whole runs, many of them: killed ones, one for each fault of a source, three stages for each day.
IN_stages := tests/docs/test_chain_of_stages.py $(addprefix tests/integration/, runner/test_batches.py \
	runner/test_killed_batches.py telemetry/test_source_headers.py telemetry/test_all_gone.py \
	sources/jira/test_jira_faults.py sources/zephyr/test_fault_matrix.py)
# The site, the pages that few follow, and the data docs in more sizes and colours.
IN_docs := tests/docs/test_site.py tests/docs/test_add_a_rule_kind.py \
	tests/browser/test_live_messages.py::test_the_page_of_messages_can_be_read_by_everybody \
	tests/docs/test_reference.py::test_the_generated_pages_are_fresh \
	tests/docs/test_commands.py::test_a_page_that_few_follow \
	$(addprefix tests/browser/test_data_docs.py::test_every_sort_of_page_can_be_read_by_everybody, \
	[dark-desktop] [dark-phone])
# What takes long, and breaks where little else does.
IN_slow := tests/install tests/contract/test_large_rules.py $(addprefix tests/integration/, benchmarks \
	runner/test_killed_runs.py validation/test_fast_import.py profile/test_found_csv_formats.py) \
	$(addprefix tests/cli/test_corrupted_tables.py::test_, a_wrong_value columns_of_another_type)
ENDED := tests/stores/test_ended_runs.py::test_a_
SHORT := tests/stores/test_short_journey.py::test_a_short_journey_is_the_same_on_every_store
LOCKS := tests/contract/test_stores.py::test_a_
BOUNDED := tests/integration/store/test_every_call_is_bounded.py::test_a_
# On each object store: what people do with a warehouse, each request of a commit and of a lease,
# spoiled in every way, runs that are stopped and killed, and an Azure that takes tokens. `test`
# does some of it on one store.
IN_stores := tests/stores/test_whole_journey.py $(addprefix tests/integration/store/test_, \
	commit_faults.py store_faults.py runs_on_stores.py runs_keep_no_secret.py \
	renewal_in_a_run.py::test_tokens_for_azure) \
	$(foreach kind,S3 Azure,\
	$(BOUNDED)store_that_stays_down_is_given_up_within_a_bound[$(kind)] \
	$(foreach does,503 reset truncate,$(BOUNDED)fault_that_passes_is_not_noticed[$(kind)-$(does)])) \
	$(ENDED)run_that_is_killed_while_it_publishes_is_completed_by_the_next \
	$(foreach kind,Azure GCS,$(SHORT)[$(kind)] $(LOCKS)lock_ends_with_its_process[$(kind)] \
	$(LOCKS)process_that_was_paused_has_lost_its_lock[$(kind)] \
	$(LOCKS)claim_is_abandoned_when_its_process_dies[$(kind)]) \
	$(ENDED)run_that_is_stopped_says_so_and_leaves_nothing \
	$(ENDED)run_that_is_stopped_while_it_publishes_is_completed_by_the_next \
	$(ENDED:a_=what_a_run_left_that_was_killed_while_it_built_is_cleared_away)
# Every case of every kind of rule in every place; `test` has the example of each without servers.
IN_agreement := tests/agreement/test_every_place.py
# What each database has of its own; `test` has one of those that cannot be run.
IN_databases := $(addprefix tests/databases/test_, out_of_range.py postgresql.py \
	postgresql_types.py postgresql_snapshot.py mariadb.py mariadb_snapshot.py names_on_servers.py \
	benchmark.py recorded_queries.py \
	$(foreach name,snowflake bigquery databricks redshift,\
	not_run_here.py::test_rules_have_the_answers_that_delta_gives[$(name)]) \
	$(foreach name,mariadb postgresql,init.py::test_what_$(name)_declares_is_taken)) $(IN_property-databases)
# The service as processes: killed, stopped, asked by many at once.
IN_service := $(addprefix tests/service/test_, processes.py \
	load.py::test_200_clients_at_once_are_all_answered)
# What is done on a warehouse of each earlier version; `test` goes on with the oldest.
IN_upgrades := tests/compat/test_warehouses.py
OPENED := $(addprefix $(IN_upgrades)::test_, it_is_read changed_rules_are_replayed_on_its_versions \
	the_source_stage_goes_on rows_in_its_quarantine_are_released \
	it_is_maintained_backed_up_and_restored $(addprefix the_shop_goes_on, \
	[2-a84b468] [3-d13eb64] [4-04c2595] [5-281508b] [6-bb7c2c0]))
# The server for agents as processes, likewise.
IN_service += $(addprefix tests/integration/agents/test_, cancelling.py served.py)
# Imported checks beside their originals, each check on its own: part of `property-imports`.
COMPARED := $(addprefix tests/property/interop/test_, dbt_verdicts.py soda_verdicts.py)
LATER := $(IN_stages) $(IN_docs) $(IN_slow) $(IN_stores) $(IN_databases) $(IN_agreement) \
	$(OPENED) $(COMPARED) $(IN_service)
IN_spark := tests/spark $(addprefix tests/contract/test_, kinds_of_tables.py sessions.py pinned_rows.py)
IN_spark-rules := $(addprefix tests/contract/test_, row_rules.py table_rules.py nested_rules.py \
	expectations_of_gx.py patterns.py clock_in_sql.py sets_and_values.py names_of_columns.py)
NEAREST := ours raw_duckdb soda
READY := $(VENV)/.ready
# Each worker takes half of the tests, so that module fixtures are built once.
PYTEST := $(BIN)/python -m pytest -n auto --dist worksteal
# Where PYTHONDONTWRITEBYTECODE is set, every process that a test starts would compile us again.
COMPILE := $(BIN)/python -m compileall -q spectra_gx
THIS := --no-deps --no-build-isolation --editable .
PIN := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

.DEFAULT_GOAL := help
.PHONY: help run unit test test-all slices java check campaign mutation bench docs generate lock wheel \
	sbom audit clean

help: ## Show the targets.
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

run: $(READY) ## Build the source stage from the sandbox, check it, publish it.
	@$(BIN)/spectra-gx run source --sandbox

unit: $(READY) ## Run the tests that need no GX, process or network; under a minute.
	@$(PYTEST) tests/unit tests/golden

test: $(READY) ## Run all tests; with COVERAGE=yes, measure coverage, which takes longer.
	@.ci/packages chromium azurite-blob
	@$(BIN)/coverage erase
	@$(COMPILE)
	@$(PYTEST) $(addprefix --deselect=, $(LATER)) $(if $(COVERAGE),--cov --cov-report=term:skip-covered --cov-fail-under=90)

test-all: $(addprefix slice-,$(or $(SLICE),$(SLICES))) ## Run the long tests; with SLICE=…, a part.

slices: ## List the parts of `test-all`.
	@echo $(SLICES)

# Properties with many new examples each; `test` uses few fixed ones.
$(filter-out slice-property-databases,$(filter slice-property-%,$(SLICES:%=slice-%))): slice-%: $(READY)
	@EXAMPLES=many $(PYTEST) -m hypothesis --hypothesis-seed=$(SEED) $(IN_$*)

slice-property-databases: $(READY)
	@.ci/packages postgresql mariadbd
	@EXAMPLES=many $(PYTEST) -m hypothesis --hypothesis-seed=$(SEED) $(IN_property-databases)

slice-databases slice-agreement: slice-%: $(READY)
	@.ci/packages postgresql mariadbd
	@$(PYTEST) $(IN_$*)

slice-stages slice-slow slice-upgrades slice-service: slice-%: $(READY)
	@$(PYTEST) $(IN_$*)

slice-docs: $(READY)
	@.ci/packages chromium
	@$(PYTEST) $(IN_docs)

slice-campaigns: $(READY)
	@$(BIN)/python -m tests.campaign.log_writers --processes 8 --runs 10
	@$(BIN)/python -m tests.campaign.kill_runs --kills 40 --seed $(SEED)

slice-stores: $(READY)
	@.ci/packages chromium azurite-blob
	@$(PYTEST) $(IN_stores)

slice-store-campaigns: $(READY)
	@.ci/packages azurite-blob faketime
	@$(BIN)/python -m tests.campaign.store_writers --processes 2 --runs 3
	@$(BIN)/python -m tests.campaign.kill_on_stores --stores S3 Azure --cases mixed --kills 2 --seed $(SEED)
	@$(BIN)/python -m tests.campaign.store_faults --store folder --runs 4 --seed $(SEED)
	@$(BIN)/python -m tests.campaign.store_faults --store gs --runs 1 --seed $(SEED)

slice-batches: $(READY)
	@$(BIN)/python -m tests.campaign.kill_batches --kills 40 --seed $(SEED)
	@$(BIN)/python -m tests.campaign.rival_runs --seed $(SEED)

# On Spark the tables that break rules are enough: each of them passes most of its rules.
slice-spark slice-spark-rules: slice-%: java $(SPARK)/.ready
	@$(SPARK)/bin/python -m pytest --engine spark -k "not that_keeps" $(IN_$*)

# dbt and Meltano need other versions of what we need ourselves.
slice-commands: $(READY) $(COMMANDS)/.ready
	@COMMANDS=$(CURDIR)/$(COMMANDS)/bin $(PYTEST) tests/commands

# What describes and examines the image, the schedules and what an installation consists of.
slice-delivery: $(READY) $(DELIVERY)/.ready
	@.ci/packages systemd-analyze promtool docker-compose
	@DELIVERY=$(CURDIR)/$(DELIVERY)/bin $(PYTEST) tests/delivery

# Each needs other versions of what the other and we need, and starts our command by its path.
slice-orchestrators: $(READY) $(AIRFLOW)/.ready $(DAGSTER)/.ready
	@AIRFLOW=$(CURDIR)/$(AIRFLOW)/bin DAGSTER=$(CURDIR)/$(DAGSTER)/bin $(PYTEST) tests/orchestrators

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

campaign: $(READY) ## Kill runs, spoil stores, write one log from 8 processes, and load the service; takes hours.
	@$(BIN)/python -m tests.campaign.log_writers --processes 8 --runs 50
	@$(BIN)/python -m tests.campaign.kill_runs --kills 200
	@$(BIN)/python -m tests.campaign.kill_batches --kills 200
	@$(BIN)/python -m tests.campaign.rival_runs --rounds 3
	@$(BIN)/python -m tests.campaign.store_writers
	@$(BIN)/python -m tests.campaign.kill_on_stores --stores S3 Azure
	@$(BIN)/python -m tests.campaign.store_faults --store folder --runs 30
	@$(BIN)/python -m tests.campaign.store_faults --store s3 --runs 30
	@$(BIN)/python -m tests.campaign.store_faults --store az --runs 10
	@$(BIN)/python -m tests.campaign.store_faults --store gs --runs 10
	@$(BIN)/python -m tests.campaign.service_memory

mutation: $(READY) ## Mutate the code and count what the tests detect; takes an hour.
	@test -d .venv-mutation || $(PYTHON) -m venv .venv-mutation
	@.venv-mutation/bin/python -m pip install --quiet --disable-pip-version-check cosmic-ray==8.7.0 coverage
	@.venv-mutation/bin/python -m tests.campaign.mutation --python $(BIN)/python

bench: $(READY) ## Run all benchmarks, with peers; with LARGE=yes, on 100,000,000 rows too.
	@$(BIN)/python -m benchmarks.startup
	@$(BIN)/python -m benchmarks.mutations --count 10000
	@$(BIN)/python -m benchmarks.data_docs
	@$(BIN)/python -m benchmarks.validation --rows 1 10
	@$(BIN)/python -m benchmarks.validation --rows 10 --no-statistics --contenders $(NEAREST) gx_pandas
	@$(BIN)/python -m benchmarks.validation --rows 10 --failing 5 --contenders $(NEAREST) gx_pandas
	@$(BIN)/python -m benchmarks.validation --rows 1 10 --case sixty --contenders $(NEAREST)
	@$(BIN)/python -m benchmarks.tpch --scale 1
	@$(BIN)/python -m benchmarks.publishing --rows 10
	@.ci/packages postgresql
	@$(BIN)/python -m benchmarks.databases --rows 2
	$(if $(LARGE),@$(BIN)/python -m benchmarks.validation --rows 100 --contenders $(NEAREST))

docs: $(READY) ## Build the documentation site, in docs/_build.
	@$(BIN)/python -m sphinx --quiet --fail-on-warning --builder html docs docs/_build
	@echo docs/_build/index.html

generate: $(READY) ## Write all generated files, from code and contracts.
	@$(BIN)/spectra-gx compile
	@$(BIN)/python -m spectra_gx.contract.schema
	@$(BIN)/python docs/generate.py

lock: $(READY) ## Pin the newest allowed dependencies.
	@$(PIN) --group dev pyproject.toml --output-file requirements.lock
	@echo uv | $(PIN) - --output-file .ci/uv.lock
	@echo pyspark | $(PIN) - --constraint requirements.lock --output-file .ci/spark.lock
	@$(PIN) .ci/commands.in --output-file .ci/commands.lock
	@$(PIN) .ci/delivery.in --output-file .ci/delivery.lock
	@$(PIN) .ci/airflow.in --output-file .ci/airflow.lock
	@$(PIN) .ci/dagster.in --output-file .ci/dagster.lock
	@$(PIN) $(addprefix --extra ,aws azure mcp service vault) pyproject.toml \
		--constraint requirements.lock --output-file .ci/image.lock

sbom: $(DELIVERY)/.ready ## List what an installation consists of, as CycloneDX, into dist/.
	@mkdir -p dist
	@$(DELIVERY)/bin/cyclonedx-py requirements --pyproject pyproject.toml --mc-type application \
		--output-reproducible --output-file dist/spectra-gx.cdx.json .ci/image.lock
	@echo dist/spectra-gx.cdx.json

audit: $(DELIVERY)/.ready ## Look up published vulnerabilities of what is locked.
	@$(DELIVERY)/bin/pip-audit --strict --disable-pip --require-hashes --progress-spinner off \
		--requirement=.ci/image.lock --requirement=requirements.lock

wheel: $(READY) ## Build the wheel, into dist/.
	@$(BIN)/uv build --quiet --wheel --no-build-isolation --python $(BIN)/python --out-dir dist
	@ls dist/*.whl

clean: ## Remove the virtual environments and test leftovers.
	rm -rf $(VENV) $(SPARK) $(COMMANDS) $(DELIVERY) $(AIRFLOW) \
		$(DAGSTER) .venv-mutation .coverage* .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(READY): requirements.lock .ci/uv.lock .ci/install pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or later is needed; name it with \`make PYTHON=…\`"; exit 2; }
	@PYTHON=$(PYTHON) .ci/install $(VENV) requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python $(THIS)
	@touch $@

# GX imports more slowly where pyspark is installed, so Spark has its own environment.
$(SPARK)/.ready: $(READY) .ci/spark.lock
	@command -v java >/dev/null || \
		{ echo "Spark needs Java 17 or later; on Debian, \`apt-get install default-jre-headless\`"; exit 2; }
	@PYTHON=$(PYTHON) .ci/install $(SPARK) requirements.lock .ci/spark.lock
	@$(BIN)/uv pip install --quiet --python $(SPARK)/bin/python $(THIS)
	@touch $@

$(COMMANDS)/.ready: .ci/commands.lock .ci/uv.lock .ci/install
	@PYTHON=$(PYTHON) .ci/install $(COMMANDS) .ci/commands.lock
	@touch $@

$(DELIVERY)/.ready: .ci/delivery.lock .ci/uv.lock .ci/install
	@PYTHON=$(PYTHON) .ci/install $(DELIVERY) .ci/delivery.lock
	@touch $@

# Neither gets our dependencies: what they load of ours needs none of GX, Delta and the rest.
$(AIRFLOW)/.ready $(DAGSTER)/.ready: .venv-%/.ready: .ci/%.lock .ci/uv.lock .ci/install $(READY)
	@PYTHON=$(PYTHON) .ci/install .venv-$* .ci/$*.lock
	@$(BIN)/uv pip install --quiet --python .venv-$*/bin/python $(THIS)
	@touch $@
