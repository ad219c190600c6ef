"""Named credentials: declared with care, read when needed, renewed in time, shown nowhere."""

from __future__ import annotations

import base64
import json
import sys
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from spectra_gx.contract.settings_file import SettingsFile
from spectra_gx.errors import ConfigurationError
from spectra_gx.store.access import StoreAccess
from spectra_gx.store.addresses import parse_store_address
from spectra_gx.store.credentials.declarations import read_credentials
from spectra_gx.store.credentials.named_credentials import READ_AGAIN, NamedCredentials
from spectra_gx.store.credentials.sources import Issued, SecretSources

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECRET = "fake-secret/0123456789+abcdef=xyz"
LAKE = """\
[tool.spectra-gx.credentials.lake]
aws_access_key_id = "env:LAKE_KEY"
aws_secret_access_key = "file:secret"
"""


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 31, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def declare(tmp_path: Path, clock: Clock) -> Callable[[str], NamedCredentials]:
    def declared(text: str) -> NamedCredentials:
        (tmp_path / "pyproject.toml").write_text(text)
        file = SettingsFile(tmp_path)
        found = read_credentials(file)
        assert file.report.problems == ()
        return NamedCredentials(found, SecretSources(tmp_path, {"LAKE_KEY": "K"}.get), clock)

    return declared


def test_a_rotated_secret_is_found_within_a_minute_and_nothing_is_read_before(
    declare, clock, tmp_path
):
    secret = tmp_path / "secret"
    secret.write_text("one")
    lake = declare(LAKE)
    first = lake.options("lake")
    assert first == {"aws_access_key_id": "K", "aws_secret_access_key": "one"}

    secret.write_text("two")
    clock.now += READ_AGAIN - timedelta(seconds=1)
    assert lake.options("lake") is first
    clock.now += timedelta(seconds=1)
    assert lake.options("lake")["aws_secret_access_key"] == "two"
    assert {one.get_secret_value() for one in lake.secrets()} == {"K", "one", "two"}


def test_what_was_read_is_used_while_its_place_is_gone(declare, clock, tmp_path, caplog):
    secret = tmp_path / "secret"
    secret.write_text("one")
    lake = declare(LAKE)
    first = lake.options("lake")
    secret.unlink()
    clock.now += READ_AGAIN
    assert lake.options("lake") is first
    assert "credential `lake`, `aws_secret_access_key`" in caplog.text

    secret.write_text("two")
    clock.now += READ_AGAIN
    assert lake.options("lake")["aws_secret_access_key"] == "two"


class Notebook:
    """Stands in for the notebook's utilities: gives a token that says when it expires, or none."""

    def __init__(self) -> None:
        self.credentials = self
        self.until: datetime | None = None
        self.asked = 0

    def getToken(self, audience: str) -> str:  # noqa: N802 - Fabric's name
        self.asked += 1
        if audience != "storage" or self.until is None:
            raise RuntimeError
        return fabric_token(self.until)


def fabric_token(until: datetime) -> str:
    body = base64.urlsafe_b64encode(json.dumps({"exp": until.timestamp()}).encode()).decode()
    return f"head.{body.rstrip('=')}.signature"


def test_a_token_is_renewed_before_it_expires_and_never_used_after(declare, clock, monkeypatch):
    notebook = Notebook()
    monkeypatch.setitem(sys.modules, "notebookutils", notebook)
    named = declare('[tool.spectra-gx.credentials.a]\nprovider = "fabric-notebook"\n')
    start = clock.now

    def token_at(minutes: float) -> str:
        clock.now = start + timedelta(minutes=minutes)
        return named.options("a")["azure_storage_token"]

    notebook.until = first = start + timedelta(hours=1)
    assert token_at(0) == token_at(54.9) == fabric_token(first)
    assert notebook.asked == 1
    notebook.until = second = start + timedelta(hours=2)
    assert token_at(55) == fabric_token(second)
    assert notebook.asked == 2
    notebook.until = None
    assert token_at(116) == token_at(119.9) == fabric_token(second)
    with pytest.raises(ConfigurationError, match="`a`, `provider`: the notebook gives no token"):
        token_at(120)


