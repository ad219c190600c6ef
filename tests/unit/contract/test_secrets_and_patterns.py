"""What looks like a secret, and which patterns only Python answers."""

import math

import pytest

from spectra_gx.contract.excerpts import did_you_mean, looks_secret, quote
from spectra_gx.contract.patterns import is_costly, most_steps, needs_python


@pytest.mark.parametrize(
    "text",
    [
        "ghp_FAKEfakeFAKEfakeFAKE0123",
        "glpat-FAKE-fake-0123-FAKE",
        "xoxb-0123456789-fake",
        "AKIAFAKEFAKE0123FAKE",
        "Authorization: Bearer FAKEfakeFAKEfake0123",
        "https://user:fakepass@example.test/x",
        "https://discord.com/api/webhooks/1/FAKE",
        "eyJmYWtlIjoidHJ1ZSJ9.eyJmYWtlIjoidHJ1ZSJ9.x",
        "-----BEGIN RSA PRIVATE KEY-----",
        "password=hunter22",
        "qX7vT2mZp9LwR4kYb8NcJ3hD",
    ],
)
def test_a_token_is_recognised_and_never_quoted(text):
    assert looks_secret(text)
    assert quote(text) == "‹redacted›"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "apiToken",
        "source.endpoints.full_path.required",
        "/flex/services/rest/latest/project/details",
        "expect_column_values_to_be_between_2_and_3",
        "hierarchicalEndpointsValidatedSince2024V2",
        "123e4567-e89b-12d3-a456-426614174000",
        "The token: it is masked, all but its last 3 characters.",
        "https://example.test/path?query=1",
        "2026-01-01T00:00:00.000000+00:00",
        "VersionOneSmokeRelease",
    ],
)
def test_ordinary_words_names_and_paths_are_not(text):
    assert not looks_secret(text)


def test_a_quoted_text_is_one_short_line():
    assert quote("a\n\x1b[31mb") == "'a  [31mb'"
    assert quote("x" * 100) == f"'{'x' * 60}…'"


def test_the_nearest_word_is_offered_and_nothing_far():
    assert did_you_mean("requierd", ["required", "unique"]) == " — did you mean 'required'?"
    assert did_you_mean("Required", ["required"]) == " — did you mean 'required'?"
    assert did_you_mean("zzz", ["required"]) == ""


@pytest.mark.parametrize(
    "pattern",
    [
        *(
            "(?=a)",
            "(?!a)",
            "(?<=a)b",
            "(?<!a)b",
            r"(a)\1",
            "(?P<x>a)(?P=x)",
            "(a)?(?(1)b|c)",
            "a++b",
        ),
        *("(?>a)b", r"\\(?=a)"),
    ],
)
def test_look_around_and_the_like_need_python(pattern):
    assert needs_python(pattern)


@pytest.mark.parametrize(
    "pattern",
    ["^/", "(?:a)", "(?P<x>a)", "(?i)a", r"\d+", r"\(?=a", "[(?=a)]", r"\\1", "[]\\1]", r"[\1]"],
)
def test_all_else_does_not(pattern):
    assert not needs_python(pattern)


@pytest.mark.parametrize(
    ("pattern", "steps"),
    [
        ("abc", 11),
        ("a?" * 20, math.comb(31, 21)),
        ("a?" * 21, math.inf),
        ("a?" * 22, math.inf),
        ("a*b", 66),
        ("a*b*", 286),
        ("a|b", 132),
        ("(a+)+", math.inf),
        ("a(?=b)", math.inf),
    ],
)
def test_steps_are_the_ways_to_share_a_text_among_choices(pattern, steps):
    assert most_steps(pattern, 10) == steps


@pytest.mark.parametrize(
    ("pattern", "costly"),
    [
        ("a{4999}", False),
        ("a{5001}", True),
        ("(a{10}){10}", False),
        ("(a{71}){71}", True),
        ("[ab]{9}c", False),
    ],
)
def test_repeats_multiply_within_groups(pattern, costly):
    assert is_costly(pattern) is costly
