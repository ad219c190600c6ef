"""Files that mean harm are refused, and large ones read, within limits that the system holds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from benchmarks.hostile import READ, REFUSED
from benchmarks.processes import measured

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(("files", "code"), [(REFUSED, 2), (READ, 0)], ids=["refused", "read"])
def test_no_file_takes_a_process_beyond_its_limits(files, code, tmp_path: Path):
    names = {}
    for number, (name, written) in enumerate(files.items()):
        source = written()
        names[f"{number}.yaml"] = name
        (tmp_path / f"{number}.yaml").write_bytes(
            source if isinstance(source, bytes) else source.encode()
        )
    used = measured("lint", "--format", "json", *names, seconds=120, megabytes=700, cwd=tmp_path)
    assert used.code == code, used.said[-500:]
    found = json.loads(used.said)
    refused = {names[problem["file"]] for problem in found["problems"]}
    assert refused == (set(files) if code else set())
    assert len(used.said) < 2_000_000
