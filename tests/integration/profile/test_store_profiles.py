"""Contracts of tables in an object store, named by their addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from deltalake import write_deltalake

from spectra_gx.contract.loading import parse_contract
from spectra_gx.errors import ConfigurationError, TableNotFoundError, UsageError, WarehouseError
from spectra_gx.project import Project
from spectra_gx.store.addresses import StoreKind

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from spectra_gx.contract.model import Table
    from tests.fakes.stores.served_store import ServedStore

PARTNER = """\
[tool.spectra-gx.credentials.partner]
aws_access_key_id = "env:PARTNER_KEY_ID"
aws_secret_access_key = "env:PARTNER_KEY"
aws_endpoint_url = "env:PARTNER_ENDPOINT"
allow_http = true

[tool.spectra-gx.credentials.google]
google_bearer_token = "env:PARTNER_KEY"
"""


@pytest.fixture
def s3(object_store: Callable[[StoreKind], ServedStore]) -> ServedStore:
    return object_store(StoreKind.S3)


@pytest.fixture
def root(s3: ServedStore) -> str:
    """An address at which are orders as CSV in two files, and a Delta table."""
    address = s3.new_root()
    store = s3.store(address)
    store.write("orders/a.csv", b"id,day\n1,mon\n2,tue\n")
    store.write("orders/more/b.csv", b"id,day\n3,mon\n")
    store.write("_temporary/c.txt", b"")
    rows = pa.table({"id": [1, 2, 3]})
    write_deltalake(f"{address}/Tables/shop/ids", rows, storage_options=s3.options)
    return address


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project without settings, whose warehouse is a folder; a credential has another name."""
    (tmp_path / "contracts").mkdir()
    (tmp_path / "pyproject.toml").write_text(PARTNER, encoding="utf-8")
    return tmp_path


def opened(project: Path, s3: ServedStore, **settings: str) -> Project:
    usual = {name.lower(): value for name, value in s3.settings.items()}
    return Project(project, settings_overrides={**usual, **settings})


def table_in(text: str) -> Table:
    [table] = parse_contract(text.encode(), "x").tables
    return table


@pytest.mark.parametrize(
    ("named", "rows"),
    [("orders/a.csv", 2), ("orders", 3), ("orders/", 3), ("orders/*.csv", 2), ("ord*/**/*.csv", 3)],
)
def test_files_get_their_address_as_location(project, s3, root, named, rows):
    text = opened(project, s3).init([f"{root}/{named}"], stage="shop")

    table = table_in(text)
    assert f"# {rows} rows\n" in text
    assert (table.location, table.format) == (f"{root}/{named}".rstrip("/"), "csv")
    assert table.credentials is None
    assert {column.name: column.type for column in table.columns} == {"id": "long", "day": "string"}


def test_a_named_credential_opens_it_and_is_in_the_contract(project, s3, root, monkeypatch):
    for name, option in (
        ("PARTNER_KEY_ID", "aws_access_key_id"),
        ("PARTNER_KEY", "aws_secret_access_key"),
        ("PARTNER_ENDPOINT", "aws_endpoint_url"),
    ):
        monkeypatch.setenv(name, s3.options[option])
    address = f"{root}/Tables/shop/ids"
    text = Project(project).init([address], stage="shop", credentials="partner")

    table = table_in(text)
    assert (table.name, table.location, table.credentials) == ("shop.ids", address, "partner")
    (project / "contracts/shop.contract.yaml").write_text(
        text.replace("owner: TODO", "owner: Shop"), encoding="utf-8"
    )
    assert Project(project).lint().problems == ()
    assert Project(project).check("shop").verdict == "passed"


def test_a_table_of_the_warehouse_needs_no_location(project, s3, root):
    text = opened(project, s3, warehouse=root).init([f"{root}/Tables/shop/ids", f"{root}/orders"])

    ids, orders = parse_contract(text.encode(), "x").tables
    assert (ids.name, ids.location) == ("shop.ids", None)
    assert (orders.name, orders.location) == ("shop.orders", "orders")


def test_what_cannot_be_opened_is_named(project, s3, root):
    usual = opened(project, s3)
    with pytest.raises(TableNotFoundError, match=f"there is no table at `{root}/none`; name one"):
        usual.init([f"{root}/none"])
    with pytest.raises(TableNotFoundError, match=f"no file matches `{root}/none.csv`"):
        usual.init([f"{root}/none.csv"])
    with pytest.raises(WarehouseError, match="there is no such bucket"):
        usual.init(["s3://missing/orders"])
    with pytest.raises(WarehouseError, match="`ftp://` locations cannot be read"):
        usual.init(["ftp://host/orders"])
    with pytest.raises(WarehouseError, match="AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not"):
        Project(project).init([f"{root}/orders"])


def test_a_credential_that_opens_nothing_is_refused(project, s3, root):
    usual = opened(project, s3, warehouse=root)
    with pytest.raises(UsageError, match="credential `partner` opens none of these tables"):
        usual.init([f"{root}/orders"], credentials="partner")
    with pytest.raises(ConfigurationError, match="credential `google` is for GCS"):
        usual.init(["s3://lake/elsewhere"], credentials="google")
    with pytest.raises(ConfigurationError, match="partnr"):
        usual.init(["s3://lake/elsewhere"], credentials="partnr")
