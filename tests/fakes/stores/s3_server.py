"""S3: `moto`, one request at a time, because its conditional writes are not atomic."""

from __future__ import annotations

import http.client
import logging
from contextlib import contextmanager
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def serving() -> Iterator[str]:
    """Yield its address."""
    from moto.server import DomainDispatcherApplication, create_backend_app  # noqa: PLC0415 - takes a second
    from werkzeug.serving import make_server  # noqa: PLC0415 - comes with moto

    application, one = DomainDispatcherApplication(create_backend_app), Lock()

    def one_at_a_time(environment: Any, start: Any) -> list[bytes]:
        with one:
            return [b"".join(application(environment, start))]

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, one_at_a_time, threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port)
    connection.request("PUT", "/lake")
    assert connection.getresponse().status == 200
    connection.close()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
