"""Which rules each of the sandbox's faults breaks, and how the run of Jira's stage ends."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from spectra_gx import RunParameters
from spectra_gx.errors import SpectraError
from spectra_gx.sources.faults import Fault, FaultKind
from spectra_gx.sources.jira.catalogue import load_catalogue
from spectra_gx.sources.jira.faults import FAULTS, IN_LISTS, JiraFault
from spectra_gx.validation.results import Status
from tests.fakes.projects import TOKEN, QuickProject, traces
from tests.fakes.tables import folder, rows
from tests.integration.sources.jira.jira_sandbox import jira

if TYPE_CHECKING:
    from enum import StrEnum

    from spectra_gx.runner.run_result import RunResult

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

AUTH_OK = "source_jira.portfolio.auth-ok"
HIERARCHY = "source_jira.portfolio.hierarchical_access_validated.const"
RATE = "source_jira.portfolio.endpoint_success_rate.min"
FLOOR = "source_jira.portfolio.success-rate-floor"
NO_401 = "source_jira.endpoint_checks.no-401"
ENABLED = "source_jira.credentials.is_enabled.const"


@dataclass(frozen=True)
class Ends:
    """How a run ends: with an error's code, or with rules that fail."""

    exit_code: int
    error: str | None = None
    rules: frozenset[str] = frozenset()


def stops(code: str) -> Ends:
    return Ends(3, code)


def fails(*rules: str) -> Ends:
    return Ends(1, None, frozenset(rules))


def warns(*rules: str) -> Ends:
    return Ends(0, None, frozenset(rules))


PASSES = Ends(0)
EVERYWHERE: dict[StrEnum, Ends] = {
    FaultKind.BAD_TOKEN: stops("not_logged_in"),
    FaultKind.FORBIDDEN: stops("http_403"),
    FaultKind.RATE_LIMIT: stops("http_429"),
    FaultKind.SERVER_ERROR: stops("http_500"),
    FaultKind.BAD_GATEWAY: stops("http_502"),
    FaultKind.HANG: stops("timeout"),
    FaultKind.DISCONNECT: stops("connection"),
    FaultKind.TRUNCATED: stops("truncated"),
    FaultKind.HTML: stops("html"),
    FaultKind.EMPTY: stops("empty"),
    FaultKind.NO_ROWS: stops("wrong_shape"),
    JiraFault.CLOUD: PASSES,
    JiraFault.EXPIRED_TOKEN: stops("not_logged_in"),
    JiraFault.ANONYMOUS: stops("not_logged_in"),
    JiraFault.EMPTY_200: stops("not_logged_in"),
    JiraFault.LOGIN_REDIRECT: stops("login_page"),
    JiraFault.CAPTCHA: stops("captcha"),
    JiraFault.PAT_AS_BASIC: stops("basic_refused"),
    JiraFault.BEARER_ON_CLOUD: stops("bearer_refused"),
    JiraFault.SCOPED_TOKEN: stops("http_401"),
    JiraFault.SEARCH_REMOVED: warns(HIERARCHY),
    JiraFault.PROJECT_SEARCH: warns(HIERARCHY),
    JiraFault.HIDDEN_401: fails(HIERARCHY, NO_401),
    JiraFault.NO_PERMISSION: stops("no_browse_permission"),
    JiraFault.INACTIVE_USER: fails(ENABLED),
    JiraFault.RETRY_AFTER_0: stops("http_429"),
    JiraFault.RETRY_AFTER_ABSENT: stops("http_429"),
    JiraFault.RETRY_AFTER_5: stops("http_429"),
    **dict.fromkeys(IN_LISTS, PASSES),
}
"""How a run ends with a fault where its kind shows itself by nature."""

RUN = (
    JiraFault.CAPTCHA,
    JiraFault.NO_PERMISSION,
    JiraFault.SEARCH_REMOVED,
    JiraFault.HIDDEN_401,
    JiraFault.INACTIVE_USER,
)
"""Faults that a whole run shows, one at least of each end; the client shows the others."""

MOST = sorted(
    {endpoint.full_path.split("/")[1] for endpoint in load_catalogue().endpoints}
    - {"myself", "mypermissions"}
)
"""First parts of the paths of all endpoints but those that prove the token."""


