"""Draw what arrives in Discord, Slack, Teams and a mailbox, from what is really sent.

Servers on this machine take the messages; nothing is sent to the services, and the pictures say
that they are not theirs.
"""

from __future__ import annotations

import json
import sys
import tempfile
from html import escape, unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # the servers are those of the tests

from markdown_it import MarkdownIt

from spectra_gx import Project
from spectra_gx.notify import apprise_services
from spectra_gx.notify.run_message import compose_run_message
from spectra_gx.runner.alerts.notification_state import NotificationState
from spectra_gx.runner.alerts.notifications import NotificationPolicy, build_message
from tests.fakes.certificates import make_certificate
from tests.fakes.discord import DiscordServer
from tests.fakes.other_services import AnyService, MailServer

if TYPE_CHECKING:
    from email.message import EmailMessage

    from playwright.sync_api import Page

    from spectra_gx.notify.message_text import MessageText

_SECONDS = 10.0
_MARKDOWN = MarkdownIt("commonmark", {"html": False, "breaks": True})

_PAGE = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; padding: 16px 20px; width: 760px; background: #fff; color: #1d1f23;
       font: 14px/1.45 "DejaVu Sans", sans-serif }}
.card {{ border-left: 4px solid {colour}; padding: 4px 12px; background: #f6f7f9 }}
.card p {{ margin: 6px 0; white-space: pre-line; overflow-wrap: anywhere }}
.card br {{ display: none }}
.title {{ font-weight: 700 }}
small {{ display: block; margin-top: 12px; color: #5d636d }}
</style><body><div class="card">{content}</div>
<small>Drawn by us from the message as Apprise sends it. {service} was not used, and shows it in its
own way.</small></body>"""


def take_messages(page: Page, project: Path, folder: Path) -> None:
    """Write a picture of an alert in each service, of a run of a project that fails."""
    words = _alert(project)
    for name, (service, colour, content) in {
        "discord": ("Discord", "#c0392b", _discord(words)),
        "slack": ("Slack", "#a32037", _slack(words)),
        "teams": ("Teams", "#4b53bc", _teams(words)),
        "mail": ("A mail program", "#8a9099", _mail(words)),
    }.items():
        html = project / f"{name}.html"
        html.write_text(_PAGE.format(service=service, colour=colour, content=content), "utf-8")
        page.goto(html.as_uri())
        page.locator("body").screenshot(path=folder / f"alert-{name}.png")


def _alert(project: Path) -> MessageText:
    run = Project.open(project, "warehouse").run("shop")
    address = "warehouse/Tables/log/shoplog"
    policy = NotificationPolicy(docs_url="https://docs.example.com/spectra")
    return compose_run_message(
        build_message(run, "first", NotificationState(), policy, log_address=address)
    )


def _discord(words: MessageText) -> str:
    with DiscordServer() as server:
        _post(server.webhook_url, words)
    [payload] = server.messages
    [embed] = payload["embeds"]
    fields = [_titled(field["name"], _marked_up(field["value"])) for field in embed["fields"]]
    return _marked_up(payload["content"]) + "".join(fields)


def _slack(words: MessageText) -> str:
    url = "slack://T1FAKE3L2/A1FAKE4JD/TIfakefakefakefakefake11/#data"
    with AnyService() as server:
        _post(url, words, f"{server.url}/services")
    [attachment] = _json(server)["attachments"]
    # Slack's texts have `&`, `<` and `>` as HTML has them.
    return _titled(unescape(attachment["title"]), _paragraph(unescape(attachment["text"])))


def _teams(words: MessageText) -> str:
    with tempfile.NamedTemporaryFile() as certificate:
        Path(certificate.name).write_bytes(make_certificate())
        with AnyService(Path(certificate.name)) as server:
            _post(f"workflows://{server.place}/WORKFLOWIDfake/SIGNATUREfake?verify=no", words)
    blocks = _json(server)["attachments"][0]["content"]["body"]
    title, body = (block["text"] for block in blocks if block["type"] == "TextBlock")
    return _titled(title, _marked_up(body))


def _mail(words: MessageText) -> str:
    with MailServer() as server:
        _post(f"mailto://{server.place}?from=gx@example.com&to=team@example.com", words)
    [mail] = server.mails
    return _paragraph(f"From: {mail['From']}\nTo: {mail['To']}") + _titled(
        mail["Subject"], _paragraph(_plain_text(mail))
    )


def _post(url: str, words: MessageText, webhook: str | None = None) -> None:
    service = apprise_services.open_service(url)
    if service is None:
        sys.exit(f"Apprise does not know `{url}`")
    if webhook is not None:
        service.webhook_url = webhook
    if not apprise_services.post(service, words, _SECONDS):
        sys.exit(f"`{url}` did not take the message")


def _json(server: AnyService) -> dict[str, Any]:
    [post] = server.posts
    found: dict[str, Any] = json.loads(post.body)
    return found


def _plain_text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    return "" if body is None else str(body.get_content())


def _titled(title: str, content: str) -> str:
    return f'<p class="title">{escape(title)}</p>{content}'


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def _marked_up(text: str) -> str:
    """Return Markdown as HTML; a line break is one."""
    return str(_MARKDOWN.render(text))
