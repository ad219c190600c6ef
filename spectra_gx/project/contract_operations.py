"""What can be done with a project's contracts alone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from spectra_gx.contract.linting import LintResult, lint_named, lint_proposed
from spectra_gx.project.builders import find_stage_builders, lint_all
from spectra_gx.project.workspace import Workspace, declared_contracts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from spectra_gx.review.git.github_event import Event
    from spectra_gx.review.project_review import ProjectReview
    from spectra_gx.review.review_result import Review


@dataclass(frozen=True)
class ContractOperations(Workspace):
    """Linting, formatting, compiling and reviewing contracts."""

    def lint(self, named: Sequence[str] = ()) -> LintResult:
        """Return every problem of these contracts, or of all, and notes on what is allowed.

        Raises:
            UsageError: There is none of that name.
        """
        if not named:
            return lint_all(self.root)
        return lint_named(named, self.root, partial(find_stage_builders, self.root))

    def lint_text(self, text: str) -> LintResult:
        """Return every problem of a contract that is in no file, and notes on what is allowed.

        It is read as if it were in the project, in place of the contract of its stage; problems
        call it `proposed.contract.yaml`.
        """
        source = text.encode(errors="surrogatepass")
        return lint_proposed(source, self.root, partial(find_stage_builders, self.root))

    def init(
        self, tables: Sequence[str], *, stage: str | None = None, credentials: str | None = None
    ) -> str:
        """Return the text of a contract that these tables pass; nothing is written.

        Args:
            tables: Each `schema.table` of the warehouse, a Delta or Iceberg folder, Parquet, CSV or
                JSON lines files, or a folder of any of these; folders and files by their paths, or
                by their addresses in an object store.
            stage: The contract's stage; without it the schema of the first table that has one.
            credentials: The name of what opens addresses outside of the warehouse.

        Raises:
            ContractError: A contract cannot express something about them, such as a column's name.
            ConfigurationError: There is no such credential, or it is for another kind of store.
            UsageError: One is named twice, or contains a type that a contract cannot name.
            WarehouseError: One does not exist, or cannot be read.
        """
        from spectra_gx.profile.profiler import profile
        from spectra_gx.warehouse.sensitivity import Classifications

        known = Classifications(declared_contracts(self).values(), self.warehouse.address)
        return profile(tables, self.warehouse, stage, known, credentials)

    def fmt(self, named: Sequence[str] = (), *, write: bool = True) -> Sequence[str]:
        """Rewrite these contract files, or all, in canonical form; return those that were not.

        Raises:
            ContractError: Some cannot be parsed; none was changed.
            UsageError: There is none of that name.
        """
        from spectra_gx.contract.formatting import format_files

        return format_files(named, self.root, write=write)

    def compile(self) -> Sequence[str]:
        """Bring the GX artefacts up to date; return the paths that changed."""
        from spectra_gx.compiler.artefacts import compile_project, write_artefacts

        return write_artefacts(compile_project(self.contracts.values()), self.root)

    def stale(self) -> Sequence[str]:
        """Return the paths of GX artefacts that `compile` would change."""
        from spectra_gx.compiler.artefacts import compile_project, stale_artefacts

        return stale_artefacts(compile_project(self.contracts.values()), self.root)

    # -- changes of contracts ----------------------------------------------------------------------

    def diff(
        self,
        paths: Sequence[str] = (),
        *,
        against: str | None = None,
        fix: bool = False,
        replay: int = 0,
    ) -> Review:
        """Return what changed in contracts, what it breaks, and the version it needs.

        Args:
            paths: Files, folders or stages to look at, all without any; two YAML files, when
                `against` is not given, are compared with each other.
            against: The commit to compare the work tree with; the merge base with the default
                branch without it.
            fix: Whether to write the versions that are needed, with changelog entries.
            replay: On how many stored versions of each table the changed rules are checked.

        Raises:
            ContractError: A contract that is compared is invalid.
            UsageError: There is no such commit or path, no repository, or the policy is wrong.
            WarehouseError: An activity log cannot be read.
        """
        from spectra_gx.project.reviews import diff_contracts

        return diff_contracts(self, paths, against=against, fix=fix, replay=replay)

    def diff_text(self, named: str, text: str) -> Review:
        """Return what changes if this text were a contract's: what it breaks, the version it needs.

        Args:
            named: A stage's name, or a contract file.
            text: The contract as it would be.

        Raises:
            ContractError: One of the two is invalid.
            UsageError: There is no such contract, or the policy is wrong.
        """
        from spectra_gx.project.reviews import diff_text

        return diff_text(self, named, text)

    def event(self, file: str | Path | None = None) -> Event | None:
        """Return what a CI job runs for, as GitHub or GitLab describe it; None outside of a job.

        Args:
            file: GitHub's file about its event; that of the job without it.

        Raises:
            UsageError: It cannot be read, or is not such a file.
        """
        from spectra_gx.project.reviews import read_ci_event

        return read_ci_event(file)

    def review(
        self, event: Event | None = None, *, against: str | None = None, replay: int = 0
    ) -> ProjectReview:
        """Return what lint, `compile --check` and `diff` find in a pull request, in one.

        Args:
            event: What it is done for.
            against: The commit to compare with; without it that of the pull request, or else the
                merge base with the default branch.
            replay: On how many stored versions of each table the changed rules are checked; never
                where the event is of a fork.

        Raises:
            UsageError: There is no contract, no repository or no such commit.
            WarehouseError: An activity log cannot be read.
        """
        from spectra_gx.project.reviews import review_changes

        return review_changes(self, event, against=against, replay=replay)
