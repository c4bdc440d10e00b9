"""Frames of version 2 of the TCP protocol; docs/tcp-protocol.md has them byte by byte."""
from __future__ import annotations

import struct
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

import numpy as np

from ._errors import Refused, ServerError
from ._types import Inputs, ModelInfo, Result, TensorInfo, datatype_of, from_raw, to_raw

MAGIC = 0x01545254
HEADER = struct.Struct("<IIHHIQ")  # bytes that follow, magic, version, kind, 0, id

INFER, CANCEL, PING, LIST_MODELS, DESCRIBE_MODEL, HELLO = 1, 2, 3, 4, 5, 6
INFER_REPLY, PONG, MODEL_LIST, MODEL_REPLY, WELCOME, ERROR = 129, 131, 132, 133, 134, 255

_CODES = ["FP32", "FP16", "INT8", "INT32", "BOOL", "UINT8", "UINT16", "UINT32", "UINT64", "INT16",
          "INT64", "BF16", "FP64", "BYTES"]
_STATUS = ["ok", "invalid", "unauthenticated", "forbidden", "not_found", "conflict", "too_large",
           "unsupported", "overloaded", "unavailable", "deadline_exceeded", "cancelled", "internal"]
_STATES = ["LOADING", "READY", "UNLOADING", "UNAVAILABLE"]


class Malformed(ValueError):
    """The bytes are no frame of the protocol."""


class Writer:
    def __init__(self) -> None:
        self._data = bytearray(HEADER.size)

    def number(self, fmt: str, value: Any) -> None:
        self._data += struct.pack("<" + fmt, value)

    def text(self, text: str) -> None:
        data = text.encode()
        self.number("H", len(data))
        self._data += data

    def texts(self, texts: Sequence[str]) -> None:
        self.number("H", len(texts))
        for text in texts:
            self.text(text)

    def data(self, raw: bytes) -> None:
        """At the next multiple of 8."""
        self._data += bytes(-len(self._data) % 8) + raw

    def frame(self, kind: int, request_id: int) -> bytes:
        HEADER.pack_into(self._data, 0, len(self._data) - 4, MAGIC, 2, kind, 0, request_id)
        return bytes(self._data)


class Reader:
    def __init__(self, frame: memoryview) -> None:
        self._frame = frame
        self._at = HEADER.size

    def number(self, fmt: str) -> Any:
        try:
            (value,) = struct.unpack_from("<" + fmt, self._frame, self._at)
        except struct.error as error:
            raise Malformed("a frame ends within its message") from error
        self._at += struct.calcsize("<" + fmt)
        return value

    def bytes(self, size: int) -> memoryview:
        if size > len(self._frame) - self._at:
            raise Malformed("a frame ends within its message")
        self._at += size
        return self._frame[self._at - size:self._at]

    def text(self) -> str:
        return bytes(self.bytes(self.number("H"))).decode(errors="replace")

    def texts(self) -> List[str]:
        return [self.text() for _ in range(self.number("H"))]

    def data(self, size: int) -> memoryview:
        self.bytes(-self._at % 8)
        return self.bytes(size)


def infer_frame(request_id: int, model: str, inputs: Inputs, *, version: str, task: str,
                outputs: Optional[Sequence[str]], priority: int,
                deadline: Optional[float]) -> bytes:
    writer = Writer()
    # 0 means "the task's latency budget": a deadline that has passed is the least that can be said.
    writer.number("Q", 0 if deadline is None else max(1, int(deadline * 1e6)))
    writer.number("I", priority)
    for text in (model, version, task, ""):
        writer.text(text)
    writer.texts(list(outputs or []))
    writer.number("H", len(inputs))
    blobs = []
    for name, array in inputs.items():
        blobs.append(to_raw(array))
        writer.text(name)
        writer.number("B", _CODES.index(datatype_of(array)))
        writer.number("B", array.ndim)
        for size in array.shape:
            writer.number("q", size)
        writer.number("Q", len(blobs[-1]))
    for blob in blobs:
        writer.data(blob)
    return writer.frame(INFER, request_id)


def describe_frame(request_id: int, model: str, version: str) -> bytes:
    writer = Writer()
    writer.text(model)
    writer.text(version)
    return writer.frame(DESCRIBE_MODEL, request_id)


def hello_frame(request_id: int, token: str) -> bytes:
    writer = Writer()
    writer.text(token)
    return writer.frame(HELLO, request_id)


def _type(reader: Reader) -> TensorInfo:
    name, code, dims = reader.text(), reader.number("B"), reader.number("B")
    if code >= len(_CODES):
        raise Malformed(f"there is no dtype {code}")
    return TensorInfo(name, _CODES[code], tuple(reader.number("q") for _ in range(dims)))


def _types(reader: Reader) -> List[TensorInfo]:
    types = []
    for _ in range(reader.number("H")):
        types.append(_type(reader))
        reader.number("B")  # whether it has any rank
    return types


def read_result(reader: Reader) -> Result:
    latency, queued, service = (reader.number("Q") for _ in range(3))
    late = bool(reader.number("B"))
    model, version, decision = reader.text(), reader.text(), reader.text()
    parts: List[Tuple[TensorInfo, int]] = []
    for _ in range(reader.number("H")):
        parts.append((_type(reader), reader.number("Q")))
    outputs: Dict[str, np.ndarray] = {}
    for info, size in parts:
        outputs[info.name] = from_raw(info.datatype, info.shape, reader.data(size))
    return Result(model, version, outputs,
                  {"decision": decision, "late": late, "latency_ms": latency / 1e3,
                   "queued_ms": queued / 1e3, "service_ms": service / 1e3})


def read_error(reader: Reader) -> ServerError:
    code, retry_after_us = reader.number("H"), reader.number("Q")
    status = _STATUS[code] if code < len(_STATUS) else "internal"
    reason, message, decision, protects = (reader.text() for _ in range(4))
    numbers: Mapping[str, Any] = {}
    if reader.number("B"):
        numbers = {"service_ms": reader.number("Q") / 1e3, "backlog_ms": reader.number("Q") / 1e3,
                   "predicted_finish_ms": reader.number("q") / 1e3,
                   "queued": reader.number("I"), "task_queued": reader.number("I"),
                   "density": reader.number("d")}
    if not reason:
        return ServerError(status, message)
    return Refused(status, message, reason, decision, protects, numbers,
                   retry_after_us / 1e6 if retry_after_us else None)


def read_model(reader: Reader) -> ModelInfo:
    name = reader.text()
    reader.text()  # the version that the inputs and outputs are of
    versions, platform = reader.texts(), reader.text()
    reader.number("I")  # requests per batch
    return ModelInfo(name, versions, platform, _types(reader), _types(reader))


def read_models(reader: Reader) -> List[Dict[str, Any]]:
    models = []
    for _ in range(reader.number("H")):
        name, version, state = reader.text(), reader.text(), reader.number("B")
        models.append({"name": name, "version": version,
                       "state": _STATES[state] if state < len(_STATES) else str(state),
                       "reason": reader.text()})
    return models
