"""What is sent goes to one address, once, and nothing that opens it is read by others."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from spectra_gx.errors import ConfigurationError, ExternalServiceError
from spectra_gx.telemetry.lineage.listener import LineageAddress
from spectra_gx.telemetry.otlp import OtlpAddress, otlp_address
from spectra_gx.telemetry.sending import send
from tests.fakes.telemetry_server import TelemetryServer

KEY = "fake-key-0123456789"


def address(url, headers=f"api-key={KEY}"):
    secret = None if headers is None else SecretStr(headers)
    return OtlpAddress("OTEL_EXPORTER_OTLP_ENDPOINT", url, secret)


@pytest.mark.parametrize("url", ["", "collector:4318", "ftp://collector", "http://", "http://[::1"])
def test_what_is_no_address_is_named_without_it(url):
    with pytest.raises(ConfigurationError, match="OTEL_EXPORTER_OTLP_ENDPOINT is not an address"):
        address(url).send("the traces", b"")


def test_a_key_goes_over_an_encrypted_connection_or_to_this_machine_alone(server):
    said = "what opens it would travel unencrypted"
    with pytest.raises(ConfigurationError, match=said) as raised:
        address("http://collector.example.com").send("the traces", b"")
    assert KEY not in str(raised.value)
    with pytest.raises(ConfigurationError, match=said):
        LineageAddress("http://example.com", "x", SecretStr(KEY)).send({})
    address(server.url).send("the traces", b"body")
    assert server.taken[0].headers["api-key"] == KEY
    assert KEY not in repr(address(server.url))
    assert KEY not in repr(LineageAddress(server.url, "x", SecretStr(KEY)))


@pytest.mark.parametrize("headers", ["api-key", f"={KEY}", f"a=1,{KEY}"])
def test_headers_of_another_form_are_refused_without_repeating_them(server, headers):
    said = "OTEL_EXPORTER_OTLP_HEADERS has a part without `=`"
    with pytest.raises(ConfigurationError, match=said) as raised:
        address(server.url, headers).send("the traces", b"")
    assert KEY not in str(raised.value)
    assert server.taken == []


def test_a_redirect_is_not_followed(server):
    with (
        TelemetryServer(307, headers={"Location": server.url}) as elsewhere,
        pytest.raises(ExternalServiceError, match="it answered 307"),
    ):
        address(elsewhere.url).send("the traces", b"")
    assert server.taken == []


def test_a_netrc_entry_is_not_sent(server, tmp_path, monkeypatch):
    (tmp_path / "netrc").write_text(f"machine 127.0.0.1 login me password {KEY}\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    send("the metrics", "METRICS_PUSHGATEWAY", server.url, b"", {})
    assert "Authorization" not in server.taken[0].headers


def test_a_signal_goes_to_its_own_address_or_to_a_path_of_the_common_one():
    both = ("http://a:4318/", "http://b/traces", None, "name", None)
    assert otlp_address("traces", *both).url == "http://b/traces"
    assert (
        otlp_address("traces", both[0], None, None, "name", None).url == "http://a:4318/v1/traces"
    )
    assert otlp_address("traces", None, None, None, "name", None) is None
