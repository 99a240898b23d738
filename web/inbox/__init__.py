"""The inbox: where people do what processes ask of them."""

from web.inbox.tasks import router

__all__ = ["router"]
