"""From start to end: signals, files that vanish, ports that are taken, memory."""
import json
import shutil
import subprocess

import pytest

from conftest import MODELS

FOLDER = """
models:
  - {{ name: m, path: {folder}/m.onnx }}
serve: {{ http: 127.0.0.1:0, grpc: 127.0.0.1:0, tcp: 127.0.0.1:0, watch_interval: 50ms }}
"""


@pytest.fixture
def copied(tmp_path):
    folder = tmp_path / "models"
    folder.mkdir()
    shutil.copy(MODELS / "identity_fp32.onnx", folder / "m.onnx")
    return folder


def test_sigterm_ends_it_cleanly(fresh):
    assert fresh().stop() == 0


def test_a_port_in_use_is_said(fresh, binary):
    daemon = fresh()
    second = subprocess.run([binary, "serve", daemon.file, "--http", daemon.http],
                            capture_output=True, text=True, timeout=60)
    assert second.returncode != 0
    assert str(daemon.ports["http"]) in second.stderr


def test_kill_and_restart(fresh):
    daemon = fresh()
    assert daemon.infer_json("id_fp32", [1, 2])[0] == 200
    daemon.kill()
    daemon.start()
    assert daemon.infer_json("id_fp32", [1, 2])[0] == 200


def test_a_model_deleted_while_loaded_goes_on(fresh, copied):
    daemon = fresh(FOLDER.format(folder=copied))
    (copied / "m.onnx").unlink()
    for _ in range(20):
        assert daemon.infer_json("m", [1, 2])[0] == 200
    assert daemon.request("POST", "/v2/repository/models/m/load", "{}")[0] >= 400
    assert daemon.infer_json("m", [1, 2])[0] == 200


def test_a_rejected_configuration_leaves_the_old_one(fresh, copied):
    daemon = fresh(FOLDER.format(folder=copied))
    good = daemon.file.read_text()
    daemon.file.write_text(good + "\nnonsense: 1\n")
    status, _, body = daemon.request("POST", "/api/v1/configuration/reload", "{}")
    assert status == 422
    assert b"nonsense" in body
    assert daemon.infer_json("m", [1, 2])[0] == 200
    assert "nonsense" in daemon.get_json("/api/v1/live")["configuration"]["error"]
    daemon.file.write_text(good.replace("name: m,", "name: n,"))
    assert daemon.request("POST", "/api/v1/configuration/reload", "{}")[0] == 200
    assert daemon.infer_json("n", [1, 2])[0] == 200
    assert daemon.infer_json("m", [1, 2])[0] == 404


def test_metrics_tell_the_requests(fresh):
    daemon = fresh()
    for _ in range(3):
        assert daemon.infer_json("id_fp32", [1, 2])[0] == 200
    text = daemon.get("/metrics")[1].decode()
    assert "# HELP" in text and "# TYPE" in text
    assert "id_fp32" in text


def test_memory_does_not_grow_with_requests(fresh, sluice):
    daemon = fresh()

    def send(count):
        ran = sluice("bench", "load", f"http://{daemon.http}", "--duration", "10min", "--warm-up",
                     "0s", "--json", "--stream",
                     f"{{model: id_fp32, arrivals: closed, connections: 4, count: {count}}}",
                     timeout=600)
        assert ran.returncode == 0, ran.stderr
        assert json.loads(ran.stdout)["streams"][0]["on_time"] == count

    # The window of events that the pages remember is full by then.
    send(70_000)
    before = daemon.resident()
    send(100_000)
    grown = daemon.resident() - before
    assert grown < 8 * 2**20, f"{grown} bytes more after 100,000 requests"