def test_a_clock_that_is_an_hour_ahead_neither_refuses_a_token_nor_asks_for_one_each_time(
    declare, clock, monkeypatch
):
    notebook = Notebook()
    monkeypatch.setitem(sys.modules, "notebookutils", notebook)
    named = declare('[tool.spectra-gx.credentials.a]\nprovider = "fabric-notebook"\n')
    notebook.until = clock.now - timedelta(minutes=5)
    assert named.options("a") is named.options("a")
    assert notebook.asked == 1
    clock.now += READ_AGAIN
    named.options("a")
    assert notebook.asked == 2


def test_threads_renew_once(declare, tmp_path):
    lake = declare(LAKE)
    (tmp_path / "secret").write_text(SECRET)
    read: list[object] = []
    threads = [threading.Thread(target=lambda: read.append(lake.options("lake"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(one) for one in read}) == 1


def test_no_repr_shows_what_was_read(declare, tmp_path):
    (tmp_path / "secret").write_text(SECRET)
    lake = declare(LAKE)
    access = StoreAccess(named=lake)
    store = access.open(parse_store_address("s3://bucket/x"), "lake")
    options = store.table_options()
    assert options is not None
    assert options["aws_secret_access_key"] == SECRET
    held = lake._held["lake"]
    assert SECRET not in repr([lake, lake.declared, held, access, store, lake.secrets()])
    assert SECRET not in repr(Issued({"aws_secret_access_key": SECRET}))


@pytest.mark.parametrize(
    ("address", "name", "said"),
    [
        ("s3://bucket/x", "lage", "there is no credential 'lage' — did you mean 'lake'?"),
        ("gs://bucket/x", "lake", "credential `lake` is for S3, and `gs://bucket/x` is in GCS"),
        ("az://c/x", "az", "names no account, and credential `az` has no"),
        (
            "abfss://c@other.dfs.core.windows.net/x",
            "named",
            "is in another account than `mine`, which credential `named` is for",
        ),
    ],
)
def test_a_credential_opens_what_it_is_for(address, name, said, declare):
    identity = 'provider = "managed-identity"\n'
    named = declare(
        f"{LAKE}[tool.spectra-gx.credentials.az]\n{identity}"
        f'[tool.spectra-gx.credentials.named]\n{identity}azure_storage_account_name = "mine"\n'
    )
    with pytest.raises(ConfigurationError) as caught:
        StoreAccess(named=named).open(parse_store_address(address), name)
    assert said in caught.value.message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            f'aws_access_key_id = "env:K"\naws_secret_access_key = "{SECRET}"',
            "3:1: `aws_secret_access_key` is a secret, which everybody may read here; revoke it",
        ),
        ('aws_regoin = "x"', "2:1: 'aws_regoin' is not an option of a credential — did you mean"),
        ('aws_region = "eu-west-1"', "1:1: credential 'lake' lacks `aws_access_key_id` and"),
        ('provider = "vault:a/b#c"', "2:1: `provider` is one of `aws-profile:NAME`"),
        ('provider = "aws-role:lake"', "2:1: `provider`: a place in a role of AWS is written"),
        (
            'azure_storage_token = "vault:lake"',
            "a place in HashiCorp Vault is written `vault:MOUNT",
        ),
        ('azure_storage_token = "vault:s/../x#k"', "a place in HashiCorp Vault is written"),
        (
            'google_bearer_token = "env:T"\ngoogle_base_url = "https://elsewhere.example"',
            "3:1: `google_base_url` decides where a secret is sent, and a branch may change",
        ),
        (
            'provider = "managed-identity"\nazure_storage_account_key = "env:K"',
            "3:1: `azure_storage_account_key` is given beside `provider`",
        ),
        (
            'azure_storage_account_key = "env:K"\nazure_storage_sas_key = "env:S"',
            "1:1: credential 'lake' has `azure_storage_account_key` and `azure_storage_sas_key`",
        ),
        ('google_bearer_token = "env:T"\naws_region = "x"', "has options of GCS and S3; split it"),
        ("aws_region = 1", "2:1: `aws_region` is text, or `true` or `false`"),
        ("", "1:1: credential 'lake' has no options; give `provider` or keys"),
    ],
)
def test_what_is_declared_wrongly_is_said_with_its_place(text, said, tmp_path):
    (tmp_path / "pyproject.toml").write_text(f"[tool.spectra-gx.credentials.lake]\n{text}\n")
    file = SettingsFile(tmp_path)
    assert read_credentials(file) == {}
    shown = "\n".join(map(str, file.report.problems))
    assert said in shown
    assert SECRET not in shown + repr(file.report.problems)
