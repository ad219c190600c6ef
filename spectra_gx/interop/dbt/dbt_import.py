"""Property files and manifests of dbt as a contract."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from spectra_gx.interop.dbt.catalog import is_catalog, with_stored_columns
from spectra_gx.interop.dbt.manifest import properties_of, read_adapter
from spectra_gx.interop.dbt.model_import import Model, add_source_tables, declare_models
from spectra_gx.interop.dbt.references import References
from spectra_gx.interop.dbt.single_tests import read_single_test
from spectra_gx.interop.dbt.tests_import import read_tests
from spectra_gx.interop.foreign.draft import ForeignDraft
from spectra_gx.interop.foreign.files import read_mapping, refused, stem
from spectra_gx.interop.tracked_mapping import TrackedMapping

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spectra_gx.interop.losses import Conversion

_WHAT = "pass a property file of dbt, such as schema.yml, or target/manifest.json"
_SECTIONS = (
    *("models", "seeds", "snapshots", "sources", "analyses", "data_tests", "exposures", "groups"),
    *("macros", "metrics", "saved_queries", "semantic_models", "unit_tests", "nodes"),
)
_NO_NAMES = frozenset({"schema", "properties", "sources", "models", "seeds", "manifest", ""})


def import_dbt(sources: Mapping[str, bytes], dialect: str | None = None) -> Conversion:
    """Convert property files, or a manifest, into a valid contract.

    Args:
        sources: File name → its bytes; together they become one contract.
        dialect: SQL that conditions and types are written in, as sqlglot names it; a manifest
            names its own.

    Raises:
        ContractError: A file is neither; says where.
    """
    documents = _merged({file: _parse(source, file) for file, source in sources.items()})
    draft = ForeignDraft(next(iter(documents)), _name(documents))
    draft.put_head()
    references = References()
    models: list[tuple[Model, str | None]] = []
    single: list[tuple[str, Any, str | None]] = []
    for file, document in documents.items():
        known = dialect or read_adapter(document)
        path = file if len(documents) > 1 else ""
        is_manifest = "nodes" in document
        content = properties_of(document) if is_manifest else document
        properties = TrackedMapping(content, "" if is_manifest else path, draft.losses)
        properties.take("version", object)
        for section in ("models", "seeds", "snapshots"):
            for item in properties.mappings(section):
                models += [(m, known) for m in declare_models(item, draft, references, known)]
        for item in properties.mappings("sources"):
            models += [(m, known) for m in add_source_tables(item, draft, references, known)]
        single += [(place, test, known) for place, test in properties.items("data_tests")]
        properties.end()
    for model, known in models:
        for column, items in model.column_tests:
            read_tests(items, model.table, column, references, known)
        read_tests(model.tests, model.table, None, references, known)
    for place, test, known in single:
        read_single_test(test, place, references, draft, known)
    return draft.finish()


def _merged(documents: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the files without catalogs, whose types manifests get.

    Raises:
        ContractError: A catalog has no manifest beside it.
    """
    catalogs = {file: document for file, document in documents.items() if is_catalog(document)}
    others = {file: document for file, document in documents.items() if file not in catalogs}
    if catalogs and not any("nodes" in document for document in others.values()):
        reason = "it has the types of columns only; pass target/manifest.json beside it"
        raise refused(next(iter(catalogs)), reason)
    return {
        file: with_stored_columns(document, catalogs.values()) if "nodes" in document else document
        for file, document in others.items()
    }


def _parse(source: bytes, file: str) -> dict[str, Any]:
    document = read_mapping(source, file, f"not a file of dbt; {_WHAT}")
    if not any(isinstance(document.get(key), list | dict) for key in _SECTIONS):
        raise refused(file, f"not a file of dbt; {_WHAT}")
    return document


def _name(documents: Mapping[str, dict[str, Any]]) -> str:
    """Return the name of the project, the file, or the folder that the files are in."""
    file, document = next(iter(documents.items()))
    metadata = document.get("metadata")
    project = metadata.get("project_name") if isinstance(metadata, dict) else None
    if isinstance(project, str) and project:
        return project
    name = stem(file).strip("_")
    if len(documents) == 1 and name not in _NO_NAMES:
        return name
    folders = [PurePath(name).parent.parts for name in documents]
    shared = [steps[0] for steps in zip(*folders, strict=False) if len(set(steps)) == 1]
    named = [step for step in shared if step.strip("/._") not in _NO_NAMES]
    return named[-1] if named else "dbt"
