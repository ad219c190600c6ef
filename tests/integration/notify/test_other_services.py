"""Whatever Apprise reaches is told in the same words: Slack, Teams, mail, ntfy and the like."""

from __future__ import annotations

import json
import re
import warnings
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qs
from xml.etree import ElementTree

import pytest
from pydantic import SecretStr
from urllib3.exceptions import InsecureRequestWarning

from spectra_gx.notify import AppriseNotifier, apprise_services
from spectra_gx.notify.run_message import compose_run_message
from tests.fakes.certificates import make_certificate
from tests.fakes.other_services import AnyService, MailServer
from tests.unit.notify.hostile_messages import LIVE_MENTION
from tests.unit.notify.test_run_message import BROKEN, RECOVERED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spectra_gx.runner.alerts.messages import Message

# Apprise loads every plugin it has; its mail plugin still looks for a module that 3.13 drops.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

HOSTILE = replace(
    BROKEN,
    failing=(("@everyone <!channel> <@U1> @here", "critical", 1),),
    contact="https://chat.example.com/data",
)


@pytest.fixture
def service() -> Iterator[AnyService]:
    with AnyService() as served:
        yield served


def tell(url: str, message: Message) -> str:
    return AppriseNotifier([SecretStr(url)]).notify(message)


def as_json(body: bytes) -> tuple[str, str]:
    said = json.loads(body)
    return said["title"], said["message"]


def as_xml(body: bytes) -> tuple[str, str]:
    root = ElementTree.fromstring(body)  # noqa: S314 - our own request, sent a moment ago
    found = {element.tag.rpartition("}")[2]: element.text or "" for element in root.iter()}
    return found["Subject"], found["Message"]


def as_form(body: bytes) -> tuple[str, str]:
    said = parse_qs(body.decode(), strict_parsing=True)
    return said["title"][0], said["message"][0]


@pytest.mark.parametrize("message", [BROKEN, RECOVERED, HOSTILE])
@pytest.mark.parametrize(
    ("schema", "read"),
    [("json", as_json), ("xml", as_xml), ("form", as_form), ("ntfy", as_json)],
)
def test_the_same_words_arrive(schema, read, message, service):
    assert tell(f"{schema}://{service.place}/fake-topic", message) == "sent"

    [post] = service.posts
    said = compose_run_message(message)
    title, body = read(post.body)
    assert (title.rstrip(), body.rstrip()) == (said.title, said.body)
    assert not LIVE_MENTION.search(title + body)


def test_slack_is_told_in_its_own_form(service):
    slack = apprise_services.open_service(
        "slack://T1FAKE3L2/A1FAKE4JD/TIfakefakefakefakefake11/#data"
    )
    assert slack is not None
    slack.webhook_url = f"http://{service.place}/services"

    assert apprise_services.post(slack, compose_run_message(HOSTILE), 2.0)

    [post] = service.posts
    text = json.dumps(json.loads(post.body), ensure_ascii=False)
    assert "broke its contract" in text
    assert "critical, 1 row" in text
    assert not re.search(r"<!|<@|@everyone|@here|@channel", text)


def test_teams_is_told_in_a_card(tmp_path):
    certificate = tmp_path / "teams.pem"
    certificate.write_bytes(make_certificate())
    with AnyService(certificate) as served:
        url = f"workflows://{served.place}/WORKFLOWIDfake/SIGNATUREfake?verify=no"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", InsecureRequestWarning)
            assert tell(url, HOSTILE) == "sent"

    [post] = served.posts
    said = compose_run_message(HOSTILE)
    [attachment] = json.loads(post.body)["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    card = attachment["content"]
    assert (card["type"], card["msteams"]) == ("AdaptiveCard", {"width": "full"})
    texts = [block["text"] for block in card["body"] if block["type"] == "TextBlock"]
    assert texts[0] == said.title
    assert "critical, 1 row" in texts[1]
    assert b"SIGNATUREfake" not in post.body


LARGEST = replace(
    BROKEN,
    error="e" * 5_000,
    failing=tuple((f"shop.orders.{'r' * 300}{n}", "critical", n) for n in range(500)),
    tables={f"shop.{'t' * 300}{n}": "failed" for n in range(500)},
    muted=["m" * 500] * 500,
)


def test_the_largest_message_is_within_what_services_take():
    body = compose_run_message(LARGEST).body
    # Slack cuts texts of 40,000 characters, Teams refuses cards of 28 kB, Discord is stricter.
    assert len(body) < 12_000
    assert len(json.dumps(body)) < 20_000


def test_mail_is_sent():
    with MailServer() as server:
        url = f"mailto://{server.place}?from=gx@example.com&to=team@example.com"
        assert tell(url, BROKEN) == "sent"

    [mail] = server.mails
    body = mail.get_body(("plain", "html"))
    assert body is not None
    text = body.get_content()
    assert mail["Subject"] == compose_run_message(BROKEN).title
    for line in compose_run_message(BROKEN).body.splitlines():
        assert line in text


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        (BROKEN, "failure"),
        (replace(BROKEN, trouble="quarantine", severity="warning"), "warning"),
        (replace(BROKEN, trouble="warnings", severity="info"), "info"),
        (RECOVERED, "success"),
    ],
)
def test_how_bad_it_is_goes_along(message, kind, service):
    tell(f"json://{service.place}/path", message)
    assert json.loads(service.posts[0].body)["type"] == kind


def test_nobody_listens_to_mail():
    with MailServer() as server:
        gone = server.place
    assert tell(f"mailto://{gone}?from=gx@example.com&to=team@example.com", BROKEN) == "failed"
