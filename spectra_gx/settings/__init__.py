"""Settings: all that a user sets, and the only place where secrets enter.

The first source that knows a name wins: the environment, the project's `.env`, a folder of mounted
files (`SECRETS_DIR`, one file per name), Fabric's Variable Library (`VARIABLE_LIBRARY`), then
`[tool.spectra-gx]` in the project's pyproject.toml.

Whatever sets a secret also decides where it is sent: with `API_TOKEN` from the environment, a
mounted file or the Variable Library, `BASE_URL` may not come from a file of the project, which a
branch may change; with one from `.env`, not from pyproject.toml.

A source system may be set by its own name: `JIRA_BASE_URL`, `JIRA_BASE_PATH`, `JIRA_API_TOKEN`. If
none of these three is set, the stage `source` reads `BASE_URL`, `BASE_PATH` and `API_TOKEN`. The
two are never mixed, and no other stage reads the bare names.
"""

from spectra_gx.settings.ci_job import GitHubSettings, GitLabSettings
from spectra_gx.settings.loading import (
    declared_environments,
    find_setting_origins,
    load_settings,
    read_secret,
)
from spectra_gx.settings.model import (
    ADDRESSES,
    BARE_STAGE,
    SYSTEM_SETTINGS,
    Settings,
    SourceAddress,
    settings_prefix,
)

__all__ = [
    "ADDRESSES",
    "BARE_STAGE",
    "SYSTEM_SETTINGS",
    "GitHubSettings",
    "GitLabSettings",
    "Settings",
    "SourceAddress",
    "declared_environments",
    "find_setting_origins",
    "load_settings",
    "read_secret",
    "settings_prefix",
]
