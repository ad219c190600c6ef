"""The page of the reference about HTTP, from what describes itself as OpenAPI."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.service.app import describe

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_INTRODUCTION = """\
What [`spectra-gx serve`](../guides/serve.md) answers. `/openapi.json` describes the same for
programs. Results are those that the commands write with `--json`: see
[JSON results](json-result.md).

An error is `application/problem+json` (RFC 9457): `title`, `status`, `detail` (a sentence) and, of
an error that commands have as well, `category`, `code` and `retryable`. Every answer has an
`X-Request-ID`, which a request may choose.

| status | when |
| --- | --- |
| 400 | a body that is not UTF-8 |
| 401, 403 | no token that opens the service, or one that may only read; a request of another site |
| 404 | no such stage, run or page |
| 409 | a run of the stage is queued or going on; `run` names it |
| 413, 408 | a body above 64 KiB, or one that takes longer than 10 s |
| 422 | a parameter or a body is not as described here, or has no effect on this stage |
| 429 | the queue is full, or as many follow as may; `Retry-After` says when to try again |
| 503 | the project or its warehouse cannot be read, or the service is being stopped |

## Events

A stream of server-sent events ends with the run. Each event has a number as its `id`; a client that
comes back with `Last-Event-ID` gets what it has missed. Of each run 2,000 events are kept; `missed`
says how many are gone.

| event | data |
| --- | --- |
| `state` | `state`: `running` |
| `started` | `execution_id`, `version` of the contract |
| `step` | `step`: Initialise, Execute, Validate, Record, Finalise; checks have none |
| `table-started` | `table`, `rows` (null where only a scan can count them) |
| `table-checked` | `table`, `rows`, `verdict`, `passed`, `failed`, `errored`, `broken` (rules) |
| `verdict` | `verdict` |
| `ended` | `execution_id`, `verdict`, `exit_code`, `error` |
| `missed` | `events`: how many are no longer kept |

## Routes
"""


def http_page() -> str:
    """Return every route."""
    described = describe()
    return "\n".join([_INTRODUCTION, *_routes(described), "## Bodies\n", *_bodies(described)])


def _routes(described: Mapping[str, Any]) -> Iterator[str]:
    for path, methods in described["paths"].items():
        for method, route in methods.items():
            yield f"### `{method.upper()} {path}`\n"
            yield f"{route['description']}\n"
            yield from _parameters(route)
            if body := route.get("requestBody"):
                kind = _kind(body["content"]["application/json"]["schema"])
                yield f"Body, which may be left out: {kind}.\n"
            yield f"Answers: {', '.join(_answers(route))}.\n"


def _parameters(route: Mapping[str, Any]) -> Iterator[str]:
    known = [one for one in route.get("parameters", ()) if one["in"] != "path"]
    if known:
        yield "| parameter | in | meaning |\n| --- | --- | --- |"
        for one in known:
            schema = one["schema"]
            default = f"default {schema['default']}" if schema.get("default") else ""
            meaning = one.get("description", "") or default
            yield f"| `{one['name']}` | {one['in']} | {meaning} |"
        yield ""


def _answers(route: Mapping[str, Any]) -> Iterator[str]:
    for status, answer in route["responses"].items():
        kinds = [
            _kind(content.get("schema", {}))
            for media, content in answer.get("content", {}).items()
            if media == "application/json"
        ]
        named = f" ({kinds[0]})" if kinds and kinds[0] else ""
        yield f"{status}{named}"


def _bodies(described: Mapping[str, Any]) -> Iterator[str]:
    for name, schema in described["components"]["schemas"].items():
        yield f"### {name}\n"
        yield f"{schema.get('description', '')}\n"
        if "properties" not in schema:
            yield f"{_kind(schema)}.\n"
            continue
        yield "| key | type | meaning |\n| --- | --- | --- |"
        for key, one in schema["properties"].items():
            yield f"| `{key}` | {_kind(one)} | {one.get('description', '')} |"
        yield ""


def _kind(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"])
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        return ", ".join(f"`{one}`" for one in schema["enum"])
    if schema.get("type") == "array":
        return f"array of {_kind(schema['items'])}"
    return str(schema.get("format") or schema.get("type") or "")
