"""One order from the dealer's draft to its confirmed receipt, each turn done by the person whose turn it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deploy.replay.cast import CREDIT, FINANCE, LOGISTICS, SALES, WAREHOUSE, buyer_of
from deploy.replay.northwind import Northwind, Order, Product
from deploy.replay.people import People
from deploy.replay.tasks import Patience, Reply, Stuck, do_open_tasks

SEVERAL_APPROVERS_FROM_FEN = 5_000_000
DONE = "completed"
CLOSED = frozenset({"rejected", "withdrawn", "cancelled"})


class OrderStory:
    """Plays orders. Every POST carries a key made of the order's own number, so that a second run changes nothing."""

    def __init__(self, people: People, northwind: Northwind) -> None:
        self._people = people
        self._products: Mapping[int, Product] = {product.product_id: product for product in northwind.products}

    async def play(self, order: Order, number: str | None) -> str:
        """Bring an order to its end and return its number; `number` is given when an earlier run began it."""
        number = number or await self._draft(order)
        patience = Patience()
        while True:
            detail = await (await self._people.person(SALES)).get(f"/orders/{number}")
            if detail["status"] == DONE:
                return number
            if detail["status"] in CLOSED:
                raise Stuck(f"order {order.order_id} ({number}) was {detail['status']}")
            if not await self._take_turns(order, detail):
                await patience.wait(f"order {order.order_id} ({number})", detail["status"])

    async def _draft(self, order: Order) -> str:
        lines = [{"sku": self._products[line.product_id].sku, "quantity": line.quantity} for line in order.lines]
        note = f"Northwind {order.order_id}, ordered on {order.ordered_on.isoformat()}"
        body = {"lines": lines, "submit": False, "reference": order.reference, "note": note}
        buyer = await self._people.person(buyer_of(order.customer_id))
        answer = await buyer.post("/orders", body, f"northwind-{order.order_id}-draft")
        return str(answer["number"])

    async def _take_turns(self, order: Order, detail: Mapping[str, Any]) -> bool:
        """Do what can be done in this state; tell whether anybody did anything."""
        match detail["status"]:
            case "draft":
                await self._agree_and_submit(order, detail["number"])
                return True
            case "submitted":
                return await self._approve(detail)
            case "approved" | "dispatching":
                data = {"carrier": f"nw-{order.shipper_id}", "waybill": f"NW{order.order_id}"}
                hand_over = {"pick_and_hand_over": Reply("", data)}
                return await do_open_tasks(await self._people.person(WAREHOUSE), detail["number"], hand_over)
            case "shipped":
                return await self._deliver(order, detail)
            case "delivered":
                buyer = await self._people.person(buyer_of(order.customer_id))
                return await do_open_tasks(buyer, detail["number"], {"confirm_receipt": Reply("")})
        return False

    async def _approve(self, detail: Mapping[str, Any]) -> bool:
        approvers = [SALES, CREDIT, FINANCE] if detail["total_fen"] >= SEVERAL_APPROVERS_FROM_FEN else [SALES]
        approval = {"order_approval": Reply("approve")}
        done = [await do_open_tasks(await self._people.person(who), detail["number"], approval) for who in approvers]
        return any(done)

    async def _agree_and_submit(self, order: Order, number: str) -> None:
        """The sales manager sets the price and discount of each line, then the dealer submits."""
        terms = [
            {"line_no": line_no, "unit_price_fen": line.unit_price_fen, "discount_bp": line.discount_bp}
            for line_no, line in enumerate(order.lines, start=1)
        ]
        await (await self._people.person(SALES)).put(f"/orders/{number}/terms", {"lines": terms})
        buyer = await self._people.person(buyer_of(order.customer_id))
        await buyer.post(f"/orders/{number}/submit", {}, f"northwind-{order.order_id}-submit")

    async def _deliver(self, order: Order, detail: Mapping[str, Any]) -> bool:
        """The carrier reports each shipment as delivered; a report sent before is answered as before."""
        logistics = await self._people.person(LOGISTICS)
        for shipment in detail["shipments"]:
            body = {"name": "shipment.delivered", "key": shipment["number"], "payload": {}}
            await logistics.post("/messages", body, f"northwind-{order.order_id}-delivered-{shipment['number']}")
        return False
