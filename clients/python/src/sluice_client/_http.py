"""The Open Inference Protocol over HTTP."""
from __future__ import annotations

import http.client
import json
import ssl
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple
from urllib.parse import quote, urlsplit

from ._errors import Refused, ServerError, Unreachable
from ._types import Inputs, ModelInfo, Result, TensorInfo, datatype_of, from_raw, to_raw

_STATUS = {
    400: "invalid", 401: "unauthenticated", 403: "forbidden", 404: "not_found", 409: "conflict",
    413: "too_large", 429: "overloaded", 499: "cancelled", 501: "unsupported", 503: "unavailable",
    504: "deadline_exceeded",
}


class HttpClient:
    """One connection, kept alive. Not thread-safe: use one client per thread.

    ``url``: "http://127.0.0.1:8000". ``timeout``: seconds for one answer. ``tls``: whom
    an https URL's connection trusts; None: the authorities that the system knows.
    """

    def __init__(self, url: str = "http://127.0.0.1:8000", *, token: str = "",
                 timeout: float = 30.0, tls: Optional[ssl.SSLContext] = None) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{url!r} is no URL such as http://127.0.0.1:8000")
        self._connection = (
            http.client.HTTPSConnection(parts.hostname, parts.port, timeout=timeout, context=tls)
            if parts.scheme == "https"
            else http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout))
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def __enter__(self) -> "HttpClient":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._connection.close()

    def ready(self) -> bool:
        """Whether every model that the server's configuration wants is ready."""
        return self._exchange("GET", "/v2/health/ready")[0] == 200

    def model(self, name: str, version: str = "") -> ModelInfo:
        """Raises ServerError ("not_found")."""
        answer = self._json("GET", _model_path(name, version))
        return ModelInfo(answer["name"], list(answer.get("versions", [])),
                         answer.get("platform", ""), _infos(answer["inputs"]),
                         _infos(answer["outputs"]))

    def models(self) -> List[Dict[str, Any]]:
        """Every version of every model with its state."""
        return list(self._json("POST", "/v2/repository/index", b"{}"))

    def infer(self, model: str, inputs: Inputs, *, version: str = "", task: str = "",
              outputs: Optional[Sequence[str]] = None, priority: int = 0,
              deadline: Optional[float] = None, request_id: str = "") -> Result:
        """Runs a model, or the model of a task.

        ``deadline``: seconds that are left for the result. ``priority``: 1 is the most important,
        0 the task's own. ``outputs``: those wanted; None: all. Raises Refused, ServerError,
        Unreachable.
        """
        parameters: Dict[str, Any] = {"binary_data_output": True}
        if priority:
            parameters["priority"] = priority
        if deadline is not None:
            parameters["deadline_ms"] = deadline * 1e3
        if task:
            parameters["task"] = task
        request: Dict[str, Any] = {"parameters": parameters, "inputs": []}
        if request_id:
            request["id"] = request_id
        if outputs is not None:
            request["outputs"] = [{"name": name} for name in outputs]
        blobs = []
        for name, array in inputs.items():
            blobs.append(to_raw(array))
            request["inputs"].append({
                "name": name, "shape": list(array.shape), "datatype": datatype_of(array),
                "parameters": {"binary_data_size": len(blobs[-1])},
            })
        head = json.dumps(request, separators=(",", ":")).encode()
        status, headers, body = self._exchange(
            "POST", _model_path(model, version) + "/infer", b"".join([head, *blobs]),
            {"Content-Type": "application/octet-stream",
             "Inference-Header-Content-Length": str(len(head))})
        if status != 200:
            raise _error(status, headers, body)
        return _result(headers, body)

    def explain(self, decision: str) -> Dict[str, Any]:
        """The story of one request. Raises ServerError ("not_found") once it is forgotten."""
        return dict(self._json("GET", f"/api/v1/requests/{quote(decision, safe='')}"))

    def _json(self, method: str, path: str, body: Optional[bytes] = None) -> Any:
        status, headers, answer = self._exchange(method, path, body)
        if status != 200:
            raise _error(status, headers, answer)
        return json.loads(answer)

    def _exchange(self, method: str, path: str, body: Optional[bytes] = None,
                  headers: Optional[Mapping[str, str]] = None
                  ) -> Tuple[int, Mapping[str, str], bytes]:
        # A server may close an idle connection at any time. That shows when the connection had
        # been used before and not a byte of an answer came: then, and only then, try once more.
        reused = self._connection.sock is not None
        try:
            return self._once(method, path, body, headers)
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError) as error:
            self._connection.close()
            if not reused:
                raise Unreachable(str(error)) from error
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise Unreachable(str(error)) from error
        try:
            return self._once(method, path, body, headers)
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise Unreachable(str(error)) from error

    def _once(self, method: str, path: str, body: Optional[bytes],
              headers: Optional[Mapping[str, str]]) -> Tuple[int, Mapping[str, str], bytes]:
        self._connection.request(method, path, body=body,
                                 headers={**self._headers, **(headers or {})})
        response = self._connection.getresponse()
        return response.status, response.headers, response.read()


def _model_path(name: str, version: str) -> str:
    path = f"/v2/models/{quote(name, safe='')}"
    return f"{path}/versions/{quote(version, safe='')}" if version else path


def _infos(tensors: Sequence[Mapping[str, Any]]) -> List[TensorInfo]:
    return [TensorInfo(t["name"], t["datatype"], tuple(t["shape"])) for t in tensors]


def _result(headers: Mapping[str, str], body: bytes) -> Result:
    size = int(headers.get("Inference-Header-Content-Length", len(body)))
    answer = json.loads(body[:size])
    outputs, at, whole = {}, size, memoryview(body)
    for tensor in answer["outputs"]:
        length = tensor["parameters"]["binary_data_size"]
        outputs[tensor["name"]] = from_raw(tensor["datatype"], tuple(tensor["shape"]),
                                           whole[at:at + length])
        at += length
    return Result(answer["model_name"], answer.get("model_version", ""), outputs,
                  answer.get("parameters", {}))


def _error(status: int, headers: Mapping[str, str], body: bytes) -> ServerError:
    word = _STATUS.get(status, "internal")
    try:
        answer = json.loads(body)
        message = answer["error"]
    except (ValueError, KeyError, TypeError):
        return ServerError(word, f"HTTP {status}: {body[:200].decode(errors='replace')}")
    if "reason" not in answer:
        return ServerError(word, message)
    after = answer.get("retry_after_ms")
    return Refused(word, message, answer["reason"], answer.get("decision", ""),
                   answer.get("protects", ""), answer.get("numbers"),
                   after / 1e3 if after is not None else None)
