"""An S3 of the tests' own: `moto`, in a process of its own on loopback.

Not in a thread: deltalake holds the interpreter while it waits for an answer.
"""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyarrow import fs
from pydantic import SecretStr

from spectra_gx.store.access import StoreAccess
from spectra_gx.store.addresses import StoreKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEY = "fake-access-key-0123456789"
SECRET = "fake-secret/0123456789+abcdef=xyz"
BUCKET = "lake"


@dataclass(frozen=True)
class FakeS3:
    """One that serves."""

    address: str

    @property
    def settings(self) -> dict[str, str]:
        """Return the environment in which a command reaches it."""
        return {
            "AWS_ENDPOINT_URL": self.address,
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_REGION": "eu-central-1",
            "AWS_ALLOW_HTTP": "true",
        }

    @property
    def access(self) -> StoreAccess:
        """Return how it is reached."""
        return StoreAccess(
            {
                StoreKind.S3: {
                    "aws_access_key_id": SecretStr(KEY),
                    "aws_secret_access_key": SecretStr(SECRET),
                    "aws_region": "eu-central-1",
                    "aws_endpoint_url": self.address,
                    "allow_http": "true",
                }
            }
        )

    @property
    def _files(self) -> fs.FileSystem:
        """Return a filesystem of another library than the one that is tested."""
        return fs.S3FileSystem(
            access_key=KEY,
            secret_key=SECRET,
            region="eu-central-1",
            scheme="http",
            endpoint_override=self.address.removeprefix("http://"),
            allow_bucket_creation=True,
        )

    def put(self, key: str, content: bytes) -> None:
        with self._files.open_output_stream(f"{BUCKET}/{key}") as stream:
            stream.write(content)

    def upload(self, folder: Path, prefix: str) -> None:
        for file in folder.rglob("*"):
            if file.is_file():
                self.put(f"{prefix}/{file.relative_to(folder)}", file.read_bytes())


def serve() -> Iterator[FakeS3]:
    """Serve until the caller goes on."""
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        try:
            assert process.stderr is not None
            for line in process.stderr:
                if found := re.search(rb"http://127\.0\.0\.1:\d+", line):
                    break
            else:
                raise AssertionError("moto did not start")
            # It logs every request, and would wait for a reader.
            threading.Thread(target=process.stderr.read, daemon=True).start()
            served = FakeS3(found[0].decode())
            served._files.create_dir(BUCKET)
            yield served
        finally:
            process.terminate()
