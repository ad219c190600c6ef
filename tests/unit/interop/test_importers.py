"""The formats of the command line are those that exist."""

import pytest

from spectra_gx.cli.commands.interop import export, import_
from spectra_gx.errors import UsageError
from spectra_gx.interop.exporters import EXPORTS
from spectra_gx.interop.importers import FORMATS, import_files


def test_the_command_line_offers_what_there_is():
    assert sorted(import_.FORMATS) == sorted(FORMATS)
    assert sorted(export.FORMATS) == sorted(EXPORTS)


def test_a_format_of_one_contract_a_file_takes_one():
    with pytest.raises(UsageError, match="import one at a time"):
        import_files("odcs", {"a": b"", "b": b""})


def test_a_dialect_is_refused_where_there_is_no_sql():
    with pytest.raises(UsageError, match="leave it out"):
        import_files("avro", {"a": b""}, "spark")
