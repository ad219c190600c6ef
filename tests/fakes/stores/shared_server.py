"""One server of a kind for all processes of a test session; it ends when the last of them does.

Each user keeps a shared kernel lock on a file, and the server waits for an exclusive one: a user
that is killed counts no longer, whichever order they end in.
"""

from __future__ import annotations

import fcntl
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

REPOSITORY = Path(__file__).parents[3]


@contextmanager
def shared_server(kind: str, folder: Path) -> Iterator[str]:
    """Yield the address of the server of a kind, which all users of the folder share."""
    address = folder / f"{kind}.address"
    with (
        (folder / f"{kind}.users").open("w") as user,
        (folder / f"{kind}.start").open("w") as start,
    ):
        # Waits where a server is about to end, which then has removed its address.
        fcntl.flock(user, fcntl.LOCK_SH)
        fcntl.flock(start, fcntl.LOCK_EX)
        if not address.exists():
            _start(kind, folder)
        fcntl.flock(start, fcntl.LOCK_UN)
        yield address.read_text(encoding="utf-8")


def _start(kind: str, folder: Path) -> None:
    command = [sys.executable, "-m", "tests.fakes.stores.serve", kind, str(folder)]
    log = folder / f"{kind}.log"
    with log.open("w") as output:
        ended = subprocess.run(command, cwd=REPOSITORY, stdout=output, stderr=output, check=False)
    assert ended.returncode == 0, log.read_text(encoding="utf-8")
