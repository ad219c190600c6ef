"""A whole run whose tokens and keys end while it goes on: each is renewed in time, and the store
sees no expired one."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING

import pytest

from spectra_gx import NotebookSession, Project, RunParameters
from spectra_gx.contract.settings_file import SettingsFile
from spectra_gx.settings.named_credentials import secret_sources
from spectra_gx.store.addresses import StoreKind
from spectra_gx.store.credentials.declarations import read_credentials
from spectra_gx.store.credentials.named_credentials import READ_AGAIN, NamedCredentials
from tests.fakes import clouds, key_front
from tests.fakes.notebookutils import Notebook, storage_token
from tests.fakes.stores.azurite import ACCOUNT
from tests.fakes.stores.shared_server import shared_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.fakes.stores.served_store import ServedStore

LIFE = timedelta(hours=1)
LOOK = timedelta(minutes=1)
"""How far the clock goes on with each look at it; a run of one table looks some 200 times."""

CONTRACT = """\
contract: shop
version: 1.0.0
owner: Shop Team
tables:
  shop.orders:
    primary_key: [id]
    columns:
      id: {type: long, required: true}
"""
STAGE = """\
import pyarrow as pa

from spectra_gx import table


@table("shop.orders", publish="append")
def orders(run):
    return pa.table({"id": [1, 2, 3]})
"""


class Clock:
    """Goes on with each look; what has ended by then, the store refuses."""

    def __init__(self) -> None:
        self.at = datetime.now(UTC).replace(microsecond=0)
        self.ends: dict[str, datetime] = {}
        self.front: key_front.KeyFront | None = None
        self._lock = Lock()

    def __call__(self) -> datetime:
        with self._lock:
            self.at += LOOK
            if self.front is not None:
                self.front.expire(*(name for name, end in self.ends.items() if end <= self.at))
            return self.at

    def token(self, _: str, until: datetime) -> str:
        """Return a token as Azure writes it, and know when it ends."""
        return self._known(storage_token(until, len(self.ends)), until)

    def key(self, _: str, until: datetime) -> str:
        return self._known(f"fake-role-key-{len(self.ends) + 1}", until)

    def _known(self, name: str, until: datetime) -> str:
        self.ends[name] = until
        return name


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Iterator[clouds.Clouds]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with clouds.serve(tmp_path, monkeypatch) as served:
        served.now, served.life = lambda: clock.at, LIFE
        yield served


@pytest.fixture(scope="module")
def azure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Azure's storage that takes bearer tokens."""
    with shared_server("azure-tokens", tmp_path_factory.mktemp("azure")) as address:
        yield address


@pytest.fixture
def shop(tmp_path: Path, clock: Clock) -> Callable[[str, str, str], Project]:
    """Open a project whose warehouse is opened by what is declared, on the clock of the test."""

    def opened(declared: str, root: str, address: str) -> Project:
        project = tmp_path / "project"
        (project / "contracts").mkdir(parents=True)
        (project / "stages").mkdir()
        (project / "contracts" / "shop.contract.yaml").write_text(CONTRACT)
        (project / "stages" / "shop.py").write_text(STAGE)
        (project / "pyproject.toml").write_text(
            f'[tool.spectra-gx]\nwarehouse = "{root}"\nwarehouse_credentials = "lake"\n\n'
            f"[tool.spectra-gx.credentials.lake]\n{declared.format(address=address)}"
        )
        found = Project.open(project)
        named = read_credentials(SettingsFile(project))
        sources = secret_sources(project, found.settings)
        found.settings.take_credentials(NamedCredentials(named, sources, clock), ())
        return found

    return opened


AZURE = f"""\
provider = "{{provider}}"
azure_storage_account_name = "{ACCOUNT}"
azure_storage_endpoint = "{{address}}/{ACCOUNT}"
allow_http = true
"""
KEYS = """\
aws_access_key_id = "env:LAKE_KEY"
aws_secret_access_key = "env:LAKE_SECRET"
aws_endpoint_url = "{address}"
allow_http = true
"""
ROLE = """\
provider = "aws-role:arn:aws:iam::123456789012:role/lake"
aws_access_key_id = "env:BASE_KEY"
aws_secret_access_key = "env:BASE_SECRET"
aws_endpoint_url = "{address}"
aws_region = "eu-central-1"
allow_http = true
"""


@pytest.mark.parametrize("provider", ["managed-identity", "fabric-notebook"])
def test_tokens_for_azure(provider, shop, clock, cloud, azure, tmp_path, monkeypatch):
    cloud.number = clock.token
    notebook = Notebook(number=clock.token, now=lambda: clock.at)
    monkeypatch.setitem(sys.modules, "notebookutils", notebook)
    with key_front.serve(azure, tmp_path / "front") as front:
        clock.front = front
        project = shop(
            AZURE.replace("{provider}", provider), f"az://lake/{provider}", front.address
        )
        run_and_look(project, front, clock)


def test_keys_of_a_role_for_s3(shop, clock, cloud, object_store, tmp_path, monkeypatch):
    cloud.number = clock.key
    cloud.role = {"by": "fake-base-key", "key": "", "secret": "fake-s", "token": "fake-session"}
    monkeypatch.setenv("BASE_KEY", "fake-base-key")
    monkeypatch.setenv("BASE_SECRET", "fake-base-secret")
    store: ServedStore = object_store(StoreKind.S3)
    with key_front.serve(store.server, tmp_path / "front") as front:
        clock.front = front
        run_and_look(shop(ROLE, store.new_root(), front.address), front, clock)


def run_and_look(project: Project, front: key_front.KeyFront, clock: Clock) -> None:
    run = project.run("shop", RunParameters())
    assert run.status == "Success", run.error
    assert project.warehouse.read(project.warehouse.open("shop.orders")).num_rows == 3
    used = {key for key, _ in front.requests}
    assert used <= {*clock.ends}
    assert 3 <= len(used) <= len(clock.ends) < 10
    assert front.refused == 0


def test_a_key_that_is_rotated_between_the_cells_of_a_notebook(shop, clock, object_store, tmp_path):
    store: ServedStore = object_store(StoreKind.S3)
    with key_front.serve(store.server, tmp_path / "front") as front:
        project = shop(KEYS, store.new_root(), front.address)
        secrets = project.root / ".env"
        secrets.write_text("LAKE_KEY=fake-key-1\nLAKE_SECRET=fake-secret-1\n")
        session = NotebookSession("shop", project=project)
        session.initialise()
        session.execute()

        secrets.write_text("LAKE_KEY=fake-key-2\nLAKE_SECRET=fake-secret-2\n")
        clock.at += READ_AGAIN
        before = len(front.requests)
        front.expire("fake-key-1")
        session.validate()
        session.record()
        run = session.finalise()
        assert run.status == "Success", run.error
        assert {key for key, _ in front.requests[before:]} == {"fake-key-2"}
        assert {key for key, _ in front.requests[:before]} == {"fake-key-1"}
