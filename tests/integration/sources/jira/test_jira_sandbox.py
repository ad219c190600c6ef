"""The sandbox is Jira as its published facts describe it, on both deployments."""

from __future__ import annotations

import re

import pytest
import requests

from spectra_gx.sources.faults import parse_fault
from spectra_gx.sources.jira.catalogue import Deployment
from spectra_gx.sources.jira.faults import FAULTS, JiraFault
from spectra_gx.sources.jira.sandbox import Sandbox
from spectra_gx.sources.jira.sandbox.data import USER, build_dataset
from spectra_gx.sources.jira.shapes import find_mismatch
from tests.integration.sources.jira.jira_sandbox import jira

CLOUD, DATA_CENTER = [JiraFault.CLOUD.value], []


def get(sandbox, path, params=None, *, token=None, scheme=None):
    secret = token or sandbox.token.get_secret_value()
    auth, headers = None, {}
    if (scheme or ("basic" if sandbox.user else "bearer")) == "basic":
        auth = (USER, secret)
    else:
        headers = {"Authorization": f"Bearer {secret}"}
    url = f"{sandbox.base_url}{sandbox.base_path}{path}"
    return requests.get(
        url, params=params, headers=headers, auth=auth, timeout=5, allow_redirects=False
    )


@pytest.fixture(params=[CLOUD, DATA_CENTER], ids=["cloud", "data-center"])
def sandbox(request):
    with Sandbox(faults=[parse_fault(one, FAULTS) for one in request.param]) as running:
        yield running


def test_each_answer_has_its_shape(sandbox):
    cloud = sandbox.deployment is Deployment.CLOUD
    asked = {
        "/myself": "user",
        "/serverInfo": "server_info",
        "/project": "projects",
        "/project/HAR": "project",
        "/project/10002": "project",
        "/issue/HAR-7": "issue",
        "/worklog/updated": "worklog_page",
        **({"/project/search": "project_page"} if cloud else {}),
    }
    for path, shape in asked.items():
        answer = get(sandbox, path)
        assert answer.status_code == 200, path
        assert find_mismatch(shape, answer.json()) is None, path
    permissions = get(sandbox, "/mypermissions", {"permissions": "BROWSE_PROJECTS"}).json()
    assert find_mismatch("permissions", permissions) is None


def test_every_endpoint_that_may_be_probed_answers(sandbox):
    faults = ["cloud"] if sandbox.deployment is Deployment.CLOUD else []
    with jira(*faults) as run:
        assert run.source.check_access() is True
        due = [endpoint for endpoint in run.source.endpoints() if endpoint.is_probed]
        probes = [endpoint.probe.request(endpoint.full_path, run.source.found) for endpoint in due]
        calls = [run.source.probe(request) for request in probes]
    assert len(due) > 90
    assert [call.name for call in calls if call.error] == []


def test_nobody_is_answered_as_the_deployment_does(sandbox):
    if sandbox.deployment is Deployment.CLOUD:
        listed = get(sandbox, "/project/search", token="wrong")
        assert (listed.status_code, listed.json()["values"]) == (200, [])
        assert listed.headers["X-Seraph-LoginReason"] == "AUTHENTICATED_FAILED"
        assert get(sandbox, "/myself", token="wrong").status_code == 401
        assert get(sandbox, "/serverInfo", token="wrong").json()["deploymentType"] == "Cloud"
        assert get(sandbox, "/myself", scheme="bearer").json() == {
            "error": "Failed to parse Connect Session Auth Token"
        }
    else:
        refused = get(sandbox, "/myself", token="wrong")
        assert (refused.status_code, refused.headers["X-AUSERNAME"]) == (401, "anonymous")
        assert refused.text.startswith("<!DOCTYPE html>")
        assert get(sandbox, "/myself", scheme="basic").status_code == 403


