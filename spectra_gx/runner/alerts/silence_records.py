"""Mutes and acknowledgements as activities of a stage's log, which no run's row goes with."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.excerpts import did_you_mean, quote
from spectra_gx.errors import UsageError
from spectra_gx.runner import argument_checks
from spectra_gx.runner.alerts.silences import ACKNOWLEDGE, MUTE, UNMUTE, Acknowledgement, Mute
from spectra_gx.runner.log_records import origin, trouble_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from spectra_gx.contract.model import StageContract
    from spectra_gx.runner.run_result import RunIdentity

Row = dict[str, Any]

_LONGEST = 200


def check_names(contract: StageContract, names: Sequence[str]) -> None:
    """Refuse a name that is neither a table nor a rule of a contract.

    Raises:
        UsageError: There is one; names the nearest.
    """
    rules = [contract.undeclared_tables_rule, *contract.rules()]
    known = [*(table.name for table in contract.tables), *(rule.id for rule in rules)]
    for name in names:
        if name not in known:
            hint = did_you_mean(name, known) or (
                f"; `spectra-gx lint` and the contract of `{contract.name}` name them"
            )
            raise UsageError(f"stage `{contract.name}` has no table or rule {quote(name)}{hint}")


def check_words(argument: str, text: str) -> str:
    """Return a text that people will read in messages and pages, in one line.

    Raises:
        UsageError: It is empty, too long, or has characters that cannot be printed.
    """
    line = " ".join(argument_checks.text(argument, text).split())
    if not (0 < len(line) <= _LONGEST and line.isprintable()):
        raise UsageError(f"`{argument}` takes 1 to {_LONGEST} printable characters; shorten it")
    return line


def check_until(until: date, now: datetime) -> date:
    """Return the last day of a mute.

    Raises:
        UsageError: It is over, or no day.
    """
    if argument_checks.day("until", until) < now.date():
        raise UsageError(
            f"{until} is over: it is {now:%Y-%m-%d %H:%M} UTC; name today or a later day"
        )
    return until


def mute_rows(mutes: Iterable[Mute], identity: RunIdentity) -> list[Row]:
    """Return mutes as rows of the log."""
    return [
        _row(MUTE, mute.stage, identity, _named(mute) | {"reason": mute.reason, "by": mute.by})
        for mute in mutes
    ]


def unmute_rows(mutes: Iterable[Mute], identity: RunIdentity, by: str | None) -> list[Row]:
    """Return the ends of mutes as rows of the log."""
    return [_row(UNMUTE, mute.stage, identity, _named(mute) | {"by": by}) for mute in mutes]


def acknowledgement_row(one: Acknowledgement, identity: RunIdentity) -> Row:
    """Return an acknowledgement as a row of the log."""
    facts = {
        "names": list(one.names),
        "trouble": one.trouble,
        "fingerprint": one.fingerprint,
        "rules": sorted(one.rules),
        "by": one.by,
    }
    return _row(ACKNOWLEDGE, one.stage, identity, facts)


def acknowledge_run(
    stage: str,
    names: Sequence[str],
    run: Mapping[str, Any] | None,
    checkpoints: Sequence[Mapping[str, Any]],
    by: str | None,
    now: datetime,
) -> Acknowledgement:
    """Return an acknowledgement of what failed in a run.

    Args:
        stage: The stage.
        names: Tables and rules of which it is; all that failed without any.
        run: The newest run's row in the log.
        checkpoints: Its checkpoints.
        by: Who says so.
        now: When.

    Raises:
        UsageError: Nothing of it failed.
    """
    failing = [] if run is None else json.loads(run["failing_rules"] or "[]")
    tables = {row["table_name"]: json.loads(row["failing_rules"] or "[]") for row in checkpoints}
    chosen = [rule for name in names for rule in tables.get(name, [name])]
    rules = [rule for rule in failing if rule in chosen] if names else failing
    whole = None if run is None or names else run["fingerprint"]
    if run is None or not (rules or whole):
        what = ", ".join(f"`{name}`" for name in names) or f"stage `{stage}`"
        raise UsageError(
            f"nothing of {what} failed in the newest run; see `spectra-gx log {stage}`"
        )
    trouble = trouble_in(run, checkpoints) or "warnings"
    return Acknowledgement(stage, tuple(names), trouble, whole, frozenset(rules), now, by)


def _named(mute: Mute) -> dict[str, Any]:
    return {"name": mute.name, "until": mute.until.isoformat()}


def _row(entity: str, stage: str, identity: RunIdentity, facts: Mapping[str, Any]) -> Row:
    identity = replace(identity, execution_id=f"{entity}_{identity.execution_id}")
    return {
        **origin(identity),
        "record_type": "activity",
        "entity_name": entity,
        "execution_id": identity.execution_id,
        "correlation_id": identity.execution_id,
        "stage": stage,
        "status": "Success",
        "start_time": identity.started,
        "end_time": identity.started,
        "recorded_at": datetime.now(UTC),
        "metadata": json.dumps(facts, sort_keys=True, ensure_ascii=False),
    }
