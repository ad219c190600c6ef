"""Google Cloud Storage: a small server of ours that speaks its XML API as obstore uses it.

No emulator speaks it. It is no proof of what Google does: it keeps objects, their generations and
the conditions on them, as Google's documentation describes.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from email.utils import formatdate
from functools import partial
from http.server import BaseHTTPRequestHandler
from itertools import count
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit
from uuid import uuid4
from xml.sax.saxutils import escape

from tests.fakes.stores.forwarding import serving_with

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

_PAGE = 1000


@dataclass(frozen=True)
class StoredObject:
    """An object as it is stored."""

    content: bytes
    generation: int
    written: float

    @property
    def tag(self) -> str:
        return f'"{hashlib.md5(self.content, usedforsecurity=False).hexdigest()}"'

    @property
    def headers(self) -> dict[str, str]:
        return {
            "ETag": self.tag,
            "x-goog-generation": str(self.generation),
            "Last-Modified": formatdate(self.written, usegmt=True),
        }


class Bucket:
    """All objects by their path, bucket first; one request at a time.

    `ahead` is by how many seconds its clock is ahead of this machine's.
    """

    def __init__(self, ahead: float = 0.0) -> None:
        self.ahead = ahead
        self.objects: dict[str, StoredObject] = {}
        self.uploads: dict[str, dict[int, bytes]] = {}
        self.lock = Lock()
        self._generations = count(1)

    def put(self, path: str, content: bytes) -> StoredObject:
        now = time.time() + self.ahead
        self.objects[path] = StoredObject(content, next(self._generations), now)
        return self.objects[path]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True

    def __init__(self, bucket: Bucket, *given: Any) -> None:
        self.bucket = bucket
        super().__init__(*given)

    def handle_request(self) -> None:
        address = urlsplit(self.path)
        self.query = dict(parse_qsl(address.query, keep_blank_values=True))
        self.object = unquote(address.path).lstrip("/")
        self.content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with self.bucket.lock:
            getattr(self, f"_{self.command.lower()}")()

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = lambda self: self.handle_request()  # noqa: N815 - http.server's names

    def _put(self) -> None:
        if upload := self.query.get("uploadId"):
            self.bucket.uploads[upload][int(self.query["partNumber"])] = self.content
            self._answer(200, headers={"ETag": f'"{len(self.content)}"'})
            return
        content, stored = self.content, self.bucket.objects.get(self.object)
        if source := self.headers.get("x-goog-copy-source"):
            copied = self.bucket.objects.get(unquote(source).lstrip("/"))
            if copied is None:
                self._refuse(404, "NoSuchKey")
                return
            content = copied.content
        wanted = self.headers.get("x-goog-if-generation-match")
        if wanted is not None and int(wanted) != (stored.generation if stored else 0):
            self._refuse(412, "PreconditionFailed")
            return
        self._answer(200, headers=self.bucket.put(self.object, content).headers)

    def _post(self) -> None:
        if "uploads" in self.query:
            upload = uuid4().hex
            self.bucket.uploads[upload] = {}
            about = f"<Key>{escape(self.object)}</Key><UploadId>{upload}</UploadId>"
            self._xml("InitiateMultipartUploadResult", about)
            return
        parts = self.bucket.uploads.pop(self.query["uploadId"])
        stored = self.bucket.put(self.object, b"".join(parts[n] for n in sorted(parts)))
        self._xml(
            "CompleteMultipartUploadResult", f"<ETag>{escape(stored.tag)}</ETag>", stored.headers
        )

    def _delete(self) -> None:
        if upload := self.query.get("uploadId"):
            self.bucket.uploads.pop(upload, None)
            self._answer(204)
        elif self.bucket.objects.pop(self.object, None) is None:
            self._refuse(404, "NoSuchKey")
        else:
            self._answer(204)

    def _head(self) -> None:
        self._get()

    def _get(self) -> None:
        if "/" not in self.object:
            self._list()
            return
        stored = self.bucket.objects.get(self.object)
        if stored is None:
            self._refuse(404, "NoSuchKey")
            return
        if given := self.headers.get("Range"):
            size = len(stored.content)
            first, last = _range(given, size)
            within = {"Content-Range": f"bytes {first}-{last}/{size}"}
            self._answer(206, stored.content[first : last + 1], {**stored.headers, **within})
        else:
            self._answer(200, stored.content, stored.headers)

    def _list(self) -> None:
        start = f"{self.object}/"
        prefix, delimiter = self.query.get("prefix", ""), self.query.get("delimiter")
        after = self.query.get("continuation-token") or self.query.get("start-after", "")
        found: list[str] = []
        inner: dict[str, None] = {}
        last = ""
        for path, stored in sorted(self.bucket.objects.items()):
            name = path.removeprefix(start)
            if not path.startswith(start) or not name.startswith(prefix) or name <= after:
                continue
            if len(found) == _PAGE:
                found.append(f"<NextContinuationToken>{escape(last)}</NextContinuationToken>")
                break
            last = name
            rest = name[len(prefix) :]
            if delimiter and delimiter in rest:
                inner[prefix + rest.partition(delimiter)[0] + delimiter] = None
                continue
            written = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(stored.written))
            found.append(
                f"<Contents><Key>{escape(name)}</Key><Size>{len(stored.content)}</Size>"
                f"<LastModified>{written}</LastModified><ETag>{escape(stored.tag)}</ETag></Contents>"
            )
        folders = [
            f"<CommonPrefixes><Prefix>{escape(one)}</Prefix></CommonPrefixes>" for one in inner
        ]
        self._xml("ListBucketResult", "".join((*found, *folders)))

    def _xml(self, kind: str, about: str, headers: dict[str, str] | None = None) -> None:
        self._answer(200, f"<{kind}>{about}</{kind}>".encode(), headers)

    def _refuse(self, status: int, code: str) -> None:
        self._answer(status, f"<Error><Code>{code}</Code></Error>".encode())

    def _answer(
        self, status: int, content: bytes = b"", headers: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def _range(given: str, size: int) -> tuple[int, int]:
    first, _, last = given.removeprefix("bytes=").partition("-")
    if not first:
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last or size), size - 1)


def serving(ahead: float = 0.0) -> AbstractContextManager[str]:
    """Serve; yield the address."""
    return serving_with(partial(_Handler, Bucket(ahead)))
