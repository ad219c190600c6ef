"""Requests to the service over real HTTP, with workers that do what the test says."""

from __future__ import annotations

import socket

import pytest
from prometheus_client.parser import text_string_to_metric_families

from spectra_gx.service.project_files import ServedProject
from tests.fakes.service import (
    PASSED,
    READ_TOKEN,
    RUN_TOKEN,
    STARTED,
    TOKENS,
    ServedProjectInThread,
)
from tests.fakes.stages import StageProject


@pytest.fixture
def service(tmp_path):
    StageProject(tmp_path)
    with ServedProjectInThread(tmp_path) as served:
        yield served


@pytest.fixture
def guarded(tmp_path):
    StageProject(tmp_path)
    with ServedProjectInThread(tmp_path, TOKENS) as served:
        yield served


def start(service, **options):
    answer = service.ask("POST", "/stages/shop/runs", options.pop("body", None), **options)
    assert answer.status == 202
    return answer


def follow(service, run, **options):
    return service.ask("GET", f"/runs/{run}/events", **options)


def test_a_run_is_queued_followed_and_found(service):
    started = start(service, body={"preview": True, "batch_id": "night 1"})
    run = started.json
    assert started.headers["Location"] == f"/runs/{run['id']}"
    events = follow(service, run["id"])
    assert events.headers["Content-Type"] == "text/event-stream; charset=utf-8"
    assert events.event()[0] == "state"
    service.event(*STARTED)
    assert events.event() == (*STARTED, "2")
    service.event("step", {"step": "Execute"})
    assert events.event()[:2] == ("step", {"step": "Execute"})
    assert service.running[0].requests == [
        {
            "operation": "run",
            "stage": "shop",
            "parameters": {"preview": True, "batch_id": "night 1"},
        }
    ]
    now = service.ask("GET", "/runs/shop_1").json
    assert (now["state"], now["step"], now["result"]) == ("running", "Execute", None)
    assert service.ask("GET", "/stages").json["stages"][0]["run"] == run["id"]

    service.say("result", result=PASSED, exit_code=0)
    name, data, _ = events.event()
    assert (name, data["verdict"], data["exit_code"]) == ("ended", "passed", 0)
    assert events.text == ""  # the stream is over
    ended = service.ask("GET", f"/runs/{run['id']}").json
    assert (ended["state"], ended["verdict"], ended["result"]) == ("ended", "passed", PASSED)


def test_a_follower_that_comes_back_gets_what_it_has_missed(service):
    run = start(service).json["id"]
    service.event(*STARTED)
    for step in ("Initialise", "Execute", "Validate"):
        service.event("step", {"step": step})
    assert follow(service, run, headers={"Last-Event-ID": "3"}).event()[1] == {"step": "Execute"}
    for number in range(2_100):
        service.event("step", {"step": f"step {number}"})
    name, data, _ = follow(service, run, headers={"Last-Event-ID": "3"}).event()
    assert (name, data) == ("missed", {"events": 102})
    service.say("result", result=PASSED, exit_code=0)


def test_a_stage_has_one_run_at_a_time(service):
    run = start(service).json["id"]
    refused = service.ask("POST", "/stages/shop/runs")
    assert (refused.status, refused.headers["Content-Type"]) == (409, "application/problem+json")
    assert refused.json["run"] == run
    service.say("result", result=PASSED, exit_code=0)
    follow(service, run).text  # noqa: B018 - waits for the end
    assert start(service).json["id"] != run


def test_a_check_is_answered_with_its_result(service):
    ended = service.ask(
        "POST", "/stages/shop/checks", {"table": "shop.orders"}, headers={"Prefer": "respond-async"}
    )
    assert ended.status == 202
    events = follow(service, ended.json["id"])
    assert events.event()[0] == "state"
    service.say("result", result={**PASSED, "verdict": "failed"}, exit_code=1)
    assert events.event()[1]["verdict"] == "failed"


def test_what_an_error_of_a_check_means(service):
    first = service.ask("POST", "/stages/shop/checks", headers={"Prefer": "respond-async"})
    error = {"category": "usage", "code": "usage", "message": "no table `x`", "retryable": False}
    follow(service, first.json["id"]).event()
    service.say("error", error=error, exit_code=2)
    ended = service.ask("GET", f"/runs/{first.json['id']}").json
    assert (ended["error"]["message"], ended["exit_code"]) == ("no table `x`", 2)


