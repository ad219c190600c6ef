"""Addresses in OneLake that hide commits, or have no locks, are warned of."""

from __future__ import annotations

import pytest

from spectra_gx.errors import ConfigurationError
from spectra_gx.store.addresses import parse_store_address
from spectra_gx.store.onelake import onelake_risk

GUID = "0a1b2c3d-0000-4000-8000-00000000000F"
HOST = "onelake.dfs.fabric.microsoft.com"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (f"abfss://{GUID}@{HOST}/{GUID}", None),
        (f"abfss://sales@{HOST}/lake.Lakehouse", "by name (`sales` and `lake.Lakehouse`)"),
        (f"abfss://{GUID}@{HOST}/lake.Lakehouse/Files/w", "by name (`lake.Lakehouse`)"),
        (f"abfss://sales@{HOST}/{GUID}", "by name (`sales`)"),
        ("/lakehouse/default", "a mount of OneLake, which has neither locks nor links"),
        ("/srv/lakehouse/default", None),
        ("abfss://sales@account.dfs.core.windows.net/lake", None),
        ("s3://sales/lake.Lakehouse", None),
    ],
)
def test_what_is_risky_is_said_with_what_to_write(address, said):
    risk = onelake_risk(address)
    if said is None:
        assert risk is None
    else:
        assert risk is not None
        assert said in risk[0]
        assert "GUID" in risk[1]


def test_a_workspace_with_a_space_is_refused_with_what_to_write():
    with pytest.raises(ConfigurationError, match="contains a space; in OneLake, write the GUIDs"):
        parse_store_address(f"abfss://my sales@{HOST}/lake.Lakehouse")
