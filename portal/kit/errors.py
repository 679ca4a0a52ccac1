"""One tree of errors that people may read. Views turn them into alerts or field errors, the API into {code, detail}."""


class DomainError(Exception):
    """Something a person asked for that can't be done; `message` says why and what to do."""

    code = "error"
    status = 400

    def __init__(self, message: str, *, code: str = "", field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.field = field


class Invalid(DomainError):
    """The input is wrong; `field` names the part."""

    code = "invalid"
    status = 422


class NotAllowed(DomainError):
    """A policy refuses; `how_to_fix` names the way in."""

    code = "not_allowed"
    status = 403

    def __init__(self, message: str, *, how_to_fix: str = "", code: str = "") -> None:
        super().__init__(message, code=code)
        self.how_to_fix = how_to_fix


class NotFound(DomainError):
    """It does not exist, or it must not be known to exist."""

    code = "not_found"
    status = 404


class Conflict(DomainError):
    """The thing has moved on: an older version was edited, or the state does not allow the move."""

    code = "conflict"
    status = 409


class Unavailable(DomainError):
    """Something outside does not answer; worth trying again."""

    code = "unavailable"
    status = 503
