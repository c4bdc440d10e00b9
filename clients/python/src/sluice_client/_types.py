"""What both protocols give and take."""
from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Any, Dict, List, Mapping, Tuple

import numpy as np

Inputs = Mapping[str, np.ndarray]

_DTYPES: Dict[str, np.dtype] = {
    "BOOL": np.dtype(np.bool_),
    "UINT8": np.dtype("<u1"), "UINT16": np.dtype("<u2"), "UINT32": np.dtype("<u4"),
    "UINT64": np.dtype("<u8"),
    "INT8": np.dtype("<i1"), "INT16": np.dtype("<i2"), "INT32": np.dtype("<i4"),
    "INT64": np.dtype("<i8"),
    "FP16": np.dtype("<f2"), "FP32": np.dtype("<f4"), "FP64": np.dtype("<f8"),
}
_NAMES = {dtype.newbyteorder("="): name for name, dtype in _DTYPES.items()}


@dataclass(frozen=True)
class TensorInfo:
    name: str
    datatype: str  #: as the protocol names it: "FP32", "BYTES", ...
    shape: Tuple[int, ...]  #: -1: any size


@dataclass(frozen=True)
class ModelInfo:
    name: str
    versions: List[str]
    platform: str
    inputs: List[TensorInfo]
    outputs: List[TensorInfo]


@dataclass(frozen=True)
class Result:
    """The outputs by name, and what the server says about the inference."""
    model: str
    version: str
    outputs: Dict[str, np.ndarray]
    parameters: Dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> np.ndarray:
        return self.outputs[name]


def datatype_of(array: np.ndarray) -> str:
    """The protocol's name; strings and bytes are BYTES. TypeError: there is none."""
    if array.dtype.kind in "OSU":
        return "BYTES"
    name = _NAMES.get(array.dtype.newbyteorder("="))
    if name is None:
        raise TypeError(f"no tensor type for numpy's {array.dtype}")
    return name


def to_raw(array: np.ndarray) -> bytes:
    """Little-endian elements; each string with its length in four bytes before it."""
    datatype = datatype_of(array)
    if datatype != "BYTES":
        return np.ascontiguousarray(array, dtype=_DTYPES[datatype]).tobytes()
    parts = []
    for element in array.ravel():
        data = element if isinstance(element, bytes) else str(element).encode()
        parts += [struct.pack("<I", len(data)), data]
    return b"".join(parts)


def from_raw(datatype: str, shape: Tuple[int, ...], raw: memoryview) -> np.ndarray:
    """The inverse. BYTES become an array of ``bytes``; BF16, which numpy lacks, becomes float32."""
    if datatype == "BYTES":
        strings, at = [], 0
        while at < len(raw):
            (size,) = struct.unpack_from("<I", raw, at)
            strings.append(bytes(raw[at + 4:at + 4 + size]))
            at += 4 + size
        out = np.empty(len(strings), dtype=object)
        out[:] = strings
        return out.reshape(shape)
    if datatype == "BF16":
        wide = np.frombuffer(raw, dtype="<u2").astype(np.uint32) << 16
        return wide.view(np.float32).reshape(shape)
    return np.frombuffer(raw, dtype=_DTYPES[datatype]).reshape(shape)
