"""A secret in every place that credentials may be read from."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import keyring

from tests.fakes import clouds, hashicorp
from tests.fakes.keyrings import MemoryKeyring
from tests.fakes.notebookutils import Notebook

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest


@contextmanager
def secret_places(
    folder: Path, monkeypatch: pytest.MonkeyPatch, *, secret: str, token: str, session: str
) -> Iterator[clouds.Clouds]:
    """Have secrets wherever they may be; nothing of them is in a project beside the folder.

    Args:
        folder: Where files go; it is made.
        monkeypatch: Undoes the rest.
        secret: A key of a store.
        token: Of a managed identity, and of a notebook.
        session: What a role's keys are used with.
    """
    folder.mkdir()
    (folder / "secret").write_text(secret)
    (folder / "config").write_text(
        f"[profile lake]\naws_access_key_id = K\naws_secret_access_key = {secret}\n"
    )
    before = keyring.get_keyring()
    keyring.set_keyring(MemoryKeyring({("lake", "key"): secret}))
    notebook = Notebook({"lib": {"KEY": secret}}, number=lambda *_: token)
    monkeypatch.setitem(sys.modules, "notebookutils", notebook)
    with clouds.serve(folder, monkeypatch) as cloud, hashicorp.serve() as vault:
        cloud.secrets, cloud.identity_token = {"key": secret}, token
        cloud.role = {"by": "fake-base", "key": "K", "secret": secret, "token": session}
        vault.secrets["/v1/secret/data/lake"] = {"key": secret}
        for name, value in {
            "BASE_1": "fake-base",
            "AWS_CONFIG_FILE": str(folder / "config"),
            "AWS_SHARED_CREDENTIALS_FILE": str(folder / "none"),
            "VAULT_ADDR": vault.address,
            "VAULT_TOKEN": hashicorp.TOKEN,
            "AZURE_TENANT_ID": clouds.TENANT,
            "AZURE_CLIENT_ID": "client",
            "AZURE_CLIENT_SECRET": cloud.client_secret,
            "NO_PROXY": "127.0.0.1",
        }.items():
            monkeypatch.setenv(name, value)
        yield cloud
    keyring.set_keyring(before)
