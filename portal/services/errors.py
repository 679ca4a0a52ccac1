"""The one error of the embedded services."""


class ServiceError(RuntimeError):
    """An embedded service cannot be started, reached or stopped; the text says what to do."""
