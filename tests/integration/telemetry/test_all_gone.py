"""With every receiver gone or hanging, good runs and bad ones end as they do without any."""

from __future__ import annotations

import pytest

from tests.fakes.telemetry_server import TelemetryServer
from tests.integration.telemetry.test_all_dead import PLACES, facts


@pytest.mark.parametrize("size", [1.0, -1.0])
@pytest.mark.parametrize("hang", [True, False])
def test_a_run_ends_as_it_does_without_receivers(shop, monkeypatch, caplog, size, hang):
    expected = facts(shop, shop.run(size))
    with TelemetryServer(hang=True) as hanging:
        for name in PLACES:
            monkeypatch.setenv(name, hanging.url if hang else "http://127.0.0.1:9")
        assert facts(shop, shop.run(size)) == expected
    reason = "did not answer in time" if hang else "cannot be reached"
    said = [one.getMessage() for one in caplog.records if reason in one.getMessage()]
    assert len(said) == 4  # metrics twice, traces, lineage
