"""Where OTLP goes, and what opens it: the protocol over HTTP, as protobuf."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from spectra_gx.errors import ConfigurationError
from spectra_gx.telemetry.sending import NOT_AFFECTED, send
from spectra_gx.version import __version__

if TYPE_CHECKING:
    from pydantic import SecretStr

_HEADERS = "OTEL_EXPORTER_OTLP_HEADERS"
_ATTRIBUTES = "OTEL_RESOURCE_ATTRIBUTES"


@dataclass(frozen=True)
class OtlpAddress:
    """One address of a signal, and who sends to it."""

    setting: str
    """What it is called where it is set."""

    url: str
    headers: SecretStr | None = field(default=None, repr=False)
    service: str = "spectra-gx"
    attributes: str | None = None

    def origin(self) -> tuple[Any, Any]:
        """Return the resource and the scope that what is sent is of.

        Raises:
            ConfigurationError: The attributes cannot be read.
        """
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.util.instrumentation import (
            InstrumentationScope,
        )

        named = {"service.name": self.service, "service.version": __version__}
        resource = Resource({**_pairs(_ATTRIBUTES, self.attributes), **named})
        return resource, InstrumentationScope("spectra_gx", __version__)

    def send(self, what: str, body: bytes) -> None:
        """Send a message of the protocol once.

        Raises:
            ConfigurationError: The address or the headers cannot be used.
            ExternalServiceError: It did not arrive.
        """
        secret = None if self.headers is None else self.headers.get_secret_value()
        headers = {"Content-Type": "application/x-protobuf"}
        send(what, self.setting, self.url, body, headers, _pairs(_HEADERS, secret))


def otlp_address(
    signal: str,
    endpoint: str | None,
    own_endpoint: str | None,
    headers: SecretStr | None,
    service: str,
    attributes: str | None,
) -> OtlpAddress | None:
    """Return where a signal goes; None where no setting says so.

    Args:
        signal: `traces` or `metrics`.
        endpoint: The address of all signals, to which the path of each is added.
        own_endpoint: The whole address of this one.
        headers: What opens it.
        service: Who sends.
        attributes: More about that.
    """
    if own_endpoint:
        setting = f"OTEL_EXPORTER_OTLP_{signal.upper()}_ENDPOINT"
        return OtlpAddress(setting, own_endpoint, headers, service, attributes)
    if endpoint:
        url = f"{endpoint.rstrip('/')}/v1/{signal}"
        return OtlpAddress("OTEL_EXPORTER_OTLP_ENDPOINT", url, headers, service, attributes)
    return None


def _pairs(setting: str, text: str | None) -> dict[str, str]:
    """Return `name=value,name=value` as a mapping.

    Raises:
        ConfigurationError: It has another form; the text is not repeated.
    """
    found = {}
    for part in filter(None, map(str.strip, (text or "").split(","))):
        name, equals, value = part.partition("=")
        if not (equals and name.strip()):
            raise ConfigurationError(
                f"nothing was sent by OTLP: {setting} has a part without `=`; write "
                f"`name=value,name=value`; {NOT_AFFECTED}"
            )
        found[name.strip()] = unquote(value.strip())
    return found
