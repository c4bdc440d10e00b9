"""What can go wrong."""
from __future__ import annotations

from typing import Any, Mapping, Optional


class SluiceError(Exception):
    """Everything that this package raises by itself."""


class Unreachable(SluiceError):
    """There is no connection, or it broke before the answer came."""


class ServerError(SluiceError):
    """The server answered, but not with a result.

    ``status`` is its word for it: "invalid", "not_found", "overloaded", "deadline_exceeded", ...
    """

    def __init__(self, status: str, message: str) -> None:
        super().__init__(message)
        self.status = status


class Refused(ServerError):
    """The scheduler's decision not to run the request, or not to finish it in time.

    ``reason`` says why ("shed", "expired", "infeasible", "queue_full_oldest", ...), ``decision``
    names the decision for ``GET /api/v1/requests/{decision}``, ``protects`` is the task for whose
    deadlines the request was shed, ``numbers`` is what the decision rested on, and after
    ``retry_after`` seconds it is worth trying again.
    """

    def __init__(self, status: str, message: str, reason: str, decision: str = "",
                 protects: str = "", numbers: Optional[Mapping[str, Any]] = None,
                 retry_after: Optional[float] = None) -> None:
        super().__init__(status, message)
        self.reason = reason
        self.decision = decision
        self.protects = protects
        self.numbers = dict(numbers or {})
        self.retry_after = retry_after
