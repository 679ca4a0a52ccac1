"""Connectors read a source's catalog in bulk, one per engine. How to add one: docs/connectors.md."""

from catalog.harvest.connectors.contract import Connector, Part, ReadAgain, Reading, Scope, connector_for

__all__ = ["Connector", "Part", "ReadAgain", "Reading", "Scope", "connector_for"]
