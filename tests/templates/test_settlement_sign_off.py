"""The settlement template, path by path."""

from __future__ import annotations

from tests.templates.company import Books
from tests.templates.walk import Walk
from workflows.bpmn.commands import Outcome


def settlement(books: Books) -> Walk:
    variables = {"statement_number": "ST-1", "dealer": "A", "total_fen": sum(books.amounts.values())}
    walk = Walk("settlement_sign_off", books.steps(), variables)
    walk.act("finance_check", "approve")
    return walk


def dispute(walk: Walk, *numbers: str) -> None:
    lines = [{"order_number": number, "reason": "少件"} for number in numbers]
    walk.act("dealer_confirmation", "dispute", lines=lines)


def test_a_confirmed_statement_is_signed_off_paid_and_closed() -> None:
    books = Books(SO_1=100, SO_2=200)
    walk = settlement(books)
    walk.act("dealer_confirmation", "confirm")
    assert walk.open == ["sign_off"]
    walk.act("sign_off", "sign_off")
    assert walk.open == ["record_payment"]
    walk.act("record_payment", "record", amount_fen=300, reference="回单 1")
    assert walk.outcome is Outcome.COMPLETED
    assert walk.steps[-1] == "settlement.close_statement"
    assert set(books.status.values()) == {"settled"}


def test_a_statement_that_finance_finds_wrong_is_cancelled() -> None:
    walk = Walk("settlement_sign_off", Books(SO_1=1).steps(), {"statement_number": "ST-1", "dealer": "A"})
    walk.act("finance_check", "reject")
    assert walk.outcome is Outcome.COMPLETED
    assert walk.steps[-1] == "settlement.cancel_statement"


def test_a_dispute_stops_its_own_line_only() -> None:
    books = Books(SO_1=100, SO_2=200)
    walk = settlement(books)
    dispute(walk, "SO-2")
    assert walk.open == ["resolve_dispute", "sign_off"]
    walk.act("sign_off", "sign_off")
    walk.act("record_payment", "record", amount_fen=100)
    assert books.status == {"SO-1": "settled", "SO-2": "disputed"}
    assert walk.open == ["resolve_dispute"]


def test_a_waived_line_is_credited_and_the_statement_closed() -> None:
    books = Books(SO_1=100, SO_2=200)
    walk = settlement(books)
    dispute(walk, "SO-2")
    walk.act("resolve_dispute", "waive")
    walk.act("sign_off", "sign_off")
    walk.act("record_payment", "record", amount_fen=100)
    assert walk.outcome is Outcome.COMPLETED
    assert books.status == {"SO-1": "settled", "SO-2": "waived"}
    assert walk.steps.count("payments.post_waiver") == 1


def test_an_upheld_line_comes_before_the_dealer_again() -> None:
    books = Books(SO_1=100, SO_2=200)
    walk = settlement(books)
    dispute(walk, "SO-2")
    walk.act("sign_off", "sign_off")
    walk.act("record_payment", "record", amount_fen=100)
    walk.act("resolve_dispute", "uphold")
    assert walk.open == ["dealer_confirmation"]
    walk.act("dealer_confirmation", "confirm")
    walk.act("sign_off", "sign_off")
    walk.act("record_payment", "record", amount_fen=200)
    assert walk.outcome is Outcome.COMPLETED
    assert set(books.status.values()) == {"settled"}


def test_each_disputed_line_is_decided_on_its_own() -> None:
    books = Books(SO_1=100, SO_2=200)
    walk = settlement(books)
    dispute(walk, "SO-1", "SO-2")
    assert walk.open == ["resolve_dispute", "resolve_dispute"]
    assert [task.input["disputed_order"] for task in walk.tasks.values()] == ["SO-1", "SO-2"]
    walk.act("resolve_dispute", "waive")
    walk.act("resolve_dispute", "uphold")
    assert books.status == {"SO-1": "waived", "SO-2": "open"}
    assert walk.open == ["dealer_confirmation"]


def test_everything_waived_closes_the_statement_without_a_payment() -> None:
    walk = settlement(Books(SO_1=100))
    dispute(walk, "SO-1")
    walk.act("resolve_dispute", "waive")
    assert walk.outcome is Outcome.COMPLETED
    assert "payments.record_payment" not in walk.steps


def test_a_line_worth_nothing_needs_no_payment() -> None:
    walk = settlement(Books(SO_1=0))
    walk.act("dealer_confirmation", "confirm")
    walk.act("sign_off", "sign_off")
    assert walk.outcome is Outcome.COMPLETED


def test_part_of_the_money_leaves_the_rest_open() -> None:
    walk = settlement(Books(SO_1=100))
    walk.act("dealer_confirmation", "confirm")
    walk.act("sign_off", "sign_off")
    walk.act("record_payment", "record", amount_fen=40)
    assert walk.open == ["record_payment"]
    assert walk.variables["open_fen"] == 60
    walk.act("record_payment", "record", amount_fen=60)
    assert walk.outcome is Outcome.COMPLETED


def test_too_much_money_is_refused_with_the_reason() -> None:
    walk = settlement(Books(SO_1=100))
    walk.act("dealer_confirmation", "confirm")
    walk.act("sign_off", "sign_off")
    walk.act("record_payment", "record", amount_fen=101)
    assert walk.open == ["record_payment"]
    assert walk.variables["problem"] == "amount_fen: too much"


def test_money_reported_by_a_message_takes_the_place_of_the_task() -> None:
    walk = settlement(Books(SO_1=100))
    walk.act("dealer_confirmation", "confirm")
    walk.act("sign_off", "sign_off")
    assert walk.message("payment.received", "ST-1", amount_fen=100, reference="银行")
    assert walk.open == []
    assert walk.outcome is Outcome.COMPLETED


def test_an_answer_about_an_unknown_order_goes_back_to_the_dealer() -> None:
    walk = settlement(Books(SO_1=100))
    dispute(walk, "SO-9")
    assert walk.open == ["dealer_confirmation"]
    assert walk.variables["problem"] == "lines: SO-9"


def test_cancelling_the_sign_off_cancels_the_statement() -> None:
    walk = settlement(Books(SO_1=100))
    walk.cancel()
    assert walk.outcome is Outcome.CANCELLED
    assert walk.steps[-1] == "settlement.cancel_statement"