def test_a_run_whose_process_dies_has_ended(service):
    run = start(service).json["id"]
    events = follow(service, run)
    events.event()
    service.do(service.running[0].kill)
    name, data, _ = events.event()
    assert (name, data["verdict"], data["error"]["code"]) == ("ended", "errored", "process_ended")


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "said"),
    [
        ("GET", "/stages/shpo/handoff", None, 404, "did you mean 'shop'?"),
        ("POST", "/stages/..%2Fshop/runs", None, 404, "there is no"),
        ("POST", "/stages/contracts%2Fshop.contract.yaml/checks", None, 404, "there is no"),
        ("POST", "/stages/shop.contract.yaml/checks", None, 404, "the project has no stage"),
        ("GET", "/runs/nobody", None, 404, "this service was asked for no run"),
        ("GET", "/stages/shop/runs?before=nobody", None, 404, "is `nobody`"),
        ("GET", "/stages/shop/runs?limit=0", None, 422, "`query.limit`"),
        ("POST", "/stages/shop/runs", {"priview": True}, 422, "`body.priview`"),
        ("POST", "/stages/shop/runs", {"preview": "yes"}, 422, "`body.preview`"),
        ("POST", "/stages/shop/runs", b"{", 422, "JSON"),
        ("POST", "/stages/shop/runs", b"x" * 70_000, 413, "larger than 65,536 bytes"),
        ("DELETE", "/stages", None, 405, "does not take DELETE"),
        ("GET", "/nothing", None, 404, "there is no `/nothing`"),
    ],
)
def test_what_is_refused_says_why(method, path, body, status, said, service):
    answer = service.ask(method, path, body, headers={"Content-Type": "application/json"})
    assert (answer.status, answer.headers["Content-Type"]) == (status, "application/problem+json")
    problem = answer.json
    assert problem["status"] == status
    assert said in problem["detail"]


def test_a_full_queue_says_when_to_come_back(service):
    asked = [
        service.ask("POST", "/stages/shop/checks", headers={"Prefer": "respond-async"})
        for _ in range(36)
    ]
    statuses = [answer.status for answer in asked]
    assert statuses == [202] * 34 + [429] * 2  # two are carried out
    assert asked[-1].headers["Retry-After"] == "5"


