"""The 24 traps of Jira's API, each by its number, over HTTP."""

from __future__ import annotations

import re
import sys
from datetime import timedelta

import pytest
from pydantic import SecretStr

from spectra_gx.errors import (
    AuthenticationError,
    ExternalServiceError,
    NotFoundError,
    SpectraError,
)
from spectra_gx.sources.jira.client import JiraSource
from spectra_gx.sources.jira.paging import OffsetPages
from spectra_gx.sources.jira.sandbox.data import USER, build_dataset
from spectra_gx.sources.jira.sandbox.search import select
from tests.integration.sources.jira.jira_sandbox import jira
from tests.integration.sources.scripted import answer, serve

HARBOUR = [issue.row["id"] for issue in build_dataset().issues["HAR"]]


def refusal(*faults, **options) -> SpectraError:
    """Return why the token is not accepted."""
    with jira(*faults, **options) as run, pytest.raises(SpectraError) as caught:
        run.source.authenticate()
    assert run.sandbox.token.get_secret_value() not in str(caught.value)
    return caught.value


def ids(pages) -> list[str]:
    return [row["id"] for page in pages for row in page]


def test_01_an_expired_token_that_lists_nothing_is_no_login():
    assert refusal("expired-token-empty-lists").code == "not_logged_in"
    with jira("expired-token-empty-lists@/project") as run:
        assert run.source.check_access() is False
    assert run.outcomes()["/project/search"] == "not_logged_in"
    [refused] = [call.error for call in run.source.calls if call.error]
    assert (type(refused), refused.context["status"]) == (AuthenticationError, 200)


def test_01_data_center_names_nobody():
    assert refusal("anonymous-200").code == "not_logged_in"
    with jira("anonymous-200@/field") as run:
        run.source.check_access()
        call = run.source.probe(field_probe(run.source))
    assert isinstance(call.error, AuthenticationError)


def field_probe(source):
    [field] = [e for e in source.endpoints() if e.key == ("/field", "GET")]
    return field.probe.request(field.full_path, source.found)


def test_02_server_info_proves_no_token():
    with jira() as run:
        wrong = JiraSource(run.sandbox.base_url, run.sandbox.base_path, SecretStr("wrong-token-1"))
        with pytest.raises(AuthenticationError):
            wrong.authenticate()
    assert [call.endpoint for call in wrong.calls] == ["/myself"]


def test_03_a_refused_token_is_never_a_list_without_rows():
    for faults in (["bad-token@/search"], ["cloud", "expired-token-empty-lists@/search"]):
        with jira(*faults) as run:
            run.source.authenticate()
            with pytest.raises(AuthenticationError):
                ids(run.source.issues("HAR"))


def test_04_an_empty_200_is_a_failed_login_where_the_header_says_so():
    assert refusal("empty-200").code == "not_logged_in"
    with jira("empty@/serverInfo") as run:
        assert run.source.check_access() is False
    assert run.outcomes()["/serverInfo"] == "empty"
    assert run.source.deployment is None


@pytest.mark.parametrize(("fault", "code"), [("html", "html"), ("login-redirect", "login_page")])
def test_05_a_single_sign_on_is_no_answer(fault, code):
    assert refusal(fault).code == code


def test_05_what_calls_itself_a_page_is_one():
    page = answer(b'{"self": "x", "active": true}', Content_Type="text/html; charset=UTF-8")
    with serve(page) as server, pytest.raises(ExternalServiceError) as caught:
        JiraSource(server.base_url, "/rest/api/2", SecretStr("t" * 20)).authenticate()
    assert caught.value.code == "html"


def test_06_a_captcha_is_never_tried_again():
    with jira("captcha-403") as run, pytest.raises(AuthenticationError) as caught:
        run.source.authenticate()
    assert (caught.value.code, caught.value.retryable) == ("captcha", False)
    assert "log in once with a browser" in caught.value.message
    assert (run.sandbox.served, run.waits) == (1, [])


def test_07_data_center_takes_a_token_alone():
    error = refusal("pat-as-basic-403")
    assert error.code == "basic_refused"
    assert "unset JIRA_API_USER" in error.message


