"""Write the pages of the reference that follow from code: `python docs/generate.py [--check]`."""

from __future__ import annotations

import argparse
import inspect
import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agreement_page import agreement_page
from change_pages import changes_page
from http_page import http_page
from mcp_page import mcp_page
from metric_page import metrics_page
from pydantic import SecretStr
from python_page import python_page
from rule_pages import rules_page
from shipped_files import shipped_files

from spectra_gx import settings
from spectra_gx.cli.parser import build_parser
from spectra_gx.contract.durations import canonical_duration
from spectra_gx.contract.formats import FORMATS
from spectra_gx.contract.language.columns import COLUMN_KEYS
from spectra_gx.contract.language.documents import TOP_KEYS
from spectra_gx.contract.language.rule_list import RULE_KEYS
from spectra_gx.contract.language.rule_options import OPTIONS
from spectra_gx.contract.language.tables import TABLE_KEYS
from spectra_gx.contract.parsers.csv_formats import CSV_KEYS
from spectra_gx.contract.rules.catalogue import (
    CATALOGUE,
    COLUMN_KINDS,
    TABLE_KINDS,
)
from spectra_gx.contract.rules.kinds import Position
from spectra_gx.errors import SpectraError
from spectra_gx.settings import SYSTEM_SETTINGS, GitHubSettings, GitLabSettings, Settings
from spectra_gx.warehouse.log.log_columns import LOG_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

REFERENCE = Path(__file__).with_name("reference")
RUNBOOK = "../source/OPERATIONAL-RUNBOOK.md"

