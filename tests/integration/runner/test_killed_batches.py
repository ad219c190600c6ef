"""The short form of `tests/campaign/kill_batches.py`: kills that once left something wrong."""

import pytest

from tests.campaign.kill_batches import CASES, Campaign, Kill
from tests.campaign.kill_points import Death

KNOWN = (
    ("mixed", Death("file brought over", 2)),
    ("continue", Death("run recorded")),
    ("rollback", Death("table rolled back", 1)),
    ("rollback", Death("table rolled back", 4)),
)


@pytest.mark.parametrize(("name", "death"), KNOWN)
def test_a_killed_command_is_finished_or_repeated(tmp_path, name, death):
    [case] = [one for one in CASES if one.name == name]
    campaign = Campaign(tmp_path)
    campaign.measure(case)
    assert campaign.kill(Kill(case, named=True, death=death)) == []
