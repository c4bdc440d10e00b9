"""Runs `sluice serve` for tests."""
import http.client
import json
import pathlib
import signal
import ssl
import subprocess
import time


class Daemon:
    """`config` should let every listener have any port; `ready`: start() waits for the models;
    `tls`: what an encrypted daemon is asked with."""

    def __init__(self, binary, folder: pathlib.Path, config: str, ready: bool = True,
                 tls: ssl.SSLContext | None = None) -> None:
        self.binary = binary
        self.folder = folder
        self.wait_for_ready = ready
        self.tls = tls
        self.ports = {}
        self.file = folder / "serve.yaml"
        self.file.write_text(config)
        self.process = None

    def __enter__(self) -> "Daemon":
        return self.start()

    def __exit__(self, *_) -> None:
        self.stop()

    def start(self) -> "Daemon":
        ports = self.folder / "ports.json"
        ports.unlink(missing_ok=True)
        self.log = open(self.folder / "log.txt", "ab")
        self.process = subprocess.Popen(
            [self.binary, "serve", self.file, "--ports-file", ports], stdout=self.log,
            stderr=self.log)
        deadline = time.monotonic() + 60
        while not (ports.exists() and self._answers(ports)):
            if self.process.poll() is not None:
                raise RuntimeError(f"sluice serve ended with {self.process.returncode}:\n"
                                   + self.output())
            if time.monotonic() > deadline:
                self.stop()
                raise RuntimeError("sluice serve does not get ready:\n" + self.output())
            time.sleep(0.02)
        return self

    def _answers(self, ports: pathlib.Path) -> bool:
        self.ports = json.loads(ports.read_text())
        try:
            return self.get("/readyz" if self.wait_for_ready else "/healthz")[0] == 200
        except OSError:
            return False

    def output(self) -> str:
        return (self.folder / "log.txt").read_text(errors="replace")

    def stop(self) -> int:
        """SIGTERM; the exit status."""
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.close()
        status, self.process = self.process.returncode, None
        return status

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self.log.close()
        self.process = None

    @property
    def http(self) -> str:
        return f"127.0.0.1:{self.ports['http']}"

    @property
    def grpc(self) -> str:
        return f"127.0.0.1:{self.ports['grpc']}"

    @property
    def tcp(self):
        return ("127.0.0.1", self.ports["tcp"])

    def request(self, method, path, body=None, headers=None, timeout=30):
        """Status, headers and body of one exchange."""
        connection = (http.client.HTTPSConnection(self.http, timeout=timeout, context=self.tls)
                      if self.tls else http.client.HTTPConnection(self.http, timeout=timeout))
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()

    def get(self, path):
        status, _, body = self.request("GET", path)
        return status, body

    def get_json(self, path):
        status, body = self.get(path)
        assert status == 200, body
        return json.loads(body)

    def infer_json(self, model, data, *, dtype="FP32", shape=None, name="x", parameters=None):
        body = {"inputs": [{"name": name, "datatype": dtype, "shape": shape or [1, len(data)],
                            "data": data}]}
        if parameters:
            body["parameters"] = parameters
        status, headers, answer = self.request("POST", f"/v2/models/{model}/infer",
                                               json.dumps(body),
                                               {"Content-Type": "application/json"})
        return status, headers, json.loads(answer)

    def alive(self) -> bool:
        return self.process.poll() is None and self.get("/healthz")[0] == 200

    def resident(self) -> int:
        """Bytes of memory that the process holds."""
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        raise RuntimeError("no VmRSS")
