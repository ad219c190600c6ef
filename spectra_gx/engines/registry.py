"""Registry of engines; each is created on first use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.engines.datafusion.engine import DATAFUSION
from spectra_gx.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from spectra_gx.engines.session import Engine


def _spark(session: Any) -> Engine:
    from spectra_gx.engines.spark.engine import spark_engine  # noqa: PLC0415 - few runs need it

    return spark_engine(session)


_ENGINES: dict[str, Callable[[Any], Engine]] = {
    "datafusion": lambda _: DATAFUSION,
    "spark": _spark,
}
"""Name → from the caller's Spark session, if there is one, to the engine."""


def register_engine(name: str, engine: Engine) -> None:
    """Make an engine known under a name; one that is known already is replaced."""
    _ENGINES[name] = lambda _: engine


def engine_named(name: str, spark: Any = None) -> Engine:
    """Return the engine of a name.

    Without the caller's `spark` session, a local Spark is started.

    Raises:
        UsageError: There is no such engine, or pyspark is missing for it.
        ConfigurationError: Spark does not start.
    """
    if name not in _ENGINES:
        *others, last = (f"`{known}`" for known in _ENGINES)
        raise UsageError(f"there is no engine `{name}`; choose {', '.join(others)} or {last}")
    if spark is not None and name != "spark":
        raise UsageError('a Spark session was given, but not `engine="spark"`; give both')
    return _ENGINES[name](spark)
