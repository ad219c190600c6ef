"""Whether the rows that contract SQL finds could reveal what a sensitive column contains.

A value need not be handed out to be read: joined with a public table of letters, or asked for in a
condition, a letter at a time, it is spelled by the public columns of the rows that are found.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sqlglot import exp

from spectra_gx.contract.sql import scopes

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from spectra_gx.contract.sql.scopes import Sources

Owners = tuple[tuple[str, str], ...]
"""(table, column) that a name can mean; empty for what a subquery hands out."""


def exposes(tree: exp.Expr, sources: Sources, written: Collection[str]) -> bool:
    """Return whether a sensitive column decides anything about what a query finds.

    It does wherever it is named but in a null test, an equality with itself, and a SELECT list that
    hands it on under its own name: there it is hidden by this name.

    `written` is every name in its text, repeated as often as there.
    """
    sensitive = frozenset(
        (table, column)
        for table, columns in sources.values()
        for column, hidden in columns.items()
        if hidden
    )
    if not sensitive:
        return False
    names = {column for _, column in sensitive}
    found = list(scopes.columns_with_owners(tree, sources))
    owners = {id(column): owned for column, owned in found}
    in_tree = Counter(identifier.name for identifier in tree.find_all(exp.Identifier))
    return (
        # sqlglot takes some names for units and the like, which the engine takes for columns.
        any(count > in_tree[name] for name, count in Counter(written).items() if name in names)
        or any(
            _is_sensitive(column, owned, sensitive, names) and not _is_harmless(column, owners)
            for column, owned in found
        )
        or any(not _hands_on(star) for star in tree.find_all(exp.Star) if _is_selected(star))
        or any(_joins_by_name(join, names, sources) for join in tree.find_all(exp.Join))
    )


def _is_sensitive(
    column: exp.Column, owners: Owners, sensitive: frozenset[tuple[str, str]], names: set[str]
) -> bool:
    # What a subquery hands out under a sensitive name may be that column.
    return any(owner in sensitive for owner in owners) if owners else column.name in names


def _is_harmless(column: exp.Column, owners: Mapping[int, Owners]) -> bool:
    place = _around(column)
    if isinstance(place, exp.Is):
        return isinstance(place.expression, exp.Null)
    if isinstance(place, exp.EQ):
        sides = [owners.get(id(side.unnest()), ()) for side in (place.left, place.right)]
        return len(sides[0]) == 1 and sides[0] == sides[1]
    return column.parent is not None and _hands_on(column)


def _around(node: exp.Expr) -> exp.Expr | None:
    """Return the parent of a node, ignoring brackets."""
    parent = node.parent
    while isinstance(parent, exp.Paren):
        parent = parent.parent
    return parent


def _is_selected(star: exp.Star) -> bool:
    return not isinstance(star.parent, exp.Count)


def _hands_on(node: exp.Expr) -> bool:
    """Return whether a column or a star is handed on, by a SELECT that does nothing else with it.

    Where columns go by their places, or are compared as a whole, a name hides nothing.
    """
    if isinstance(node, exp.Star) and isinstance(node.parent, exp.Column):
        node = node.parent
    selected: exp.Expr = node
    if isinstance(node.parent, exp.Alias):
        selected = node.parent
        if selected.alias != node.name:
            return False
    select = selected.parent
    if not isinstance(select, exp.Select) or selected.arg_key != "expressions":
        return False
    root = select.root()
    return (
        _goes_by_names(select)
        and not _by_place(select.args.get("group"))
        and not _by_place(select.args.get("order"))
        and not any(alias.args.get("columns") for alias in root.find_all(exp.TableAlias))
        and root.find(exp.SetOperation) is None
    )


def _goes_by_names(select: exp.Select) -> bool:
    """Return whether what a SELECT hands out is reached by its columns' names alone."""
    node = select.parent
    while isinstance(node, exp.Subquery) and not isinstance(node.parent, (exp.From, exp.Join)):
        if node.parent is None:
            return True
        node = node.parent
    return node is None or isinstance(node, (exp.Subquery, exp.CTE, exp.Exists))


def _by_place(part: exp.Expr | None) -> bool:
    """Return whether rows are grouped or ordered by the place of a column in the SELECT list."""
    return part is not None and (
        bool(part.args.get("all")) or any(part.find_all(exp.Literal)) or "all" in _words(part)
    )


def _words(part: exp.Expr) -> set[str]:
    return {identifier.name.lower() for identifier in part.find_all(exp.Identifier)}


def _joins_by_name(join: exp.Join, names: set[str], sources: Sources) -> bool:
    """Return whether tables are joined by a sensitive column that the query need not name."""
    if str(join.args.get("method") or "").upper() != "NATURAL":
        return any(identifier.name in names for identifier in join.args.get("using") or ())
    held = [columns for _, columns in sources.values()]
    derived = join.root().find(exp.Subquery, exp.CTE) is not None
    alone = len(held) == 1
    return alone or derived or any(sum(name in one for one in held) > 1 for name in names)