def test_headers_are_those_of_the_deployment(sandbox):
    headers = get(sandbox, "/myself").headers
    if sandbox.deployment is Deployment.CLOUD:
        assert "atl-traceid" in headers
        assert "Retry-After" not in headers
    else:
        assert headers["Retry-After"] == "0"
        assert headers["X-AUSERNAME"] == "sandbox"
        assert headers["X-RateLimit-Interval-Seconds"] == "60"


def test_permissions_of_cloud_must_be_named(sandbox):
    answer = get(sandbox, "/mypermissions")
    assert answer.status_code == (400 if sandbox.deployment is Deployment.CLOUD else 200)
    assert get(sandbox, "/mypermissions", {"permissions": "FLY"}).status_code == 400
    unseen = {"permissions": "BROWSE_PROJECTS", "projectKey": "NONE"}
    assert get(sandbox, "/mypermissions", unseen).status_code == 404


def test_search_is_the_deployment_s_own(sandbox):
    query = {"jql": "project = HAR"}
    if sandbox.deployment is Deployment.CLOUD:
        assert get(sandbox, "/search", query).status_code == 410
        page = get(sandbox, "/search/jql", query).json()
        assert page["issues"][0] == {"id": "10001"}, "only ids, unless fields are named"
        assert not {"total", "startAt"} & page.keys()
        again = get(sandbox, "/search/jql", {**query, "startAt": 50}).json()
        assert again == page, "an offset is ignored"
        for wrong in ({"jql": "order by key"}, {**query, "maxResults": 0}):
            assert get(sandbox, "/search/jql", wrong).status_code == 400
    else:
        assert get(sandbox, "/search/jql", query).status_code == 404
        page = get(sandbox, "/search", {**query, "maxResults": 500}).json()
        assert (page["maxResults"], page["total"], len(page["issues"])) == (100, 120, 100)


def test_a_query_that_cannot_be_answered_says_why(sandbox):
    path = "/search/jql" if sandbox.deployment is Deployment.CLOUD else "/search"
    for jql, said in {
        "project = NONE": "The value 'NONE' does not exist for the field 'project'.",
        "project ~ HAR": "Error in the JQL Query",
        'project = HAR AND updated >= "yesterday"': "Date value 'yesterday'",
    }.items():
        answer = get(sandbox, path, {"jql": jql})
        assert answer.status_code == 400
        assert answer.json()["errorMessages"][0].startswith(said)


def test_what_is_not_there_is_not_found(sandbox):
    for path in ("/project/NONE", "/project/NONE/statuses", "/issue/HAR-999", "/issue/X-1/comment"):
        assert get(sandbox, path).status_code == 404, path
    assert get(sandbox, "/no/such/endpoint").status_code == 404
    url = f"{sandbox.base_url}/jira/rest/api/2/myself"
    lost = requests.get(url, timeout=5)
    assert (lost.status_code, "dead link" in lost.text) == (404, True)


def test_nothing_is_written(sandbox):
    url = f"{sandbox.base_url}{sandbox.base_path}/issue"
    auth = (USER, sandbox.token.get_secret_value()) if sandbox.user else None
    bearer = {} if auth else {"Authorization": f"Bearer {sandbox.token.get_secret_value()}"}
    assert requests.post(url, json={}, headers=bearer, auth=auth, timeout=5).status_code == 405


def test_times_have_offsets_without_a_colon_and_not_all_have_milliseconds():
    issues = [issue.row["fields"] for issue in build_dataset().issues["HAR"]]
    written = {re.sub(r"\d", "9", fields["updated"]) for fields in issues}
    assert written >= {"9999-99-99T99:99:99.999+9999", "9999-99-99T99:99:99+9999"}


def test_a_site_of_cloud_names_its_id():
    with Sandbox(faults=[parse_fault("scoped-token-401", FAULTS)]) as sandbox:
        assert get(sandbox, "/myself").status_code == 401
        assert "cloudId" in requests.get(f"{sandbox.base_url}/_edge/tenant_info", timeout=5).json()
