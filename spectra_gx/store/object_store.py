"""Connect to S3 and compatible stores with the credentials of the settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pyarrow import fs

from spectra_gx.errors import FileError

if TYPE_CHECKING:
    from pydantic import SecretStr

_REGION = "us-east-1"
"""What a store that has no regions takes for one."""

_CONNECT_SECONDS = 5.0
_REQUEST_SECONDS = 30.0
_ATTEMPTS = 3


@dataclass(frozen=True)
class ObjectStore:
    """Where an object store answers, and with which credentials."""

    access_key_id: SecretStr | None = None
    secret_access_key: SecretStr | None = None
    session_token: SecretStr | None = None
    region: str | None = None
    endpoint_url: str | None = field(default=None, repr=False)
    """None for S3 itself."""

    allow_http: bool = False

    def options(self) -> dict[str, str]:
        """Return what deltalake needs to know, its names and no others: it ignores unknown ones.

        Raises:
            FileError: Credentials are missing, or the address may not be used.
        """
        key, secret = self._credentials()
        region = self.region or _REGION
        options = {
            "AWS_ACCESS_KEY_ID": key,
            "AWS_SECRET_ACCESS_KEY": secret,
            "AWS_SESSION_TOKEN": self._token(),
            "AWS_REGION": region,
            # Without an address deltalake asks a metadata service for what is all given here.
            "AWS_ENDPOINT_URL": self._endpoint() or f"https://s3.{region}.amazonaws.com",
            "AWS_ALLOW_HTTP": "true" if self.allow_http else "false",
            "connect_timeout": f"{_CONNECT_SECONDS:g}s",
            "timeout": f"{_REQUEST_SECONDS:g}s",
            "max_retries": f"{_ATTEMPTS - 1}",
            "retry_timeout": f"{_REQUEST_SECONDS:g}s",
        }
        return {name: value for name, value in options.items() if value is not None}

    def filesystem(self) -> fs.FileSystem:
        """Return the store as a filesystem whose paths begin with a bucket.

        Raises:
            FileError: Credentials are missing, or the address may not be used.
        """
        key, secret = self._credentials()
        endpoint = urlsplit(self._endpoint() or "")
        return fs.S3FileSystem(
            access_key=key,
            secret_key=secret,
            session_token=self._token(),
            region=self.region or _REGION,
            scheme=endpoint.scheme or "https",
            endpoint_override=endpoint.netloc or None,
            connect_timeout=_CONNECT_SECONDS,
            request_timeout=_REQUEST_SECONDS,
            retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=_ATTEMPTS),
        )

    def _credentials(self) -> tuple[str, str]:
        if self.access_key_id is None or self.secret_access_key is None:
            raise FileError(
                "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not both set; "
                "set them in the environment or in `.env`"
            )
        return self.access_key_id.get_secret_value(), self.secret_access_key.get_secret_value()

    def _token(self) -> str | None:
        return self.session_token.get_secret_value() if self.session_token else None

    def _endpoint(self) -> str | None:
        if self.endpoint_url is None:
            return None
        address = urlsplit(self.endpoint_url)
        if address.scheme not in ("http", "https") or not address.netloc or "@" in address.netloc:
            raise FileError(
                "AWS_ENDPOINT_URL is no address; write it as `https://host` or `https://host:port`"
            )
        if address.scheme == "http" and not self.allow_http:
            raise FileError(
                "AWS_ENDPOINT_URL is an `http://` address, which everyone on the way can read; "
                "use `https://`, or set AWS_ALLOW_HTTP to `true`"
            )
        return self.endpoint_url
