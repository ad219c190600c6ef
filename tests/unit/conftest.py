"""Unit tests start no process, use no network and import no GX; this is what refuses them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

PROCESSES = {"os.fork", "os.posix_spawn", "os.system", "subprocess.Popen"}
NETWORK = {"socket.bind", "socket.connect"}

_under_test = False


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if not _under_test:
        return
    imports_gx = event == "import" and arguments[0] == "great_expectations"
    if imports_gx or event in PROCESSES | NETWORK:
        raise AssertionError(f"a unit test asks for `{event}`; see tests/README.md")


sys.addaudithook(_refuse)


@pytest.fixture(autouse=True)
def _alone() -> Iterator[None]:
    global _under_test  # noqa: PLW0603 - an audit hook stays for the whole process
    _under_test = True
    yield
    _under_test = False
