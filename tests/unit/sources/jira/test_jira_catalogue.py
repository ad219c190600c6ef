from __future__ import annotations

from collections import Counter

import pytest

from spectra_gx.sources.jira.catalogue import Deployment, load_catalogue
from spectra_gx.sources.probing.probe_rules import ProbeClass

CATALOGUE = load_catalogue()
GETS = [endpoint for endpoint in CATALOGUE.endpoints if endpoint.http_method == "GET"]
NEVER = (
    *("/email-templates", "/user/anonymization", "/user/anonymization/rerun"),
    *("/auditing/record", "/users", "/users/search", "/user/list", "/attachment/content/{id}"),
)


def test_it_has_every_published_endpoint_once():
    assert len(CATALOGUE.endpoints) == 698
    assert len({endpoint.key for endpoint in CATALOGUE.endpoints}) == 698
    here = CATALOGUE.deployments.values()
    assert sum(Deployment.CLOUD in known for known in here) == 572
    assert sum(Deployment.DATA_CENTER in known for known in here) == 387
    assert sum(endpoint.hierarchical for endpoint in CATALOGUE.endpoints) == 123
    assert sum(not endpoint.requires_auth for endpoint in CATALOGUE.endpoints) == 237


def test_each_endpoint_says_how_it_is_called():
    methods = Counter(endpoint.http_method for endpoint in CATALOGUE.endpoints)
    assert methods == {"GET": 310, "POST": 157, "PUT": 135, "DELETE": 96}
    for endpoint in CATALOGUE.endpoints:
        assert endpoint.resource == f"{endpoint.description} [{endpoint.full_path}]"
        assert all(f"{{{name}}}" in endpoint.full_path for name in endpoint.path_parameters)


def test_what_was_left_out_is_data():
    assert len(CATALOGUE.left_out) == 66
    assert {one.reason for one in CATALOGUE.left_out} == {"not under /rest/api/2"}


@pytest.mark.parametrize(
    ("deployment", "plain", "with_ids"),
    [(Deployment.CLOUD, 81, 44), (Deployment.DATA_CENTER, 63, 36)],
)
def test_only_what_a_deployment_has_is_probed_there(deployment, plain, with_ids):
    classes = Counter(
        endpoint.probe.probe_class
        for endpoint in CATALOGUE.probed_by(deployment)
        if endpoint.is_probed
    )
    assert classes == {ProbeClass.PLAIN: plain, ProbeClass.WITH_IDS: with_ids}


def test_a_search_that_cloud_removed_is_probed_on_data_center_alone():
    by_key = {
        deployment: {one.key: one for one in CATALOGUE.probed_by(deployment)}
        for deployment in Deployment
    }
    cloud, data_center = (by_key[one]["/search", "GET"] for one in Deployment)
    assert (cloud.is_probed, cloud.skip_reason) == (False, "removed on Jira Cloud")
    assert data_center.is_probed
    missing = by_key[Deployment.DATA_CENTER]["/search/jql", "GET"]
    assert missing.skip_reason == "not there on Jira Data Center"


def test_on_an_unknown_deployment_only_what_both_have_is_probed():
    known = {endpoint.key for endpoint in CATALOGUE.probed_by(None) if endpoint.is_probed}
    assert known
    assert all(len(CATALOGUE.probed_on[key]) == 2 for key in known)


@pytest.mark.parametrize("path", NEVER)
def test_what_writes_or_is_about_people_is_never_probed(path):
    [endpoint] = [endpoint for endpoint in GETS if endpoint.full_path == path]
    assert not endpoint.is_probed
    assert endpoint.probe.reason


def test_nothing_but_a_get_is_probed():
    assert not any(e.is_probed for e in CATALOGUE.endpoints if e.http_method != "GET")
    assert all(endpoint.probe.probe_class for endpoint in GETS)


def test_every_id_of_a_probe_is_one_that_the_walk_finds():
    found = {
        "project": {
            "id": "1",
            "key": "HAR",
            "components": [{"id": "2"}],
            "versions": [{"id": "3"}],
            "issueTypes": [{"id": "4"}],
        },
        "issue": {"id": "5", "key": "HAR-1", "fields": {"status": {"id": "6"}}},
        "yesterday": {"epoch_ms": 7},
    }
    for endpoint in GETS:
        if endpoint.is_probed:
            request = endpoint.probe.request(endpoint.full_path, found)
            assert not isinstance(request, str), (endpoint.full_path, request)
            assert "{" not in request.path + "".join(request.params.values())
