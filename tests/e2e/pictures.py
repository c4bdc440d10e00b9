"""Image files, good and bad, and bodies to send them in."""
import struct
import zlib

import cv2
import numpy as np


def jpeg(grey: int, width=32, height=24) -> bytes:
    return cv2.imencode(".jpg", np.full((height, width, 3), grey, np.uint8))[1].tobytes()


def png(pixels: np.ndarray) -> bytes:
    return cv2.imencode(".png", pixels)[1].tobytes()


def png_that_claims(width: int, height: int) -> bytes:
    """A small file whose header promises width x height pixels."""
    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data
                + struct.pack(">I", zlib.crc32(kind + data)))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
            + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b""))


def form(**files: bytes):
    """Body and headers of a multipart form with these files."""
    body = b"".join(b'--edge\r\nContent-Disposition: form-data; name="%s"; filename="f.jpg"\r\n'
                    b"Content-Type: image/jpeg\r\n\r\n%s\r\n" % (name.encode(), data)
                    for name, data in files.items()) + b"--edge--\r\n"
    return body, {"Content-Type": "multipart/form-data; boundary=edge"}


BLACK, WHITE = jpeg(0), jpeg(255)
# What a camera or client may send, and no decoder should fall over.
BROKEN = {
    "empty file": b"\xff\xd8\xff\xd9",
    "no image": b"hello" * 100,
    "cut off": jpeg(80, 320, 240)[:200],
    "zero width": png_that_claims(0, 10),
    "zero height": png_that_claims(10, 0),
    "100 megapixels": png_that_claims(12000, 9000),
    "2^31 pixels wide": png_that_claims(2**31 - 1, 2**31 - 1),
}
