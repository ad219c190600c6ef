from spectra_gx.report.history import KEPT_RUNS, add_run, no_runs, outcomes
from spectra_gx.report.page_data import build_run_data
from tests.fakes.shown_runs import SIZE, preview_of, run_of

BROKEN = {SIZE: {"unexpected": 1}}


def history_of(*runs):
    history = no_runs("shop")
    gone = [name for run in runs for name in add_run(history, build_run_data(run))]
    return history, gone


def test_since_is_the_first_run_of_the_newest_streak():
    history, _ = history_of(run_of(1), run_of(2, BROKEN), run_of(3, BROKEN))

    since = history["since"]
    assert (since["state"], since["runs"], since["first"]) == ("broken", 2, False)
    assert since["id"] == run_of(2).identity.execution_id
    rule = history["tables"]["shop.orders"]["rules"][SIZE]
    assert outcomes(rule) == ["passed", "failed", "failed"]
    assert (rule["since"]["state"], rule["since"]["runs"]) == ("failed", 2)
    assert history["tables"]["shop.counts"]["since"]["runs"] == 3


def test_a_run_is_added_once():
    history, _ = history_of(run_of(1), run_of(1))
    assert len(history["runs"]) == 1
    assert history["since"]["runs"] == 1


def test_a_preview_is_a_run_that_changes_nothing():
    history, _ = history_of(run_of(1), preview_of(2))
    assert [run["aside"] for run in history["runs"]] == [False, True]
    assert (history["now"]["success"], history["since"]["runs"]) == (True, 1)
    assert outcomes(history["tables"]["shop.orders"]["rules"][SIZE]) == ["passed"]


def test_it_is_bounded_and_names_what_is_too_old():
    history, gone = history_of(*(run_of(number) for number in range(KEPT_RUNS + 2)))
    assert len(history["runs"]) == KEPT_RUNS
    assert gone == [run_of(number).identity.execution_id for number in (0, 1)]
    assert len(history["tables"]["shop.orders"]["judged"]) == KEPT_RUNS
    assert history["since"]["runs"] == KEPT_RUNS + 2
    assert len(outcomes(history["tables"]["shop.orders"]["rules"][SIZE])) == 30
