"""Answers of commands without what differs from run to run, and their comparison."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

ADDED = frozenset(
    {
        "cause",
        "causes",
        "already_rolled_back",  # whether a batch was taken back before
        "already_published",  # whether a run's batch was published before it
        "batch_day",  # a parameter of a run
        "batch_id",  # of a run's JSON and parameters
        "completed_runs",  # dead runs whose batches a run has finished
        "full",  # a parameter of a run
        "publish_mode",  # of the log, as the three after it
        "rows_staged",
        "rows_deleted",
        "rows_stale",
        "rollback",  # a parameter of a run
        "rolled_back",  # batches that a run has taken back
        "publishing",  # what became of the rows that a run built
        "quarantine_batch_id",  # of a quarantine table
        "since",  # a parameter of a run
        "snapshot",  # of a table in a database: what was read (decision 0111)
        "table",  # a parameter of a run
        "wait",  # a parameter of a run
        "watermarks",
        "all_endpoints",  # a parameter of a run
        "calls",  # figures of the calls to a source
        "consumed",  # what a run consumes, and whether it was ready
        "environment",  # of the log
        "handoff",  # a parameter of a run
        "kept",  # of a release: rows that are no rows of the table, by reason
        "notes",  # of a release: what to know about the released rows
        "held_back",  # tables that a run built and did not publish
        "published_versions",  # of the log
        "rule_values",  # of the log
        "content",  # of the log: which files a run published (decision 0091)
        "proven",  # of the log: what passed on them
        "publish_duration_seconds",  # of the log, as the next
        "table_age_seconds",  # of a run's JSON, too: how old its data is
        "addresses",  # of a run's JSON: where its tables are, and its page as the next
        "docs_url",
        "publish_seconds",  # of a run's JSON, as the next
        "last_success",
        "last_published",
        "muted",  # of a run's JSON: what nobody wants messages about, as the next
        "acknowledged",
        "trends",  # of a stage's digest: how it compares with the time before
    }
)
"""Keys that a later version may add to any object."""

CHANGED = frozenset({"endpoint_count", "endpoint_success_count"})
"""Columns that mean something else: they counted calls, and count probes (decision 0082)."""

TEXTS = frozenset(
    {
        "changes",  # of a changelog
        "error_message",  # of the log
        "error_reason",  # of a quarantine table
        "markdown",
        "mend",  # of doctor
        "message",
        "reason",  # of handoff
        "said",  # of doctor
        "summary",
        "text",
        "trouble",
        "warning_reason",
        "why",  # of notify test
    }
)
"""Keys of sentences for people: a later version may word them better, but not leave them out."""

PERMITTED = (
    # A primary key requires its columns; they need no `required: true` of their own.
    ("invalid/rules.contract.yaml", 8, 27),
    ("invalid/contradictions.contract.yaml", 22, 23),
    # Columns have any name that can be printed (decision 0118).
    ("invalid/names.contract.yaml", 10, 7),
)
"""File, line and column of problems that a later version of the language no longer has."""

_TIMINGS = re.compile(r"(^|_)(seconds|ms)$")
_VOLATILE = (
    (re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|\+\d{2}:?\d{2})?"), "TIME"),
    (re.compile(r"\d{8}_\d{6}_\d{6}"), "RUN"),
    (re.compile(r"\d{8}T\d{6}(\.\d+)?Z"), "TIME"),
    (re.compile(r"part-\d{5}-[0-9a-f-]{36}"), "PART"),
    (re.compile(r"\b[0-9a-f]{40}\b"), "COMMIT"),
    (re.compile(r"^[0-9a-f]{32}$"), "DIGEST"),
)
_DAY = re.compile(r"20\d{2}-?\d{2}-?\d{2}")

Outcome = dict[str, Any]


def steady(value: Any, key: str = "") -> Any:
    """Replace times, ids of runs, durations and text that holds JSON by what does not differ."""
    if isinstance(value, dict):
        return {steady(name): steady(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [steady(item, key) for item in value]
    if isinstance(value, float | int) and not isinstance(value, bool):
        return "DURATION" if _TIMINGS.search(key) else value
    if not isinstance(value, str):
        return value
    if value[:1] in ("{", "["):
        try:
            return {"as JSON": steady(json.loads(value), key)}
        except ValueError:
            pass
    if key in TEXTS:
        return "TEXT" if value else ""
    for pattern, word in _VOLATILE:
        value = pattern.sub(word, value)
    if key == "batch_id" and "RUN" in value:
        return "DAY"  # which it was; now it is the id of the run
    return _DAY.sub("DAY", value) if key in ("batch_id", "batch", "date") else value


_GROWING = ("driver.rules", "log.columns", "quarantine/source_config.columns", ".findings")
"""Places of lists to which a later version adds.

