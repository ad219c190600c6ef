from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from spectra_gx.sources.jira.jql import select_issues


def test_a_project_is_quoted():
    assert select_issues("IN") == 'project = "IN" ORDER BY key'
    assert select_issues('A" OR 1') == 'project = "A\\" OR 1" ORDER BY key'


def test_an_instant_is_the_same_in_each_zone():
    instant = datetime(2024, 11, 29, 10, 44, 51, tzinfo=UTC)
    there = instant.astimezone(timezone(timedelta(hours=10)))
    text = 'project = "HAR" AND updated >= 1732877091000 ORDER BY updated, key'
    assert select_issues("HAR", updated_since=instant) == text
    assert select_issues("HAR", updated_since=there) == text


def test_lateness_reads_from_earlier():
    instant = datetime(2024, 11, 29, 10, 44, 51, tzinfo=UTC)
    text = select_issues("HAR", updated_since=instant, lateness=timedelta(hours=2))
    assert "updated >= 1732869891000" in text