SETTING_MEANINGS = {
    "base_url": "Address of the source, such as `https://zephyr.example.com`",
    "base_path": "Path of its API: `/flex/services/rest/latest`",
    "api_token": "The source's token; sent in a request header, stored nowhere",
    "api_user": "Who the token belongs to, where the source asks for it",
    "test_project_id": "Project of the source whose hierarchy is walked; its first without it",
    "endpoint_probes": "How many endpoints of the source a run probes; `0` for none",
    "source_system": "The source system of a contract that names none: `zephyr` or `jira`",
    "source_name": "The instance of the source system, for people; the system's name without it",
    "notebook_name": "What runs, and how execution ids begin; without it the stage and its system",
    "notify_url": "Where alerts go: a Discord webhook or any other Apprise URL",
    "notify_url_critical": "Tried first for runs that failed, and when they pass again",
    "notify_url_warning": "Tried first for quarantined rows; also reports warnings",
    "notify_url_info": "Tried first for the digest; also reports rules of severity info",
    "discord_webhook_url": "Another name for NOTIFY_URL",
    "discord_webhook_url_critical": "Another name for NOTIFY_URL_CRITICAL",
    "discord_webhook_url_warning": "Another name for NOTIFY_URL_WARNING",
    "discord_webhook_url_info": "Another name for NOTIFY_URL_INFO",
    "notify_runs": "`false` turns alerts of runs off: only `spectra-gx notify digest` sends",
    "notify_success": "`true` reports every run that passes, too: one line with its figures",
    "notify_reminder": "After how long a lasting failure is reported again, such as `24h`; never "
    "without it",
    "docs_url": "Address at which the warehouse's `Files/docs` is served, for links in messages",
    "runbook_url": "Address of the runbook, for links in messages",
    "runbook": "The project's own runbook, a Markdown file; the data docs show it in place of ours",
    "workspace_id": "The Fabric workspace, for the log",
    "lakehouse_id": "The Fabric lakehouse, for the log",
    "lakehouse_name": "The Fabric lakehouse's name, for the log",
    "spectra_environment": "Which [environment](credentials.md#environments) counts, as "
    "`--environment`",
    "warehouse_credentials": "The name of the [credential](credentials.md) that opens the "
    "warehouse",
    "vault_addr": "Address of HashiCorp Vault, for `vault:` references",
    "vault_token": "The token that opens Vault; or an AppRole, by the two below",
    "vault_role_id": "The AppRole that opens Vault",
    "vault_secret_id": "The secret of the AppRole",
    "vault_namespace": "The namespace in Vault Enterprise",
    "vault_cacert": "File of certificates to trust in place of the usual ones",
    "metrics_file": "File of metrics for the textfile collector of Prometheus: its path, relative "
    "to the project ([metrics](metrics.md))",
    "metrics_pushgateway": "Address of a Prometheus Pushgateway, such as `http://pushgateway:9091`",
    "otel_exporter_otlp_endpoint": "Address that takes OTLP over HTTP, such as "
    "`http://collector:4318`: traces and metrics",
    "otel_exporter_otlp_traces_endpoint": "The whole address for traces, in its place",
    "otel_exporter_otlp_metrics_endpoint": "The whole address for metrics, in its place",
    "otel_exporter_otlp_headers": "Headers for these: `name=value,name=value`",
    "otel_service_name": "The name of this project in traces and metrics; the `job` of a "
    "Pushgateway",
    "otel_resource_attributes": "More facts about it: `name=value,name=value`",
    "otel_traces_exporter": "`none` sends no traces",
    "otel_metrics_exporter": "`none` sends no metrics by OTLP",
    "otel_sdk_disabled": "`true` sends neither",
    "traceparent": "The trace that a run is a part of, in the form of W3C; orchestrators set it",
    "openlineage_url": "Address that takes OpenLineage events, such as `http://marquez:5000`",
    "openlineage_endpoint": "The path there",
    "openlineage_api_key": "The key that it takes, sent as `Authorization: Bearer`",
    "openlineage_file": "File that gets OpenLineage events, one a line; relative to the project",
    "openlineage_namespace": "The namespace of jobs, and of tables by name",
    "openlineage_parent_id": "The run that starts this one, as orchestrators set it: "
    "`namespace/job/run id`",
    "openlineage_disabled": "`true` sends no events",
    "warehouse": "Folder of the tables, relative to the project, or an address: `s3://bucket/lake`",
    "builder_timeout": "How long a builder or the command of a stage may take, such as `30m`",
    "engine_cpus": "Processors that a check may use; all of them by default",
    "engine_memory": "Megabytes that a query may use before it spills to disk; at least 32",
    "log_retention": "How long `maintain` keeps runs in the activity log, such as `400d`",
    "version_retention": "How long it keeps versions of tables that the log names; without it, as "
    "long as the log names them",
    "docs_retention": "How long it keeps pages and results of runs; without it, as long as the log "
    "has the run",
    "quarantine_retention": "How long it keeps quarantined rows; without it, until they are "
    "released",
    "replay_versions": "How many of the newest versions of a table it keeps for a replay",
    "compact_after": "How many small files a table has when it is compacted",
    "aws_access_key_id": "For `s3://` addresses",
    "aws_secret_access_key": "For `s3://` addresses; stored nowhere",
    "aws_session_token": "For credentials that expire",
    "aws_region": "The store's region; `us-east-1` without it",
    "aws_endpoint_url": "Address of an S3-compatible store; S3 itself without it",
    "aws_allow_http": "`true` allows an address without TLS",
    "azure_storage_account_name": "For `abfss://` and `az://` addresses; `onelake` for OneLake",
    "azure_storage_account_key": "The account's key; or one of the following",
    "azure_storage_sas_token": "A shared access signature that allows to read, write, list, delete",
    "azure_storage_token": "A bearer token, such as a notebook's for OneLake; it expires",
    "azure_tenant_id": "With AZURE_CLIENT_ID and AZURE_CLIENT_SECRET: a service principal",
    "azure_client_id": "The service principal's id",
    "azure_client_secret": "The service principal's secret",
    "azure_authority_host": "Where service principals log in; Azure's own place without it",
    "azure_storage_endpoint": "Address of a store that speaks as Azure does; Azure without it",
    "azure_allow_http": "`true` allows an address without TLS",
    "google_application_credentials": "For `gs://` addresses: file with a service account's key",
    "google_service_account_key": "The key itself, as JSON, in place of a file",
    "google_bearer_token": "A token in place of a key; it expires",
    "google_base_url": "Address of a store that speaks as Google's does; Google without it",
    "google_allow_http": "`true` allows an address without TLS",
}

