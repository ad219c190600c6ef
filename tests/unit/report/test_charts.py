import pytest

from spectra_gx.report.charts import line_chart, trend


def test_a_trend_shows_each_verdict_by_height_and_in_words():
    chart = trend(["passed", "failed", "errored", "passed"])

    assert chart.label == "Last 4 runs: 2 passed, 1 failed, 1 errored"
    assert dict(chart.paths) == {
        "passed": "M0 14h6v10h-6zM24 14h6v10h-6z",
        "failed": "M8 0h6v24h-6z",
        "errored": "M16 7h6v17h-6z",
    }


def test_a_trend_is_bounded_and_may_be_empty():
    assert trend(["passed"] * 1000, "check").label == "Last 30 checks: 30 passed"
    assert trend([]).label == "Last 0 runs: none"


def test_a_line_stays_in_its_box_whatever_it_shows():
    chart = line_chart("Rows", [5, None, 1e308, -3, 0], str)

    places = [tuple(map(float, point.split(","))) for point in chart.points.split()]
    assert len(places) == 4
    assert all(4 <= x <= 236 and 4 <= y <= 52 for x, y in places)
    assert chart.label == "Rows, last 4 runs: from 5 to 0, lowest -3, highest 1e+308"


def test_a_figure_that_never_moved_is_a_level_line():
    assert {point.split(",")[1] for point in line_chart("Rows", [3, 3, 3], str).points.split()} == {
        "28.0"
    }


@pytest.mark.parametrize("values", [[], [1], [None, 1]])
def test_a_single_figure_makes_no_line(values):
    assert line_chart("Rows", values, str) is None
