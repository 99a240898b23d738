"""Every table there is, known to one metadata."""

from __future__ import annotations

import importlib
import pkgutil

from sqlalchemy import MetaData
from sqlmodel import SQLModel

import models.tables


def all_tables() -> MetaData:
    """Import every module of tables and return their metadata."""
    for module in pkgutil.iter_modules(models.tables.__path__):
        importlib.import_module(f"models.tables.{module.name}")
    return SQLModel.metadata
