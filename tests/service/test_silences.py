"""Messages muted and acknowledged over HTTP, in the log of a real project."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from html import escape
from urllib.parse import urlencode

import pytest

from tests.fakes.service import READ_TOKEN, RUN_TOKEN, TOKENS, ServedProjectInThread
from tests.fakes.stages import StageProject

LATER = str(datetime.now(UTC).date() + timedelta(days=300))
MUTE = {"until": LATER, "reason": "moving the source"}


@pytest.fixture
def guarded(tmp_path):
    StageProject(tmp_path)
    with ServedProjectInThread(tmp_path, TOKENS) as served:
        yield served


def test_a_stage_is_muted_and_unmuted_by_who_may_run(guarded):
    made = guarded.ask("POST", "/stages/shop/mutes", MUTE, token=RUN_TOKEN)
    assert made.status == 201
    [mute] = made.json["muted"]
    assert (mute["name"], mute["until"], mute["reason"]) == (None, LATER, "moving the source")
    assert mute["by"]
    now = guarded.ask("GET", "/stages/shop/silences", token=READ_TOKEN).json
    assert now == {"muted": [mute], "acknowledged": []}
    assert guarded.ask("DELETE", "/stages/shop/mutes", token=READ_TOKEN).status == 403
    ended = guarded.ask("DELETE", "/stages/shop/mutes", token=RUN_TOKEN)
    assert (ended.status, ended.json["muted"]) == (200, [mute])
    again = guarded.ask("DELETE", "/stages/shop/mutes", token=RUN_TOKEN)
    assert (again.status, "is muted" in again.json["detail"]) == (409, True)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/stages/shop/mutes", {**MUTE, "until": 20300101}, 422),
        ("/stages/shop/mutes", {**MUTE, "until": "soon"}, 422),
        ("/stages/shop/mutes", {**MUTE, "until": "2020-01-01"}, 409),
        ("/stages/shop/mutes", {**MUTE, "reason": ""}, 422),
        ("/stages/shop/mutes", {**MUTE, "names": ["nothing"]}, 409),
        ("/stages/shop/mutes", {**MUTE, "more": 1}, 422),
        ("/stages/nothing/mutes", MUTE, 404),
        ("/stages/shop/acknowledgements", None, 409),
    ],
)
def test_what_cannot_be_silenced_is_refused(path, body, status, guarded):
    answer = guarded.ask("POST", path, body, token=RUN_TOKEN)
    assert (answer.status, bool(answer.json["detail"])) == (status, True)
    assert guarded.ask("GET", "/stages/shop/silences", token=RUN_TOKEN).json["muted"] == []


FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PAGE = "/live/stages/shop/messages"


def send(guarded, action, token=RUN_TOKEN, headers=FORM, **fields):
    body = urlencode(fields).encode()
    return guarded.ask("POST", f"{PAGE}/{action}", body, token=token, headers=headers)


def muted(guarded):
    return guarded.ask("GET", "/stages/shop/silences", token=RUN_TOKEN).json["muted"]


def test_a_form_mutes_and_leads_back_to_its_page(guarded):
    fields = {"name": "shop.orders", "until": LATER, "reason": "moving the source"}
    sent = send(guarded, "mute", **fields)
    assert (sent.status, sent.headers["Location"]) == (303, f"{PAGE}?name=shop.orders")
    [mute] = muted(guarded)
    assert mute.items() >= {**fields, "by": "scheduler"}.items()
    ended = send(guarded, "unmute", name="shop.orders")
    assert (ended.status, muted(guarded)) == (303, [])
    assert send(guarded, "mute", until=LATER, reason="all of it").headers["Location"] == PAGE
    assert [one["name"] for one in muted(guarded)] == [None]


@pytest.mark.parametrize(
    ("action", "fields", "said"),
    [
        ("mute", {"until": "2020-01-01", "reason": "late <b>"}, "2020-01-01 is over"),
        ("mute", {"until": "soon", "reason": "late"}, "written as"),
        ("mute", {"reason": "late"}, "written as"),
        ("mute", {"until": LATER}, "1 to 200 printable characters"),
        ("mute", {"until": LATER, "reason": "late", "name": "<b>"}, "no table or rule"),
        ("unmute", {"name": "shop.orders"}, "is muted"),
        ("acknowledge", {}, "failed in the newest run"),
    ],
)
def test_a_form_that_does_not_do_is_shown_again(action, fields, said, guarded):
    sent = send(guarded, action, **fields)
    assert (sent.status, 'role="alert"' in sent.text, said in sent.text) == (422, True, True)
    assert "<b>" not in sent.text
    for value in fields.values():
        assert escape(value) in sent.text  # nothing has to be written twice
    assert muted(guarded) == []


def test_forms_are_for_who_may_run_and_come_from_pages_of_the_service(guarded):
    fields = {"until": LATER, "reason": "late"}
    assert send(guarded, "mute", token=READ_TOKEN, **fields).status == 403
    foreign = {**FORM, "Origin": "https://example.com"}
    assert send(guarded, "mute", headers=foreign, **fields).status == 403
    assert send(guarded, "mute", token="x" * 30, **fields).status == 401
    assert muted(guarded) == []
    html = {"Accept": "text/html"}
    page = guarded.ask("GET", f"{PAGE}?name=%3Cb%3E", token=RUN_TOKEN, headers=html)
    assert (page.status, "<b>" in page.text) == (422, False)