JOB_MEANINGS = {
    "GITHUB_TOKEN": "With it `review --post` writes its comment; sent to GITHUB_API_URL only",
    "GITHUB_API_URL": "Address of GitHub's API; GitHub sets it in a job",
    "GITHUB_EVENT_PATH": "File that describes the event of a job; GitHub sets it in a job",
    "GITHUB_STEP_SUMMARY": "File that `review` appends its comment to; GitHub sets it in a job",
    "CI_MERGE_REQUEST_PROJECT_PATH": "GitLab sets it in a job of a merge request",
    "CI_MERGE_REQUEST_SOURCE_PROJECT_PATH": "If it differs, it is a fork: nothing is replayed",
}


def cli_page() -> str:
    """Return every command's help, 80 characters wide."""
    os.environ["COLUMNS"] = "80"
    parser = build_parser()
    blocks = [f"```text\n{parser.format_help()}```\n", *_commands(parser, "##")]
    return (
        "Data goes to stdout, everything else to stderr. Exit codes are explained in\n"
        "[errors and exit codes](errors-and-exit-codes.md), `--json` in "
        "[JSON results](json-result.md).\n\n" + "\n".join(blocks)
    )


def _commands(parser: argparse.ArgumentParser, heading: str) -> Iterator[str]:
    """Yield the help of each command of a parser, and of the commands below it."""
    for action in parser._actions:  # noqa: SLF001 - argparse tells it no other way
        for name, command in action.choices.items() if isinstance(action.choices, dict) else ():
            yield f"{heading} {name}\n\n```text\n{command.format_help()}```\n"
            yield from _commands(command, f"{heading}#")


_LANGUAGE = """\
A contract is `contracts/<stage>.contract.yaml`. What each rule kind promises and reports is in
[rules](rules.md), the types in [types](types.md). The same language as JSON Schema is
`spectra_gx/contract/schema.json`: with this as the first line of a contract, an editor that has a
YAML language server (in VS Code, the YAML extension) completes and explains it:

```yaml
# yaml-language-server: $schema=../spectra_gx/contract/schema.json
```

## Top

{top}
## Inside the keys of the top

{nested}
## Table

{table}| `like` | another table of the contract | Its columns come first, then those added here. |
| `columns` (needed, or `like`) | column → its type, or a mapping of column keys | Every column. |
| `rules` | a list of rules | What a column key cannot say. |

## `csv` of a table

How its CSV files are written; what is left out is as in RFC 4180, in UTF-8. How values are read is
in [files](files.md#csv).

{csv}
## Column

A bare type, `notes: string`, or a mapping. `required: false` is the same as no `required`.

{column}| `fields` | field → its type, or a mapping of column keys | The fields of a `struct`. |
| `items` | a type, or a mapping of column keys | The items of an `array`. |
| `like` | a name of `definitions` | The definition whose keys this column takes over. |

## Rule, in the list under `rules:`

Besides these keys exactly one predicate: a column key other than `type`, with `column`, or one that
names its columns itself: {predicates}.

{rule}
## Options of a rule

A key that makes a rule takes its value, or `{{value: …}}` with any of these; the id stays the same.

{options}
## Formats

{formats}
"""


def language_page() -> str:
    """Return every key of the contract language."""
    formats = {**FORMATS, "json": "whatever Python's JSON parser reads"}
    return _LANGUAGE.format(
        top=_keys(TOP_KEYS),
        nested=_table(("key", "meaning"), _nested()),
        table=_kinds(TABLE_KINDS.values()) + _keys(TABLE_KEYS, head=False),
        csv=_keys(CSV_KEYS),
        column=_kinds(COLUMN_KINDS.values()) + _keys(COLUMN_KEYS, head=False),
        predicates=_list(kind.key for kind in CATALOGUE if _names_its_columns(kind)),
        rule=_keys(RULE_KEYS),
        options=_keys(OPTIONS),
        formats=_table(("format", "regular expression"), _code_rows(formats)),
    )


