"""What concerns an owner's tables goes to their webhook, on a real run and a real log."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from spectra_gx import Project
from spectra_gx.notify import AppriseNotifier, apprise_services
from spectra_gx.warehouse.log.activity_log import DeltaActivityLog
from spectra_gx.warehouse.warehouse import Warehouse
from tests.fakes.discord import WEBHOOK_TOKEN, DiscordServer
from tests.integration.notify.shop import BAD_ORDER, CONTRACT, Shop
from tests.unit.notify.test_run_message import BROKEN

if TYPE_CHECKING:
    from pathlib import Path

# Apprise loads every plugin it has; its mail plugin still looks for a module that 3.13 drops.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

OWNED = CONTRACT.replace("  shop.orders:\n", "  shop.orders:\n    owner: Orders & Returns\n")
SETTING = "NOTIFY_URL_OWNER_ORDERS___RETURNS"


@pytest.fixture(scope="module", autouse=True)
def _apprise_is_loaded() -> None:
    """Load its plugins before anybody counts seconds: a busy machine may need some."""
    apprise_services.open_service("json://127.0.0.1/path")


def test_an_owner_hears_of_their_table(tmp_path: Path, monkeypatch, command):
    shop = Shop(tmp_path / "shop")
    shop.declare(OWNED)
    shop.go_without_docs()
    shop.hold(BAD_ORDER)
    with DiscordServer() as theirs, DiscordServer() as everybody:
        monkeypatch.setenv("NOTIFY_URL", everybody.webhook_url)
        monkeypatch.setenv(SETTING, theirs.webhook_url)
        ended = Project.open(shop.root).run("shop")
        assert ended.notification == "sent"
        [message] = theirs.messages
        assert "owner Orders & Returns" in message["content"]
        assert "shop.orders.order.min" in json.dumps(message).replace("\\", "")
        assert everybody.messages == []
        [row] = DeltaActivityLog(Warehouse(shop.root / "warehouse"), "shop").runs("run")
        assert json.loads(row["metadata"])["notification"]["routes"] == {"Orders & Returns": "sent"}
        assert WEBHOOK_TOKEN not in str(row)

        tested = json.loads(command("notify", "test", "--json", "--project", shop.root).out)
        assert [one["setting"] for one in tested] == [SETTING, "NOTIFY_URL"]


def test_a_webhook_of_an_owner_that_refuses_is_replaced_by_the_general_one():
    with DiscordServer(answer=404) as theirs, DiscordServer() as everybody:
        notifier = AppriseNotifier(
            [SecretStr(everybody.webhook_url)], owners={"Ada": SecretStr(theirs.webhook_url)}
        )
        assert notifier.notify(replace(BROKEN, owner="Ada")) == "sent"
        assert (len(theirs.requests), len(everybody.messages)) == (1, 1)


def test_a_webhook_that_hangs_leaves_time_for_the_others():
    with DiscordServer(hang=True) as theirs, DiscordServer() as others:
        webhooks = {"Ada": theirs.webhook_url, "Bob": others.webhook_url}
        notifier = AppriseNotifier(
            [],
            owners={owner: SecretStr(url) for owner, url in webhooks.items()},
            budget_seconds=4.0,
        )
        parts = [replace(BROKEN, owner=owner) for owner in webhooks]
        outcomes = [
            notifier.notify(part, share=len(parts) - sent) for sent, part in enumerate(parts)
        ]
        assert outcomes == ["timed out", "sent"]
