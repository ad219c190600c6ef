"""Who stops reading does not change how a command ends; output lost otherwise is an error."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

import pytest

from spectra_gx.cli import console, streams

MUCH = "a line of output\n" * 10_000


@pytest.fixture
def stdout(monkeypatch):
    """Put a real stream in the place of stdout, and whatever is then made of it."""

    def put(stream):
        monkeypatch.setattr(sys, "stdout", stream)
        monkeypatch.setattr(sys, "stderr", sys.stderr)
        monkeypatch.setattr(sys, "stdin", sys.stdin)
        streams.protect_streams()
        return sys.stdout

    return put


def left_pipe():
    reader, writer = os.pipe()
    os.close(reader)
    return open(writer, "w", encoding="utf-8")  # noqa: PTH123


def test_a_reader_that_leaves_is_no_failure(stdout):
    with left_pipe() as pipe:
        written = stdout(pipe)
        written.write(MUCH)
        written.flush()
        written.write(MUCH)
        assert streams.write_failure() is None


def test_a_full_disk_is_a_failure(stdout):
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        stdout(full).write("x")
        assert streams.write_failure() == "No space left on device"


def test_what_is_written_arrives_in_order(stdout, tmp_path):
    with (tmp_path / "out").open("w", encoding="utf-8") as file:
        print("before", file=file)
        written = stdout(file)
        written.write(MUCH)
        written.flush()
    assert (tmp_path / "out").read_text("utf-8") == f"before\n{MUCH}"


def test_an_encoding_without_our_signs_gets_their_codes(stdout, tmp_path):
    with (tmp_path / "out").open("w", encoding="ascii") as file:
        written = stdout(file)
        written.write("✓\n")
        written.flush()
    assert (tmp_path / "out").read_bytes() == b"\\u2713\n"


def test_a_stream_that_is_closed_from_the_start_takes_everything(stdout):
    with stdout(None) as written:
        written.write("x")
        assert streams.write_failure() is None


@pytest.mark.parametrize(
    ("stage", "full", "code"), [("source", False, 0), ("source", True, 3), ("nothing", False, 2)]
)
def test_a_command_ends_as_it_would_have_ended(stage, full, code, project, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["spectra-gx", "log", stage, "--project", str(project)])
    monkeypatch.setattr(sys, "stderr", sys.stderr)
    before = gc.get_threshold()
    with Path("/dev/full").open("w", encoding="utf-8") if full else left_pipe() as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        with pytest.raises(SystemExit) as ended:
            console()
    gc.unfreeze()
    gc.set_threshold(*before)
    assert ended.value.code == code
