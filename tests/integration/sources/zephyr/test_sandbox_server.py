from __future__ import annotations

import threading
import time

import pytest
import requests
from pydantic import SecretStr

from spectra_gx.errors import ConfigurationError
from spectra_gx.sources.faults import parse_fault
from spectra_gx.sources.zephyr.sandbox import Sandbox

REST = "/flex/services/rest/latest"


def get(sandbox, path, token=None):
    bearer = token or sandbox.token.get_secret_value()
    headers = {"Authorization": f"Bearer {bearer}"}
    return requests.get(f"{sandbox.base_url}{path}", headers=headers, timeout=5)


def test_it_listens_on_loopback_and_counts():
    with Sandbox() as sandbox:
        assert sandbox.base_url.startswith("http://127.0.0.1:")
        assert sandbox.base_path == REST
        reply = get(sandbox, f"{REST}/project/details")
        assert reply.status_code == 200
        assert reply.headers["Content-Type"] == "application/json"
        assert len(reply.json()) == 3
        assert sandbox.served == 1


def test_only_its_own_token_is_accepted_and_each_sandbox_draws_another():
    with Sandbox() as one, Sandbox() as two:
        assert one.token != two.token
        reply = get(one, f"{REST}/project/details", token=two.token.get_secret_value())
        assert reply.status_code == 401
        assert set(reply.json()) == {"errorMsg", "errorCode"}
        bare = requests.get(f"{one.base_url}{REST}/project/details", timeout=5)
        assert bare.status_code == 401


def test_a_token_can_be_given():
    with Sandbox(token=SecretStr("not-a-real-token")) as sandbox:
        assert get(sandbox, f"{REST}/project/details", "not-a-real-token").status_code == 200
    assert "not-a-real-token" not in f"{sandbox!r} {vars(sandbox)}"


@pytest.mark.parametrize("path", ["/", "/project/details", f"{REST}/nothing", f"{REST}x/execution"])
def test_other_paths_are_not_found_without_a_body(path):
    with Sandbox() as sandbox:
        reply = get(sandbox, path)
        assert (reply.status_code, reply.content) == (404, b"")


def test_it_prints_nothing(capfd):
    with Sandbox(faults=[parse_fault("disconnect:1")]) as sandbox:
        with pytest.raises(requests.ConnectionError):
            get(sandbox, f"{REST}/project/details")
        get(sandbox, f"{REST}/project/details")
    assert capfd.readouterr() == ("", "")


def test_stopping_does_not_wait_for_those_who_hang():
    sandbox = Sandbox(faults=[parse_fault("hang")])
    sandbox.start()
    left = threading.Event()

    def hang():
        with pytest.raises(requests.RequestException):
            get(sandbox, f"{REST}/project/details")
        left.set()

    caller = threading.Thread(target=hang)
    caller.start()
    while sandbox.served == 0:
        assert not left.wait(0.001), "the request never arrived"
    before = time.monotonic()
    sandbox.stop()
    assert time.monotonic() - before < 2
    assert left.wait(2)
    caller.join()


def test_serving_lasts_until_it_is_stopped():
    with Sandbox() as sandbox:
        waiting = threading.Thread(target=sandbox.serve_forever)
        waiting.start()
        assert waiting.is_alive()
    waiting.join(2)
    assert not waiting.is_alive()


def test_a_port_can_be_chosen_once():
    with Sandbox() as sandbox:
        port = int(sandbox.base_url.rpartition(":")[2])
        with pytest.raises(ConfigurationError, match=f"port {port} cannot"):
            Sandbox(port=port).start()
    with Sandbox(port=port) as again:
        assert again.base_url.endswith(f":{port}")


@pytest.mark.parametrize("port", [-1, 70_000])
def test_a_port_that_does_not_exist_is_told(port):
    with pytest.raises(ConfigurationError, match="choose another"):
        Sandbox(port=port).start()


def test_it_has_no_address_until_it_runs():
    with pytest.raises(ConfigurationError, match="start it first"):
        _ = Sandbox().base_url


def test_stopping_what_does_not_run_is_no_harm():
    Sandbox().stop()
