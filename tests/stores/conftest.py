"""Nothing of this machine's settings is on the journeys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conftest import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module", autouse=True)
def nothing_set() -> Iterator[None]:
    """Take settings away before the local journey, too, which all tests of a module share."""
    with pytest.MonkeyPatch.context() as environment:
        for name in SETTINGS:
            environment.delenv(name, raising=False)
        yield
