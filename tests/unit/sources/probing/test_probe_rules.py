"""How endpoints may be probed, and that nothing else ever is."""

from __future__ import annotations

from collections import Counter

import pytest

from spectra_gx.sources.probing.probe_rules import ProbeClass, ProbeRequest, ProbeRule, matches
from spectra_gx.sources.zephyr.catalogue import load_catalogue
from tests.fakes.sources import FOUND

ROWS = load_catalogue().endpoints


def test_only_gets_that_change_nothing_are_probed():
    assert {row.http_method for row in ROWS if row.is_probed} == {"GET"}
    words = (
        "delete",
        "update",
        "bulk",
        "reindex",
        "import",
        "copy",
        "ldap",
        "token",
        "preference/a",
    )
    probed = [row.full_path for row in ROWS if row.is_probed]
    harmless = {
        "/advancesearch/reindex/health": "a report",
        "/admin/preference/anonymous": "a fixed list",
        "/field/importfields/{entityName}": "reads which fields an import knows",
    }
    suspicious = {path for path in probed if any(word in path.lower() for word in words)}
    assert suspicious == harmless.keys()


def test_every_get_has_a_rule_and_every_refusal_a_reason():
    rules = Counter(row.probe.probe_class for row in ROWS if row.http_method == "GET")
    assert rules == {
        "plain": 27,
        "with_ids": 27,
        "needs_query": 32,
        "unknown_ids": 10,
        "excluded": 24,
    }
    assert all(row.skip_reason for row in ROWS if not row.is_probed)
    assert {row.skip_reason for row in ROWS if row.http_method != "GET"} == {"only GETs are probed"}


def test_the_walk_fills_every_id_and_no_two_requests_are_the_same():
    requests = [row.probe.request(row.full_path, FOUND) for row in ROWS if row.is_probed]
    assert all(isinstance(request, ProbeRequest) for request in requests)
    texts = [f"{request.path} {request.params}" for request in requests]
    assert len({*texts}) == len(texts) == 54
    assert not [text for text in texts if "{?" in text or "None" in text]


@pytest.mark.parametrize(
    ("path", "found", "request_"),
    [
        ("/a/{id}{?x}", {"p": {"id": 7}}, ProbeRequest("/a/7")),
        ("/a/{id}", {"p": {"id": "x/y z"}}, ProbeRequest("/a/x%2Fy%20z")),
        ("/a/{id}?b={b}", {"p": {"id": 0}}, ProbeRequest("/a/0")),
        ("/a/{id}", {}, "p.id"),
        ("/a/{id}", {"p": {}}, "p.id"),
        ("/a/{id}", {"p": {"id": None}}, "p.id"),
        ("/a/{id}", {"p": {"id": ""}}, "p.id"),
        ("/a/{id}", {"p": [1]}, "p.id"),
        ("/a/{id}/{other}", {"p": {"id": 7}}, "other"),
    ],
)
def test_a_path_is_filled_or_the_missing_id_named(path, found, request_):
    rule = ProbeRule(ProbeClass.WITH_IDS, ids={"id": "{p.id}"})
    assert rule.request(path, found) == request_


def test_queries_have_constants_and_ids_from_inside_what_was_found():
    rule = ProbeRule(
        ProbeClass.WITH_IDS, query={"jql": "v = {p.versions[1].id} order", "maxResults": "1"}
    )
    found = {"p": {"versions": [{"id": "a"}, {"id": "b"}]}}
    assert rule.request("/search", found) == ProbeRequest(
        "/search", {"jql": "v = b order", "maxResults": "1"}
    )
    assert rule.request("/search", {"p": {"versions": []}}) == "p.versions[1].id"


@pytest.mark.parametrize(
    ("full_path", "path", "same"),
    [
        ("/release/project/{projectid}", "/release/project/1", True),
        ("/release/project/{projectid}", "/release/project/1/2", False),
        ("/execution{?cycleid}{?offset}", "/execution", True),
        ("/license/peak/detail?licensetype={licensetype}", "/license/peak/detail", True),
        ("/a.b/{id}", "/aXb/1", False),
    ],
)
def test_a_requested_path_is_recognised(full_path, path, same):
    assert matches(full_path, path) is same
