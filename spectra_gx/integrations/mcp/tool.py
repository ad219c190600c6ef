"""What a tool is: a method with a title, found and registered by this mark."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias, TypeVar

from pydantic import Field

Method = TypeVar("Method", bound=Callable[..., Any])

LONGEST_CONTRACT = 200_000
"""Characters of a proposed contract."""

StageName: TypeAlias = Annotated[
    str, Field(max_length=200, description="name of a stage, as `list_stages` has it; not a path")
]
TableName: TypeAlias = Annotated[
    str, Field(max_length=200, description="full name of a table, `schema.table`; not a path")
]
RuleId: TypeAlias = Annotated[
    str, Field(max_length=500, description="id of a rule, such as `shop.order.total.min`")
]
Words: TypeAlias = Annotated[
    str, Field(max_length=200, description="words, all of which are looked for")
]
Offset: TypeAlias = Annotated[
    int, Field(ge=0, le=1_000_000, description="where the page begins; `next_offset` of the last")
]
ContractYaml: TypeAlias = Annotated[
    str, Field(max_length=LONGEST_CONTRACT, description="the whole contract as YAML")
]


@dataclass(frozen=True)
class ToolMark:
    """What the registration of a tool says beside its name, its types and its docstring."""

    title: str
    read_only: bool


def tool(title: str, *, read_only: bool = True) -> Callable[[Method], Method]:
    """Mark a method as a tool; its docstring is what agents read about it."""

    def mark(method: Method) -> Method:
        method.tool = ToolMark(title, read_only)  # type: ignore[attr-defined]
        return method

    return mark


def tools_of(group: object) -> Iterator[tuple[Callable[..., Any], ToolMark]]:
    """Yield the tools of an object, in the order in which they are written."""
    for name, member in vars(type(group)).items():
        mark = getattr(member, "tool", None)
        if isinstance(mark, ToolMark):
            yield getattr(group, name), mark
