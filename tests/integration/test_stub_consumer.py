"""A consumer that knows only its own contract: what it needs, it really gets."""

from __future__ import annotations

from deltalake import DeltaTable

from spectra_gx import Project
from tests.fakes.tables import folder

READS = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "array<string>": list,
}


def test_every_column_that_prepare_consumes_is_there_as_promised(project):
    opened = Project.open(project)
    [need] = opened.contract("prepare").consumes
    ready = opened.handoff("source")
    assert ready.ready, ready.checks

    read = 0
    for name, columns in need.tables.items():
        table = DeltaTable(folder(project, name)).to_pyarrow_table(columns=list(columns))
        assert table.num_rows > 0
        for column, wanted in columns.items():
            values = table.column(column).to_pylist()
            if wanted.get("required"):
                assert None not in values
            assert all(isinstance(value, READS[wanted["type"]]) for value in values)
            read += 1
    assert read == 9


def test_what_it_would_extract_is_a_list_of_requests(project):
    """Prepare turns the catalogue into requests; a placeholder it cannot fill would stop it."""
    rows = DeltaTable(folder(project, "source.endpoints")).to_pyarrow_table().to_pylist()
    gets = [row for row in rows if row["http_method"] == "GET"]
    assert len(gets) > 100
    for row in gets:
        assert row["full_path"].startswith("/")
        for parameter in row["path_parameters"]:
            assert parameter in row["full_path"]