_ERRORS = """\
Every error is a `SpectraError` and carries `message`, `code`, `category`, `context`, `retryable`,
`stage` and `source_system`; a `ContractError` also carries `problems`, each with file, line and
column. The command line shows the message; no traceback reaches a user.

## Exit codes

{codes}
## Errors

{errors}"""


def errors_page() -> str:
    """Return the error tree and the exit codes."""
    codes = {
        "0": "The gates pass: every critical rule passed, or the command did its work.",
        "1": "The data violates a contract, a change needs a larger version or a waiver, compiled "
        "files are out of date, the handoff is refused, or `doctor` found a problem.",
        "2": "The contract or the command line is invalid; nothing ran.",
        "3": "The run failed, or a rule could not be evaluated. Errored wins over failed.",
    }
    rows = [
        (
            f"`{error.__name__}`",
            str(error.exit_code),
            f"[{error.category}]({RUNBOOK}#{error.category})",
            _first_line(error),
        )
        for error in _errors(SpectraError)
    ]
    return _ERRORS.format(
        codes=_table(("code", "meaning"), codes.items()),
        errors=_table(("error", "exit code", "category, runbook", "meaning"), rows),
    )


_LOG = """\
`Tables/log/<stage>log`: append-only, one Delta commit per run. A run has one row for each table's
checkpoint, one for each activity logged by hand and, last, its own `run` row: the completion
marker. Times are UTC; the log is read in the order of `recorded_at`. Whatever the clock of its
machine says, a run is never recorded before those that the log has.

{columns}"""


def log_page() -> str:
    """Return the columns of the activity log."""
    rows = [
        (f"`{c.name}`", c.type, ", ".join(c.required) or "-", c.description) for c in LOG_COLUMNS
    ]
    return _LOG.format(columns=_table(("column", "type", "never null in", "meaning"), rows))


def _written(value: object) -> object:
    """Return a setting's value as people write it."""
    if isinstance(value, timedelta):
        return canonical_duration(f"{int(value.total_seconds())}s")
    return value


def settings_page() -> str:
    """Return the settings."""
    rows = []
    for name in sorted(Settings.model_fields, key=[*SETTING_MEANINGS].index):
        field = Settings.model_fields[name]
        secret = "yes" if SecretStr.__name__ in str(field.annotation) else "no"
        default = "-" if field.default is None else f"`{_written(field.default)}`"
        rows.append((f"`{name.upper()}`", default, secret, SETTING_MEANINGS[name]))
    rows.append(
        (
            "`NOTIFY_URL_<SYSTEM>`, `DISCORD_WEBHOOK_URL_<SYSTEM>`",
            "-",
            "yes",
            "The webhook of a system that a contract names; tried before the general one",
        )
    )
    rows.append(
        (
            "`NOTIFY_URL_OWNER_<OWNER>`",
            "-",
            "yes",
            "The webhook of an owner of a contract or a table, for what concerns their tables",
        )
    )
    rows += [
        (f"`<SYSTEM>_{name.upper()}`", "-", "yes" if kind is SecretStr else "no", meaning)
        for name, kind in SYSTEM_SETTINGS.items()
        for meaning in [f"`{name.upper()}` of a system that a contract names"]
    ]
    return (
        inspect.cleandoc(settings.__doc__ or "").split("\n\n", 1)[1]
        + "\n\n"
        + _table(("name", "default", "secret", "meaning"), rows)
        + "\n`SECRETS_DIR` and `VARIABLE_LIBRARY` are read from the environment only. A secret is "
        "kept out of\nevery file, log, table and message. A setting and its other name may not "
        "have different values.\n\nThe policy for changes of contracts is in "
        "`[tool.spectra-gx.review]` of the same\nfile: see "
        "[policy](changes.md#policy).\n\n"
        "## Variables of a CI job\n\n"
        "Read from the environment only: a pull request must not say where a token goes.\n\n"
        + _table(("name", "default", "secret", "meaning"), _job_settings())
    )


