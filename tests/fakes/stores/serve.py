"""Serve one kind of object store in the background, until nobody uses it.

    python -m tests.fakes.stores.serve KIND FOLDER

Ends as soon as the server answers; a child of it goes on. Not in a thread of a test: deltalake
keeps the interpreter to itself while it waits for an answer.
"""

from __future__ import annotations

import fcntl
import os
import sys
from functools import partial
from pathlib import Path

from tests.fakes.stores import azurite, gcs_server, s3_server

SERVERS = {
    "s3": s3_server.serving,
    "azure": azurite.serving,
    "azure-tokens": azurite.serving_tokens,
    "gcs": gcs_server.serving,
    "gcs-ahead": partial(gcs_server.serving, 3600.0),
    "gcs-behind": partial(gcs_server.serving, -3600.0),
}


def main(kind: str, folder: Path) -> None:
    """Fork, serve, say so to the parent, and stop once every user's lock is gone."""
    ready, say = os.pipe()
    if os.fork():
        os.close(say)
        sys.exit(0 if os.read(ready, 1) else f"the {kind} server did not start")
    os.setsid()
    with (folder / f"{kind}.users").open("w") as users, SERVERS[kind]() as address:
        file = folder / f"{kind}.address"
        file.write_text(address, encoding="utf-8")
        os.write(say, b".")
        os.close(say)
        fcntl.flock(users, fcntl.LOCK_EX)
        file.unlink()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
