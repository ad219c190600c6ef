"""Each place of secrets gives the one that a reference names, over its own protocol."""

from __future__ import annotations

import base64
import json
import logging
import sys
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any

import keyring
import pytest
from pydantic import SecretStr

from spectra_gx.errors import ConfigurationError
from spectra_gx.store.credentials.log_filter import suppress_logs
from spectra_gx.store.credentials.references import ISSUERS, SECRETS, parse_reference
from spectra_gx.store.credentials.registry import open_issuer, read_secret
from spectra_gx.store.credentials.sources import AzureLogin, SecretSources, VaultLogin
from tests.fakes import clouds, hashicorp
from tests.fakes.keyrings import MemoryKeyring

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECRET = "fake-secret/0123456789+abcdef=xyz"


def sources(root: Path, **given: Any) -> SecretSources:
    return SecretSources(root, {"LAKE_KEY": SECRET}.get, **given)


def read(text: str, root: Path, **given: Any) -> str:
    reference = parse_reference(text, SECRETS)
    assert reference is not None
    return read_secret(reference, sources(root, **given))


def issue(text: str, root: Path, **options: str) -> dict[str, str]:
    reference = parse_reference(text, ISSUERS)
    assert reference is not None
    return dict(open_issuer(reference, sources(root)).issue(options).options)


@pytest.fixture
def cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[clouds.Clouds]:
    with clouds.serve(tmp_path, monkeypatch) as served:
        yield served


@pytest.fixture
def vault() -> Iterator[hashicorp.Vault]:
    with hashicorp.serve() as served:
        served.secrets["/v1/secret/data/teams/lake"] = {"key": SECRET, "number": 1}
        yield served


def test_a_variable_and_a_file(tmp_path):
    (tmp_path / "mounted").write_text(f"{SECRET}\n")
    assert read("env:LAKE_KEY", tmp_path) == SECRET
    assert read("file:mounted", tmp_path) == SECRET
    assert read(f"file:{tmp_path}/mounted", tmp_path / "elsewhere") == SECRET


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("env:OTHER_KEY", "OTHER_KEY is not set; set it in the environment or in `.env`"),
        ("file:missing", "cannot be read (no such file or directory); check that it is mounted"),
        ("file:empty", "is empty; write the secret into it"),
        ("file:binary", "is not UTF-8"),
        ("vault:secret/lake#key", "VAULT_ADDR, and VAULT_TOKEN or VAULT_ROLE_ID"),
        ("variable-library:lib/KEY", "this is not a notebook of Microsoft Fabric"),
    ],
)
def test_what_is_not_there_is_said(reference, said, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "notebookutils", None)
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigurationError, match=r"^[^\n]+$") as caught:
        read(reference, tmp_path)
    assert said in caught.value.message


def test_the_keyring(tmp_path):
    before = keyring.get_keyring()
    keyring.set_keyring(MemoryKeyring({("my lake/prod", "key"): SECRET}))
    try:
        assert read("keyring:my lake/prod/key", tmp_path) == SECRET
        with pytest.raises(ConfigurationError, match="no entry `my lake` of `key`; add it with"):
            read("keyring:my lake/key", tmp_path)
    finally:
        keyring.set_keyring(before)


def test_vault_by_token_and_by_approle(tmp_path, vault):
    for login in (
        VaultLogin(vault.address, SecretStr(hashicorp.TOKEN), namespace="team"),
        VaultLogin(
            vault.address,
            role_id=hashicorp.ROLE["role_id"],
            secret_id=SecretStr(hashicorp.ROLE["secret_id"]),
        ),
    ):
        assert read("vault:secret/teams/lake#key", tmp_path, vault=login) == SECRET
    assert vault.namespaces == {"team", None}


@pytest.mark.parametrize(
    ("reference", "token", "said"),
    [
        ("vault:secret/teams/lake#key", "fake-other-token", "Vault refuses to show"),
        ("vault:secret/teams/sea#key", hashicorp.TOKEN, "Vault has no secret `secret/teams/sea`"),
        ("vault:secret/teams/lake#kex", hashicorp.TOKEN, "has no text `kex`; check its name"),
        ("vault:secret/teams/lake#number", hashicorp.TOKEN, "has no text `number`"),
    ],
)
def test_what_vault_refuses_is_said_without_its_words(reference, token, said, tmp_path, vault):
    with pytest.raises(ConfigurationError) as caught:
        read(reference, tmp_path, vault=VaultLogin(vault.address, SecretStr(token)))
    assert said in caught.value.message
    assert token not in str(caught.value)


def test_a_vault_that_sends_elsewhere_gets_no_token_there(tmp_path, vault):
    with hashicorp.serve() as other:
        vault.redirects = f"{other.address}/v1/secret/data/teams/lake"
        login = VaultLogin(vault.address, SecretStr(hashicorp.TOKEN))
        with pytest.raises(ConfigurationError, match="cannot be read"):
            read("vault:secret/teams/lake#key", tmp_path, vault=login)
        assert other.namespaces == set()


