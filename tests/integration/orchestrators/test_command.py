"""The process that orchestrators start: its log, its JSON, its end."""

from __future__ import annotations

import json
import sys

import pytest

from spectra_gx.integrations.command import Command, CommandNotFoundError, CommandResult

PYTHON = [sys.executable, "-c"]
WAIT = """
import signal, sys
signal.signal(signal.SIGTERM, signal.default_int_handler)
try:
    print("ready", file=sys.stderr, flush=True)
    signal.pause()
except KeyboardInterrupt:
    print("interrupted", file=sys.stderr, flush=True)
    print('{"status": "Failed"}')
    sys.exit(3)
"""


class Interrupted(BaseException):
    """What an orchestrator raises in a task that takes too long."""


def test_lines_are_passed_on_as_they_come_and_the_last_object_is_the_output():
    code = "import sys; print('one', file=sys.stderr); print('ignored'); print('{\"a\": 1}')"
    lines: list[str] = []
    result = Command([code], PYTHON).run(lines.append)
    assert (result, lines) == (CommandResult(0, {"a": 1}, "one"), ["one"])


def test_variables_are_added_to_those_of_this_process(monkeypatch):
    monkeypatch.setenv("HERE", "a")
    code = "import json, os; print(json.dumps([os.environ['HERE'], os.environ['THERE']]))"
    result = Command([code], PYTHON, {"THERE": "b"}).run(print)
    assert result.output == ["a", "b"]


def test_what_is_printed_need_not_be_json():
    assert Command(["print('{')"], PYTHON).run(print) == CommandResult(0)


def test_a_command_that_is_not_there_is_named():
    with pytest.raises(CommandNotFoundError) as raised:
        Command(["run"], "/nowhere/spectra-gx").run(print)
    assert str(raised.value) == (
        "`/nowhere/spectra-gx` cannot be started: no such file or directory; name the "
        "`spectra-gx` of its environment by `command`"
    )


def test_a_stopped_process_ends_as_it_wants_to():
    command = Command([WAIT], PYTHON)
    result = command.run(lambda line: command.stop() if line == "ready" else None)
    assert result == CommandResult(3, {"status": "Failed"}, "interrupted")


def test_what_interrupts_the_caller_stops_the_process_first(tmp_path):
    code = WAIT.replace("sys.exit(3)", f"open({str(tmp_path / 'stopped')!r}, 'w')")

    def interrupt(line: str) -> None:
        raise Interrupted(line)

    with pytest.raises(Interrupted, match="ready"):
        Command([code], PYTHON).run(interrupt)
    assert (tmp_path / "stopped").is_file()


def test_stopping_what_has_ended_does_nothing():
    command = Command([json.dumps("")], PYTHON)
    command.stop()
    assert command.run(print).exit_code == 0
    command.stop()


@pytest.mark.parametrize(
    ("code", "retryable"), [(0, False), (1, False), (2, False), (3, True), (-9, True)]
)
def test_what_could_not_be_done_may_be_tried_again(code, retryable):
    assert CommandResult(code).retryable is retryable
