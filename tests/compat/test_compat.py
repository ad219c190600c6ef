"""What users and tools rely on works as it did: old projects and warehouses under the new code."""

from __future__ import annotations

import hashlib
import json
import tarfile
from pathlib import Path

import pytest

from tests.compat.outcomes import ADDED, differences, steady, without_permitted
from tests.compat.scenarios import SCENARIOS, Player

ARCHIVE = Path(__file__).parent / "data" / "0.1.0.tar.xz"
RECORDED = "afd58210545cbed88ee4cd673eeacd1a11c30d7ead8bf214e470f3e8a786c3a9"
"""The digest of the archive: what was recorded with a version is not recorded anew."""


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The projects and answers of the version before."""
    folder = tmp_path_factory.mktemp("recorded")
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(folder, filter="data")
    return folder


def test_the_recording_is_the_one_that_the_version_before_made():
    assert hashlib.sha256(ARCHIVE.read_bytes()).hexdigest() == RECORDED


@pytest.mark.parametrize("name", SCENARIOS)
def test_it_answers_as_the_version_before_did(name: str, recorded: Path):
    player = Player(recorded / "projects" / name)
    SCENARIOS[name](player)
    before = json.loads((recorded / "answers" / f"{name}.json").read_text("utf-8"))

    assert [*differences(without_permitted(before), player.outcomes)] == []


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        ({"a": 1}, {}, ".a is gone"),
        ({"a": 1}, {"a": 1, "b": 2}, ".b is new"),
        ({"a": [1, 2]}, {"a": [1]}, ".a was [1, 2], is [1]"),
        ({"a": 1}, {"a": True}, ".a was 1, is True"),
        ({"at least": ["--a"]}, {"at least": ["--b"]}, ": '--a' is gone"),
    ],
)
def test_whatever_is_missing_or_changed_is_found(before: object, now: object, said: str):
    assert [*differences(before, now)] == [said]


def test_only_what_differs_from_run_to_run_and_sentences_may_differ():
    assert {"cause", "causes"} < ADDED
    assert [*differences({"at least": ["a"]}, {"at least": ["a", "b"]})] == []
    assert [*differences({"a": 1}, {"a": 1, "cause": None})] == []
    answer = {
        "message": "1000 rows",
        "duration_seconds": 1.5,
        "id": "a.b",
        "at": "2026-11-28T08:48:23.778668+00:00",
    }
    assert steady(answer) == {
        "message": "TEXT",
        "duration_seconds": "DURATION",
        "id": "a.b",
        "at": "TIME",
    }
    assert steady({"message": "", "summary": None}) == {"message": "", "summary": None}
