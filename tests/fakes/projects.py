"""A project whose sandbox takes a known token, and whose client never waits."""

from __future__ import annotations

import base64
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

import pyarrow.parquet as pq
from pydantic import SecretStr

from spectra_gx.project import Project
from spectra_gx.sources.jira.client import JiraSource
from spectra_gx.sources.jira.sandbox import Sandbox as JiraSandbox
from spectra_gx.sources.zephyr.client import ZephyrSource
from spectra_gx.sources.zephyr.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from spectra_gx.sources.source_system import Connection, SourceSystem

TOKEN = "fake-token/0123456789+abcdef=xyz"


class QuickProject(Project):
    """Reads the sandbox through the real client, which neither sleeps nor is patient."""

    @cached_property
    def connections(self) -> list[str]:
        """Where it was connected to: were it never, nothing could hold its token."""
        return []

    def find_source(self, name: str, place: str) -> SourceSystem:
        jira = name == "jira"
        return replace(
            super().find_source(name, place),
            connect=self._connect_jira if jira else self._connect,
            sandbox=partial(JiraSandbox if jira else Sandbox, token=SecretStr(TOKEN)),
        )

    def _connect(self, connection: Connection) -> ZephyrSource:
        self.connections.append(connection.base_url)
        return ZephyrSource(
            connection.base_url,
            connection.base_path,
            connection.token,
            project_id=connection.project_id,
            timeout_seconds=0.5,
            sleep=lambda _: None,
        )

    def _connect_jira(self, connection: Connection) -> JiraSource:
        self.connections.append(connection.base_url)
        return JiraSource(
            connection.base_url,
            connection.base_path,
            connection.token,
            user=connection.user,
            project_id=connection.project_id,
            timeout_seconds=0.5,
            sleep=lambda _: None,
        )


def spellings(secret: str) -> set[bytes]:
    """Return a secret as it could have been written down."""
    whole = secret.encode()
    encoded = {
        whole,
        whole.hex().encode(),
        quote(secret, safe="").encode(),
        quote_plus(secret).encode(),
    }
    encoded |= {secret.encode("utf-16-le"), secret.encode("utf-16-be"), whole[::-1]}
    for shift in range(3):
        # What base64 makes of it depends on where it begins; its edges depend on its neighbours.
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            encoded.add(encode(b"x" * shift + whole)[4:-4])
    return encoded


def traces(secret: str, *folders: Path) -> Iterator[str]:
    """Yield every file that holds a secret in any spelling: in its name, bytes or cells."""
    searched = spellings(secret)
    for folder in folders:
        for file in folder.rglob("*"):
            held = str(file.relative_to(folder)).encode()
            if file.is_file():
                held += file.read_bytes()
            if file.suffix == ".parquet":
                held += repr(pq.read_table(file).to_pylist()).encode()
            if any(spelling in held for spelling in searched):
                yield str(file)
