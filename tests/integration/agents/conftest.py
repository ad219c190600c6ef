"""One project and one server process for the tests of agents."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conftest import SETTINGS
from tests.integration.agents.agent import Agent, stdio_agent
from tests.integration.agents.shop import make_shop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose stage passed once, and then did not; do not touch it."""
    with pytest.MonkeyPatch.context() as patched:
        for name in SETTINGS:
            patched.delenv(name, raising=False)
        return make_shop(tmp_path_factory.mktemp("agents") / "shop")


@pytest.fixture(scope="session")
def agent(shop: Path) -> Iterator[Agent]:
    """An agent of that project, with a server that shows no samples."""
    with stdio_agent(shop) as connected:
        yield connected
