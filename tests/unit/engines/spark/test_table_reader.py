"""How a session that knows Delta is asked for a table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pytest

from spectra_gx.engines.snapshot import PinnedTable
from spectra_gx.engines.spark.table_reader import read_tables
from spectra_gx.errors import EngineError


@dataclass
class Delta:
    """A table of a log without partitions."""

    table_uri: str

    def get_add_actions(self, *, flatten: bool) -> pa.Table:
        del flatten
        return pa.table({"path": pa.array([], pa.string())})

    def metadata(self) -> Any:
        return self

    partition_columns: tuple[str, ...] = ()


@dataclass
class Type:
    text: str

    def jsonValue(self) -> str:  # noqa: N802 - Spark's name
        return self.text


@dataclass
class Field:
    name: str
    dataType: Type  # noqa: N815 - Spark's name


@dataclass
class Frame:
    schema: list[Field]


@dataclass
class Session:
    """A session that remembers what it was asked for, and reads one column `x`."""

    type: str = "long"
    asked: list[Any] = field(default_factory=list)

    @property
    def read(self) -> Session:
        return self

    def format(self, name: str) -> Session:
        self.asked.append(name)
        return self

    def option(self, name: str, value: Any) -> Session:
        self.asked.append((name, value))
        return self

    def load(self, path: str) -> Frame:
        self.asked.append(path)
        return Frame([Field("x", Type(self.type))])


@pytest.mark.parametrize(
    ("stands", "asked"),
    [
        ("file:///data/Tables/shop/a%20b/", "/data/Tables/shop/a b/"),
        ("file:///lakehouse/default/Tables/shop/a/", "Tables/shop/a/"),
        ("abfss://lake@host/Tables/shop/a", "abfss://lake@host/Tables/shop/a"),
    ],
)
def test_a_table_is_read_by_its_pinned_version(stands: str, asked: str) -> None:
    session = Session()
    pinned: Any = PinnedTable("shop.a", Delta(stands), 7, {"x": "long"})
    read_tables(session, [pinned], knows_delta=True, in_stored_order=False)
    assert session.asked == ["delta", ("versionAsOf", 7), asked]


def test_columns_of_other_types_than_were_pinned_are_refused() -> None:
    pinned: Any = PinnedTable("shop.a", Delta("/a"), 7, {"x": "long"})
    with pytest.raises(EngineError) as refused:
        read_tables(Session("integer"), [pinned], knows_delta=True, in_stored_order=False)
    assert refused.value.message == "column `x` is stored as long, which Spark reads as integer"
