"""The page of the reference about what agents can call, from the server itself."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spectra_gx.integrations.mcp.project_access import ProjectAccess
from spectra_gx.integrations.mcp.server import INSTRUCTIONS, build_server
from spectra_gx.integrations.mcp.tool import LONGEST_CONTRACT
from spectra_gx.integrations.mcp.worker_process import WorkerPool

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_OPENING = f"""\
What `spectra-gx mcp` serves by the Model Context Protocol. How to connect an agent is in
[agents](../integrations/agents.md).

Tools take names of stages, tables and rules, and contracts as text, up to {LONGEST_CONTRACT:,}
characters; never a path. Each answers with structured content, and the same as JSON in one text.
What has no value is left out. A text that somebody else wrote is an object
`{{"quoted": …, "text": …}}`: `quoted` says whether it is from a contract, data, a run or a runbook,
and `shortened` is true where it is cut. Lists come in pages: `total`, and `next_offset` while there
is more.

What the server says of itself to an agent:

"""


def mcp_page() -> str:
    """Return every tool, resource and prompt."""
    return "\n".join(asyncio.run(_lines()))


async def _lines() -> list[str]:
    server = build_server(ProjectAccess(Path()), WorkerPool(), allow_run=True)
    lines = [_OPENING + "\n".join(f"> {line}" for line in INSTRUCTIONS.splitlines()), ""]
    lines.append("## Tools\n")
    for tool in await server.list_tools():
        lines += _tool(tool)
    lines += ["## Resources\n", "| address | what it is |", "| --- | --- |"]
    for resource in await server.list_resources():
        lines.append(f"| `{resource.uri}` | {resource.description} |")
    for template in await server.list_resource_templates():
        lines.append(f"| `{template.uri_template}` | {template.description} |")
    lines += ["", "## Prompts\n", "| prompt | takes | what it is for |", "| --- | --- | --- |"]
    for prompt in await server.list_prompts():
        takes = ", ".join(f"`{one.name}`" for one in prompt.arguments or ())
        lines.append(f"| `{prompt.name}` | {takes} | {prompt.description} |")
    return lines


def _tool(tool: Any) -> Iterator[str]:
    only = "" if tool.annotations.read_only_hint else " Only with `--allow-run`."
    words = " ".join(tool.description.split())
    yield f"### {tool.name}\n\n{words}{only}\n"
    schema = tool.input_schema
    if schema["properties"]:
        yield "| takes | what it is |\n| --- | --- |"
        for name, one in schema["properties"].items():
            needed = " (needed)" if name in schema.get("required", ()) else ""
            yield f"| `{name}`{needed} | {one['description']} |"
        yield ""
    yield f"Answers: {', '.join(_answer(tool.output_schema))}.\n"


def _answer(schema: Mapping[str, Any]) -> Iterator[str]:
    """Yield the fields of an answer, with those of what a list in it consists of."""
    for name, one in schema["properties"].items():
        item = one.get("items", {}).get("$ref", "").rpartition("/")[2]
        inside = schema.get("$defs", {}).get(item, {}).get("properties", {})
        listed = f" (each: {', '.join(f'`{part}`' for part in inside)})" if inside else ""
        yield f"`{name}`{listed}"
