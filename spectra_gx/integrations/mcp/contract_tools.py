"""Tools that read contracts, and look at proposed ones; no table is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.contract.excerpts import quote as quote_word
from spectra_gx.contract.rules.catalogue import kind_of
from spectra_gx.display import counted
from spectra_gx.errors import ContractError, UsageError
from spectra_gx.integrations.mcp.answers import (
    Change,
    ContractText,
    Difference,
    Guarantee,
    Latest,
    Match,
    Matches,
    Problem,
    Problems,
    RuleExplanation,
    RuleHistory,
    StageEntry,
    Stages,
    page_of,
    quote,
    quoted,
)
from spectra_gx.integrations.mcp.stored_results import StageResults, read_results
from spectra_gx.integrations.mcp.tool import (
    ContractYaml,
    Offset,
    RuleId,
    StageName,
    TableName,
    Words,
    tool,
)
from spectra_gx.report.page_text import rule_value, since_text
from spectra_gx.validation.severity_shares import share_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spectra_gx.contract.model import Place, Rule, StageContract, Table
    from spectra_gx.errors import Problem as LintProblem
    from spectra_gx.integrations.mcp.project_access import ProjectAccess
    from spectra_gx.project import Project

_STAGES = 20
_LINES = 250
_LONGEST_TEXT = 16_000
_MATCHES = 20
_PROBLEMS = 30
_CHANGES = 30


class ContractTools:
    """Finds, reads and explains contracts."""

    def __init__(self, access: ProjectAccess) -> None:
        """Take the project."""
        self._access = access

    @tool("List stages")
    def list_stages(self, offset: Offset = 0) -> Stages:
        """List the stages of the project: their contracts, tables, owners and latest results."""
        stages = self._access.stages
        names, following = page_of(stages, offset, _STAGES)
        project = self._access.open()
        entries = [self._entry(name, project) for name in names]
        red = sum(entry.latest is not None and not entry.latest.success for entry in entries)
        return Stages(
            summary=f"{counted(len(stages), 'stage')}; of those listed, {red} did not pass last",
            total=len(stages),
            next_offset=following,
            stages=entries,
        )

    @tool("Read a contract")
    def read_contract(
        self, stage: StageName, table: TableName | None = None, offset: Offset = 0
    ) -> ContractText:
        """Read a contract as it is written, or only one of its tables; long ones page by page."""
        _, contract = self._access.open_stage(stage)
        lines = self._access.contract_lines(contract)
        first, last = (0, len(lines)) if table is None else _lines_of(contract, table, len(lines))
        part, following = page_of(lines[first:last], offset, _LINES)
        return ContractText(
            summary=f"contract of `{stage}`, {counted(last - first, 'line')}",
            total=last - first,
            next_offset=following,
            stage=stage,
            file=contract.file or "",
            version=contract.version,
            first_line=first + offset + 1,
            contract=quoted("contract", "\n".join(part), _LONGEST_TEXT),
        )

    @tool("Search contracts")
    def search_contracts(self, query: Words, offset: Offset = 0) -> Matches:
        """Find tables and columns by words in their names, types, descriptions or tags."""
        words = query.casefold().split()
        if not words:
            raise UsageError("the query has no word; name a column, a table or a tag")
        found = [
            match
            for contract in self._access.valid_contracts(self._access.open())
            for match, text in _searchable(contract)
            if all(word in text.casefold() for word in words)
        ]
        matches, following = page_of(found, offset, _MATCHES)
        return Matches(
            summary=f"{len(found):,} found in contracts",
            total=len(found),
            next_offset=following,
            matches=matches,
        )

    @tool("Explain a rule")
    def explain_rule(self, rule: RuleId) -> RuleExplanation:
        """Explain what a rule means: its promise, contract line, owner, runbook, latest result."""
        project = self._access.open()
        contract, found = self._access.find_rule(rule, project)
        results = read_results(project.warehouse, contract.name)
        handoff = contract.handoff
        place = found.place
        return RuleExplanation(
            summary=f"a rule of kind `{found.kind}` in stage `{contract.name}`",
            rule=found.id,
            stage=contract.name,
            table=found.table,
            columns=list(found.columns),
            kind=found.kind,
            means=kind_of(found).purpose,
            description=quote("contract", found.description),
            value=quote("contract", rule_value(found)),
            conditions=quote("contract", "; ".join(_conditions(found))),
            severity=str(found.severity),
            gates=str(found.severity) == "critical",
            file=place.file if place else None,
            line=place.line if place else None,
            written=quote("contract", written_line(self._access.contract_lines(contract), place)),
            owner=quote("contract", contract.owner),
            contact=quote("contract", contract.contact),
            runbook=quote("contract", contract.runbook),
            proves=[
                Guarantee(id=one.id, says=quoted("contract", one.says))
                for one in contract.guarantees
                if found.id in one.proven_by
            ],
            needed_by=handoff.to if handoff and found.id in handoff.requires else None,
            latest=_history(results, found),
        )

    @tool("Lint a proposed contract")
    def lint_contract(self, contract: ContractYaml) -> Problems:
        """Find everything wrong in a proposed contract, as if it were in the project."""
        result = self._access.open().lint_text(contract)
        shown = _problems(result.problems[:_PROBLEMS])
        return Problems(
            summary=f"problems: {len(result.problems):,}, notes: {len(result.notes):,}",
            total=len(result.problems),
            problems=shown,
            notes=_problems(result.notes[:_PROBLEMS]),
        )

    @tool("Diff a proposed contract")
    def diff_contract(
        self, stage: StageName, contract: ContractYaml, offset: Offset = 0
    ) -> Difference:
        """Say what a proposed contract would change: whom it hurts, the version it needs.

        Nothing is run on data: a person does that with `spectra-gx diff --replay`.
        """
        project, _ = self._access.open_stage(stage)
        review = project.diff_text(stage, contract)
        changes, following = page_of(list(review.ranked_changes), offset, _CHANGES)
        one = review.worst
        return Difference(
            summary=(
                f"{counted(len(review.changes), 'change')}: {review.verdict}, requires "
                f"{review.required}, declares {review.declared}"
            ),
            total=len(review.changes),
            next_offset=following,
            stage=stage,
            verdict=str(review.verdict),
            required_bump=str(review.required),
            declared_bump=str(review.declared),
            from_version=one.from_version if one else None,
            to_version=one.to_version if one else None,
            needed_version=one.needed_version if one else None,
            changes=[
                Change(
                    change=change.id,
                    path=change.path,
                    severity=str(change.severity),
                    direction=str(change.direction),
                    hurts=[str(party) for party in change.hurts],
                    blocks=change.blocks and change.waiver is None,
                    breaks=list(change.breaks),
                    line=change.place.line,
                    message=quoted("contract", change.message),
                )
                for change in changes
            ],
        )

    def _entry(self, stage: str, project: Project) -> StageEntry:
        latest = latest_of(read_results(project.warehouse, stage))
        try:
            contract = self._access.contract(stage, project)
        except ContractError as error:
            file = error.problems[0].file if error.problems else ""
            return StageEntry(stage=stage, file=file, problems=len(error.problems), latest=latest)
        return StageEntry(
            stage=stage,
            file=contract.file or "",
            version=contract.version,
            status=contract.status,
            owner=quote("contract", contract.owner),
            purpose=quote("contract", contract.purpose),
            tables=list(contract.table_names),
            rules=sum(1 for _ in contract.rules()),
            latest=latest,
        )


def latest_of(results: StageResults) -> Latest | None:
    """Return how the newest run of a stage ended."""
    now = results.now
    if now is None:
        return None
    return Latest(
        execution_id=now["id"],
        at=now["at"],
        verdict=now["verdict"],
        success=now["success"],
        since=results.since or None,
    )


def written_line(lines: Sequence[str], place: Place | None) -> str | None:
    """Return the line of a contract that something is written on."""
    return lines[place.line - 1].strip() if place and place.line <= len(lines) else None


def find_table(contract: StageContract, name: str) -> Table:
    """Return a table of a contract.

    Raises:
        UsageError: It declares none of that name.
    """
    table = contract.table(name)
    if table is None:
        declared = ", ".join(contract.table_names) or "none"
        raise UsageError(
            f"stage `{contract.name}` has no table {quote_word(name)}; it has {declared}"
        )
    return table


def _lines_of(contract: StageContract, name: str, end: int) -> tuple[int, int]:
    """Return from which line, counted from 0, to which a table is written."""
    table = find_table(contract, name)
    if table.place is None:
        return 0, end
    first = table.place.line - 1
    later = [one.place.line - 1 for one in contract.tables if one.place]
    return first, min((line for line in later if line > first), default=end)


def _searchable(contract: StageContract) -> Iterator[tuple[Match, str]]:
    """Yield every table and column, with the words that it is found by."""
    for table in contract.tables:
        described = quote("contract", table.description)
        yield (
            Match(
                stage=contract.name,
                table=table.name,
                description=described,
                file=contract.file or "",
                line=table.place.line if table.place else None,
            ),
            " ".join([table.name, table.description or "", *table.tags]),
        )
        for column in table.columns:
            place = column.place
            match = Match(
                stage=contract.name,
                table=table.name,
                column=column.name,
                type=column.type,
                classification=column.classification,
                description=quote("contract", column.description),
                file=contract.file or "",
                line=place.line if place else None,
            )
            words = [table.name, column.name, column.type, column.description or ""]
            yield match, " ".join([*words, column.classification or "", *column.tags])


def _conditions(rule: Rule) -> list[str]:
    """Return the conditions of a rule: which rows it is about, and how many may break it."""
    found = [] if rule.where is None else [f"where {rule.where}"]
    if rule.mostly != 1:
        found.append(f"at least {rule.mostly:.10g} of the rows")
    return found + [f"{level} above {share_text(share)} failing" for level, share in rule.shares]


def _history(results: StageResults, rule: Rule) -> RuleHistory | None:
    known = results.rule_state(rule.id)
    if known is None:
        return None
    state = known["since"]
    return RuleHistory(
        status=state["state"],
        since=since_text(state, state["state"]),
        runs=state["runs"],
        recent=known["outcomes"][-10:],
    )


def _problems(found: Sequence[LintProblem]) -> list[Problem]:
    return [
        Problem(
            file=one.file,
            line=one.line,
            column=one.column,
            message=quoted("contract", one.message),
        )
        for one in found
    ]