def test_08_cloud_takes_an_e_mail_with_its_token():
    error = refusal("bearer-on-cloud-403")
    assert error.code == "bearer_refused"
    assert "set JIRA_API_USER to the e-mail" in error.message


def test_09_a_token_with_scopes_has_another_address():
    error = refusal("scoped-token-401")
    assert type(error) is AuthenticationError
    assert "https://api.atlassian.com/ex/jira/CLOUD_ID" in error.message
    JiraSource(
        "https://api.atlassian.com/ex/jira/0000", "/rest/api/2", SecretStr("t" * 20), user=USER
    )


def test_10_a_removed_search_is_not_tried_again_and_not_used_on_cloud():
    with jira("search-410") as run:
        assert run.source.check_access() is False
    [search] = [call for call in run.source.calls if call.endpoint == "/search"]
    assert (search.attempts, search.error.code) == (1, "http_410")
    assert "CHANGE-2046" in search.error.message
    assert "Jira has removed it" in search.error.message
    with jira("cloud") as run:
        assert run.source.check_access() is True
    assert "/search/jql" in run.outcomes()
    assert "/search" not in run.outcomes()


def test_11_pages_follow_the_token_alone_and_name_their_fields():
    with jira("cloud", page_size=50) as run:
        assert ids(run.source.issues("HAR")) == HARBOUR
    searches = [call.name for call in run.source.calls if call.endpoint == "/search/jql"]
    assert len(searches) == 3
    assert all("fields=status" in name and "startAt" not in name for name in searches)
    with jira("token-repeats") as run, pytest.raises(ExternalServiceError) as caught:
        ids(run.source.issues("HAR"))
    assert caught.value.code == "endless_pages"


@pytest.mark.parametrize("fault", ["cloud", "last-page-null", "last-page-old"])
def test_12_each_shape_of_a_last_page_ends_the_list(fault):
    with jira(fault) as run:
        assert ids(run.source.issues("HAR")) == HARBOUR


def test_13_a_token_of_the_page_before_is_not_followed_again():
    with jira("stale-token") as run:
        assert ids(run.source.issues("HAR")) == HARBOUR
    assert run.sandbox.served == 1 + 3


@pytest.mark.parametrize("faults", [["capped-page"], ["cloud", "capped-page"]])
def test_14_a_capped_page_skips_no_rows(faults):
    with jira(*faults) as run:
        assert ids(run.source.issues("HAR")) == HARBOUR


@pytest.mark.parametrize(
    "faults",
    [["empty-mid-page"], ["cloud", "empty-mid-page"], ["moving-total"], ["cloud", "moving-total"]],
)
def test_15_an_empty_page_or_another_total_ends_nothing(faults):
    with jira(*faults) as run:
        assert ids(run.source.issues("HAR")) == HARBOUR


def test_15_reading_is_bounded():
    with jira(max_pages=2) as run, pytest.raises(ExternalServiceError, match="more than 2 pages"):
        ids(run.source.issues("HAR"))


def test_16_data_center_is_never_asked_for_cloud_s_list():
    with jira() as run:
        assert run.source.check_access() is True
        assert "/project/search" not in run.outcomes()
        with pytest.raises(NotFoundError, match="key 'search'"):
            ids(run.source.pages("/project/search", OffsetPages(), shape="project_page"))
    with jira("project-search-404") as run:
        assert run.source.check_access() is False
    assert run.outcomes()["/project/search"] == "http_404"


def test_17_a_404_may_hide_that_nobody_is_logged_in():
    with jira("404-for-401") as run:
        assert run.source.check_access() is False
    assert run.outcomes()["/project/HAR"] == "http_404"
    assert run.source.calls[-1].endpoint == "/myself"
    assert isinstance(run.source.calls[-1].error, AuthenticationError)
    with jira(project_id="NONE") as run:
        assert run.source.check_access() is False
    assert (run.source.calls[-1].endpoint, run.source.calls[-1].error) == ("/myself", None)


