"""What a person is told when the runner cannot go on."""

from __future__ import annotations


class Failure(Exception):
    """The runner cannot go on; the message is one sentence that says what is wrong and what to do."""