@pytest.fixture(scope="module")
def published_jira(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose Jira has been published once."""
    root = tmp_path_factory.mktemp("jira")
    contracts = resources.files("spectra_gx.sources.jira").joinpath("contracts")
    with resources.as_file(contracts) as folder_:
        shutil.copytree(folder_, root / "contracts")
    assert run(root).exit_code == 0
    return root


@pytest.fixture
def root(published_jira: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(published_jira, tmp_path / "project"))


def run(root: Path, *faults: Fault, probes: bool = False, preview: bool = False) -> RunResult:
    project = QuickProject(root, None, {"endpoint_probes": 0})
    parameters = RunParameters(all_endpoints=probes, preview=preview)
    return project.run("source_jira", parameters, sandbox=True, faults=faults)


def broken(ended: RunResult) -> frozenset[str]:
    tables = ended.stage.tables if ended.stage else ()
    return frozenset(
        rule.id for table in tables for rule in table.rules if rule.status is not Status.PASSED
    )


def files(root: Path) -> dict[str, bytes]:
    """Return every file of the published tables."""
    tables = root / "warehouse" / "Tables" / "source_jira"
    return {str(one): one.read_bytes() for one in sorted(tables.rglob("*")) if one.is_file()}


def check(root: Path, expected: Ends, *faults: Fault, probes: bool = False) -> None:
    before = files(root)
    ended = run(root, *faults, probes=probes)
    assert (ended.exit_code, ended.error and ended.error.code) == (
        expected.exit_code,
        expected.error,
    )
    assert broken(ended) == expected.rules
    assert ended.status == ("Success" if expected.exit_code == 0 else "Failed")
    assert (files(root) == before) is (expected.exit_code != 0)
    assert [*traces(TOKEN, root)] == []


@pytest.mark.parametrize("kind", RUN)
def test_a_run_with_a_fault(kind, root):
    check(root, EVERYWHERE[kind], Fault(kind))


@pytest.mark.parametrize("kind", [kind for kind in FAULTS if kind not in RUN])
def test_a_client_with_a_fault(kind):
    """The walk reads single rows: what a fault does to whole lists, the traps' tests say."""
    ends = EVERYWHERE[kind]
    with jira(kind.value) as one:
        if ends.error is None:
            one.source.authenticate()
            assert one.source.check_access() is not (HIERARCHY in ends.rules)
        else:
            with pytest.raises(SpectraError) as caught:
                one.source.authenticate()
            assert caught.value.code == ends.error


def test_a_token_that_is_refused_by_a_probe(root):
    check(root, fails(NO_401), Fault(FaultKind.BAD_TOKEN, path="/field"), probes=True)


def test_few_endpoints_that_answer_warn_and_fail(root):
    refused = [Fault(FaultKind.FORBIDDEN, path=f"/{part}") for part in MOST]
    check(root, fails(HIERARCHY, RATE, FLOOR), *refused, probes=True)


def test_a_refused_token_is_seen_in_a_preview_and_in_the_log(root):
    before = files(root)
    ended = run(root, Fault(JiraFault.EXPIRED_TOKEN), preview=True)
    assert (ended.exit_code, files(root) == before) == (3, True)
    assert {AUTH_OK, HIERARCHY} <= broken(ended)


def test_a_project_that_may_not_be_browsed_is_no_access():
    with jira("no-permission+1") as one:
        assert one.source.check_access() is False
        [refused] = [call.error for call in one.source.calls if call.error]
    assert (refused.code, "project" in one.source.found) == ("no_browse_permission", True)


def test_cloud_is_published_with_what_only_cloud_has(root):
    ended = run(root, Fault(JiraFault.CLOUD), probes=True)
    assert (ended.exit_code, broken(ended)) == (0, frozenset())
    outcomes = {
        (row["full_path"], row["http_method"]): (row["outcome"], row["reason"])
        for row in rows(root, "source_jira.endpoint_checks")
    }
    assert outcomes["/search/jql", "GET"] == ("Success", None)
    assert outcomes["/search", "GET"] == ("Skipped", "removed on Jira Cloud")
    assert outcomes["/cluster/nodes", "GET"] == ("Skipped", "not there on Jira Cloud")
    assert outcomes["/issue", "POST"] == ("Skipped", "only GETs are probed")


def test_what_is_published_is_measured(root):
    [portfolio] = rows(root, "source_jira.portfolio")
    assert (portfolio["total_endpoints"], portfolio["hierarchical_endpoints"]) == (698, 123)
    assert sum(json.loads(portfolio["endpoint_categories"]).values()) == 698
    assert (portfolio["source_system"], portfolio["supports_incremental"]) == ("jira", True)
    [credentials] = rows(root, "source_jira.credentials")
    details = [credentials[name] for name in ("workspace_name", "is_enabled", "expires_at")]
    assert details == ["Sandbox", True, None]
    assert credentials["credential_value"] == f"***{TOKEN[-3:]}"
    assert folder(root, "log.source_jiralog").is_dir()


def test_each_rule_about_the_source_is_broken_by_a_fault():
    every = [*EVERYWHERE.values(), fails(RATE, FLOOR, AUTH_OK)]
    assert frozenset().union(*(ends.rules for ends in every)) == {
        AUTH_OK,
        HIERARCHY,
        RATE,
        FLOOR,
        NO_401,
        ENABLED,
    }
    assert EVERYWHERE.keys() == {*FAULTS}
