"""Which folders can be a warehouse, and which names a table."""

from pathlib import Path

import pytest

from spectra_gx.errors import ConfigurationError
from spectra_gx.warehouse.staging import Staging
from spectra_gx.warehouse.warehouse import Warehouse


@pytest.mark.parametrize(
    "root",
    [
        "s3://bucket/lake", "https://onelake.example/x", "abfss://w@h/l", Path("s3://bucket/x"),
        "file:///lake",
    ],
)  # fmt: skip
def test_an_address_is_refused_with_what_to_do(root):
    with pytest.raises(ConfigurationError, match="give the mounted lakehouse"):
        Warehouse(root)


def test_the_refusal_of_an_address_repeats_no_credential():
    with pytest.raises(ConfigurationError) as refused:
        Warehouse("https://someone:fake-token@host/lake")
    assert "fake-token" not in str(refused.value)


@pytest.mark.parametrize("odd", ["a%20b", "a#1", "a?b", "a[1]", "a|b", "a^b", "a\\b", "a\nb"])
def test_a_path_that_delta_misreads_is_refused(odd):
    with pytest.raises(ConfigurationError, match="which Delta cannot read"):
        Warehouse(Path("/lake") / odd)


def test_a_relative_root_stays_where_it_was(monkeypatch):
    warehouse = Warehouse("lake")
    monkeypatch.chdir("/")
    assert warehouse.root != Path("/lake")
    assert warehouse.table_uri("prepare._schema") == str(
        warehouse.root / "Tables" / "prepare" / "_schema"
    )


@pytest.mark.parametrize(
    "name",
    [
        "endpoints",
        "a.b.c",
        "../a.b",
        "source./etc",
        "a.b\n",
        "a .b",
        ".b",
        "a.",
        "sourcé.a",
        "a..b",
    ],
)
def test_what_is_no_name_of_a_table_never_becomes_a_path(name):
    with pytest.raises(ConfigurationError, match=r"write `schema\.table` in letters"):
        Warehouse("/lake").table_uri(name)


@pytest.mark.parametrize("execution_id", ["", "..", "../x", "a/b", ".x", "-x", "a\nb"])
def test_an_execution_id_never_leads_out_of_staging(execution_id):
    with pytest.raises(ConfigurationError, match="cannot be an execution id"):
        Staging(Warehouse("/lake"), execution_id)
