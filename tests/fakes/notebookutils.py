"""What a notebook of Microsoft Fabric has as `notebookutils`: as much of it as is used here.

Written from Fabric's documentation; nobody has compared it with the real one.
"""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

WORKSPACE = "00000000-0000-4000-8000-0000000000aa"
LAKEHOUSE = "00000000-0000-4000-8000-0000000000bb"


class Notebook(ModuleType):
    """The module; its parts are itself."""

    def __init__(
        self,
        libraries: Mapping[str, Mapping[str, str]] = {},
        number: Callable[[str, datetime], str] | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__("notebookutils")
        self.credentials = self.variableLibrary = self.runtime = self
        self.context = {
            "defaultLakehouseWorkspaceId": WORKSPACE,
            "defaultLakehouseId": LAKEHOUSE,
        }
        self.getLibrary = libraries.__getitem__
        self._number = number or (lambda _, until: storage_token(until))
        self._now = now

    def getToken(self, audience: str) -> str:  # noqa: N802 - Fabric's name
        """Return a token of an hour."""
        assert audience == "storage"
        return self._number(audience, self._now() + timedelta(hours=1))


def storage_token(until: datetime, number: int = 0) -> str:
    """Return a token for storage as Azure writes it; its signature is nobody's."""
    since = int(datetime.now(UTC).timestamp()) - 60
    said = {
        "aud": "https://storage.azure.com",
        "iss": "https://sts.windows.net/00000000-0000-0000-0000-00000000aaaa/",
        "iat": since,
        "nbf": since,
        "exp": int(until.timestamp()),
        "jti": number,
    }
    parts = [json.dumps(part).encode() for part in ({"alg": "RS256", "typ": "JWT"}, said)]
    encoded = [base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts]
    return f"{'.'.join(encoded)}.c2ln"
