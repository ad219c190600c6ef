"""How the settings of a source are called, for messages that name one."""

from __future__ import annotations

import re
from dataclasses import dataclass

_BARE = re.compile(r"\b(?:BASE_URL|BASE_PATH|API_TOKEN|API_USER|TEST_PROJECT_ID)\b")


@dataclass(frozen=True)
class SettingNames:
    """The names under which one source is set."""

    prefix: str = ""
    """How they begin, such as `JIRA_`; empty where the bare names count."""

    project: str | None = None
    """What names the project, where that is something else than the setting of this prefix."""

    def spell(self, text: str) -> str:
        """Return a text in which settings are called by their bare names, with their full ones."""
        return _BARE.sub(lambda found: self._name(found[0]), text)

    def _name(self, bare: str) -> str:
        if bare == "TEST_PROJECT_ID" and self.project is not None:
            return self.project
        return f"{self.prefix}{bare}"


BARE = SettingNames()
"""The names without a system's."""
