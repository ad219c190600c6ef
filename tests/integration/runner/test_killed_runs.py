"""The short form of `tests/campaign/kill_runs.py`."""

from tests.campaign.kill_runs import campaign


def test_a_killed_run_leaves_every_table_whole_and_nothing_for_the_next(tmp_path):
    figures = campaign(kills=3, seed=1, work=tmp_path)

    assert figures.violations == []
    assert figures.left["killed"] == 3