def test_a_key_vault_by_a_service_principal(tmp_path, cloud):
    cloud.secrets["lake-key"] = SECRET
    login = AzureLogin(clouds.TENANT, "client", SecretStr(cloud.client_secret))
    assert read("azure-keyvault:my-vault/lake-key", tmp_path, azure=login) == SECRET
    assert "my-vault.vault.azure.net/secrets/lake-key/" in {
        f"{one.rstrip('/')}/" for one in cloud.asked
    }

    with pytest.raises(ConfigurationError, match="key vault `my-vault` has no secret `sea-key`"):
        read("azure-keyvault:my-vault/sea-key", tmp_path, azure=login)

    wrong = AzureLogin(clouds.TENANT, "client", SecretStr("fake-other-secret"))
    with pytest.raises(ConfigurationError, match="Azure refuses the identity") as caught:
        read("azure-keyvault:my-vault/lake-key", tmp_path, azure=wrong)
    assert "fake-other-secret" not in str(caught.value)


def test_a_managed_identity_opens_storage_and_key_vaults(tmp_path, cloud):
    issued = issue("managed-identity", tmp_path)
    assert issued == {"azure_storage_token": cloud.identity_token}

    cloud.secrets["lake-key"], cloud.vault_token = SECRET, cloud.identity_token
    assert read("azure-keyvault:my-vault/lake-key", tmp_path) == SECRET


def test_a_role_of_aws_is_assumed_by_the_keys_beside_it(tmp_path, cloud):
    cloud.role = {"by": "fake-base-key", "key": "K", "secret": SECRET, "token": "fake-session"}
    role, region = "aws-role:arn:aws:iam::123456789012:role/lake", "eu-central-1"
    base = {"aws_access_key_id": "fake-base-key", "aws_secret_access_key": "fake-base-secret"}
    assert issue(role, tmp_path, aws_region=region, **base) == {
        "aws_access_key_id": "K",
        "aws_secret_access_key": SECRET,
        "aws_session_token": "fake-session",
    }
    with pytest.raises(ConfigurationError, match=r"AWS refuses role .* \(AccessDenied\)") as caught:
        issue(role, tmp_path, aws_region=region, **{**base, "aws_access_key_id": "fake-other"})
    assert "fake-secret-in-an-error" not in str(caught.value)


def test_a_profile_of_aws_is_read_again_and_never_taken_from_the_machine(tmp_path, monkeypatch):
    config = tmp_path / "config"
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "fake-key-of-the-environment")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "fake-secret-of-the-environment")
    config.write_text(
        "[profile lake]\naws_access_key_id = K1\naws_secret_access_key = S1\nregion = eu-west-1\n"
        "[profile bare]\nregion = eu-west-1\n"
    )
    issuer = open_issuer(parse_reference("aws-profile:lake", ISSUERS), sources(tmp_path))  # type: ignore[arg-type]  # it is one
    assert issuer.issue({}).options == {
        "aws_region": "eu-west-1",
        "aws_access_key_id": "K1",
        "aws_secret_access_key": "S1",
    }
    config.write_text("[profile lake]\naws_access_key_id = K2\naws_secret_access_key = S2\n")
    assert issuer.issue({}).options["aws_secret_access_key"] == "S2"

    for other in ("bare", "missing"):
        with pytest.raises(ConfigurationError, match=f"profile `{other}` of the AWS configuration"):
            issue(f"aws-profile:{other}", tmp_path)


def test_a_notebook_of_fabric_gives_its_token_and_its_libraries(tmp_path, monkeypatch):
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=50)
    body = base64.urlsafe_b64encode(json.dumps({"exp": until.timestamp()}).encode()).decode()
    token = f"head.{body.rstrip('=')}.signature"
    module = ModuleType("notebookutils")
    module.credentials = SimpleNamespace(getToken={"storage": token}.__getitem__)  # type: ignore[attr-defined]  # a module is what it is given
    module.variableLibrary = SimpleNamespace(getLibrary={"lib": {"KEY": SECRET}}.__getitem__)  # type: ignore[attr-defined]  # as above
    monkeypatch.setitem(sys.modules, "notebookutils", module)

    reference = parse_reference("fabric-notebook", ISSUERS)
    assert reference is not None
    issued = open_issuer(reference, sources(tmp_path)).issue({})
    assert issued.options == {"azure_storage_token": token}
    assert issued.expires == until
    assert read("variable-library:lib/KEY", tmp_path) == SECRET
    with pytest.raises(ConfigurationError, match="library `lib` of this workspace has no `key`"):
        read("variable-library:lib/key", tmp_path)


def test_libraries_log_nothing_while_they_read(caplog):
    with ExitStack() as stack:
        stack.enter_context(caplog.at_level(logging.DEBUG))
        stack.enter_context(suppress_logs())
        logging.getLogger("azure.core").warning("%s", SECRET)
    assert SECRET not in caplog.text
    logging.getLogger("azure.core").warning("seen")
    assert "seen" in caplog.text
