"""What a table or view of PostgreSQL reads, and whether a snapshot has all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.contract.sql.quoting import quote_text
from spectra_gx.engines.changing_views import changing_view

if TYPE_CHECKING:
    from collections.abc import Callable

    from spectra_gx.contract.database_addresses import DatabaseAddress

    Rows = Callable[[str], list[dict[str, Any]]]

_FOUND = """
SELECT c.oid::bigint AS oid FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = {schema} AND c.relname = {table} AND c.relkind IN ('r', 'p', 'v', 'm')
"""
_BELOW = """
WITH RECURSIVE below (oid) AS (
    SELECT {relation}::oid
    UNION
    SELECT inner_.oid FROM below JOIN pg_catalog.pg_class AS c ON c.oid = below.oid
    CROSS JOIN LATERAL (
        SELECT i.inhrelid AS oid FROM pg_catalog.pg_inherits AS i WHERE i.inhparent = c.oid
        UNION ALL
        SELECT d.refobjid FROM pg_catalog.pg_rewrite AS r
        JOIN pg_catalog.pg_depend AS d ON d.objid = r.oid
            AND d.classid = 'pg_catalog.pg_rewrite'::regclass
            AND d.refclassid = 'pg_catalog.pg_class'::regclass
        WHERE r.ev_class = c.oid AND c.relkind = 'v'
    ) AS inner_
)
SELECT c.relkind::text AS kind,
    c.relfilenode <> 0 AND c.relfilenode IS DISTINCT FROM pg_relation_filenode(c.oid) AS rewritten,
    CASE WHEN c.relkind = 'v' THEN pg_get_viewdef(c.oid) END AS definition
FROM below JOIN pg_catalog.pg_class AS c ON c.oid = below.oid
"""


def find_relation(address: DatabaseAddress, rows: Rows) -> int | None:
    """Return the id of a table, view or materialised view; None where there is none."""
    sql = _FOUND.format(schema=quote_text(address.schema or ""), table=quote_text(address.table))
    found = rows(sql)
    return found[0]["oid"] if found else None


def outside_snapshot(relation: int, rows: Rows) -> str | None:
    """Return why what is read is not in the snapshot, once it is locked; None where it is.

    TRUNCATE and a change of the table's storage show an empty table to older snapshots. A view may
    give other rows to each query.
    """
    below = rows(_BELOW.format(relation=relation))
    if any(one["rewritten"] for one in below):
        return "somebody emptied or rewrote it since the snapshot was taken; check again"
    if any(one["kind"] == "f" for one in below):
        return "it reads a table of another server, which is in no snapshot; check that one"
    return changing_view(";".join(one["definition"] or "" for one in below))
