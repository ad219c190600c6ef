"""A store that keeps the files of a warehouse in memory; its tables stay in their folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spectra_gx.store.store import Store


class MemoryStore:
    """Everything below `Files/`, by path; whatever else is asked goes to the folder."""

    def __init__(self, folder: Store) -> None:
        self._folder = folder
        self.content: dict[str, bytes] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._folder, name)

    def read(self, path: str) -> bytes | None:
        return self.content.get(path)

    def write(self, path: str, content: bytes) -> None:
        assert path.startswith("Files/"), path
        self.content[path] = content

    def exists(self, path: str) -> bool:
        return path in self.content if path.startswith("Files/") else self._folder.exists(path)

    def files(self, folder: str) -> list[str]:
        return sorted(name for name in self._inside(folder) if "/" not in name)

    def folders(self, folder: str) -> list[str]:
        return sorted({name.split("/")[0] for name in self._inside(folder) if "/" in name})

    def delete(self, path: str) -> None:
        self.content.pop(path, None)

    def delete_folder(self, folder: str) -> None:
        for name in self._inside(folder):
            del self.content[f"{folder}/{name}"]

    def _inside(self, folder: str) -> list[str]:
        return [
            path.removeprefix(f"{folder}/")
            for path in self.content
            if path.startswith(f"{folder}/")
        ]
