"""Client of Sluice, the edge inference orchestrator.

``HttpClient`` speaks the Open Inference Protocol over HTTP with binary tensors, ``TcpClient``
version 2 of Sluice's TCP protocol, which is faster and can keep many requests in flight. Both have
the same calls, take and return numpy arrays, and raise ``Refused`` with the reason and the numbers
when the server says no.
"""
from ._errors import Refused, ServerError, SluiceError, Unreachable
from ._http import HttpClient
from ._tcp import TcpClient
from ._types import ModelInfo, Result, TensorInfo

__all__ = [
    "HttpClient", "ModelInfo", "Refused", "Result", "ServerError", "SluiceError", "TcpClient",
    "TensorInfo", "Unreachable",
]
