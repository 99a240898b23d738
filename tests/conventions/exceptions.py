"""What may still break a house rule. The list only shrinks: a line that is no longer needed fails the suite."""

from __future__ import annotations

LONG_FILES: frozenset[str] = frozenset()
LONG_FUNCTIONS: frozenset[str] = frozenset()
LONG_TEMPLATES: frozenset[str] = frozenset()
