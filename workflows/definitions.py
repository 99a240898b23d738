"""Compiled definitions by the hash of their file, shared by the workflows and the wake-ups of one worker.

A version never changes, so what was compiled once stays. The worker says how to load one: during a replay no activity
runs that could bring it, so the loader reads the immutable row itself.
"""

from __future__ import annotations

from collections.abc import Callable

from workflows.bpmn.definition import Definition

Loader = Callable[[str], Definition]


class Definitions:
    """Keep every definition that was asked for. `loader` raises LookupError for a hash that nobody published."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader
        self._known: dict[str, Definition] = {}

    def get(self, version_hash: str) -> Definition:
        definition = self._known.get(version_hash)
        if definition is None:
            definition = self._known[version_hash] = self._loader(version_hash)
        return definition


class DefinitionsNotConfigured(RuntimeError):
    """A workflow ran before its worker said where definitions come from."""


_current: list[Definitions] = []


def use(definitions: Definitions) -> None:
    """Say where this process's workflows get their definitions; the worker calls it before it starts."""
    _current[:] = [definitions]


def forget() -> None:
    _current.clear()


def get(version_hash: str) -> Definition:
    if not _current:
        raise DefinitionsNotConfigured("call workflows.definitions.use first")
    return _current[0].get(version_hash)
