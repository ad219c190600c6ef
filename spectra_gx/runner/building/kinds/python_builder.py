"""Build a table by a function of `stages/<stage>.py`."""

from __future__ import annotations

import importlib.util
import logging
import sys
import traceback
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from spectra_gx.errors import BuilderError, EngineError, SpectraError, UsageError
from spectra_gx.runner.building.arrow_results import as_reader
from spectra_gx.runner.building.kinds.raised_messages import raised_message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from types import ModuleType

    from spectra_gx.runner.building.run import Run
    from spectra_gx.runner.calls import Call

logger = logging.getLogger(__name__)


class StageModule:
    """A module of builders, imported once per run, and only when one of them is called."""

    def __init__(self, path: Path, file: str, redact: Callable[[str], str]) -> None:
        """Take the file, what messages call it, and what hides secrets in these."""
        self._path = path
        self.file = file
        self._redact = redact
        self._module: ModuleType | None = None

    def function(self, name: str) -> Any:
        """Return a function of the module.

        Raises:
            BuilderError: The module cannot be imported.
        """
        if self._module is None:
            with self.blamed(f"`{self.file}` cannot be imported"):
                self._module = self._import()
        return getattr(self._module, name)

    def close(self) -> None:
        """Forget the module, and what it imported from its own folder."""
        folder = self._path.parent
        # Another thread may be importing: a copy is taken at once, where a loop is not. The names
        # of a module are looked up, for its attributes may be ones that are loaded when read.
        for name, module in sys.modules.copy().items():
            file = getattr(module, "__dict__", {}).get("__file__")
            if file is not None and Path(file).is_relative_to(folder):
                sys.modules.pop(name, None)
        self._module = None

    def _import(self) -> ModuleType:
        name = f"spectra_gx_stage_{self._path.stem}"
        spec = importlib.util.spec_from_file_location(name, self._path)
        if spec is None or spec.loader is None:
            raise ImportError(name)
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        sys.path.insert(0, str(self._path.parent))
        written = sys.dont_write_bytecode
        sys.dont_write_bytecode = True  # a project keeps no files that nobody wrote
        try:
            spec.loader.exec_module(module)
        finally:
            sys.dont_write_bytecode = written
            sys.path.remove(str(self._path.parent))
        return module

    @contextmanager
    def blamed(self, what: str, place: str | None = None) -> Iterator[None]:
        """Convert what the module's own code raises into a BuilderError with its place.

        Args:
            what: What failed.
            place: Where that is, for an error that no line of the module is on the way to.
        """
        try:
            yield
        except (UsageError, EngineError, BuilderError) as error:
            line = self._place(error)
            if line is None or error.message.startswith(f"{self.file}:"):
                raise
            raise BuilderError(f"{line}: {error.message}", code=error.code) from None
        except SpectraError:
            raise
        except Exception as error:  # noqa: BLE001 - somebody else's code may raise anything
            trace = "".join(traceback.format_exception(error))
            logger.debug("%s: %s", what, self._redact(trace))
            raise self._blame(error, what, place) from None
        except SystemExit as error:
            raise self._blame(error, what, place) from None

    def _place(self, error: BaseException) -> str | None:
        """Return the last line of the module on the way to an error; None if there is none."""
        lines = [
            frame.lineno
            for frame in traceback.extract_tb(error.__traceback__)
            if Path(frame.filename) == self._path
        ]
        if isinstance(error, SyntaxError) and error.filename == str(self._path):
            lines = [error.lineno]
        return f"{self.file}:{lines[-1]}" if lines else None

    def _blame(self, error: BaseException, what: str, place: str | None) -> BuilderError:
        at = self._place(error) or place or self.file
        kind = type(error).__name__
        detail = " ".join(raised_message(error, self._redact).split())
        return BuilderError(
            f"{at}: {what}: {kind}{f': {detail}' if detail else ''}", code=f"builder_{kind}"
        )


@dataclass(frozen=True)
class FunctionBuilder:
    """Builds one table by calling a function with the run."""

    table: str
    function: str
    module: StageModule
    columns: Mapping[str, str]
    """Column → type, as declared."""

    place: str
    """Where the module declares it."""

    needs: frozenset[str] = frozenset()
    calls: Sequence[Call] = ()

    @property
    def tables(self) -> tuple[str, ...]:
        """Return the one table."""
        return (self.table,)

    def place_of(self, table: str) -> str:
        """Return where the module declares the function."""
        del table
        return self.place

    def build(self, run: Run) -> Iterator[tuple[str, pa.RecordBatchReader | None]]:
        """Call the function; what it returns is read when it is pulled."""
        where = f"{self.module.file}: `{self.function}`"
        with self._blamed():
            result = self.module.function(self.function)(run)
            reader = as_reader(result, self.columns, where)
        yield self.table, None if reader is None else self._pulled(reader)

    def _pulled(self, reader: pa.RecordBatchReader) -> pa.RecordBatchReader:
        """Return a reader whose errors name the function: most of it may run only now."""

        def batches() -> Iterator[pa.RecordBatch]:
            with self._blamed():
                yield from reader

        return pa.RecordBatchReader.from_batches(reader.schema, batches())

    def _blamed(self) -> AbstractContextManager[None]:
        return self.module.blamed(f"`{self.function}` failed", self.place)
