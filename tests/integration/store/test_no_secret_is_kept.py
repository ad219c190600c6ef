"""A check that opens a table by a named credential keeps its secret nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from deltalake import write_deltalake

from tests.fakes import clouds, hashicorp, s3
from tests.fakes.projects import traces
from tests.fakes.secret_places import secret_places

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.conftest import Ended

SECRET = "fake-secret/0123456789+abcdef=xyz"
TOKEN = "fake-token.0123456789+abcdef.xyz"
CONTRACT = """\
contract: shop
version: 1.0.0
owner: Shop Team
tables:
  shop.orders:
    location: {location}
    credentials: lake
    columns:
      x: {{type: long, required: true}}
"""
S3 = """\
aws_endpoint_url = "env:LAKE_ENDPOINT"
aws_region = "eu-central-1"
allow_http = true
"""
AZURE = """\
azure_storage_account_name = "lake"
azure_storage_endpoint = "{closed}"
allow_http = true
"""


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[s3.FakeS3]:
    made = tmp_path_factory.mktemp("made")
    write_deltalake(made / "orders", pa.table({"x": [1, 2, 3]}))
    for served in s3.serve():
        served.upload(made, "t")
        yield served


@pytest.fixture
def places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bucket: s3.FakeS3
) -> Iterator[clouds.Clouds]:
    """Have the secret wherever one may be; nothing of it is in the project."""
    monkeypatch.setenv("LAKE_ENDPOINT", bucket.address)
    monkeypatch.setenv("LAKE_1", SECRET)
    with secret_places(
        tmp_path / "outside", monkeypatch, secret=SECRET, token=TOKEN, session=TOKEN
    ) as cloud:
        yield cloud


@pytest.fixture
def checked(
    tmp_path: Path, command: Callable[..., Ended], places: clouds.Clouds
) -> Callable[[str, str], tuple[int, str, Path]]:
    def check(declared: str, location: str) -> tuple[int, str, Path]:
        project = tmp_path / "project"
        (project / "contracts").mkdir(parents=True)
        contract = project / "contracts" / "shop.contract.yaml"
        contract.write_text(CONTRACT.format(location=location))
        (project / "pyproject.toml").write_text(f"[tool.spectra-gx.credentials.lake]\n{declared}")
        ended = command("check", "shop", "--record", "--json", "--debug", "--project", project)
        kept = ended.out + ended.err
        for secret in (SECRET, TOKEN, places.client_secret, places.vault_token, hashicorp.TOKEN):
            assert secret not in kept
            assert [*traces(secret, project)] == []
        return ended.code, kept, project

    return check


@pytest.mark.parametrize(
    "reference",
    [
        "env:LAKE_1",
        "file:../outside/secret",
        "keyring:lake/key",
        "vault:secret/lake#key",
        "azure-keyvault:my-vault/key",
        "variable-library:lib/KEY",
    ],
)
def test_of_a_reference(reference, checked):
    keys = f'aws_access_key_id = "env:BASE_1"\naws_secret_access_key = "{reference}"\n{S3}'
    code, said, _ = checked(keys, "s3://lake/t/orders")
    assert code == 0, said


@pytest.mark.parametrize(
    "provider",
    [
        'provider = "aws-profile:lake"\n',
        (
            'provider = "aws-role:arn:aws:iam::123456789012:role/lake"\n'
            'aws_access_key_id = "env:BASE_1"\naws_secret_access_key = "env:LAKE_1"\n'
        ),
    ],
)
def test_of_a_provider_of_keys(provider, checked):
    code, said, _ = checked(provider + S3, "s3://lake/t/orders")
    assert code == 0, said


@pytest.mark.parametrize("provider", ["managed-identity", "fabric-notebook"])
def test_of_a_token_that_the_store_refuses(provider, checked, bucket):
    closed = f'provider = "{provider}"\n' + AZURE.format(closed=f"{bucket.address}/lake")
    code, said, _ = checked(closed, "az://container/orders")
    assert code == 3, said


def test_the_search_would_find_what_a_stage_writes(tmp_path, places):
    (tmp_path / "kept").write_text(f"before {SECRET} after")
    assert [*traces(SECRET, tmp_path)]
    assert places.asked == []
