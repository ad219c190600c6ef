"""A project of its own for every test, and one published warehouse that each may copy."""

from __future__ import annotations

import functools
import logging
import os
import shutil
import signal
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from spectra_gx import Project, RunParameters
from spectra_gx.cli import main
from tests.fakes.stores.served_store import served_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from spectra_gx.store.addresses import StoreKind
    from tests.fakes.stores.served_store import ServedStore

REPOSITORY = Path(__file__).parent.parent

SETTINGS = (
    "API_TOKEN",
    "AWS_ACCESS_KEY_ID",
    "AWS_ALLOW_HTTP",
    "AWS_ENDPOINT_URL",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AZURE_ALLOW_HTTP",
    "AZURE_AUTHORITY_HOST",
    "AZURE_CLIENT_ID",
    "AZURE_CLIENT_SECRET",
    "AZURE_STORAGE_ACCOUNT_KEY",
    "AZURE_STORAGE_ACCOUNT_NAME",
    "AZURE_STORAGE_ENDPOINT",
    "AZURE_STORAGE_SAS_TOKEN",
    "AZURE_STORAGE_TOKEN",
    "AZURE_TENANT_ID",
    "BASE_PATH",
    "BASE_URL",
    "CI_MERGE_REQUEST_PROJECT_PATH",
    "CI_MERGE_REQUEST_SOURCE_PROJECT_PATH",
    "DISCORD_WEBHOOK_URL",
    "DISCORD_WEBHOOK_URL_CRITICAL",
    "DISCORD_WEBHOOK_URL_INFO",
    "DISCORD_WEBHOOK_URL_WARNING",
    "DISCORD_WEBHOOK_URL_ZEPHYR",
    "DOCS_URL",
    "GITHUB_API_URL",
    "GITHUB_EVENT_PATH",
    "GITHUB_STEP_SUMMARY",
    "GITHUB_TOKEN",
    "GOOGLE_ALLOW_HTTP",
    "GOOGLE_APPLICATION_CREDENTIALS",
    "GOOGLE_BASE_URL",
    "GOOGLE_BEARER_TOKEN",
    "GOOGLE_SERVICE_ACCOUNT_KEY",
    "LAKEHOUSE_ID",
    "LAKEHOUSE_NAME",
    "METRICS_FILE",
    "METRICS_PUSHGATEWAY",
    "NOTEBOOK_NAME",
    "NOTIFY_REMINDER",
    "NOTIFY_RUNS",
    "NOTIFY_URL",
    "NOTIFY_URL_CRITICAL",
    "NOTIFY_URL_INFO",
    "NOTIFY_URL_WARNING",
    "NOTIFY_URL_ZEPHYR",
    "OPENLINEAGE_API_KEY",
    "OPENLINEAGE_DISABLED",
    "OPENLINEAGE_ENDPOINT",
    "OPENLINEAGE_FILE",
    "OPENLINEAGE_NAMESPACE",
    "OPENLINEAGE_PARENT_ID",
    "OPENLINEAGE_URL",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_EXPORTER_OTLP_HEADERS",
    "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "OTEL_METRICS_EXPORTER",
    "OTEL_RESOURCE_ATTRIBUTES",
    "OTEL_SDK_DISABLED",
    "OTEL_SERVICE_NAME",
    "OTEL_TRACES_EXPORTER",
    "RUNBOOK",
    "RUNBOOK_URL",
    "SECRETS_DIR",
    "SOURCE_NAME",
    "SOURCE_SYSTEM",
    "SPECTRA_ENVIRONMENT",
    "TEST_PROJECT_ID",
    "TRACEPARENT",
    "VARIABLE_LIBRARY",
    "VAULT_ADDR",
    "VAULT_CACERT",
    "VAULT_NAMESPACE",
    "VAULT_ROLE_ID",
    "VAULT_SECRET_ID",
    "VAULT_TOKEN",
    "WAREHOUSE",
    "WAREHOUSE_CREDENTIALS",
    "WORKSPACE_ID",
)


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def _as_if_nothing_was_set(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Take away this machine's settings, and give back what a command does to its process."""
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    ours = logging.getLogger("spectra_gx")
    before = (ours.handlers[:], ours.level, ours.propagate)
    on_sigterm = signal.getsignal(signal.SIGTERM)
    yield
    ours.handlers[:], ours.propagate = before[0], before[2]
    ours.setLevel(before[1])
    signal.signal(signal.SIGTERM, on_sigterm)
    if limits := sys.modules.get("spectra_gx.sources.shared_limits"):
        limits._limits.cache_clear()


@pytest.fixture(scope="session")
def published_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose source stage has run once against the sandbox; copy it, do not touch it."""
    root = tmp_path_factory.mktemp("published")
    shutil.copytree(REPOSITORY / "contracts", root / "contracts")
    here = os.environ.copy()
    for name in SETTINGS:
        os.environ.pop(name, None)
    try:
        run = Project.open(root).run("source", RunParameters(), sandbox=True)
    finally:
        os.environ.update(here)
    assert (run.exit_code, run.recorded) == (0, True)
    return root


@pytest.fixture
def project(published_project: Path, tmp_path: Path) -> Path:
    """A project of the test's own, its source stage published in its `warehouse`."""
    return Path(shutil.copytree(published_project, tmp_path / "project"))


@pytest.fixture
def empty_project(tmp_path: Path) -> Path:
    """A project that never ran."""
    root = tmp_path / "empty"
    shutil.copytree(REPOSITORY / "contracts", root / "contracts")
    return root


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    """Run one command in this process."""

    def run(*arguments: str | Path) -> Ended:
        capsys.readouterr()
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as left:
            code = int(left.code or 0)
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return Ended(code, out, err)

    return run


collect_ignore = [
    *([] if find_spec("pyspark") else ["spark"]),
    *([] if "COMMANDS" in os.environ else ["commands"]),
    *([] if "DELIVERY" in os.environ else ["delivery/test_with_tools.py"]),
    *([] if "AIRFLOW" in os.environ else ["orchestrators"]),
]
"""`make test-all` runs what needs Spark, dbt, Airflow and others in environments of their own."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--engine", choices=("datafusion", "spark"), default="datafusion")


@pytest.fixture(scope="session")
def object_store(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[StoreKind], ServedStore]]:
    """Return an object store, started when a test first wants one of its kind.

    All workers share it; each test takes a root of its own.
    """
    base = tmp_path_factory.getbasetemp()
    folder = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with ExitStack() as served:
        yield functools.cache(lambda kind: served.enter_context(served_store(kind, folder)))


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of installed packages; what is imported from it is forgotten afterwards."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    before = set(sys.modules)
    yield folder
    for name in set(sys.modules) - before:
        if (getattr(sys.modules[name], "__file__", None) or "").startswith(str(folder)):
            del sys.modules[name]
