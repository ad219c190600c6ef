"""A GX checkpoint that runs once and is never stored.

What GX guards against when a project is opened, that somebody else changed what is stored, cannot
happen to what was made a moment ago and only ever exists in memory. So nothing is stored, and
nothing is read back to be compared. While such a checkpoint runs, GX's expectations and their
configurations, which it makes from each other again and again, are made once each.

All of it applies to these objects and this thread alone; a project that is opened in GX is GX's.
"""

from __future__ import annotations

from contextlib import contextmanager
from operator import is_
from threading import Lock, get_ident, local
from typing import TYPE_CHECKING, Any

import great_expectations as gx
from great_expectations.core import ExpectationSuite
from great_expectations.core.freshness_diagnostics import (
    CheckpointFreshnessDiagnostics,
    ExpectationSuiteFreshnessDiagnostics,
    ValidationDefinitionFreshnessDiagnostics,
)
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from great_expectations.core.batch_definition import BatchDefinition


class _Nowhere:
    """Takes the place of GX's store of results."""

    cloud_mode = False

    def store_validation_results(self, **_: Any) -> None:
        """Store nothing: the run returns the results."""


class InMemorySuite(ExpectationSuite):
    """A suite that is in no store."""

    def is_fresh(self) -> ExpectationSuiteFreshnessDiagnostics:
        """Report it as fresh: nobody can have changed it."""
        return ExpectationSuiteFreshnessDiagnostics(errors=[])


class InMemoryDefinition(gx.ValidationDefinition):
    """A validation definition that is in no store."""

    def is_fresh(self) -> ValidationDefinitionFreshnessDiagnostics:
        """Report it as fresh: nobody can have changed it."""
        return ValidationDefinitionFreshnessDiagnostics(errors=[])

    @property
    def _validation_results_store(self) -> Any:
        return _Nowhere()


class InMemoryCheckpoint(gx.Checkpoint):
    """A checkpoint that is in no store."""

    def is_fresh(self) -> CheckpointFreshnessDiagnostics:
        """Report it as fresh: nobody can have changed it."""
        return CheckpointFreshnessDiagnostics(errors=[])


def in_memory_checkpoint(
    batch_definition: BatchDefinition[Any],
    suite: Mapping[str, Any],
    definition: Mapping[str, Any],
    checkpoint: Mapping[str, Any],
) -> InMemoryCheckpoint:
    """Return a checkpoint that can be run."""
    return InMemoryCheckpoint(
        id=checkpoint["id"],
        name=checkpoint["name"],
        actions=checkpoint["actions"],
        result_format=checkpoint["result_format"],
        validation_definitions=[
            InMemoryDefinition(
                id=definition["id"],
                name=definition["name"],
                data=batch_definition,
                suite=InMemorySuite(**suite),
            )
        ],
    )


_configuration: Any = Expectation.__dict__["configuration"]
_to_domain_obj = ExpectationConfiguration.to_domain_obj
_here = local()
_lock = Lock()
_within: list[int] = []
"""Threads that remember; the last one to end puts back what is GX's."""


@contextmanager
def memoized_expectations() -> Iterator[None]:
    """Let GX make the configuration of an expectation, and an expectation of that, once each.

    Whatever was changed meanwhile is created again. Threads outside follow GX's own way,
    and remember nothing of each other's.
    """
    _here.configured = _Once(_configuration.fget, _state_of_expectation, _state_of_configuration)
    _here.built = _Once(_to_domain_obj, _state_of_configuration, _state_of_expectation)
    with _lock:
        _within.append(get_ident())
        Expectation.configuration = property(_remembered)  # type: ignore[assignment,method-assign]
        ExpectationConfiguration.to_domain_obj = _rebuilt  # type: ignore[assignment,method-assign]
    try:
        yield
    finally:
        with _lock:
            _within.remove(get_ident())
            if not _within:
                Expectation.configuration = _configuration  # type: ignore[method-assign]
                ExpectationConfiguration.to_domain_obj = _to_domain_obj  # type: ignore[method-assign]
        del _here.configured, _here.built


def _remembered(expectation: Expectation) -> Any:
    return getattr(_here, "configured", _configuration.fget)(expectation)


def _rebuilt(configuration: ExpectationConfiguration) -> Any:
    return getattr(_here, "built", _to_domain_obj)(configuration)


class _Once:
    """Makes one thing of another once, as long as neither is changed."""

    def __init__(
        self,
        make: Callable[[Any], Any],
        state: Callable[[Any], tuple[Any, ...]],
        state_of_made: Callable[[Any], tuple[Any, ...]],
    ) -> None:
        self._make = make
        self._state = state
        self._state_of_made = state_of_made
        self._known: dict[int, tuple[Any, tuple[Any, ...], Any, tuple[Any, ...]]] = {}
        """By identity, and kept so that no other object gets the same."""

    def __call__(self, source: Any) -> Any:
        state = self._state(source)
        known = self._known.get(id(source))
        if known is not None:
            _, before, made, then = known
            if _same(before, state) and _same(then, self._state_of_made(made)):
                return made
        made = self._make(source)
        self._known[id(source)] = (source, state, made, self._state_of_made(made))
        return made


def _state_of_expectation(expectation: Expectation) -> tuple[Any, ...]:
    return tuple(expectation.__dict__.values())


def _state_of_configuration(configuration: ExpectationConfiguration) -> tuple[Any, ...]:
    return (*configuration.__dict__.values(), *configuration.kwargs, *configuration.kwargs.values())


def _same(some: tuple[Any, ...], others: tuple[Any, ...]) -> bool:
    return len(some) == len(others) and all(map(is_, some, others))
