"""What the API says when it refuses: a sentence for each code. Codes are stable, sentences translated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from web.i18n import gettext, mark

SENTENCES: Mapping[str, str] = {
    # Requests in general
    "unauthorized": mark("Sign in first: send a bearer token that is valid."),
    "login_failed": mark("Login or password is wrong."),
    "too_many_attempts": mark("Too many failed attempts. Try again in %(seconds)s seconds."),
    "forbidden": mark("Your role does not allow this."),
    "not_found": mark("There is no such thing, or it is not yours to see."),
    "method_not_allowed": mark("This address does not take such requests."),
    "body_too_large": mark("The body may have at most %(limit)s bytes."),
    "json_malformed": mark("The body is not valid JSON."),
    "json_too_deep": mark("The body is nested too deeply."),
    "text_malformed": mark("The body contains characters that cannot be kept."),
    "number_out_of_range": mark("The body contains a number that is too large."),
    "validation_failed": mark("Some of what was sent is missing or not as it must be."),
    "bad_cursor": mark("The list cannot be continued from there: use `next` of the part before."),
    "idempotency_key_invalid": mark("An Idempotency-Key has 1 to 200 visible characters."),
    "idempotency_key_reused": mark("This Idempotency-Key was used before, for a different request."),
    "request_in_progress": mark("The same request is still being worked on."),
    "internal": mark("Something went wrong on our side."),
    "engine_unavailable": mark("Processes are not answering right now. Try again in a moment."),
    # Fields
    "missing": mark("This is required."),
    "extra_forbidden": mark("This is not known here."),
    "int_type": mark("This must be a whole number."),
    "string_type": mark("This must be text."),
    "bool_type": mark("This must be true or false."),
    "list_type": mark("This must be a list."),
    "dict_type": mark("This must be an object."),
    "string_too_short": mark("This is too short: at least %(min_length)s characters."),
    "string_too_long": mark("This is too long: at most %(max_length)s characters."),
    "string_pattern_mismatch": mark("This contains characters that are not allowed here, or none that count."),
    "too_short": mark("At least %(min_length)s must be given."),
    "too_long": mark("At most %(max_length)s may be given."),
    "greater_than_equal": mark("This must be at least %(ge)s."),
    "less_than_equal": mark("This must be at most %(le)s."),
    "day_text": mark("This must be a day, written YYYY-MM-DD."),
    "enum": mark("This must be one of: %(expected)s."),
    "invalid": mark("This is not as it must be."),
    # Orders
    "lines_invalid": mark("Some lines cannot be ordered as they are."),
    "unknown_sku": mark("There is no product with the SKU %(sku)s."),
    "inactive_product": mark("%(sku)s is no longer sold."),
    "quantity_out_of_range": mark("The quantity of %(sku)s must be between 1 and %(maximum)s."),
    "below_minimum": mark("At least %(minimum)s of %(sku)s must be ordered."),
    "not_a_pack_multiple": mark("%(sku)s is sold in packs of %(pack_size)s."),
    "no_lines": mark("An order needs at least one line."),
    "too_many_lines": mark("An order has at most %(maximum)s lines."),
    "terms_invalid": mark("Price or discount of line %(line_no)s is out of range."),
    "unknown_line": mark("The order has no line %(line_no)s."),
    "dealer_unknown": mark("There is no dealer %(dealer)s."),
    "dealer_suspended": mark("Dealer %(dealer)s is suspended: %(reason)s"),
    "order_not_found": mark("There is no order %(order_number)s, or it is not yours to see."),
    "not_editable": mark("Order %(order_number)s can no longer be changed."),
    "changed_meanwhile": mark("Somebody changed order %(order_number)s meanwhile."),
    "illegal_transition": mark("The state of order %(order_number)s does not allow this."),
    # Tasks
    "task_not_found": mark("There is no such task, or it is not yours to see."),
    "task_closed": mark("This task is no longer open."),
    "task_closed_by": mark("%(by)s has already done this task."),
    "claimed_by_other": mark("%(by)s has claimed this task."),
    "not_a_candidate": mark("This task is not for you."),
    "action_not_offered": mark("This task does not offer the action %(action)s."),
    "comment_required": mark("A comment is required for this."),
    "data_invalid": mark("The field %(field)s is missing or not as it must be."),
    # Statements
    "period_invalid": mark("The period must begin before it ends."),
    "nothing_to_settle": mark("Dealer %(dealer)s has nothing to settle from %(from_on)s to %(to_on)s."),
    "statement_not_found": mark("There is no such statement, or it is not yours to see."),
    "line_not_found": mark("The statement has no line for order %(order_number)s."),
    # Processes
    "template_invalid": mark("The template has errors; nothing was saved."),
    "template_not_found": mark("There is no published process template %(template)s."),
    "business_key_taken": mark("%(business_key)s already belongs to another process template."),
    "instance_not_found": mark("There is no such process instance."),
    "incident_not_found": mark("There is no such incident."),
    "incident_not_open": mark("This incident is no longer open."),
    "instance_ended": mark("The process instance has ended."),
    "message_not_allowed": mark("Your role may not send the message %(name)s."),
}
"""Sentences by code; a code that is not here is told as `invalid`."""


class _Params(dict[str, Any]):
    """A sentence is said even when a value for it is not known."""

    def __missing__(self, name: str) -> str:
        return "…"


def sentence(code: str, params: Mapping[str, Any]) -> str:
    """Say a code in the reader's language."""
    return gettext(SENTENCES[code if code in SENTENCES else "invalid"]) % _Params(params)
