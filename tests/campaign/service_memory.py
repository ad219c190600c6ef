"""Let ten clients send requests of every kind to a service, and print how large it is.

    python -m tests.campaign.service_memory --requests 10000

Prints the megabytes of the service after each tenth of the requests, and those of its processes for
checks. Ends with 1 if the service grows, an answer has another status than it should, or the log
has other rows.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path

from spectra_gx import Project
from tests.fakes.served_process import ServedProcess
from tests.fakes.service import RUN_TOKEN
from tests.integration.notify.shop import Shop
from tests.service.test_processes import children_of

CLIENTS = 10
MOST_GROWTH = 50
"""Megabytes from the second to fourth tenth to the last three: 8 KB of each of 10,000 requests.

Of each the least counts: by how many requests at once read a log, sizes swing by 30 MB.
"""

SETTINGS = """\
[tool.spectra-gx.credentials.scheduler]
service_token = "env:SCHEDULER_TOKEN"
service_role = "run"
"""
LATER = str(datetime.now(UTC).date() + timedelta(days=300))
TOKEN = {"Authorization": f"Bearer {RUN_TOKEN}", "Content-Type": "application/json"}
WRONG = {"Authorization": f"Bearer {RUN_TOKEN[:-1]}"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
CHECK = ("POST", "/stages/shop/checks", b"{}", TOKEN, 200)
RECORDED = (*CHECK[:2], b'{"record": true}', TOKEN, 200)
MUTE = (
    "POST", "/stages/shop/mutes", f'{{"until": "{LATER}", "reason": "moved"}}'.encode(), TOKEN, 201,
)  # fmt: skip


def get(path, status=200, headers=TOKEN):
    return ("GET", path, None, headers, status)


FIFTY = [
    *[get("/healthz")] * 9,
    *[get("/live")] * 6,
    *[get("/docs/index.html")] * 4,
    *[get("/assets/site.css")] * 4,
    *[get("/stages")] * 4,
    *[get("/openapi.json")] * 3,
    *[get("/runs")] * 3,
    *[get("/metrics")] * 2,
    *[get("/stages/shop/handoff")] * 2,
    *[get("/stages/shop/runs")] * 2,
    *[get("/stages", 401, WRONG)] * 2,
    *[get("/events")] * 3,
    get("/live/stages/shop/messages"),
    get("/stages/shop/silences"),
    get("/nothing", 404),
    get("/runs/nobody", 404),
    ("POST", "/login", b"token=wrong&next=/live", FORM, 401),
    CHECK,
]


def request(number, recording):
    """Return the request with a number; the numbers of a client follow each other.

    Only the first ones record something: reading a log takes more memory the more there is in it.
    """
    records = {0: RECORDED, 50: MUTE} if number < recording else {}
    return records.get(number % 100, FIFTY[(number + 49) % 50])


def main(arguments: list[str] | None = None) -> int:
    """Run the campaign and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=10_000)
    options = parser.parse_args(arguments)
    part = options.requests // 10 // CLIENTS * CLIENTS
    planned = [request(number, part) for number in range(10 * part)]
    found: Counter[tuple[str, int]] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        shop = Shop(root)
        (root / "pyproject.toml").write_text(SETTINGS)
        docs = shop.root / "warehouse" / "Files" / "docs"
        docs.mkdir(parents=True)
        (docs / "index.html").write_text("<h1>Data docs</h1>")
        with ServedProcess(root, SCHEDULER_TOKEN=RUN_TOKEN) as service:
            service.wait_until_ready()
            pid, sizes = service.process.pid, []
            for start in range(0, len(planned), part):
                found += send_all(service.port, planned[start : start + part])
                sizes.append(memory_of(pid))
                workers = [memory_of(one) for one in children_of(pid)]
                say(start + part, "requests:", sizes[-1], "MB, processes for checks", *workers)
        rows = Counter(row["record_type"] for row in Project.open(root).log("shop"))
    expected = Counter((path, status) for _, path, _, _, status in planned)
    recorded = planned.count(RECORDED)
    recorded_rows = Counter(run=recorded, checkpoint=recorded, activity=planned.count(MUTE))
    growth = min(sizes[-3:]) - min(sizes[1:4])
    say("growth:", growth, "MB, other answers:", dict(found - expected), "log:", dict(rows))
    return int(growth > MOST_GROWTH or found != expected or rows != recorded_rows)


def send_all(port, requests):
    """Let all clients send at once; return how often each path was answered with each status."""
    each = len(requests) // CLIENTS
    parts = [requests[start : start + each] for start in range(0, len(requests), each)]
    with ThreadPoolExecutor(CLIENTS) as clients:
        return sum(clients.map(lambda part: send_each(port, part), parts), Counter())


def send_each(port, requests):
    """Send on one connection, which is dropped where an answer would never end."""
    found: Counter[tuple[str, int]] = Counter()
    connection = HTTPConnection("127.0.0.1", port, timeout=300)
    for method, path, body, headers, _ in requests:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        found[path, answer.status] += 1
        if path == "/events":
            assert answer.readline() == b"retry: 2000\n"
            answer.close()
            connection.close()
        else:
            answer.read()
    connection.close()
    return found


def say(*words):
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def memory_of(pid):
    """Return how many megabytes a process has in memory."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    [size] = [line.split()[1] for line in lines if line.startswith("VmRSS:")]
    return int(size) // 1024


if __name__ == "__main__":
    sys.exit(main())
