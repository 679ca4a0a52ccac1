"""Connectors read a source's catalog in bulk. One per engine; PostgreSQL is the first."""

from catalog.harvest.connectors.contract import Connector, Part, ReadAgain, Reading, connector_for

__all__ = ["Connector", "Part", "ReadAgain", "Reading", "connector_for"]
