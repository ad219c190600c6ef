"""DataFusion sessions that read stored values as they are; every session begins here."""

from __future__ import annotations

from deltalake import QueryBuilder

_AS_STORED = {
    # Dates far away, which some engines write for "never", would wrap around in nanoseconds.
    "execution.parquet.coerce_int96": "'us'",
}


def new_session() -> QueryBuilder:
    """Return a session that knows no table yet."""
    session = QueryBuilder()
    for option, value in _AS_STORED.items():
        set_option(session, option, value)
    return session


def set_option(session: QueryBuilder, option: str, value: str) -> None:
    """Set an option of DataFusion's, its value as SQL writes it."""
    session.execute(f"SET datafusion.{option} = {value}").read_all()
