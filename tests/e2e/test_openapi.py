"""The OpenAPI document is true: no undocumented status, header or shape, and no 5xx."""
import pathlib
import subprocess
import sys

import pytest

# Always able to answer, so that nothing excuses a 5xx.
CONFIG = """
scheduler: { slots: 2 }
models:
  - { name: fast, synthetic: { service: 10us } }
serve: { http: 127.0.0.1:0, grpc: 127.0.0.1:0, tcp: 127.0.0.1:0 }
"""
# Without a name that exists, almost every request would end there.
SETTINGS = f"""
hooks = "{pathlib.Path(__file__).with_name("schemathesis_hooks.py")}"

[parameters]
model = "fast"
version = "1"

[[operations]]
include-path-regex = "/infer$"
checks.not_a_server_error.enabled = false # schemathesis_hooks.py has a stricter one
"""
UNLOAD = "/v2/repository/models/{model}/unload"
# The protocol has unknown keys ignored, so "bad" bodies may be fine; and a good one may want a
# model that is not there.
UNWANTED = "negative_data_rejection,positive_data_acceptance,unsupported_method"


def run(daemon, tmp_path, *options, settings=""):
    file = tmp_path / "schemathesis.toml"
    file.write_text(settings)
    ran = subprocess.run(
        [pathlib.Path(sys.executable).with_name("schemathesis"), "--config-file", file, "run",
         f"http://{daemon.http}/openapi.json", "--exclude-checks", UNWANTED,
         "--generation-deterministic", "--request-timeout", "30",
         "--suppress-health-check", "all", *options],
        capture_output=True, text=True, timeout=600, cwd=tmp_path)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert daemon.alive()


@pytest.fixture
def fast(fresh):
    daemon = fresh(CONFIG)
    # There is something to replay.
    assert daemon.infer_json("fast", [1])[0] == 200
    return daemon


def test_the_document_is_true(fast, tmp_path):
    # The event stream never ends; without the model, 503 would be right.
    run(fast, tmp_path, "--exclude-path", "/api/v1/live/stream", "--exclude-path", UNLOAD,
        "--max-examples", "30", settings=SETTINGS)


def test_it_is_true_of_names_that_nobody_has(fast, tmp_path):
    run(fast, tmp_path, "--include-path", "/v2/models/{model}/infer", "--include-path", UNLOAD,
        "--include-path", "/v2/models/{model}/versions/{version}/ready", "--max-examples", "10")