Kinds of changes in SARIF, columns of tables, and what `doctor` looks at: now the store, too.
"""


def _known(before: list[Any], now: list[Any]) -> tuple[Any, ...]:
    """Return what an earlier version had of a list that has grown."""
    ids = {*map(_name, before)}
    return tuple(item for item in now if _name(item) in ids)


def _name(item: Any) -> Any:
    return item.get("id", item.get("about")) if isinstance(item, dict) else item


def differences(before: Any, now: Any, place: str = "") -> Iterator[str]:
    """Yield each place at which an answer lacks something that it had, or has something else."""
    if isinstance(before, dict) and isinstance(now, dict):
        if before.keys() == {"at least"}:
            gone = [item for item in before["at least"] if item not in now["at least"]]
            yield from (f"{place}: {item!r} is gone" for item in gone)
            return
        for key in before.keys() - now.keys():
            yield f"{place}.{key} is gone"
        for key in now.keys() - before.keys() - ADDED:
            yield f"{place}.{key} is new"
        for key in before.keys() & now.keys() - CHANGED:
            yield from differences(before[key], now[key], f"{place}.{key}")
    elif place.endswith(_GROWING):
        yield from differences(dict(enumerate(before)), dict(enumerate(_known(before, now))), place)
    elif isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        # rows of a table were sorted by all that they had when they were recorded
        both = (_sorted(before), _sorted(now)) if place.endswith(".rows") else (before, now)
        for index, (old, new) in enumerate(zip(*both, strict=True)):
            yield from differences(old, new, f"{place}[{index}]")
    elif _differ(before, now):
        yield f"{place} was {before!r:.500}, is {now!r:.500}"


def _differ(before: Any, now: Any) -> bool:
    if before is None and without_added(now) is None:
        return False  # text that holds JSON, of added keys alone
    return before != now or isinstance(before, bool) != isinstance(now, bool)


def _sorted(rows: list[Any]) -> list[Any]:
    return sorted(rows, key=lambda row: json.dumps(without_added(row), sort_keys=True))


def without_added(answer: Any) -> Any:
    """Return an answer without the keys that a later version may add, so that rows sort alike."""
    if isinstance(answer, dict):
        kept = {name: item for name, item in answer.items() if name not in ADDED | CHANGED}
        found = {name: without_added(item) for name, item in kept.items()}
        return None if found == {"as JSON": {}} else found
    return [without_added(item) for item in answer] if isinstance(answer, list) else answer


def without_permitted(answer: Any) -> Any:
    """Return a recorded answer without the problems that lint no longer reports."""
    if isinstance(answer, dict):
        return {name: without_permitted(item) for name, item in answer.items()}
    if isinstance(answer, list):
        return [without_permitted(item) for item in answer if _place(item) not in PERMITTED]
    return answer


def _place(problem: Any) -> tuple[str, int, int] | None:
    """Return where a problem is, in the form of any of lint's formats."""
    if isinstance(problem, str):
        found = re.fullmatch(r"file=(.*),line=(\d+),col=(\d+)", problem)
        return (found[1], int(found[2]), int(found[3])) if found else None
    if isinstance(problem, dict) and {"file", "line", "column"} <= problem.keys():
        return problem["file"], problem["line"], problem["column"]
    if isinstance(problem, dict) and problem.get("locations"):
        at = problem["locations"][0]["physicalLocation"]
        region = at.get("region", {})
        uri = at["artifactLocation"]["uri"]
        return uri, region.get("startLine", 0), region.get("startColumn", 0)
    return None


def at_least(names: Any) -> Outcome:
    """Return names to which a later version may add."""
    return {"at least": sorted(set(names))}


def parsed(form: str, text: str) -> Any:
    """Return what a command printed in one of its machine-readable forms."""
    match form:
        case "text":
            return text
        case "json":
            return json.loads(text)
        case "yaml":  # a contract; its comments are sentences
            return json.loads(json.dumps(yaml.safe_load(text), default=str))
        case "github":  # level and words may change, places may not
            return sorted(re.findall(r"^::\w+ (.*?)(?:,title=.*?)?::", text, re.MULTILINE))
        case "junit":
            return _tree(ElementTree.fromstring(text))  # noqa: S314 - our own output
        case "help":
            usage = text.partition("\n\n")[0]
            options = re.findall(r"(?<![\w-])--?[a-z][a-z-]*", text.partition("\nexamples:")[0])
            choices = re.findall(r"\{([\w,-]+)\}", usage)
            # a list too long for the usage is given with its argument
            listed = re.findall(r": (\w+(?:,\s+\w+)+)", text.partition("\noptions:")[0])
            commands = re.findall(r"^  +([a-z]+)  ", text.partition("\noptions:")[0], re.MULTILINE)
            words = [*",".join(choices).split(","), *re.split(r",\s+", ", ".join(listed))]
            return at_least([*options, *words, *commands])
    raise ValueError(form)


def _tree(element: ElementTree.Element) -> Any:
    return [element.tag, dict(element.attrib), [_tree(child) for child in element]]
