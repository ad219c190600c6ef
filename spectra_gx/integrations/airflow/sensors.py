"""A sensor that waits until a stage may be consumed: `spectra-gx handoff`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.sdk import BaseSensorOperator, PokeReturnValue

from spectra_gx.integrations.airflow.tasks import StageTask
from spectra_gx.integrations.command import FAILED, PASSED

if TYPE_CHECKING:
    from airflow.sdk import Context


class SpectraGXHandoffSensor(StageTask, BaseSensorOperator):
    """Waits until the newest run of a stage is ready to be consumed; returns its execution id."""

    def poke(self, context: Context) -> PokeReturnValue | bool:
        """Ask once.

        Raises:
            AirflowFailException: The contract or an option is invalid: waiting does not help.
            AirflowException: It could not be asked now.
        """
        result = self.run_command("handoff", context)
        if result.exit_code not in {PASSED, FAILED} or result.output is None:
            raise self.failure(result)
        for check in result.output["checks"]:
            if not check["passed"]:
                self.log.info("not ready: %s: %s", check["name"], check["reason"])
        ready = bool(result.output["ready"])
        return PokeReturnValue(is_done=ready, xcom_value=result.output["execution_id"])
