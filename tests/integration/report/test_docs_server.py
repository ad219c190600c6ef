"""The server of data docs: this machine alone, this folder alone."""

from __future__ import annotations

import http.client
import socket
import struct
import threading

import pytest

from spectra_gx.errors import UsageError
from spectra_gx.report.docs_server import DocsServer
from spectra_gx.store.folder import FolderStore


@pytest.fixture
def docs(tmp_path):
    folder = tmp_path / "docs"
    (folder / "runs").mkdir(parents=True)
    (folder / "index.html").write_text("the overview", encoding="utf-8")
    (tmp_path / "secret.txt").write_text("not for you", encoding="utf-8")
    (folder / "way-out").symlink_to(tmp_path / "secret.txt")
    return folder


@pytest.fixture
def server(docs):
    with DocsServer(FolderStore(docs.parent), "docs", 0) as served:
        thread = threading.Thread(target=served.serve_forever, daemon=True)
        thread.start()
        yield served
        served.stop()
        thread.join()


def ask(server, path, method="GET", **headers):
    connection = http.client.HTTPConnection(server.url.split("/")[2], timeout=5)
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    return answer.status, answer.read().decode(), answer.headers


def test_the_first_page_is_served_and_may_load_nothing_from_elsewhere(server):
    status, text, headers = ask(server, "/")
    assert (status, text) == (200, "the overview")
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    ["/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "//../secret.txt", "/way-out"],
)
def test_nothing_outside_of_the_folder_is_served(path, server):
    status, text, _ = ask(server, path)
    assert status in (400, 404)
    assert "not for you" not in text


@pytest.mark.parametrize(
    "path",
    [
        "/%00",
        "/index.html%00",
        "/%ff",
        "/" + "a" * 5000,
        "/%2e%2e%00/",
        "/" + "x/" * 3000,
        "/\\..",
        "/?%00",
    ],
)
def test_an_odd_request_is_answered_and_prints_nothing(path, server, capfd):
    status, text, _ = ask(server, path)
    assert (status, "not for you" in text) == (200 if "?" in path else 404, False)
    assert ask(server, "/", Host="[::1")[0] == 403
    assert capfd.readouterr() == ("", "")


def test_whoever_leaves_too_early_prints_nothing(server, capfd):
    place = ("127.0.0.1", int(server.url.rsplit(":", 1)[1].strip("/")))
    for said in (b"", b"GET", b"\x00\xff\r\n\r\n", b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"):
        with socket.create_connection(place, timeout=5) as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.sendall(said)
    assert ask(server, "/")[0] == 200
    assert capfd.readouterr() == ("", "")


def test_no_folder_is_listed(server):
    assert ask(server, "/runs/")[0] == 404


@pytest.mark.parametrize("host", ["evil.invalid", "127.0.0.1.evil.invalid", ""])
def test_a_page_of_another_site_that_points_its_name_here_gets_nothing(host, server):
    assert ask(server, "/", Host=host)[0] == 403
    assert ask(server, "/", Host="localhost:1")[0] == 200


def test_nothing_can_be_written(server):
    assert ask(server, "/index.html", method="PUT")[0] == 501


@pytest.mark.parametrize("port", [70_000, -1])
def test_a_port_that_is_not_available_is_a_usage_error(port, docs, server):
    taken = int(server.url.rsplit(":", 1)[1].strip("/"))
    for number in (port, taken):
        with pytest.raises(UsageError, match="choose another with `--port`"):
            DocsServer(FolderStore(docs.parent), "docs", number)
