"""How an endpoint may be probed, if at all."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Mapping

_PLACEHOLDER = re.compile(r"\{([^{}?&/]+)\}")
_QUERY_TEMPLATE = re.compile(r"\{[?&][^}]*\}")
_STEP = re.compile(r"([^.\[\]]+)|\[([0-9]+)\]")


class ProbeClass(StrEnum):
    """What it takes to probe an endpoint."""

    PLAIN = "plain"
    WITH_IDS = "with_ids"
    """Ids that the walk found."""

    NEEDS_QUERY = "needs_query"
    UNKNOWN_IDS = "unknown_ids"
    EXCLUDED = "excluded"


SKIP_REASONS: Mapping[ProbeClass, str] = {
    ProbeClass.NEEDS_QUERY: "needs a query whose values are not known",
    ProbeClass.UNKNOWN_IDS: "needs an id that no walk finds",
    ProbeClass.EXCLUDED: "never probed",
}
"""Why an endpoint of these classes is not probed."""


@dataclass(frozen=True)
class ProbeRequest:
    """A request that probes one endpoint; always a GET."""

    path: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ProbeRule:
    """How one endpoint may be probed.

    Values of `ids` and `query` are texts with placeholders for what the walk found:
    `{project.id}`, `{project.versions[0].id}`.
    """

    probe_class: ProbeClass
    reason: str | None = None
    """Why it is never probed, where that is known."""

    ids: Mapping[str, str] = field(default_factory=dict)
    """Placeholder of the path → its value."""

    query: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read a rule as a catalogue's file has it: `class`, and perhaps the other fields."""
        fields = {name: value for name, value in stored.items() if name != "class"}
        return cls(ProbeClass(stored["class"]), **fields)

    @property
    def is_probed(self) -> bool:
        """Whether a run may probe the endpoint at all."""
        return self.probe_class in (ProbeClass.PLAIN, ProbeClass.WITH_IDS)

    @property
    def skip_reason(self) -> str:
        """Return why a run may not probe the endpoint."""
        return self.reason or SKIP_REASONS[self.probe_class]

    def request(self, full_path: str, found: Mapping[str, Any]) -> ProbeRequest | str:
        """Return the request that probes the endpoint, or the name of an id that was not found.

        Args:
            full_path: As the catalogue has it; templates of queries (`{?offset}`) are left out.
            found: Level of the source's hierarchy → the row that the walk found there.
        """
        path = _path(full_path)
        texts = [*self.ids.values(), *self.query.values()]
        needed = {name: _look_up(name, found) for text in texts for name in _names(text)}
        missing = [name for name, value in needed.items() if value is None]
        missing += [name for name in _names(path) if name not in self.ids]
        if missing:
            return missing[0]
        ids = {name: quote(_fill(text, needed), safe="") for name, text in self.ids.items()}
        query = {name: _fill(text, needed) for name, text in self.query.items()}
        return ProbeRequest(_fill(path, ids), query)


def matches(full_path: str, path: str) -> bool:
    """Return whether a requested path is one of a catalogue's, such as `/project/{id}{?isLite}`."""
    parts = _PLACEHOLDER.split(_path(full_path))
    pattern = "[^/]+".join(re.escape(literal) for literal in parts[::2])
    return re.fullmatch(pattern, path) is not None


UNKNOWN = ProbeRule(ProbeClass.EXCLUDED, "how to probe it is not known")
"""The rule of an endpoint that declares none."""


def _path(full_path: str) -> str:
    """Return a path of a catalogue without its query."""
    return _QUERY_TEMPLATE.sub("", full_path).partition("?")[0]


def _names(text: str) -> list[str]:
    return [match[1] for match in _PLACEHOLDER.finditer(text)]


def _fill(text: str, values: Mapping[str, str | None]) -> str:
    return _PLACEHOLDER.sub(lambda match: str(values[match[1]]), text)


def _look_up(name: str, found: Any) -> str | None:
    """Return the id at a place such as `project.versions[0].id`; None where there is none."""
    here = found
    for key, index in _STEP.findall(name):
        try:
            here = here[key] if key else here[int(index)]
        except (KeyError, IndexError, TypeError):
            return None
    return str(here) if isinstance(here, (str, int)) and here != "" else None
