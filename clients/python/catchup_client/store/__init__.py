"""The local database: messages by seq, counts, acks that are due, and the outbox. See `store.facade.Store`."""

from catchup_client.store.facade import Store

__all__ = ["Store"]
