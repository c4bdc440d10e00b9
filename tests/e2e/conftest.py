"""A daemon for each test session, and the fixtures around it."""
import os
import pathlib
import subprocess

import pytest

from daemon import Daemon

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
MODELS = ROOT / "tests/fixtures/models"

# Every dtype, a model with two inputs, one of strings, and slow ones to overload.
CONFIG = """
node: {{ name: e2e }}
scheduler: {{ slots: 2 }}
models:
{identities}
  - {{ name: two, path: {models}/two_by_two.onnx }}
  - {{ name: lookup, path: {models}/lookup.onnx }}
  - {{ name: slow, synthetic: {{ service: 50ms }} }}
tasks:
  - {{ name: narrow, model: slow, priority: 5, latency_budget: 1s, queue: {{ capacity: 1, on_full: drop_newest }} }}
  - {{ name: hasty, model: slow, priority: 5, latency_budget: 10ms }}
serve: {{ http: 127.0.0.1:0, grpc: 127.0.0.1:0, tcp: 127.0.0.1:0 }}
"""
DTYPES = ["bool", "uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64", "fp16",
          "bf16", "fp32", "fp64", "string"]


def config() -> str:
    identities = "\n".join(f"  - {{ name: id_{d}, path: {MODELS}/identity_{d}.onnx }}"
                           for d in DTYPES)
    return CONFIG.format(identities=identities, models=MODELS)


@pytest.fixture(scope="session")
def binary() -> pathlib.Path:
    path = pathlib.Path(os.environ["SLUICE_BINARY"])
    assert path.is_file(), f"SLUICE_BINARY={path} is no file; build the program first"
    return path


@pytest.fixture(scope="session")
def daemon(binary, tmp_path_factory):
    """Shared: tests must leave it as it was."""
    with Daemon(binary, tmp_path_factory.mktemp("daemon"), config()) as running:
        yield running


@pytest.fixture
def fresh(binary, tmp_path):
    """Starts daemons of a test's own: fresh(config_text) or fresh()."""
    running = []

    def start(text=None, **options):
        folder = tmp_path / f"daemon{len(running)}"
        folder.mkdir()
        running.append(Daemon(binary, folder, text or config(), **options).start())
        return running[-1]

    yield start
    for one in running:
        one.stop()


@pytest.fixture
def sluice(binary):
    """Runs a command of the program."""
    def run(*arguments, timeout=60):
        return subprocess.run([binary, *map(str, arguments)], capture_output=True, text=True,
                              timeout=timeout)
    return run
