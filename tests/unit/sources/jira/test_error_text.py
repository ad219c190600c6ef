from __future__ import annotations

import json

import pytest

from spectra_gx.sources.jira.error_text import find_error_text


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ({"errorMessages": ["a", "b"], "errors": {}}, "a; b"),
        ({"errorMessages": [], "errors": {"project": "is required"}}, "project: is required"),
        ({"errors": ["a", 7]}, "a"),
        ({"errors": "a"}, "a"),
        ({"warningMessages": ["w"]}, "w"),
        ({"errorMessage": "a", "message": "b", "error": "c"}, "a; b; c"),
        ({"errorMessages": ["a"], "message": "a"}, "a"),
        ({"errorMessages": "no list", "errors": None}, ""),
        ({"message": None}, ""),
        ([], ""),
        (7, ""),
    ],
)
def test_each_shape_of_an_error_is_read(answer, text):
    assert find_error_text(json.dumps(answer).encode()) == text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"", ""),
        (b" Client must be authenticated. ", "Client must be authenticated."),
        (b"<!DOCTYPE html><p>Forbidden", ""),
        (b"{", "{"),
        (b"\xff", "\ufffd"),
        (b"[" * 100_000, "[" * 100_000),
    ],
)
def test_what_is_no_json_is_its_own_text_unless_it_is_a_page(body, text):
    assert find_error_text(body) == text
