"""Statements over tables with sensitive columns, drawn from a grammar: what a stranger could write.

Aliases, CTEs, joins, nesting and functions; about half of them are what the guard lets through.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

READABLE = {
    "shop.a": {"id": False, "note": False, "email": True, "pin": True},
    "shop.b": {"id": False, "city": False, "email": True},
    "shop.p": {"k": False, "letter": False},
}
PLACEHOLDERS = {
    "{table}": "shop.a",
    "{shop.a}": "shop.a",
    "{shop.b}": "shop.b",
    "{shop.p}": "shop.p",
}
NAMES = ("note", "id", "city", "letter", "x", "email", "pin")
TEXTS = ("''", "'a'", "'m'", "'s%'", "'secret-b'", "'1'")
ALIASES = ("t", "o", "q", "b", "email", "note", "t1", "{table}", "a")


@dataclass
class Source:
    """Something to select from."""

    sql: str
    alias: str
    columns: Sequence[str]


@dataclass
class Statements:
    """Draws statements; `random` makes every choice."""

    random: Random
    ctes: list[Source] = field(default_factory=list)
    made: int = 0

    def query(self) -> str:
        """Return a SELECT, perhaps with CTEs before it."""
        head = []
        for _ in range(self.some(0, 0, 0, 1, 1, 2)):
            inner, columns = self.select(1)
            name = self.fresh()
            renamed = self.chance(0.2)
            if renamed:
                columns = [f"c{n}" for n in range(len(columns))]
            listed = f"({', '.join(columns)})" if renamed else ""
            head.append(f"{name}{listed} as ({inner})")
            self.ctes.append(Source(name, name, columns))
        body, _ = self.select(0)
        return f"with {', '.join(head)} {body}" if head else body

    def condition(self) -> str:
        """Return a condition on one row of `{table}`."""
        return self.predicate([Source("", "", list(READABLE["shop.a"]))], deep=9)

    def select(self, deep: int, outer: Sequence[Source] = ()) -> tuple[str, list[str]]:
        """Return a SELECT and the columns that it hands out."""
        sources, text = self.sources(deep)
        reach = [*sources, *outer]
        projections, columns = self.projections(sources, reach, deep)
        parts = [f"select {self.some('', '', '', '', 'distinct ')}{projections} from {text}"]
        if self.chance(0.5):
            parts.append(f"where {self.predicate(reach, deep)}")
        if self.chance(0.1):
            parts.append(f"group by {self.some('1', '1, 2', 'all', self.column(sources))}")
            if self.chance(0.4):
                parts.append(f"having max({self.column(sources)}) > 'm'")
        if self.chance(0.1):
            ordered = f"order by {self.column(sources)}"
            parts.append(f"qualify row_number() over ({ordered}) = 1")
        if self.chance(0.1):
            other, _ = self.select(deep + 1)
            parts.append(f"{self.some('union all', 'union', 'except', 'intersect')} {other}")
        if self.chance(0.2):
            ordered = self.some("1", "2", self.column(sources), self.value(sources, 3))
            parts.append(f"order by {ordered} {self.some('', 'desc')}")
            if self.chance(0.5):
                parts.append("limit 1")
        return " ".join(parts), columns

    def sources(self, deep: int) -> tuple[list[Source], str]:
        first = self.source(deep)
        found, text = [first], first.sql
        for _ in range(self.some(0, 0, 0, 1, 1, 2)):
            another = self.source(deep)
            found.append(another)
            kind = self.some(
                "join", "join", "left join", "cross join", "natural join", "using", ","
            )
            if kind == "using":
                text += f" join {another.sql} using ({self.some('id', 'email')})"
            elif kind.endswith(("cross join", "natural join")) or kind == ",":
                text += f"{'' if kind == ',' else ' '}{kind} {another.sql}"
            else:
                text += f" {kind} {another.sql} on {self.predicate(found, deep + 1)}"
        return found, text

    def source(self, deep: int) -> Source:
        alias = self.some(*ALIASES) if self.chance(0.3) else self.fresh()
        if deep < 2 and self.chance(0.25):
            inner, columns = self.select(deep + 1)
            if self.chance(0.2):
                columns = [f"c{n}" for n in range(len(columns))]
                return Source(f"({inner}) as {alias}({', '.join(columns)})", alias, columns)
            return Source(f"({inner}) {alias}", alias, columns)
        if self.ctes and self.chance(0.4):
            cte = self.random.choice(self.ctes)
            return Source(f"{cte.sql} {alias}", alias, cte.columns)
        placeholder = self.some(*PLACEHOLDERS)
        columns = list(READABLE[PLACEHOLDERS[placeholder]])
        if self.chance(0.3):
            return Source(placeholder, "", columns)
        return Source(f"{placeholder} {self.some('', 'as ')}{alias}", alias, columns)

    def projections(
        self, sources: Sequence[Source], reach: Sequence[Source], deep: int
    ) -> tuple[str, list[str]]:
        """Return what is selected, and what it is called."""
        if self.chance(0.3):
            return "*", [column for source in sources for column in source.columns]
        listed, columns = [], []
        for _ in range(self.some(1, 2, 2, 3)):
            source = self.random.choice(sources)
            if source.alias and self.chance(0.1):
                listed.append(f"{source.alias}.*")
                columns += source.columns
            elif self.chance(0.6):
                name = self.random.choice(source.columns)
                listed.append(f"{source.alias}.{name}" if source.alias else name)
                columns.append(name)
            else:
                name = self.some(*NAMES)
                listed.append(f"{self.value(reach, deep)} as {name}")
                columns.append(name)
        return ", ".join(listed), columns

    def column(self, sources: Sequence[Source]) -> str:
        source = self.random.choice(sources)
        name = self.random.choice(source.columns or ["id"])
        return f"{source.alias}.{name}" if source.alias and self.chance(0.8) else name

    def value(self, sources: Sequence[Source], deep: int) -> str:
        """Return an expression."""
        column = self.column(sources)
        drawn: list[Callable[[], str]] = [
            lambda: column,
            lambda: column,
            lambda: self.some(*TEXTS, "1", "3", "null"),
            lambda: f"upper({column})",
            lambda: f"substr({column}, {self.some('1', '8')}, 1)",
            lambda: f"coalesce({column}, {self.some(*TEXTS)})",
            lambda: f"{column} || {self.some(*TEXTS)}",
            lambda: f"concat({column}, {self.column(sources)})",
            lambda: f"ascii({column})",
            lambda: f"length({column})",
            lambda: f"cast({column} as text)",
            lambda: f"cast({column} as bigint)",
            lambda: f"nullif({column}, {self.column(sources)})",
            lambda: f"max({column}) over ({self.some('', f'order by {self.column(sources)}')})",
            lambda: f"count(*) over (partition by {column})",
            lambda: f"row_number() over (order by {column})",
            lambda: f"date_trunc({column}, {self.column(sources)})",
            lambda: f"levenshtein({column}, {self.some(*TEXTS)})",
            lambda: f"[{column}, {self.column(sources)}][{self.some('1', '2')}]",
            lambda: f"struct({column})['c0']",
            lambda: "version()",
            lambda: "input_file_name()",
        ]
        if deep < 2:
            drawn += [
                lambda: f"case when {self.predicate(sources, deep + 1)} then {column} end",
                lambda: f"({self.select(deep + 1, sources)[0]})",
                lambda: f"(select max({column}) from {{table}} z)",
            ]
        return self.random.choice(drawn)()

    def predicate(self, sources: Sequence[Source], deep: int) -> str:
        """Return a condition."""
        column = self.column(sources)
        drawn: list[Callable[[], str]] = [
            lambda: f"{column} is null",
            lambda: f"({column}) is not null",
            lambda: f"{column} = {self.column(sources)}",
            lambda: f"{column} {self.some('=', '<', '<>', '>=')} {self.value(sources, 3)}",
            lambda: f"{self.value(sources, 3)} {self.some('=', '<', '>')} {self.some(*TEXTS)}",
            lambda: f"{column} like {self.some(*TEXTS)}",
            lambda: f"{column} in ({self.some(*TEXTS)}, {self.some(*TEXTS)})",
            lambda: f"{column} between 'a' and {self.some(*TEXTS)}",
            lambda: f"({column} is distinct from {self.some(*TEXTS)})",
            lambda: f"{column} ~ '^s'",
            lambda: "true",
        ]
        if deep < 2:
            drawn += [
                lambda: f"{column} in ({self.select(deep + 1, sources)[0]})",
                lambda: f"exists ({self.select(deep + 1, sources)[0]})",
                lambda: f"{column} = ({self.select(deep + 1, sources)[0]})",
            ]
        if deep < 3 or deep == 9:
            inner = 3 if deep < 9 else 8
            drawn += [
                lambda: f"not ({self.predicate(sources, inner)})",
                lambda: (
                    f"({self.predicate(sources, inner)}) and ({self.predicate(sources, inner)})"
                ),
                lambda: f"({self.predicate(sources, inner)}) or ({self.predicate(sources, inner)})",
                lambda: f"case when {self.predicate(sources, inner)} then true else false end",
            ]
        return self.random.choice(drawn)()

    def some(self, *choices):  # type: ignore[no-untyped-def]  # of whatever is given
        return self.random.choice(choices)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def fresh(self) -> str:
        self.made += 1
        return f"s{self.made}"
