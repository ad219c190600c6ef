"""Credentials of AWS by its own library: profiles of its configuration, and roles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import botocore.session
from botocore.config import Config
from botocore.credentials import RefreshableCredentials
from botocore.exceptions import BotoCoreError, ClientError

from spectra_gx.errors import ConfigurationError
from spectra_gx.store.credentials.sources import Issued

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spectra_gx.store.credentials.references import Reference
    from spectra_gx.store.credentials.sources import SecretSources

_NO_VARIABLES = dict.fromkeys(
    ("profile", "config_file", "credentials_file"), (None, None, None, None)
)
"""Keeps botocore from the configuration of this machine."""

_CLIENT = Config(
    connect_timeout=5,
    read_timeout=10,
    retries={"mode": "standard", "max_attempts": 4},
    ignore_configured_endpoint_urls=True,
)
_SESSION_NAME = "spectra-gx"


class AwsProfile:
    """`aws-profile:NAME`: whatever the profile says, a role, SSO or a process among it."""

    def __init__(self, reference: Reference, sources: SecretSources) -> None:
        del sources
        self._name = reference.rest
        self._renewing: RefreshableCredentials | None = None
        self._region: dict[str, str] = {}

    def issue(self, options: Mapping[str, str]) -> Issued:
        """Return the profile's keys; botocore renews those that expire."""
        del options
        try:
            found = (self._renewing or self._load()).get_frozen_credentials()
        except (BotoCoreError, ClientError, AttributeError) as error:
            raise ConfigurationError(
                f"profile `{self._name}` of the AWS configuration gives no credentials "
                f"({type(error).__name__}); check it with `aws sts get-caller-identity --profile "
                f"{self._name}`",
                retryable=True,
            ) from None
        keys = {
            "aws_access_key_id": found.access_key,
            "aws_secret_access_key": found.secret_key,
            "aws_session_token": found.token,
        }
        return Issued({**self._region, **{name: key for name, key in keys.items() if key}})

    def _load(self) -> Any:
        session = botocore.session.Session(profile=self._name)
        providers = session.get_component("credential_provider")
        # A profile that has no keys would be answered by the machine's own.
        for other in ("container-role", "iam-role"):
            providers.remove(other)
        if region := session.get_scoped_config().get("region"):
            self._region = {"aws_region": region}
        loaded = providers.load_credentials()
        # Keys in a file are read again, so that changed ones are found.
        self._renewing = loaded if isinstance(loaded, RefreshableCredentials) else None
        return loaded


class AwsRole:
    """`aws-role:ARN`: a role that the keys beside it assume."""

    def __init__(self, reference: Reference, sources: SecretSources) -> None:
        del sources
        self._role = reference.rest

    def issue(self, options: Mapping[str, str]) -> Issued:
        """Return keys of the role, for an hour."""
        names = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token")
        try:
            client = botocore.session.Session(session_vars=_NO_VARIABLES).create_client(
                "sts",
                region_name=options.get("aws_region", "us-east-1"),
                config=_CLIENT,
                **{name: options[name] for name in names if name in options},
            )
            given = client.assume_role(RoleArn=self._role, RoleSessionName=_SESSION_NAME)
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", "unknown"))
            raise ConfigurationError(
                f"AWS refuses role `{self._role}` ({code}); check the keys, and who the role trusts"
            ) from None
        except BotoCoreError as error:
            raise ConfigurationError(
                f"role `{self._role}` cannot be assumed ({type(error).__name__}); check the "
                "region and the network, and run again",
                retryable=True,
            ) from None
        keys = given["Credentials"]
        issued = {
            "aws_access_key_id": keys["AccessKeyId"],
            "aws_secret_access_key": keys["SecretAccessKey"],
            "aws_session_token": keys["SessionToken"],
        }
        return Issued(issued, keys["Expiration"])
