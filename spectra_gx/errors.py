"""Every error this package raises, and the exit code each one ends a command with.

SpectraError                     3  could not be run
├── ConfigurationError           3  a setting is missing or cannot be used
├── ContractError                2  the contract is invalid; carries every problem with its place
├── UsageError                   2  the command line is invalid
│   └── OutOfOrderError          2  a step of a run was called out of turn
├── ValidationError              1  the data violates the contract
├── HandoffError                 1  a stage that is consumed is not ready
├── AuthenticationError          3  the source answered 401
├── AuthorizationError           3  the source answered 403
├── NotFoundError                3  the source answered 404
├── ExternalServiceError         3  the source failed in any other way
├── WarehouseError               3  a table could not be read or written
│   ├── TableNotFoundError       3  no table exists at that place
│   ├── FileError                3  a file of a table cannot be read
│   ├── DatabaseError            3  a database cannot be read
│   ├── SchemaMismatchError      3  a write would change a table's schema
│   ├── SnapshotChangedError     3  a table was replaced while it was read
│   ├── HeadMovedError           3  a table was changed after it was checked
│   └── ActivityLogError         3  the run could not be recorded
├── EngineError                  3  a rule could not be evaluated
│   ├── OverBudgetError          3  a query was given up
│   ├── OutOfMemoryError         3  a query needs more memory than it may use
│   ├── DiskFullError            3  what exceeds memory does not fit on the disk
│   ├── QueryFailedError         3  the engine could not answer a query
│   ├── RefusedSqlError          3  SQL of a contract is refused
│   └── TableUnreadableError     3  a table that a rule reads could not be pinned
├── BuilderError                 3  what builds a table failed, or gave what cannot be stored
├── NotebookError                3  the notebook's own code stopped the run, or left a step out
└── RunInterruptedError          3  somebody interrupted the run
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from spectra_gx.causes import Cause
from spectra_gx.display import DisplayedResult

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def storable(text: str) -> str:
    """Return a text that every reader takes: lone surrogates and NUL become escapes.

    The names of files and of environment variables may contain the former.
    """
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")


@dataclass(frozen=True, repr=False)
class Problem(DisplayedResult):
    """One thing wrong in a file, and where."""

    file: str
    """Path as the person gave it, or relative to the project."""

    line: int
    """1 is the first line."""

    column: int
    """1 is the first character."""

    message: str
    """A sentence without a final full stop; names the thing, then the next step."""

    family: str = field(default="form", compare=False)
    """What sort of problem it is, for machines: a key of `contract.report.FAMILIES`."""

    source: str | None = field(default=None, compare=False, repr=False)
    """The text of its line; None if there is none, or if it must not be shown."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON has it; the keys are stable."""
        place = {"file": self.file, "line": self.line, "column": self.column}
        return {**place, "rule": self.family, "message": self.message}

    def _headline(self) -> str:
        return str(self)


class SpectraError(Exception):
    """An error that stops a run, with a message that says how to fix it."""

    exit_code: ClassVar[int] = 3
    category: ClassVar[str] = "internal"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        context: Mapping[str, object] | None = None,
        retryable: bool = False,
        stage: str | None = None,
        source_system: str | None = None,
    ) -> None:
        """Keep the facts; never put a secret or a value from a sensitive column in any of them."""
        self.message = storable(message)
        super().__init__(self.message)
        self.code = code or self.category
        self.context = dict(context or {})
        self.retryable = retryable
        self.stage = stage
        self.source_system = source_system

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON has it; the keys are stable."""
        kind = {"type": type(self).__name__, "category": self.category, "code": self.code}
        return {**kind, "message": self.message, "retryable": self.retryable}


class ConfigurationError(SpectraError):
    """A setting is missing or cannot be used."""

    category = "configuration"


class ContractError(SpectraError):
    """A contract is invalid; `problems` contains every one of them, in file order."""

    exit_code = 2
    category = "contract"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class UsageError(SpectraError):
    """The command line is invalid."""

    exit_code = 2
    category = "usage"


class OutOfOrderError(UsageError):
    """A step was called before the one that it needs, twice, or after the run was recorded."""


class ValidationError(SpectraError):
    """The data violates the contract."""

    exit_code = 1
    category = "validation"


class HandoffError(SpectraError):
    """A stage that a run consumes is not ready; nothing was built."""

    exit_code = 1
    category = "handoff"


class AuthenticationError(SpectraError):
    """The source answered 401: the token is wrong or has expired."""

    category = "authentication"


class AuthorizationError(SpectraError):
    """The source answered 403: the token may not do this."""

    category = "authorization"


class NotFoundError(SpectraError):
    """The source answered 404: what was asked for does not exist."""

    category = "not_found"


class ExternalServiceError(SpectraError):
    """The source could not be reached, timed out, or answered something unusable."""

    category = "external_service"


class WarehouseError(SpectraError):
    """A table could not be read or written."""

    category = "warehouse"
    cause = Cause.TABLE_UNREADABLE
    """Why rules about the table are errored."""


class TableNotFoundError(WarehouseError):
    """No table exists at that place."""

    category = "table_not_found"
    cause = Cause.TABLE_MISSING


class FileError(WarehouseError):
    """A file of a table cannot be read; the message names the file and quotes nothing of it."""

    category = "file"
    cause = Cause.FILE_UNREADABLE


class DatabaseError(WarehouseError):
    """A database cannot be read; the message quotes nothing of it."""

    category = "database"


class SchemaMismatchError(WarehouseError):
    """A write would change a table's schema."""

    category = "schema_mismatch"


class SnapshotChangedError(WarehouseError):
    """A table was replaced while it was read."""

    cause = Cause.SNAPSHOT_CHANGED


class HeadMovedError(WarehouseError):
    """A table was changed after it was checked and before it was published: check it again."""

    category = "head_moved"


class ActivityLogError(WarehouseError):
    """The run could not be recorded; nothing was stored."""

    category = "activity_log"
    cause = Cause.HISTORY_UNREADABLE


class EngineError(SpectraError):
    """A rule could not be evaluated; `cause` says of which kind the reason is."""

    category = "engine"
    cause = Cause.UNSUPPORTED

    def __init__(self, message: str, cause: Cause | None = None) -> None:
        super().__init__(message)
        self.cause = cause or self.cause


class OverBudgetError(EngineError):
    """A query was given up; run again, it would be given up again."""

    cause = Cause.OVER_BUDGET


class OutOfMemoryError(EngineError):
    """A query needs more memory than it may use."""

    cause = Cause.OUT_OF_MEMORY


class DiskFullError(EngineError):
    """What exceeds memory does not fit on the disk either."""

    cause = Cause.DISK_FULL


class QueryFailedError(EngineError):
    """The engine could not answer a query over values such as these."""

    cause = Cause.QUERY_FAILED


class RefusedSqlError(EngineError):
    """SQL of a contract is not proven to be what it may be."""

    cause = Cause.SQL_REFUSED


class TableUnreadableError(EngineError):
    """A table that a rule reads could not be pinned."""

    cause = Cause.TABLE_UNREADABLE


class BuilderError(SpectraError):
    """What builds a table failed, or gave what the table cannot store; nothing is published."""

    category = "builder"


class NotebookError(SpectraError):
    """The notebook's own code stopped the run, or left a step out."""

    category = "notebook"


class RunInterruptedError(SpectraError):
    """Somebody interrupted the run: Ctrl-C, or a pipeline that cancels it."""

    category = "interrupted"
