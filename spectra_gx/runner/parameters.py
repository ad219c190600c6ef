"""The parameters of a run: what each means, and which of them exclude each other."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from spectra_gx.errors import UsageError
from spectra_gx.runner import argument_checks
from spectra_gx.warehouse.warehouse import LOCK_WAIT

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from datetime import date

_FLAGS = {
    "bootstrap": "bootstrap",
    "rebuild": "rebuild",
    "preview": "preview",
    "publish_anyway": "publish-anyway",
    "full": "full",
    "since": "since",
    "batch_id": "batch-id",
    "batch_day": "from",
    "project": "project-id",
    "table": "table",
    "all_endpoints": "all-endpoints",
}
"""Parameter → its option on the command line."""

_FOR_SOURCES = ("bootstrap", "project-id", "all-endpoints")
_FOR_CALLERS = ("sandbox", "fault", "sandbox-day")
_FOR_BATCHES = (
    "rebuild",
    "full",
    "since",
    "batch-id",
    "publish-anyway",
    "no-test",
    "table",
    "from",
)
_NOT_BY_DAY = ("full", "rebuild", "since", "table", "staged", "tables")
_FOR_BUILDERS = (*_FOR_BATCHES, *_FOR_SOURCES, *_FOR_CALLERS)
_NOT_IN_BACKFILL = (*_FOR_BUILDERS, "preview", "correlation-id", "no-handoff", "staged", "tables")


_CHECKS: Mapping[str, Callable[[str, object], object]] = {
    "batch_id": argument_checks.batch_id,
    "batch_day": argument_checks.day,
    "project": argument_checks.id_or_key,
    "rollback": argument_checks.batch_id,
    "wait": argument_checks.seconds,
}
"""Parameter that is neither a flag nor a name → what checks it."""


@dataclass(frozen=True)
class RunParameters:
    """Parameters of a run; the defaults are a pipeline's."""

    bootstrap: bool = False
    """Rebuild the endpoint catalogue; a missing one is always built."""

    test: bool = True
    """Check every declared table; without it, only those that this run built."""

    rebuild: bool = False
    """Replace the stage's tables whole, schema changes included."""

    preview: bool = False
    """Build and check in staging, publish nothing."""

    publish_anyway: bool = False
    """Publish although the contract failed; the run is Failed all the same."""

    handoff: bool = True
    """Refuse to begin while a stage that is consumed is not ready."""

    backfill: bool = False
    """Check every stored version of the stage's tables instead of building new ones."""

    release: str | None = None
    """The run whose quarantined rows are released; such a run builds nothing."""

    rollback: str | None = None
    """The batch that is taken back; such a run builds nothing."""

    project: int | str | None = None
    """Project of the source system down which one path is walked: its id or key."""

    table: str | None = None
    """The one table to build, with all that need it."""

    all_endpoints: bool = False
    """Probe all endpoints of the source that may be probed, not only those that are due."""

    debug: bool = False

    full: bool = False
    """Build every table from the beginning and replace it whole, without its watermark."""

    batch_id: str | None = None
    """What the run adds, by which it is known again; None for its execution id."""

    batch_day: date | None = None
    """The day to build the `replace_where` tables of, and nothing else; None for a run of all."""

    since: str | None = None
    """Where the tables with a watermark begin, in place of their own."""

    wait: float = LOCK_WAIT
    """Seconds to wait for another run of the stage."""

    @property
    def is_current(self) -> bool:
        """Return whether the run is about the published tables as they are, or will be, now."""
        return not (self.preview or self.backfill)

    @property
    def renews(self) -> bool:
        """Return whether tables that are added to are built from the beginning."""
        return self.full or self.rebuild

    def __post_init__(self) -> None:
        """Refuse values of another type: they would be recorded, and decide, in surprising ways.

        Raises:
            UsageError: A value does not fit.
        """
        for field in fields(self):
            value = getattr(self, field.name)
            if field.type == "bool":
                checked: object = argument_checks.flag(field.name, value)
            elif value is None:
                continue
            else:
                checked = _CHECKS.get(field.name, argument_checks.name)(field.name, value)
            object.__setattr__(self, field.name, checked)

    @property
    def operation(self) -> str:
        """Return the word for what the run does to the stage's tables."""
        for word in ("release", "rollback", "backfill", "preview", "rebuild", "bootstrap"):
            if getattr(self, word):
                return word
        return "refresh"

    def refuse_idle(
        self,
        stage: str,
        *,
        built: bool,
        reads_source: bool,
        calls_source: bool,
        options: Collection[str],
    ) -> None:
        """Refuse options without effect on a run of a stage: somebody expects one.

        Args:
            stage: The stage.
            built: Whether something builds its tables.
            reads_source: Whether a source system does.
            calls_source: Whether that, or a builder of the project, can call a source system.
            options: What else was given, as the command line calls it.

        Raises:
            UsageError: Something has none; names it.
        """
        given = [*(flag for name, flag in _FLAGS.items() if getattr(self, name)), *options]
        given += [] if self.test else ["no-test"]
        given += [] if self.handoff else ["no-handoff"]
        if self.backfill:
            _refuse(given, _NOT_IN_BACKFILL, "in a backfill, which checks stored versions again")
        if not built:
            where = f"for stage `{stage}`, which reads no source and whose tables nothing builds"
            _refuse(given, _FOR_BUILDERS, where)
        if not reads_source:
            _refuse(given, _FOR_SOURCES, f"for stage `{stage}`, which no source builds")
        if not calls_source:
            _refuse(given, _FOR_CALLERS, f"for stage `{stage}`, which reads no source")
        if self.renews:
            _refuse(given, ("since",), "where every table is built from the beginning")
        if self.batch_day is not None:
            _refuse(given, _NOT_BY_DAY, "in a run of one day, which builds that day's rows")
        if self.preview:
            _refuse(given, ("publish-anyway",), "in a preview, which publishes nothing")

    def fitted(self, *, built: bool, reads_source: bool, consumes: bool) -> RunParameters:
        """Return the parameters with the defaults of those without effect on a run of a stage.

        Args:
            built: Whether something builds its tables.
            reads_source: Whether a source system does.
            consumes: Whether it consumes another stage.
        """
        idle = {
            *(() if built else _FOR_BUILDERS),
            *(() if reads_source else _FOR_SOURCES),
            *(() if consumes else ("no-handoff",)),
        }
        options = {field.name: self.option(field.name)[2:] for field in fields(self)}
        defaults = RunParameters()
        changed = {name: getattr(defaults, name) for name in options if options[name] in idle}
        return replace(self, **changed)

    @staticmethod
    def option(name: str) -> str:
        """Return the option of the command line that sets a parameter."""
        return f"--{_FLAGS.get(name, f'no-{name}')}"

    def as_record(self) -> dict[str, Any]:
        """Return the parameters as the log keeps them."""
        day = None if self.batch_day is None else self.batch_day.isoformat()
        return {**asdict(self), "batch_day": day, "operation": self.operation}


def _refuse(given: Sequence[str], idle: Collection[str], where: str) -> None:
    for option in given:
        if option in idle:
            raise UsageError(f"`--{option}` does nothing {where}; leave `--{option}` out")
