"""Every error this package raises, and the exit code each one ends a command with.

SpectraError                     3  could not be run
├── ConfigurationError           3  a setting is missing or cannot be used
├── ContractError                2  the contract is invalid; carries every problem with its place
├── UsageError                   2  the command line is invalid
│   └── OutOfOrderError          2  a step of a run was called out of turn
├── ValidationError              1  the data broke the contract
├── AuthenticationError          3  the source answered 401
├── AuthorizationError           3  the source answered 403
├── NotFoundError                3  the source answered 404
├── ExternalServiceError         3  the source failed in any other way
├── WarehouseError               3  a table could not be read or written
│   ├── TableNotFoundError       3  no table stands at that place
│   ├── FileError                3  a file of a table cannot be read as it stands
│   ├── SchemaMismatchError      3  a write would change a table's schema
│   └── ActivityLogError         3  the run could not be recorded
├── EngineError                  3  a rule could not be evaluated
│   ├── OverBudgetError          3  a query was given up
│   ├── OutOfMemoryError         3  a query needs more memory than it may use
│   ├── DiskFullError            3  what memory cannot hold does not fit on the disk
│   ├── QueryFailedError         3  the engine could not answer a query
│   ├── RefusedSqlError          3  SQL of a contract is refused
│   └── TableUnreadableError     3  a table that a rule reads could not be pinned
├── NotebookError                3  the notebook's own code stopped the run, or left a step out
└── RunInterruptedError          3  somebody interrupted the run
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def storable(text: str) -> str:
    """Return a text that every reader takes: lone surrogates and NUL become escapes.

    The names of files and of environment variables may hold the former.
    """
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")


@dataclass(frozen=True)
class Problem:
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
    """The line it stands on; None where there is none, or where it must not be shown."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class SpectraError(Exception):
    """Something that stops a run, told so that a person can mend it."""

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


class ConfigurationError(SpectraError):
    """A setting is missing or cannot be used."""

    category = "configuration"


class ContractError(SpectraError):
    """A contract is invalid; `problems` holds every one of them, in file order."""

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
    """The data broke the contract."""

    exit_code = 1
    category = "validation"


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


class TableNotFoundError(WarehouseError):
    """No table stands at that place."""

    category = "table_not_found"


class FileError(WarehouseError):
    """A file of a table cannot be read as it stands; names the file and quotes nothing of it."""

    category = "file"


class SchemaMismatchError(WarehouseError):
    """A write would change a table's schema."""

    category = "schema_mismatch"


class ActivityLogError(WarehouseError):
    """The run could not be recorded; nothing was stored."""

    category = "activity_log"


class EngineError(SpectraError):
    """A rule could not be evaluated; `cause` says of which kind the reason is."""

    category = "engine"
    cause: ClassVar[str] = "engine-refused"


class OverBudgetError(EngineError):
    """A query was given up; run again, it would be given up again."""

    cause = "budget"


class OutOfMemoryError(EngineError):
    """A query needs more memory than it may use."""

    cause = "memory"


class DiskFullError(EngineError):
    """What memory cannot hold does not fit on the disk either."""

    cause = "disk"


class QueryFailedError(EngineError):
    """The engine could not answer a query over values such as these."""

    cause = "query-failed"


class RefusedSqlError(EngineError):
    """SQL of a contract is not proven to be what it may be."""

    cause = "sql-refused"


class TableUnreadableError(EngineError):
    """A table that a rule reads could not be pinned."""

    cause = "table-unreadable"


class NotebookError(SpectraError):
    """The notebook's own code stopped the run, or left a step out."""

    category = "notebook"


class RunInterruptedError(SpectraError):
    """Somebody interrupted the run: Ctrl-C, or a pipeline that cancels it."""

    category = "interrupted"
