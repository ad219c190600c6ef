from __future__ import annotations

import json

import pytest

from spectra_gx.sources.zephyr.sandbox.data import build_dataset
from spectra_gx.sources.zephyr.sandbox.routes import respond

DATA = build_dataset()


def get(path, **query):
    return respond(DATA, "GET", path, query)


def rows(reply):
    assert reply.status == 200
    body = json.loads(reply.body)
    return body["results"] if isinstance(body, dict) else body


def test_the_first_path_reaches_all_five_levels():
    project = rows(get("/project/details"))[0]
    release = rows(get(f"/release/project/{project['id']}"))[0]
    cycle = rows(get(f"/cycle/release/{release['id']}"))[0]
    execution = rows(get("/execution", cycleid=str(cycle["id"])))[0]
    assert execution["tcrTreeTestcase"]["id"]


def test_the_data_is_the_same_every_time():
    assert build_dataset() == DATA


def test_some_levels_are_empty_and_some_dates_absent():
    assert [] in DATA.cycles.values()
    assert [] in DATA.executions.values()
    assert any("startDate" not in row for level in DATA.releases.values() for row in level)


def test_every_parent_exists_and_ids_are_unique():
    for level, below in (
        (DATA.projects, DATA.releases),
        ([row for rows in DATA.releases.values() for row in rows], DATA.cycles),
        ([row for rows in DATA.cycles.values() for row in rows], DATA.executions),
    ):
        ids = [row["id"] for row in level]
        assert len(set(ids)) == len(ids)
        assert set(ids) == set(below)


def test_pages_follow_each_other_and_say_a_size_of_nothing():
    pages = [get("/execution", cycleid="111", offset=str(at), pagesize="10") for at in (0, 10, 20)]
    assert [len(rows(page)) for page in pages] == [10, 10, 3]
    assert len({row["id"] for page in pages for row in rows(page)}) == 23
    assert {json.loads(page.body)["resultSize"] for page in pages} == {0}


def test_one_endpoint_ignores_offset():
    first = get("/release/paged/project/1", offset="0", pagesize="2")
    assert len(rows(first)) == 2
    assert get("/release/paged/project/1", offset="2", pagesize="2") == first


@pytest.mark.parametrize(
    ("path", "query", "status", "code"),
    [
        ("/execution", {}, 400, "141z05"),
        ("/execution", {"cycleid": "x"}, 400, "141z05"),
        ("/execution", {"cycleid": "111", "offset": "-1"}, 400, "141z05"),
        ("/execution", {"cycleid": "99"}, 500, "500"),
        ("/release/project/99", {}, 500, "500"),
        ("/release/paged/project/99", {}, 500, "500"),
        ("/cycle/release/99", {}, 500, "500"),
        ("/testcase/requirement/5", {}, 410, "410"),
    ],
)
def test_errors_speak_as_the_vendor_does(path, query, status, code):
    reply = get(path, **query)
    assert reply.status == status
    assert json.loads(reply.body)["errorCode"] == code
    assert json.loads(reply.body)["errorMsg"]


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/users"), ("GET", "/release/project/1/x"), ("POST", "/execution")]
)
def test_anything_else_is_not_found_without_a_body(method, path):
    reply = respond(DATA, method, path, {})
    assert (reply.status, reply.body) == (404, b"")
