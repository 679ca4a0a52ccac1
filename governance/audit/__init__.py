"""The append-only ledger of events that matter in law."""
