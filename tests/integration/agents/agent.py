"""An agent: the protocol's own client, driven step by step from a test."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2
from anyio.from_thread import BlockingPortal, start_blocking_portal
from mcp import Client
from mcp.client.stdio import StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping

    from mcp.client._transport import Transport

COMMAND = str(Path(sys.executable).with_name("spectra-gx"))


@dataclass(frozen=True)
class Agent:
    """Speaks to one server."""

    client: Client
    portal: BlockingPortal

    def call(self, tool: str, **arguments: Any) -> tuple[bool, str]:
        """Return whether a tool failed, and what it says."""
        answer = self.portal.call(self.client.call_tool, tool, arguments)
        [content] = answer.content
        return bool(answer.is_error), content.text

    def ask(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """Return what a tool answers, as the client validated it."""
        answer = self.portal.call(self.client.call_tool, tool, arguments)
        assert not answer.is_error, answer.content
        return dict(answer.structured_content)

    def refused(self, tool: str, **arguments: Any) -> str:
        """Return why a tool refuses."""
        failed, text = self.call(tool, **arguments)
        assert failed, text
        return text

    def read(self, uri: str) -> str:
        """Return a resource, or why it is refused."""
        try:
            read = self.portal.call(self.client.read_resource, uri)
        except MCPError as error:
            return f"refused: {error.error.message}"
        return "".join(content.text for content in read.contents)

    def prompt(self, name: str, **arguments: str) -> str:
        """Return a prompt, or why it is refused."""
        try:
            prompt = self.portal.call(self.client.get_prompt, name, arguments)
        except MCPError as error:
            return f"refused: {error.error.message}"
        return "".join(message.content.text for message in prompt.messages)

    def tools(self) -> list[Any]:
        """Return the tools as they are listed."""
        return list(self.portal.call(self.client.list_tools).tools)


@contextmanager
def stdio_agent(root: Path, *options: str, environment: Mapping[str, str] = {}) -> Iterator[Agent]:
    """Yield an agent that started the server of a project for itself."""
    arguments = ["mcp", "--project", str(root), *options]
    started = StdioServerParameters(command=COMMAND, args=arguments, env=dict(environment))
    with agent_of(started) as agent:
        yield agent


@contextmanager
def agent_of(server: StdioServerParameters | Transport, mode: str = "auto") -> Iterator[Agent]:
    """Yield an agent that is connected to a server; `legacy` is the protocol before 2026."""
    with start_blocking_portal() as portal:
        client = portal.call(partial(Client, server, mode=mode))
        with portal.wrap_async_context_manager(client):
            yield Agent(client, portal)


@contextmanager
def served(root: Path, *options: str, environment: Mapping[str, str]) -> Iterator[str]:
    """Yield the address of a server of a project."""
    process = subprocess.Popen(
        [COMMAND, "mcp", "--http", "--port", "0", "--project", str(root), *options],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={"PATH": os.environ["PATH"], **environment},
    )
    assert process.stderr is not None
    line = process.stderr.readline()
    assert line.startswith("serving agents on http://127.0.0.1:"), line
    try:
        yield line.split()[3]
    finally:
        process.terminate()
        out, err = process.communicate()
    shown = [text for text in (*environment.values(), "Traceback") if text in err]
    assert (out, shown) == ("", [])


@asynccontextmanager
async def over_http(address: str, token: str = "") -> AsyncIterator[Any]:
    """Connect as a client that was configured with a header."""
    patient = httpx2.Timeout(30.0, read=300.0)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with (
        httpx2.AsyncClient(headers=headers, timeout=patient) as client,
        streamable_http_client(address, http_client=client) as streams,
    ):
        yield streams
