"""The object stores of the tests, and how they are reached."""

from __future__ import annotations

import json
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import uuid4

import obstore
from obstore.store import from_url

from spectra_gx.store.access import StoreAccess
from spectra_gx.store.addresses import StoreKind, parse_store_address
from spectra_gx.store.bucket import BucketStore
from spectra_gx.store.options import store_options
from tests.fakes.stores.azurite import ACCOUNT, KEY
from tests.fakes.stores.fault_proxy import FaultProxy, proxy_before
from tests.fakes.stores.shared_server import shared_server

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from obstore.store import ObjectStore

SCHEMES = {StoreKind.S3: "s3", StoreKind.AZURE: "az", StoreKind.GCS: "gs"}
LEASE_SECONDS = 2.0
"""Of the locks in tests: nobody waits a minute for the lock of a process that was killed."""


_SETTINGS = {
    StoreKind.S3: {
        "AWS_ACCESS_KEY_ID": "aws_access_key_id",
        "AWS_SECRET_ACCESS_KEY": "aws_secret_access_key",
        "AWS_ENDPOINT_URL": "aws_endpoint_url",
        "AWS_ALLOW_HTTP": "allow_http",
    },
    StoreKind.AZURE: {
        "AZURE_STORAGE_ACCOUNT_NAME": "azure_storage_account_name",
        "AZURE_STORAGE_ACCOUNT_KEY": "azure_storage_account_key",
        "AZURE_STORAGE_ENDPOINT": "azure_storage_endpoint",
        "AZURE_ALLOW_HTTP": "allow_http",
    },
    StoreKind.GCS: {
        "GOOGLE_SERVICE_ACCOUNT_KEY": "google_service_account_key",
        "GOOGLE_ALLOW_HTTP": "allow_http",
    },
}
"""Variable → the option that it is."""


@dataclass(frozen=True)
class ServedStore:
    """An object store that serves on loopback."""

    kind: StoreKind
    server: str

    @property
    def options(self) -> dict[str, str]:
        """Return the options that reach it."""
        match self.kind:
            case StoreKind.S3:
                given = {
                    "aws_access_key_id": "fake-access-key-0123456789",
                    "aws_secret_access_key": "fake-secret/0123456789+abcdef=xyz",
                    "aws_endpoint_url": self.server,
                }
            case StoreKind.AZURE:
                given = {
                    "azure_storage_account_name": ACCOUNT,
                    "azure_storage_account_key": KEY,
                    "azure_storage_endpoint": f"{self.server}/{ACCOUNT}",
                }
            case StoreKind.GCS:
                # A key of a service account says where the service is, and that it wants no token.
                key = {"gcs_base_url": self.server, "disable_oauth": True}
                none = dict.fromkeys(("client_email", "private_key", "private_key_id"), "")
                given = {"google_service_account_key": json.dumps({**key, **none})}
        return {**given, "allow_http": "true"}

    @property
    def settings(self) -> dict[str, str]:
        """Return the environment in which a command reaches it."""
        return {name: self.options[option] for name, option in _SETTINGS[self.kind].items()}

    @property
    def access(self) -> StoreAccess:
        """Return how it is reached without a named credential."""
        return StoreAccess({self.kind: self.options})

    def new_root(self) -> str:
        """Return an address that nobody has used."""
        return f"{SCHEMES[self.kind]}://lake/{uuid4().hex}"

    def store(self, root: str, lease_seconds: float = LEASE_SECONDS) -> BucketStore:
        """Return the store at an address."""
        options = store_options(self.kind, self.options, {})
        return BucketStore(parse_store_address(root), lambda: options, lease_seconds)

    def upload(self, folder: Path, root: str) -> None:
        """Put every file below a folder under an address."""
        objects = self._objects(root)
        for file in folder.rglob("*"):
            if file.is_file():
                obstore.put(objects, file.relative_to(folder).as_posix(), file.read_bytes())

    def download(self, root: str, folder: Path) -> None:
        """Make a folder of what is under an address, and of nothing else."""
        shutil.rmtree(folder, ignore_errors=True)
        objects = self._objects(root)
        for entry in (entry for chunk in obstore.list(objects) for entry in chunk):
            file = folder / entry["path"]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(obstore.get(objects, entry["path"]).bytes())

    def _objects(self, root: str) -> ObjectStore:
        return from_url(root, **store_options(self.kind, self.options, {}).for_obstore())

    @contextmanager
    def behind_proxy(self) -> Iterator[tuple[ServedStore, FaultProxy]]:
        """Yield the same store behind a proxy that can spoil requests."""
        with proxy_before(self.server) as proxy:
            yield replace(self, server=proxy.address), proxy

    def to_json(self) -> str:
        """Return what another process makes the same of."""
        return json.dumps({"kind": self.kind.value, "server": self.server})

    @staticmethod
    def from_json(text: str) -> ServedStore:
        """Return the one of a text."""
        found: Mapping[str, str] = json.loads(text)
        return ServedStore(StoreKind(found["kind"]), found["server"])


@contextmanager
def served_store(kind: StoreKind, folder: Path) -> Iterator[ServedStore]:
    """Yield the store of a kind that all users of a folder share."""
    with shared_server(kind.name.lower(), folder) as address:
        yield ServedStore(kind, address)
