"""The page on which messages about a stage are muted and acknowledged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from starlette.responses import Response

from spectra_gx.contract.model import StageContract
from spectra_gx.errors import UsageError
from spectra_gx.runner.alerts.silence_records import check_names
from spectra_gx.service.state import CurrentCaller, CurrentService, Service
from spectra_gx.service.web.answers import Form, States, lead_to, page
from spectra_gx.service.web.page_facts import StageStates
from spectra_gx.store.credentials.service_tokens import Caller, Role

router = APIRouter(prefix="/live/stages/{stage}/messages", include_in_schema=False)


@router.get("")
def messages(
    stage: str, service: CurrentService, caller: CurrentCaller, name: str = ""
) -> Response:
    """Return what is silent about a stage, and forms about it, or about a table or a rule."""
    contract = service.contract(stage)
    check_names(contract, [name] if name else [])
    return _page(service, contract, caller, {"name": name})


@dataclass(frozen=True)
class _SentForm:
    """A form that was sent from the page of a stage."""

    service: Service
    states: StageStates
    caller: Caller
    contract: StageContract
    fields: dict[str, str]

    @property
    def names(self) -> list[str]:
        """The table or the rule that was chosen; none for the whole stage."""
        name = self.fields.get("name")
        return [name] if name else []

    def answer(self, change: Callable[[], object]) -> Response:
        """Carry it out, and lead back to the page, or show it again with what is wrong."""
        try:
            change()
        except UsageError as error:
            status = HTTPStatus.UNPROCESSABLE_ENTITY
            return _page(
                self.service, self.contract, self.caller, self.fields, error.message, status
            )
        self.states.forget(self.contract.name)
        chosen = f"?{urlencode({'name': self.fields['name']})}" if self.names else ""
        return lead_to(f"/live/stages/{self.contract.name}/messages{chosen}")


def _sent(
    stage: str, service: CurrentService, states: States, caller: CurrentCaller, form: Form
) -> _SentForm:
    return _SentForm(service, states, caller, service.contract(stage), form)


SentForm = Annotated[_SentForm, Depends(_sent)]


@router.post("/mute")
def mute(stage: str, sent: SentForm) -> Response:
    """Mute until a day is over."""
    return sent.answer(
        lambda: sent.service.project.mute(
            stage,
            sent.names,
            until=_day(sent.fields.get("until", "")),
            reason=sent.fields.get("reason", ""),
            by=sent.caller.credential,
        )
    )


@router.post("/unmute")
def unmute(stage: str, sent: SentForm) -> Response:
    """End a mute before its day; that of the whole stage ends all."""
    return sent.answer(
        lambda: sent.service.project.unmute(stage, sent.names, by=sent.caller.credential)
    )


@router.post("/acknowledge")
def acknowledge(stage: str, sent: SentForm) -> Response:
    """Acknowledge what failed in the newest run."""
    return sent.answer(
        lambda: sent.service.project.acknowledge(stage, sent.names, by=sent.caller.credential)
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError("the last day of a mute is written as 2026-01-31") from None


def _page(
    service: Service,
    contract: StageContract,
    caller: Caller,
    fields: dict[str, str],
    error: str | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    stage, name = contract.name, fields.get("name", "")
    tables = [table.name for table in contract.tables]
    return page(
        "live_messages.html",
        f"live/stages/{stage}/messages",
        status,
        stage=stage,
        name=name,
        choices=tables if name in ("", *tables) else [*tables, name],
        until=fields.get("until", ""),
        reason=fields.get("reason", ""),
        today=datetime.now(UTC).date().isoformat(),
        mutes=service.project.muted(stage),
        acknowledgements=service.project.acknowledged(stage),
        may_run=caller.may(Role.RUN),
        error=error,
    )
