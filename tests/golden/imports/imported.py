"""What each foreign file of this folder is imported as: the contract, then what is lost."""

from __future__ import annotations

from pathlib import Path

from spectra_gx.interop.importers import import_files

HERE = Path(__file__).parent
EXPECTED = HERE / "expected"
DIALECTS = {"ddl.shop.sql": "postgres"}
ENDINGS = (".yml", ".yaml", ".json", ".sql", ".avsc")
FILES = sorted(path.name for path in HERE.iterdir() if path.suffix in ENDINGS)


def imported(name: str) -> str:
    """Return the contract that a file becomes, with a comment for each loss."""
    form, _, file = name.partition(".")
    source = (HERE / name).read_bytes()
    conversion = import_files(form, {file: source}, DIALECTS.get(name))
    losses = "".join(f"# {loss.path}: {loss.reason}\n" for loss in conversion.losses)
    return f"{conversion.text}\n{losses}"
