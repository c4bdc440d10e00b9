"""Version 1 of the TCP protocol as clients in the field speak it."""
import socket
import struct

import numpy as np

MAGIC = b"TRT\x01"
CODES = {"float32": 0, "float16": 1, "int8": 2, "int32": 3}


def descriptor(array):
    return struct.pack("<BB", CODES[array.dtype.name], array.ndim) + struct.pack(
        f"<{array.ndim}i", *array.shape) + struct.pack("<I", array.nbytes)


def frame(model: str, arrays, descriptors_first=False) -> bytes:
    body = MAGIC + struct.pack("<HHIII", 1, 0, len(model), len(arrays), 0) + model.encode()
    if descriptors_first:
        body += b"".join(map(descriptor, arrays)) + b"".join(a.tobytes() for a in arrays)
    else:
        body += b"".join(descriptor(a) + a.tobytes() for a in arrays)
    return struct.pack("<I", len(body)) + body


def read_exactly(sock, size):
    data = bytearray()
    while len(data) < size:
        got = sock.recv(size - len(data))
        if not got:
            raise ConnectionError("closed")
        data += got
    return bytes(data)


class Client:
    def __init__(self, address) -> None:
        self.socket = socket.create_connection(address, 30)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def infer(self, model, arrays, **options):
        """Status and the outputs' bytes."""
        self.socket.sendall(frame(model, arrays, **options))
        (size,) = struct.unpack("<I", read_exactly(self.socket, 4))
        body = read_exactly(self.socket, size)
        _, status, count = struct.unpack_from("<III", body)
        lengths = struct.unpack_from(f"<{count}I", body, 12)
        outputs, at = [], 12 + 4 * count
        for length in lengths:
            outputs.append(body[at:at + length])
            at += length
        assert at == len(body)
        return status, outputs


def floats(data: bytes) -> np.ndarray:
    return np.frombuffer(data, np.float32)
