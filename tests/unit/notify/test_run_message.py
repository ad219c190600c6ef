"""Wording a message: what it shows, and that hostile data stays data."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given

from spectra_gx.notify.message_text import discord_payload
from spectra_gx.notify.run_message import compose_run_message
from spectra_gx.runner.alerts.messages import Message
from tests.drawing import drawn
from tests.fakes.discord import broken_limits
from tests.unit.notify.hostile_messages import LIVE_MENTION, messages

BROKEN = Message(
    kind="first",
    trouble="failure",
    severity="critical",
    stage="source",
    system="zephyr",
    execution_id="nb_20260801_063000_000001",
    contract_version="3.1.0",
    duration_seconds=12.34,
    tables={"source.endpoints": "failed"},
    failing=(
        ("source.endpoints.http_method.enum", "critical", 3),
        ("source.endpoints.rows", "warning", None),
    ),
    counts={"critical": {"passed": 58, "failed": 1, "errored": 0}},
    endpoints_reached=(9, 10),
    latency_ms=1203.6,
    log="warehouse/Tables/log/sourcelog",
    docs="warehouse/Files/docs/index.html",
    runbook="docs/source/OPERATIONAL-RUNBOOK.md#validation",
    contact="#data-platform",
)
STOPPED = replace(
    BROKEN,
    error="the source answered 401; renew the token",
    error_category="authentication",
    tables=None,
    failing=(),
    counts=None,
)
RECOVERED = replace(BROKEN, kind="recovery", tables=None, failing=())


def shown(message: Message) -> dict[str, str]:
    payload = discord_payload(compose_run_message(message))
    return {field["name"]: field["value"] for field in payload["embeds"][0]["fields"]}


def test_a_broken_contract_shows_everything_needed_to_start():
    said = compose_run_message(BROKEN)

    assert said.title == "source (zephyr) broke its contract"
    assert said.summary == "critical · contract 3.1.0 · nb_20260801_063000_000001 · 12.3 s"
    assert said.body.splitlines()[1:] == [
        (
            "Failing rules: source.endpoints.http_method.enum: critical, 3 rows; "
            "source.endpoints.rows: warning"
        ),
        "Tables: source.endpoints: failed",
        "Rules by severity: critical: 58 passed, 1 failed",
        "Calls to the source: 9 of 10 endpoints answered; 9 of 10 calls within 1,204 ms",
        (
            "Where to look: Log: warehouse/Tables/log/sourcelog; "
            "Data docs: warehouse/Files/docs/index.html; "
            "Runbook: docs/source/OPERATIONAL-RUNBOOK.md#validation; Contact: #data-platform"
        ),
    ]


def test_a_run_that_stopped_shows_its_error():
    said = compose_run_message(STOPPED)

    assert said.title == "source (zephyr) run failed: authentication error"
    assert said.summary.startswith("critical · ")
    assert shown(STOPPED)["Error"] == "the source answered 401; renew the token"


def test_a_rule_that_could_not_be_evaluated_is_not_called_broken():
    message = replace(BROKEN, tables={"source.config": "failed", "source.endpoints": "errored"})

    assert compose_run_message(message).title == "source (zephyr) could not be checked completely"


def test_warnings_are_not_called_critical():
    message = replace(BROKEN, trouble="warnings", severity="warning", failing=(("a.b", "info", 1),))
    said = compose_run_message(message)

    assert said.title == "source (zephyr) passes with warnings"
    assert said.summary.startswith("warning · ")
    assert shown(message)["Failing rules"] == "a.b: info, 1 row"


def test_a_changed_failure_tells_new_from_known_and_mended():
    failing = (("a.new", "critical", 1), ("a.old", "warning", 2))
    message = replace(
        BROKEN, kind="changed", failing=failing, newly_failing=("a.new",), resolved=("a.gone",)
    )
    fields = shown(message)

    assert compose_run_message(message).title == "Changed: source (zephyr) broke its contract"
    assert "Failing rules" not in fields
    assert [fields[name] for name in ("Newly failing", "Still failing", "Resolved")] == [
        "a.new: critical, 1 row",
        "a.old: warning, 2 rows",
        "a.gone",
    ]


@pytest.mark.parametrize(
    ("trouble", "title"),
    [
        ("failure", "source (zephyr) passes again"),
        ("quarantine", "source (zephyr) passes with all its rows again"),
        ("warnings", "source (zephyr) passes without warnings again"),
    ],
)
def test_a_recovery_says_what_is_over_and_for_how_long_it_was(trouble, title):
    message = replace(
        RECOVERED, trouble=trouble, failed_runs=20, since=datetime(2026, 8, 1, 4, 5, tzinfo=UTC)
    )

    assert compose_run_message(message).title == title
    assert compose_run_message(message).summary.startswith(
        "20 failed runs since 2026-08-01 04:05 UTC · contract"
    )


def test_a_reminder_says_so():
    message = replace(BROKEN, kind="reminder")
    assert compose_run_message(message).title == "Still: source (zephyr) broke its contract"


def test_pages_with_an_address_are_links():
    site = "https://docs.example.com/spectra"
    message = replace(
        BROKEN,
        docs=f"{site}/index.html",
        pages={"source.endpoints": f"{site}/tables/source.endpoints.html", "source.fine": "x"},
        runbook=f"{site}/RUNBOOK.html#validation",
        contact="https://chat.example.com/data",
    )
    fields = shown(message)

    assert fields["Tables"] == (f"[source.endpoints: failed]({site}/tables/source.endpoints.html)")
    assert fields["Where to look"].splitlines() == [
        "Log: warehouse/Tables/log/sourcelog",
        f"[Data docs]({site}/index.html)",
        f"[Runbook]({site}/RUNBOOK.html#validation)",
        "[Contact](https://chat.example.com/data)",
    ]
    assert f"Data docs: {site}/index.html; " in compose_run_message(message).body


def test_the_text_of_a_link_is_data():
    table = "@everyone](http://evil.example.com)"
    message = replace(
        BROKEN, tables={table: "failed"}, pages={table: "https://docs.example.com/t.html"}
    )
    assert shown(message)["Tables"] == (
        "[@\u200beveryone\\]\\(http://evil.example.com\\): failed](https://docs.example.com/t.html)"
    )


@pytest.mark.parametrize(
    "place",
    [
        "https://docs.example.com/a)[b](c",
        "https://docs.example.com/@everyone",
        "https://user:secret@docs.example.com/",
        "https://docs.example.com/a b",
        "https://docs.example.com/" + "x" * 500,
        "javascript:alert",
    ],
)
def test_what_is_no_plain_address_is_text(place):
    shows = shown(replace(BROKEN, docs=place))["Where to look"]
    assert "](" not in shows


def test_a_recovery_is_one_line_with_the_same_ids():
    payload = discord_payload(compose_run_message(RECOVERED))

    assert payload == {
        "content": "**source \\(zephyr\\) passes again** · contract 3.1.0 · "
        "nb\\_20260801\\_063000\\_000001 · 12.3 s · 58 of 59 rules passed · "
        "9 of 10 endpoints answered · 9 of 10 calls within 1,204 ms",
        "allowed_mentions": {"parse": []},
    }


def test_a_success_is_one_line_with_its_figures():
    fine = {"critical": {"passed": 58, "failed": 0, "errored": 0}}
    message = replace(RECOVERED, kind="success", trouble=None, severity="info", counts=fine)
    said = compose_run_message(message)
    assert (said.title, said.fields, said.tone) == ("source (zephyr) passes", (), "recovery")
    assert said.summary.endswith(
        "12.3 s · 58 of 58 rules passed · 9 of 10 endpoints answered · "
        "9 of 10 calls within 1,204 ms"
    )


def test_ten_failing_rules_are_named_and_the_rest_counted():
    failing = tuple((f"source.endpoints.rule-{n}", "critical", n) for n in range(22))

    lines = shown(replace(BROKEN, failing=failing))["Failing rules"].splitlines()

    assert lines[0] == "source.endpoints.rule-0: critical, 0 rows"
    assert len(lines) == 11
    assert lines[-1] == "and 12 more"


def test_rules_that_do_not_fit_are_counted_too():
    failing = tuple((f"{n}{'x' * 200}", "critical", n) for n in range(9))

    lines = shown(replace(BROKEN, failing=failing))["Failing rules"].splitlines()

    assert len(lines) == 5
    assert lines[-1] == "and 5 more"


@pytest.mark.parametrize(
    ("data", "seen"),
    [
        ("**bold** _it_", r"\*\*bold\*\* \_it\_"),
        ("`code`", r"\`code\`"),
        ("# heading", r"\# heading"),
        ("a\n# heading\r\n- item", "a # heading - item"),
        ("[text](http://x)", r"\[text\]\(http://x\)"),
        ("@everyone", "@\u200beveryone"),
        ("<@&1>", "\\<\u200b@\u200b&1\\>"),
        ("a@x.com", "a@\u200bx.com"),
        ("\ud83d", "\ufffd"),
        ("a\u202eb", "ab"),
        (" \n", r"\-"),
        ("é" * 700, "é" * 599 + "…"),
    ],
)
def test_data_is_shown_as_data(data: str, seen: str):
    assert shown(replace(STOPPED, error=data))["Error"] == seen


def test_a_cut_never_leaves_half_an_escape():
    value = shown(replace(STOPPED, error="*" * 700))["Error"]

    assert value == r"\*" * 299 + "…"


@drawn(30)
@given(messages)
def test_whatever_the_data_discord_takes_it_and_nobody_is_mentioned(message: Message):
    said = compose_run_message(message)
    payload = discord_payload(said)

    assert list(broken_limits(payload)) == []
    assert payload["allowed_mentions"] == {"parse": []}
    assert not LIVE_MENTION.search(json.dumps(payload, ensure_ascii=False).replace('"', ""))
    assert not LIVE_MENTION.search(f"{said.title}\n{said.body}")


@drawn(30)
@given(messages)
def test_no_data_starts_a_line_of_its_own(message: Message):
    said = compose_run_message(message)

    assert len(said.title.splitlines()) == 1
    assert len(said.body.splitlines()) == 1 + len(said.fields)