def _job_settings() -> Iterator[tuple[str, str, str, str]]:
    for kind in (GitHubSettings, GitLabSettings):
        for field_name, field in kind.model_fields.items():
            name = f"{kind.model_config['env_prefix']}{field_name}".upper()
            secret = "yes" if SecretStr.__name__ in str(field.annotation) else "no"
            default = "-" if field.default is None else f"`{_written(field.default)}`"
            yield f"`{name}`", default, secret, JOB_MEANINGS[name]


PAGES: Mapping[str, tuple[str, Callable[[], str]]] = {
    "cli.md": ("Command line", cli_page),
    "language.md": ("The contract language, v1", language_page),
    "rules.md": ("Rules", rules_page),
    "changes.md": ("Change kinds", changes_page),
    "errors-and-exit-codes.md": ("Errors and exit codes", errors_page),
    "activity-log.md": ("Activity log", log_page),
    "settings.md": ("Settings", settings_page),
    "metrics.md": ("Metrics", metrics_page),
    "agreement.md": ("What each place answers", agreement_page),
    "http.md": ("HTTP", http_page),
    "mcp.md": ("Tools for agents", mcp_page),
    "python.md": ("Python", python_page),
}


def main() -> int:
    """Write the pages, or say which are stale."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--check", action="store_true", help="write nothing; exit 1 when stale")
    check = options.parse_args().check
    stale = []
    for name, (title, render) in PAGES.items():
        page = REFERENCE / name
        note = "<!-- Written by `python docs/generate.py`; change the code, not this page. -->"
        text = f"# {title}\n\n{note}\n\n{render().strip()}\n"
        if not page.is_file() or page.read_text(encoding="utf-8") != text:
            stale.append(name)
            if not check:
                page.write_text(text, encoding="utf-8")
    for file, text in shipped_files().items():
        if not file.is_file() or file.read_text(encoding="utf-8") != text:
            stale.append(file.name)
            if not check:
                file.write_text(text, encoding="utf-8")
    verb = "stale; run `python docs/generate.py` and commit it" if check else "written"
    for name in stale:
        sys.stdout.write(f"{name} {verb}\n")
    return 1 if check and stale else 0


# -- pieces ----------------------------------------------------------------------------------------


def _table(head: tuple[str, ...], rows: Any) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |\n" for row in lines
    )


def _keys(keys: Any, *, head: bool = True) -> str:
    rows = [
        (f"`{key.name}`{' (needed)' if key.needed else ''}", key.parser.words, key.purpose)
        for key in keys
    ]
    table = _table(("key", "takes", "meaning"), rows)
    return table if head else "".join(table.splitlines(keepends=True)[2:])


def _kinds(kinds: Any) -> str:
    rows = [
        (f"[`{kind.key}`](rules.md#{kind.key})", kind.parser.words, kind.purpose) for kind in kinds
    ]
    return _table(("key", "takes", "meaning"), rows)


def _names_its_columns(kind: Any) -> bool:
    return kind.split is not None and Position.PREDICATE in kind.positions


def _nested() -> Iterator[tuple[str, str]]:
    for key in TOP_KEYS:
        yield from _described(key.name, key.parser.schema)


def _described(path: str, schema: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if "items" in schema:
        yield from _described(f"{path}[]", schema["items"])
    if isinstance(schema.get("additionalProperties"), dict):
        yield from _described(f"{path}.<name>", schema["additionalProperties"])
    for option in schema.get("anyOf", ()):
        yield from _described(path, option)
    for name, inner in schema.get("properties", {}).items():
        needed = " (needed)" if name in schema.get("required", ()) else ""
        yield f"`{path}.{name}`{needed}", inner["description"]
        yield from _described(f"{path}.{name}", inner)


def _code_rows(said: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, meaning in sorted(said.items()):
        yield f"`{name}`", meaning if " " in meaning else f"`` {meaning} ``"


def _list(names: Any) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))


def _errors(error: type[SpectraError]) -> Iterator[type[SpectraError]]:
    yield error
    for kind in error.__subclasses__():
        yield from _errors(kind)


def _first_line(thing: Any) -> str:
    return (inspect.getdoc(thing) or "").splitlines()[0]


if __name__ == "__main__":
    sys.exit(main())
