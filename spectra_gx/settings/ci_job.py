"""Read the variables that GitHub and GitLab set for a CI job.

A project's own files do not count: a pull request may change them, and must not decide where the
token goes.
"""

from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class GitHubSettings(BaseSettings):
    """What GitHub sets for a job."""

    model_config = SettingsConfigDict(
        env_prefix="GITHUB_", extra="ignore", env_ignore_empty=True, hide_input_in_errors=True
    )

    token: SecretStr | None = None
    api_url: str = "https://api.github.com"
    event_path: Path | None = None
    step_summary: Path | None = None


class GitLabSettings(BaseSettings):
    """What GitLab sets for a job of a merge request."""

    model_config = SettingsConfigDict(
        env_prefix="CI_MERGE_REQUEST_", extra="ignore", env_ignore_empty=True
    )

    project_path: str | None = None
    source_project_path: str | None = None
