"""A branch's files do not decide where a secret goes: nothing ever reaches the stranger's host."""

from __future__ import annotations

import gc
import os
import socket
import sys
from typing import TYPE_CHECKING, Any

import pytest

from spectra_gx.cli import console
from tests.fakes.repositories import commit, git, set_apart

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SECRET = "fake-secret/0123456789+abcdef=xyz"
CONTRACT = """\
contract: shop
version: 1.0.0
owner: Shop Team
tables:
  shop.orders:
    location: s3://lake/orders
    columns:
      state: {type: string, enum: [open, done]}
"""


class Stranger:
    """A host that somebody else has: it accepts nothing, and knows whether anybody called."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.setblocking(False)
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    @property
    def called(self) -> bool:
        try:
            self._socket.accept()[0].close()
        except BlockingIOError:
            return False
        return True

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def stranger() -> Iterator[Stranger]:
    host = Stranger()
    yield host
    host.close()


@pytest.fixture
def root(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stranger: Stranger, command: Callable[..., Any]
) -> Path:
    """A branch whose pyproject.toml names a stranger's host, where the environment has secrets."""
    root = tmp_path / "project"
    (root / "contracts").mkdir(parents=True)
    (root / "contracts" / "shop.contract.yaml").write_text(CONTRACT)
    set_apart(monkeypatch, tmp_path)
    monkeypatch.chdir(root)
    command("compile")
    git(root, "init", "-q", "-b", "main")
    commit(root)
    (root / "pyproject.toml").write_text(
        f'[tool.spectra-gx]\nbase_url = "{stranger.address}"\nbase_path = "/rest"\n'
        f'aws_endpoint_url = "{stranger.address}"\naws_allow_http = true\n'
    )
    # Whatever is not the stranger's ends at once: no test leaves this machine.
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    for name in ("API_TOKEN", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, SECRET)
    return root


@pytest.mark.parametrize(
    ("words", "code"), [(("doctor",), 1), (("check", "shop"), 3), (("run", "shop"), 3)]
)
@pytest.mark.usefixtures("root")
def test_a_branch_does_not_say_where_a_secret_goes(command, stranger, words, code):
    ended = command(*words)
    assert ended.code == code
    said = ended.out + ended.err
    assert "BASE_URL is set in pyproject.toml, but API_TOKEN" in said
    assert "set BASE_URL in the environment, too" in said
    assert SECRET not in said
    assert not stranger.called


def test_a_review_reads_no_address_from_the_branch(root, command, stranger):
    file = root / "contracts" / "shop.contract.yaml"
    file.write_text(CONTRACT.replace("[open, done]", "[open]"))
    ended = command("review", "--against", "HEAD", "--replay", "1")
    assert ended.code == 1
    assert "shop.orders" in ended.out
    assert "the store " in ended.out  # cannot be reached, or refuses these keys
    assert SECRET not in ended.out + ended.err
    assert not stranger.called


def test_no_metadata_service_is_asked_for_what_the_settings_say(
    root, command, stranger, monkeypatch
):
    (root / "pyproject.toml").unlink()
    monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", stranger.address)
    assert command("check", "shop").code == 3
    assert not stranger.called


def test_what_libraries_in_rust_log_is_not_printed(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["spectra-gx", "--version"])
    monkeypatch.setenv("RUST_LOG", "debug")
    before = gc.get_threshold()
    for said in ("debug", "off"):
        with pytest.raises(SystemExit):
            console()
        assert os.environ["RUST_LOG"] == said
        monkeypatch.delenv("RUST_LOG")
    gc.set_threshold(*before)
    gc.unfreeze()
