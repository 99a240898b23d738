"""One dealer's settlement: a statement over the whole period, checked, confirmed, signed off and paid."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from deploy.replay.cast import FINANCE, owner_of
from deploy.replay.people import People
from deploy.replay.tasks import Patience, Reply, Stuck, do_open_tasks

CLOSED = "closed"


class SettlementStory:
    """`today` is the day up to which a statement runs: the goods were received on it or before."""

    def __init__(self, people: People, today: date) -> None:
        self._people = people
        self._today = today

    async def play(self, customer_id: str, orders: Mapping[str, date]) -> None:
        """Settle what is on no statement yet, and bring every statement of this dealer to its end.

        `orders` gives for each number the day in the files; the period begins with the first that is still open.
        """
        statements = await self._statements(customer_id)
        stated = {line["order_number"] for statement in statements for line in statement["lines"]}
        missing = [ordered_on for number, ordered_on in orders.items() if number not in stated]
        if missing:
            statements.append(await self._draw_up(customer_id, min(missing)))
        for statement in statements:
            await self._settle(customer_id, statement["number"])

    async def _statements(self, customer_id: str) -> list[dict[str, Any]]:
        finance = await self._people.person(FINANCE)
        listed = [item async for item in finance.everything("/statements", dealer=customer_id)]
        return [await finance.get(f"/statements/{item['number']}") for item in listed]

    async def _draw_up(self, customer_id: str, from_on: date) -> dict[str, Any]:
        finance = await self._people.person(FINANCE)
        body = {"dealer": customer_id, "from": from_on.isoformat(), "to": self._today.isoformat()}
        return await finance.post("/statements", body, f"northwind-{customer_id}-{body['from']}-{body['to']}")

    async def _settle(self, customer_id: str, number: str) -> None:
        finance = await self._people.person(FINANCE)
        owner = await self._people.person(owner_of(customer_id))
        patience = Patience()
        while True:
            statement = await finance.get(f"/statements/{number}")
            if statement["status"] == CLOSED:
                return
            if statement["status"] == "cancelled":
                raise Stuck(f"statement {number} was cancelled")
            payment = {"amount_fen": statement["open_fen"], "reference": f"NW-{customer_id}"}
            finance_replies = {
                "statement_check": Reply(""),
                "statement_sign_off": Reply(""),
                "record_payment": Reply("", payment),
            }
            acted = await do_open_tasks(finance, number, finance_replies)
            acted = await do_open_tasks(owner, number, {"statement_confirm": Reply("confirm")}) or acted
            if not acted:
                await patience.wait(f"statement {number}", statement["status"])
