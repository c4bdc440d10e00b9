"""Arrays of every dtype that the official client can send."""
import numpy as np

ARRAYS = {
    "bool": np.array([[True, False], [False, True]]),
    "uint8": np.array([[0, 255]], np.uint8),
    "uint16": np.array([[0, 65535]], np.uint16),
    "uint32": np.array([[0, 2**32 - 1]], np.uint32),
    "uint64": np.array([[0, 2**64 - 1]], np.uint64),
    "int8": np.array([[-128, 127]], np.int8),
    "int16": np.array([[-2**15, 2**15 - 1]], np.int16),
    "int32": np.array([[-2**31, 2**31 - 1]], np.int32),
    "int64": np.array([[-2**63, 2**63 - 1]], np.int64),
    "fp16": np.array([[0.5, -65504]], np.float16),
    "fp32": np.array([[1.5, -3e38], [0.1, 1e-38]], np.float32),
    "fp64": np.array([[1.5, -1e308]], np.float64),
    "string": np.array([[b"", "äöü".encode()], [b"a\x00b", b"x" * 1000]], dtype=object),
}
DATATYPES = {"bool": "BOOL", "string": "BYTES",
             **{d: d.upper() for d in ARRAYS if d not in ("bool", "string")}}