def test_requests_of_other_sites_are_refused(service):
    for headers in (
        {"Host": "spectra.example.com"},
        {"Origin": "https://example.com"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
    ):
        assert service.ask("POST", "/stages/shop/runs", headers=headers).status == 403, headers
    own = {"Origin": f"http://127.0.0.1:{service.port}"}
    assert service.ask("POST", "/stages/shop/runs", headers=own).status == 202
    assert service.ask("GET", "/healthz", headers={"Host": "evil.example.com"}).status == 403


def test_a_token_opens_what_its_role_may(guarded):
    assert guarded.ask("GET", "/healthz").status == 200
    for token in (None, "wrong", READ_TOKEN[:-1], f"{READ_TOKEN} ", "ü" * 30):
        sent = {} if token is None else {"Authorization": f"Bearer {token}x".encode("latin-1")}
        refused = guarded.ask("GET", "/stages", headers=sent)
        assert (refused.status, refused.headers["WWW-Authenticate"]) == (
            401,
            'Bearer realm="spectra-gx"',
        )
    assert guarded.ask("GET", "/stages", token=READ_TOKEN).status == 200
    assert guarded.ask("POST", "/stages/shop/runs", token=READ_TOKEN).status == 403
    assert guarded.ask("POST", "/stages/shop/runs", token=RUN_TOKEN).status == 202


def test_the_body_is_bounded_also_where_its_length_is_not_said(service):
    with socket.create_connection(("127.0.0.1", service.port), timeout=30) as connection:
        head = (
            "POST /stages/shop/runs HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
        )
        connection.sendall(f"{head}\r\n".encode())
        connection.sendall((b"4000\r\n" + b"x" * 0x4000 + b"\r\n") * 5)
        assert connection.recv(100).startswith(b"HTTP/1.1 413")


def test_every_answer_has_an_id_that_the_client_may_choose(service):
    assert (
        service.ask("GET", "/healthz", headers={"X-Request-ID": "mine-1"}).headers["X-Request-ID"]
        == "mine-1"
    )
    given = service.ask("GET", "/healthz", headers={"X-Request-ID": "not mine"})
    assert len(given.headers["X-Request-ID"]) == 32
    assert given.headers["Cache-Control"] == "no-store"


def test_stopping_ends_runs_and_begins_none(service):
    run = start(service).json["id"]
    events = follow(service, run)
    events.event()
    stopping = service.do(lambda: service.loop.create_task(service.queue.stop(10.0)))
    assert stopping is None
    assert events.event()[1]["error"]["category"] == "interrupted"
    refused = service.ask("POST", "/stages/shop/runs")
    assert (refused.status, refused.json["code"]) == (503, "stopping")
    assert service.ask("GET", "/readyz").status == 503


def test_metrics_are_those_of_runs_and_of_the_service(service):
    run = start(service).json["id"]
    events = follow(service, run)
    events.event()
    labels = {"stage": "shop", "environment": "", "status": "failed"}
    service.say("metrics", samples=[["spectra_gx_run_status", labels, 1.0]])
    service.ask("GET", "/nothing/17")
    families = metrics_of(service)
    assert families["spectra_gx_run_status"] == {("", "shop", "failed"): 1.0}
    assert families["spectra_gx_service_jobs"]["run", "running"] == 1.0
    assert families["spectra_gx_service_followers"] == {(): 1.0}
    requests = families["spectra_gx_service_requests"]
    assert requests["GET", "other", "404"] == 1.0
    assert requests["POST", "/stages/{stage}/runs", "202"] == 1.0
    service.say("result", result=PASSED, exit_code=0)


def test_metrics_in_a_file_are_those_of_all_runs(service, tmp_path):
    (tmp_path / ".env").write_text("METRICS_FILE=spectra.prom\n")
    (tmp_path / "spectra.prom").write_text(
        'spectra_gx_run_status{environment="",stage="shop",status="passed"} 1.0\n'
    )
    families = metrics_of(service)
    assert families["spectra_gx_run_status"] == {("", "shop", "passed"): 1.0}
    (tmp_path / "spectra.prom").write_text("{ not metrics")
    assert "spectra_gx_run_status" not in metrics_of(service)


def metrics_of(service):
    """Return each family that is served: the values of its labels, by their names → its value."""
    answer = service.ask("GET", "/metrics")
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    return {
        family.name: {
            tuple(sample.labels[name] for name in sorted(sample.labels)): sample.value
            for sample in family.samples
        }
        for family in text_string_to_metric_families(answer.text)
    }


def test_data_docs_lead_to_what_goes_on_now(service):
    store = ServedProject(service.root, None, None).current().warehouse.store
    page = '<nav aria-label="Where this page is"><ol>\n<li><a href="index.html">Data docs</a></li>'
    store.write("Files/docs/index.html", page.encode())
    store.write("Files/secret.html", b"not a page")
    answer = service.ask("GET", "/docs/")
    assert '<li><a href="/live">Live</a></li>' in answer.text
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    for outside in ("/docs/../secret.html", "/docs/%2e%2e/secret.html", "/docs/..%2fsecret.html"):
        assert service.ask("GET", outside).status == 404, outside


def test_a_session_ends_with_its_token(guarded):
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    refused = guarded.ask("POST", "/login", b"token=wrong&next=/live", headers=form)
    assert (refused.status, refused.headers["Set-Cookie"]) == (401, None)
    for after, place in (("/live", "/live"), ("//evil.example.com", "/live"), ("x", "/live")):
        body = f"token={RUN_TOKEN}&next={after}".encode()
        begun = guarded.ask("POST", "/login", body, headers=form)
        assert (begun.status, begun.headers["Location"]) == (303, place)
    cookie = begun.headers["Set-Cookie"].split(";")[0]
    assert RUN_TOKEN not in cookie
    assert guarded.ask("GET", "/stages", headers={"Cookie": cookie}).status == 200
    assert guarded.ask("POST", "/stages/shop/runs", headers={"Cookie": cookie}).status == 202
    for spoiled in (cookie[:-1], cookie.replace("scheduler", "dashboards"), f"{cookie}x"):
        assert guarded.ask("GET", "/stages", headers={"Cookie": spoiled}).status == 401
    guarded.tokens = TOKENS[:1]
    assert guarded.ask("GET", "/stages", headers={"Cookie": cookie}).status == 401
