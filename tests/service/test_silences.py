"""Messages muted and acknowledged over HTTP, in the log of a real project."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

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
