"""What Frigate's detector of type `zmq` does with its server, as far as a server can tell."""
import json

import numpy as np
import zmq


class Recorder:
    """`log` has what Frigate would write to its log: (level, text)."""

    TIMEOUT_MS = 200
    MODEL_TIMEOUT_MS = 30_000

    def __init__(self, port, name="yolov9-t-320.onnx"):
        self.endpoint = f"tcp://127.0.0.1:{port}"
        self.name = name
        self.log = []
        self.context = zmq.Context()
        self.socket = None
        self.ready = False
        self.connect()
        self.ask_for_model()

    def close(self):
        self.socket.close(linger=0)
        self.context.term()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def connect(self):
        if self.socket is not None:
            self.socket.close(linger=0)
        self.socket = self.context.socket(zmq.REQ)
        self.socket.setsockopt(zmq.RCVTIMEO, self.TIMEOUT_MS)
        self.socket.setsockopt(zmq.SNDTIMEO, self.TIMEOUT_MS)
        self.socket.setsockopt(zmq.LINGER, 0)
        self.socket.connect(self.endpoint)

    def ask_for_model(self):
        """Asked first, and again after each timeout; once found ready, it stays so."""
        try:
            question = {"model_request": True, "model_name": self.name}
            self.socket.send_multipart([json.dumps(question).encode()])
            self.socket.setsockopt(zmq.RCVTIMEO, self.MODEL_TIMEOUT_MS)
            try:
                parts = self.socket.recv_multipart()
            finally:
                self.socket.setsockopt(zmq.RCVTIMEO, self.TIMEOUT_MS)
            assert len(parts) == 1
            answer = json.loads(parts[0])
            assert answer.get("model_available", False), "it would send its model's file"
            if answer.get("model_loaded", False):
                self.ready = True
            else:
                self.log.append(("error", "Model exists but failed to load"))
        except zmq.ZMQError as error:
            self.log.append(("error", str(error)))

    def decode(self, parts):
        try:
            if len(parts) == 1:
                if len(parts[0]) != 20 * 6 * 4:
                    self.log.append(("warning", f"unexpected payload size: {len(parts[0])}"))
                    return np.zeros((20, 6), np.float32)
                return np.frombuffer(parts[0], np.float32).reshape((20, 6))
            header = json.loads(parts[0])
            kind = np.dtype(header.get("dtype", "float32"))
            return np.frombuffer(parts[1], kind).reshape(tuple(header.get("shape", [])))
        except Exception as error:
            self.log.append(("error", f"failed to decode response: {error}"))
            return np.zeros((20, 6), np.float32)

    def detect(self, tensor):
        if not self.ready:
            self.log.append(("warning", "Model not ready, returning zero detections"))
            return np.zeros((20, 6), np.float32)
        try:
            header = {"shape": list(tensor.shape), "dtype": tensor.dtype.name, "model_type": "ssd"}
            self.socket.send_multipart([json.dumps(header).encode(), tensor.tobytes(order="C")])
            rows = self.decode(self.socket.recv_multipart())
            assert rows.shape == (20, 6)  # Frigate copies it into memory of that shape
            return rows
        except zmq.Again:
            self.log.append(("debug", "request timed out; resetting socket"))
            self.connect()
            self.ask_for_model()
            return np.zeros((20, 6), np.float32)
