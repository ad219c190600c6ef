"""The button that leads from a task to the data docs of its run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.sdk import BaseOperatorLink

if TYPE_CHECKING:
    from airflow.sdk import BaseOperator
    from airflow.sdk.types import TaskInstanceKey


class DataDocsLink(BaseOperatorLink):
    """The run's page of the data docs, where something serves them."""

    @property
    def name(self) -> str:
        """What the button says."""
        return "Data docs"

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:  # noqa: ARG002 - Airflow passes it
        """Return the page's address; empty where no browser could open it.

        Airflow calls this once a task has ended, in the task's process, and keeps the answer.
        """
        url = getattr(operator, "docs_url", None) or ""
        return url if url.startswith(("https://", "http://")) else ""