def test_18_one_permission_is_named_and_read_of_the_very_project():
    with jira("cloud", project_id="MEA") as run:
        assert run.source.check_access() is True
    asked = [call.name for call in run.source.calls if call.endpoint == "/mypermissions"]
    assert all("permissions=BROWSE_PROJECTS" in name for name in asked)
    assert asked[-1].endswith("projectKey=MEA")
    error = refusal("no-permission")
    assert error.code == "no_browse_permission"
    with jira("no-permission:1@/mypermissions") as run:
        with pytest.raises(SpectraError):
            run.source.authenticate()
        run.source.authenticate()


@pytest.mark.parametrize(
    ("fault", "least"),
    [("429-retry-after-0", 1), ("429-retry-after-absent", 1), ("429-retry-after-5", 5)],
)
def test_19_retry_after_is_a_minimum(fault, least):
    with jira(f"{fault}:2@/myself") as run:
        run.source.authenticate()
    assert len(run.waits) == 2
    assert all(wait >= least for wait in run.waits)
    with jira() as run:  # on good answers, it says 0 and nothing more
        run.source.check_access()
    assert run.waits == []


def test_20_an_instant_is_asked_for_whatever_the_user_s_time_zone():
    data = build_dataset()
    instant = sorted(issue.updated for issue in data.issues["HAR"])[60] + timedelta(hours=1)
    with jira() as run:
        found = ids(run.source.issues("HAR", updated_since=instant))
    assert set(found) == {i.row["id"] for i in data.issues["HAR"] if i.updated >= instant}
    words = f'project = HAR AND updated >= "{instant:%Y-%m-%d %H:%M}"'
    assert len(select(data, words)) != len(found), "a date in words is another instant"


def test_21_what_the_search_finds_late_is_read_with_an_overlap():
    data = build_dataset()
    by_update = sorted(data.issues["HAR"], key=lambda issue: issue.updated)
    late, watermark = by_update[-2], by_update[-1].updated
    known = {issue.row["id"] for issue in by_update if issue is not late}
    with jira("cloud") as run:
        merged = known.union(
            ids(run.source.issues("HAR", updated_since=watermark, lateness=timedelta(days=30)))
        )
        without = known.union(ids(run.source.issues("HAR", updated_since=watermark)))
    assert merged == set(HARBOUR)
    assert late.row["id"] not in without


def test_22_a_project_that_is_given_need_not_be_listed():
    with jira("forbidden@/project/search", "cloud", project_id="HAR") as run:
        assert run.source.check_access() is True
    assert "/project/search" not in run.outcomes()
    with jira("no-rows:1@/project", project_id="10002") as run:
        run.source.check_access()
    assert "/project" not in run.outcomes()


@pytest.mark.parametrize(
    ("body", "kind", "said"),
    [
        (b"<html><body>Unauthorized (401)</body></html>", "text/html", None),
        (b"Client must be authenticated to access this resource.", "text/plain", "Client must"),
        (b'{"message": "Unauthorized", "status-code": 401}', "application/json", '"Unauthorized"'),
        (b"Basic authentication with passwords is deprecated.", "text/plain", "deprecated"),
        (b'{"errorMessages": ["No login"], "errors": {}}', "application/json", '"No login"'),
        (b"\xff\xfe{", "application/json", "401"),
        (b"", "application/json", "401"),
    ],
)
def test_23_the_status_counts_whatever_the_body_is(body, kind, said):
    with serve(answer(body, status="401 Unauthorized", Content_Type=kind)) as server:
        source = JiraSource(server.base_url, "/rest/api/2", SecretStr("t" * 20))
        with pytest.raises(AuthenticationError) as caught:
            source.authenticate()
    assert caught.value.context["status"] == 401
    assert (said or "401") in caught.value.message
    assert "<html>" not in caught.value.message


def test_24_a_wrong_context_path_is_named():
    with jira() as run:
        lost = JiraSource(run.sandbox.base_url, "/jira/rest/api/2", run.sandbox.token)
        with pytest.raises(NotFoundError) as caught:
            lost.authenticate()
    assert caught.value.code == "dead_link"
    assert "context path such as `/jira`" in caught.value.message


def test_each_trap_has_its_test():
    names = vars(sys.modules[__name__])
    assert {int(n[1]) for name in names if (n := re.match(r"test_(\d\d)_", name))} == {
        *range(1, 25)
    }
