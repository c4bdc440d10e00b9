"""Version 2 of the TCP protocol."""
from __future__ import annotations

import itertools
import socket
import ssl
from typing import Any, Deque, Dict, Iterable, Iterator, List, Optional, Sequence, Tuple, Union
from collections import deque

from . import _wire as wire
from ._errors import ServerError, Unreachable
from ._types import Inputs, ModelInfo, Result


class TcpClient:
    """One connection. Not thread-safe: use one client per thread.

    ``timeout``: seconds to wait for the next bytes of an answer. After Unreachable, the next call
    connects anew. ``tls``: for an encrypted connection, whom to trust.
    """

    def __init__(self, host: str = "127.0.0.1", port: int = 8008, *, token: str = "",
                 timeout: float = 30.0, tls: Optional[ssl.SSLContext] = None) -> None:
        self._address = (host, port)
        self._token = token
        self._timeout = timeout
        self._tls = tls
        self._socket: Optional[socket.socket] = None
        self._ids = itertools.count(1)

    def __enter__(self) -> "TcpClient":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def ready(self) -> bool:
        """Whether every model that the server's configuration wants is ready."""
        reader = self._call(wire.Writer().frame(wire.PING, next(self._ids)), wire.PONG)
        return bool(reader.number("B"))

    def model(self, name: str, version: str = "") -> ModelInfo:
        """Raises ServerError ("not_found")."""
        return wire.read_model(self._call(wire.describe_frame(next(self._ids), name, version),
                                          wire.MODEL_REPLY))

    def models(self) -> List[Dict[str, Any]]:
        """Every version of every model with its state."""
        frame = wire.Writer().frame(wire.LIST_MODELS, next(self._ids))
        return wire.read_models(self._call(frame, wire.MODEL_LIST))

    def infer(self, model: str, inputs: Inputs, *, version: str = "", task: str = "",
              outputs: Optional[Sequence[str]] = None, priority: int = 0,
              deadline: Optional[float] = None) -> Result:
        """As HttpClient.infer()."""
        frame = wire.infer_frame(next(self._ids), model, inputs, version=version, task=task,
                                 outputs=outputs, priority=priority, deadline=deadline)
        return wire.read_result(self._call(frame, wire.INFER_REPLY))

    def stream(self, model: str, requests: Iterable[Inputs], *, in_flight: int = 8,
               version: str = "", task: str = "", outputs: Optional[Sequence[str]] = None,
               priority: int = 0, deadline: Optional[float] = None
               ) -> Iterator[Union[Result, ServerError]]:
        """Keeps up to ``in_flight`` requests under way; yields their answers in order.

        A refused request is an answer like any other (a ServerError, not raised): a stream goes on
        after a dropped frame. Raises Unreachable. Make no other call before the end.
        """
        pending: Deque[int] = deque()
        answers: Dict[int, Union[Result, ServerError]] = {}
        source = iter(requests)
        more = True
        try:
            while True:
                while more and len(pending) < in_flight:
                    inputs = next(source, None)
                    if inputs is None:
                        more = False
                        break
                    pending.append(next(self._ids))
                    self._send(wire.infer_frame(pending[-1], model, inputs, version=version,
                                                task=task, outputs=outputs, priority=priority,
                                                deadline=deadline))
                if not pending:
                    return
                while pending[0] not in answers:
                    kind, request_id, reader = self._receive()
                    answers[request_id] = (wire.read_error(reader) if kind == wire.ERROR
                                           else wire.read_result(reader))
                yield answers.pop(pending.popleft())
        finally:
            # Answers that nobody waits for must not be taken for those of a later call.
            if pending:
                self.close()

    def _call(self, frame: bytes, answer: int) -> wire.Reader:
        self._send(frame)
        _, _, _, _, _, sent_id = wire.HEADER.unpack_from(frame)
        while True:
            kind, request_id, reader = self._receive()
            if request_id != sent_id:
                continue
            if kind == wire.ERROR:
                raise wire.read_error(reader)
            if kind != answer:
                raise wire.Malformed(f"an answer of kind {kind} to something else")
            return reader

    def _send(self, frame: bytes) -> None:
        try:
            if self._socket is None:
                self._socket = socket.create_connection(self._address, self._timeout)
                self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                if self._tls is not None:
                    self._socket = self._tls.wrap_socket(self._socket,
                                                         server_hostname=self._address[0])
                if self._token:
                    self._call(wire.hello_frame(next(self._ids), self._token), wire.WELCOME)
            self._socket.sendall(frame)
        except OSError as error:
            self.close()
            raise Unreachable(str(error)) from error

    def _receive(self) -> Tuple[int, int, wire.Reader]:
        head = self._read(wire.HEADER.size)
        size, magic, version, kind, _, request_id = wire.HEADER.unpack(head)
        if magic != wire.MAGIC or version != 2 or size + 4 < wire.HEADER.size:
            self.close()
            raise wire.Malformed("the server does not speak this protocol")
        frame = memoryview(bytearray(size + 4))
        frame[:len(head)] = head
        self._read_into(frame[len(head):])
        return kind, request_id, wire.Reader(frame)

    def _read(self, size: int) -> bytearray:
        data = bytearray(size)
        self._read_into(memoryview(data))
        return data

    def _read_into(self, view: memoryview) -> None:
        if self._socket is None:
            raise Unreachable("the connection is closed")
        try:
            while view:
                got = self._socket.recv_into(view)
                if got == 0:
                    raise ConnectionError("the server closed the connection")
                view = view[got:]
        except OSError as error:
            self.close()
            raise Unreachable(str(error)) from error
