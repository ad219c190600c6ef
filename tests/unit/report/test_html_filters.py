import pytest
from markupsafe import Markup

from spectra_gx.report.html_filters import (
    cell,
    dotted,
    figure,
    format_count,
    format_duration,
    format_time,
    plural,
    prose,
    tone,
    visible_text,
)


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        ("plain", "plain"),
        ("gnp\u202e.exe", "gnp\\u202e.exe"),
        ("a\x00b\x1b[31m", "a\\u0000b\\u001b[31m"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("\ud800", "\\ud800"),
        ("line\u2028break", "line\\u2028break"),
        ("🧑\u200d💻 ok", "🧑\u200d💻 ok"),
        ("två\nrader", "två\nrader"),
        (7, "7"),
    ],
)
def test_what_hides_or_turns_text_is_spelled_out(value, seen):
    assert visible_text(value) == seen


def test_no_value_is_without_end():
    assert len(visible_text("x" * 10_000_000)) == 601
    assert len(visible_text("é" * 10_000_000)) == 601
    assert len(cell(["x"] * 10_000)) == 161


def test_html_that_a_macro_made_is_left_alone():
    made = Markup("<b>{}</b>").format("x" * 999)
    assert visible_text(made) is made


def test_backticks_mark_literals_and_what_is_in_them_is_text():
    assert prose("no `<b>` in `x`") == "no <code>&lt;b&gt;</code> in <code>x</code>"
    assert prose("a lone ` & <i>") == "a lone ` &amp; &lt;i&gt;"


def test_names_may_break_at_their_joints():
    assert dotted("a.b_<c>") == "a.<wbr>b_&lt;c&gt;"


def test_figures_are_written_as_people_read_them():
    assert (format_count(1234567), format_count(None), plural(1, "row")) == (
        "1,234,567",
        "–",
        "1 row",
    )
    assert [format_duration(took) for took in (0.0421, 3.26, 125, 7260)] == [
        "42 ms",
        "3.3 s",
        "2 min 5 s",
        "2 h 1 min",
    ]
    assert format_time("2026-11-21T05:05:06.789+01:00") == "2026-11-21 04:05 UTC"


@pytest.mark.parametrize(
    ("status", "severity", "looks"),
    [
        ("failed", "critical", "failed"),
        ("failed", "warning", "warning"),
        ("failed", "info", "info"),
        ("failed", None, "failed"),
        ("errored", "warning", "errored"),
        ("passed", "critical", "passed"),
        (None, "warning", "unknown"),
    ],
)
def test_only_a_critical_rule_fails_in_red(status, severity, looks):
    assert tone(status, severity) == looks


def test_an_observed_count_has_thousands_separators_and_a_text_has_none():
    assert [figure(value) for value in (20007, "20007", 1.5, True)] == [
        "20,007",
        "20007",
        "1.5",
        "true",
    ]
