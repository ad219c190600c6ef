"""Every function that the engine knows is looked at: it may be called, or is refused by name."""

import pyarrow as pa
import pytest
from deltalake import QueryBuilder

from spectra_gx.contract.sql import functions
from spectra_gx.contract.sql.guard import SqlRefused, guard_query

SORTS = {
    name: getattr(functions, name)
    for name in ("PLAIN", "GROWING", "ENDLESS", "MOMENTARY", "REVEALING", "LOSING", "NEEDLESS")
}
SYNTAX = {"cast", "extract", "try_cast", "unnest"}
"""Called in SQL without being functions of the engine."""

ELSEWHERE = {"gen_random_uuid", "localtime", "localtimestamp", "space"}
"""Refused although this engine has them not; another may."""


def functions_of_the_engine() -> set[str]:
    session = QueryBuilder()
    session.execute("SET datafusion.catalog.information_schema = true").read_all()
    found = session.execute("SELECT DISTINCT routine_name FROM information_schema.routines")
    return set(pa.RecordBatchReader.from_stream(found).read_all().column(0).to_pylist())


KNOWN = sorted(functions_of_the_engine())


def test_every_function_of_the_engine_is_of_exactly_one_sort():
    listed = sorted(name for names in SORTS.values() for name in names)
    assert listed == sorted({*KNOWN, *SYNTAX, *ELSEWHERE})
    assert len(KNOWN) > 300


@pytest.mark.parametrize("spelled", [str.lower, str.upper, '"{}"'.format])
def test_every_function_is_let_through_or_refused_as_its_sort_says(spelled):
    for name in KNOWN:
        said = [refusal(f"select {spelled(name)}({given}) from {{table}}") for given in GIVEN]
        if name in functions.CALLABLE:
            assert "" in said, (name, said)
        else:
            assert all(one.startswith(f"`{name}` ") for one in said), (name, said)


GIVEN = ("id", "id, id", "id, id, id", "")


def refusal(text: str) -> str:
    try:
        guard_query(text, table="shop.a", tables={"shop.a": {"id": False}})
    except SqlRefused as refused:
        return str(refused)
    return ""


@pytest.mark.parametrize("name", ["pg_sleep", "read_csv", "current_setting", "getdate", "glob"])
def test_what_no_engine_of_ours_has_is_refused(name):
    assert f"`{name}` is not a function" in refusal(f"select {name}(id, id) from {{table}}")
