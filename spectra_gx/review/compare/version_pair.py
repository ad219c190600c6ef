"""The two versions of a contract that are compared, and the changes between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spectra_gx.contract.model import Place, Rule, StageContract
from spectra_gx.contract.yaml.node_lookup import rule_node
from spectra_gx.contract.yaml.nodes import TOP, ListNode, MapNode, Node
from spectra_gx.review.change import Change, Direction
from spectra_gx.review.change_kinds import CHANGES, HURTS, SEVERITIES
from spectra_gx.review.value_formatting import one_line

if TYPE_CHECKING:
    from spectra_gx.contract.problems import Placed


@dataclass(frozen=True)
class ContractVersion:
    """One version of a contract with the YAML nodes of its file, if it has one."""

    contract: StageContract
    root: Node | None = None

    def key(self, *path: str | int) -> Place | None:
        """Return the place of the last key or item of a path; None when it does not exist."""
        node: Node | None = self.root
        at: Node | None = None
        for step in path:
            if isinstance(node, MapNode) and step in node.entries:
                at, node = node.entries[str(step)]
            elif isinstance(node, ListNode) and isinstance(step, int) and step < len(node.items):
                at = node = node.items[step]
            else:
                return None
        return None if at is None else self._place(at)

    def option(self, rule: Rule, key: str) -> Place:
        """Return the place of an option of a rule, or of the rule when it has none."""
        if self.root is None or key == rule.kind:
            return rule.place or self._place(TOP)
        rule_itself = rule_node(self.root, rule, rule.kind)
        part = rule_node(self.root, rule, key)
        return rule.place or self._place(TOP) if part is rule_itself else self._place(part)

    def first_place(self, *places: Place | None) -> Place:
        """Return the first place that is known, or the top of the file."""
        return next((place for place in places if place is not None), self._place(TOP))

    def _place(self, at: Placed) -> Place:
        return Place(self.contract.file or self.contract.name, at.line, at.column)


@dataclass(frozen=True)
class VersionPair:
    """The old version and the new one."""

    old: ContractVersion
    new: ContractVersion

    def change(
        self,
        kind: str,
        path: str,
        message: str,
        place: Place,
        *,
        direction: Direction | None = None,
        table: str | None = None,
        columns: tuple[str, ...] = (),
        rule: str | None = None,
        blocks: bool = False,
    ) -> Change:
        """Return a change of a kind; another direction brings its own severity and parties."""
        known = CHANGES[kind]
        default = direction in (None, known.direction)
        way = known.direction if direction is None else direction
        return Change(
            id=kind,
            path=one_line(path),
            message=message,
            direction=way,
            hurts=known.hurts if default else HURTS[way],
            severity=known.severity if default else SEVERITIES[way],
            place=place,
            stage=self.new.contract.name,
            table=table,
            columns=columns,
            rule=rule,
            blocks=blocks,
        )
