"""Whole runs on a store keep no secret of what opens it, whichever place that is read from.

Searched are every file of the project, of the warehouse and of the folder for temporary ones, both
streams, the messages when the store refuses, each object's `repr`, and environment and command line
of a stage's command.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from spectra_gx import Project
from spectra_gx.store.addresses import StoreKind
from tests.fakes import clouds, hashicorp, key_front
from tests.fakes.notebookutils import storage_token
from tests.fakes.projects import traces
from tests.fakes.secret_places import secret_places
from tests.fakes.stores.azurite import ACCOUNT
from tests.fakes.stores.served_store import ServedStore
from tests.fakes.stores.shared_server import shared_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.conftest import Ended

SECRET = "fake-secret/0123456789+abcdef=xyz"
SESSION = "fake-session-token/0123456789+abcdef"
TOKEN = storage_token(datetime.now(UTC) + timedelta(hours=1))

CONTRACT = """\
contract: shop
version: 1.0.0
owner: Shop Team
tables:
  shop.orders:
    columns:
      x: {type: long, required: true}
"""
SAVE = """\
import os
import pathlib

import pyarrow as pa
import pyarrow.parquet as pq

started = [pathlib.Path("/proc/self", what).read_bytes() for what in ("environ", "cmdline")]
pathlib.Path("started").write_bytes(b"".join(started))
place = pathlib.Path(os.environ["SPECTRA_STAGING"], "shop", "orders")
place.mkdir()
pq.write_table(pa.table({"x": [1, 2]}), place / "orders.parquet")
"""
S3 = """\
aws_endpoint_url = "{address}"
aws_region = "eu-central-1"
allow_http = true
"""
AZURE = f"""\
azure_storage_account_name = "{ACCOUNT}"
azure_storage_endpoint = "{{address}}/{ACCOUNT}"
allow_http = true
"""
REFERENCES = (
    "env:LAKE_1",
    "file:../outside/secret",
    "keyring:lake/key",
    "vault:secret/lake#key",
    "azure-keyvault:my-vault/key",
    "variable-library:lib/KEY",
)
ROLE = """\
provider = "aws-role:arn:aws:iam::123456789012:role/lake"
aws_access_key_id = "env:BASE_1"
aws_secret_access_key = "env:LAKE_1"
"""


@pytest.fixture(scope="module")
def azure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedStore]:
    with shared_server("azure-tokens", tmp_path_factory.mktemp("azure")) as address:
        yield ServedStore(StoreKind.AZURE, address)


@pytest.fixture
def cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[clouds.Clouds]:
    """Have the secret in each place; nothing of it is in the project."""
    with secret_places(
        tmp_path / "outside", monkeypatch, secret=SECRET, token=TOKEN, session=SESSION
    ) as cloud:
        yield cloud


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files of its own."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


@pytest.mark.parametrize(
    "declared",
    [
        *(
            f'aws_access_key_id = "env:BASE_1"\naws_secret_access_key = "{reference}"\n'
            for reference in REFERENCES
        ),
        'provider = "aws-profile:lake"\n',
        ROLE,
        'provider = "managed-identity"\n',
        'provider = "fabric-notebook"\n',
    ],
    ids=[
        *(reference.partition(":")[0] for reference in REFERENCES),
        *("aws-profile", "aws-role", "managed-identity", "fabric-notebook"),
    ],
)
def test_of_a_run(
    declared: str,
    cloud: clouds.Clouds,
    azure: ServedStore,
    object_store: Callable[[StoreKind], ServedStore],
    command: Callable[..., Ended],
    scratch: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    if "env:LAKE_1" in declared:  # a variable that nothing refers to is nobody's secret
        monkeypatch.setenv("LAKE_1", SECRET)
    for_s3 = "aws" in declared
    store = object_store(StoreKind.S3) if for_s3 else azure
    root, project = store.new_root(), tmp_path / "project"
    with key_front.serve(store.server, tmp_path / "front") as front:
        (project / "contracts").mkdir(parents=True)
        (project / "contracts" / "shop.contract.yaml").write_text(CONTRACT)
        (project / "save.py").write_text(SAVE)
        (project / "pyproject.toml").write_text(
            f'[tool.spectra-gx]\nwarehouse = "{root}"\nwarehouse_credentials = "lake"\n'
            f'[tool.spectra-gx.stages.shop]\ncommand = "{sys.executable} save.py"\n'
            "[tool.spectra-gx.credentials.lake]\n"
            f"{declared}{(S3 if for_s3 else AZURE).format(address=front.address)}"
        )
        here = ("--project", project, "--debug", "-v")
        said = [command("run", "shop", *here)]
        assert said[0].code == 0, said[0].err
        said += [command(*words, *here[:3]) for words in (("doctor",), ("log",), ("lint",))]

        opened = Project.open(project)
        warehouse, settings = opened.warehouse, opened.settings
        table = warehouse.open("shop.orders")
        access = settings.store_access()
        objects = [opened, settings, settings.credentials, warehouse, warehouse.store, access]
        shown = repr([*objects, vars(access), settings.secrets(), warehouse.place("shop.orders")])
        assert warehouse.read(table).num_rows == 2

        front.expire("fake-base", "K", TOKEN)
        said.append(command("check", "shop", *here))
        assert said[-1].code == 3
        assert "the store" in said[-1].out + said[-1].err
        assert front.refused > 0

    store.download(root, tmp_path / "warehouse")
    assert [*(tmp_path / "warehouse").rglob("*.parquet")]
    kept = shown + (project / "started").read_text() + "".join(one.out + one.err for one in said)
    for secret in (SECRET, SESSION, TOKEN, cloud.client_secret, cloud.vault_token, hashicorp.TOKEN):
        assert secret not in kept
        assert [*traces(secret, project, tmp_path / "warehouse", scratch)] == []
