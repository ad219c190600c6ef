"""Which folders can be a warehouse, and which names a table."""

import re
from pathlib import Path

import pytest

from spectra_gx.errors import ConfigurationError, WarehouseError
from spectra_gx.store.access import StoreAccess
from spectra_gx.store.addresses import StoreKind
from spectra_gx.warehouse.staging import Staging
from spectra_gx.warehouse.warehouse import Warehouse
from tests.fakes.folders import folder_of


@pytest.mark.parametrize(
    ("root", "said"),
    [
        ("https://onelake.example/x", "write `s3://bucket/path`"),
        ("file:///lake", "or the path of a folder"),
        ("s3:///lake", "followed by a bucket"),
        ("s3://a/b?sig=fake-token", "an address names a place only"),
        ("s3://lake/a%20b", "choose one without it"),
        (Path("s3://bucket/x"), "give it as a text"),
    ],
)
def test_an_address_of_nothing_that_is_known_is_refused_with_what_to_do(root, said):
    with pytest.raises(ConfigurationError, match=re.escape(said)) as refused:
        Warehouse(root)
    assert "fake-token" not in str(refused.value)


@pytest.mark.parametrize(
    ("root", "missing"),
    [
        ("s3://bucket/lake", "AWS_ACCESS_KEY_ID"),
        ("abfss://lake@account.dfs.core.windows.net/x", "AZURE_STORAGE_ACCOUNT_NAME"),
        ("az://lake/x", "AZURE_STORAGE_ACCOUNT_NAME"),
        ("gs://lake/x", "GOOGLE_APPLICATION_CREDENTIALS"),
    ],
)
def test_an_object_store_is_not_opened_without_what_opens_it(root, missing):
    with pytest.raises(WarehouseError, match=missing):
        Warehouse(root)


def test_the_secret_of_one_account_is_not_sent_to_another():
    given = {"azure_storage_account_name": "ours", "azure_storage_sas_key": "sig=fake-token"}
    access = StoreAccess({StoreKind.AZURE: given})
    ours = Warehouse("abfss://lake@ours.dfs.core.windows.net/x/", access)
    assert ours.address == "abfss://lake@ours.dfs.core.windows.net/x"
    assert ours.table_uri("a.b") == f"{ours.address}/Tables/a/b"
    with pytest.raises(WarehouseError, match="is in another account than `ours`"):
        Warehouse("abfss://lake@theirs.dfs.core.windows.net/x", access)


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
    assert folder_of(warehouse) != Path("/lake")
    assert warehouse.table_uri("prepare._schema") == str(
        folder_of(warehouse) / "Tables" / "prepare" / "_schema"
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
