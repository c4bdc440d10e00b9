"""The Python client's examples, with real models."""
import subprocess
import sys

import pytest

from conftest import ROOT

DEMO = ROOT / "demo"
EXAMPLES = ROOT / "clients/python/examples"
CONFIG = f"""
models:
  - {{ name: page-orientation, path: {DEMO}/models/page-orientation.onnx }}
  - {{ name: text-detection, path: {DEMO}/models/text-detection.onnx }}
serve: {{ http: 127.0.0.1:0, grpc: 127.0.0.1:0, tcp: 127.0.0.1:0 }}
"""
PAGE = DEMO / "images/scans/page.png"


@pytest.fixture
def demo(fresh):
    if not PAGE.is_file():
        pytest.skip("there is no demo/: tools/fetch-demo makes it")
    return fresh(CONFIG)


def example(name, *arguments):
    ran = subprocess.run([sys.executable, EXAMPLES / name, *map(str, arguments), "--deadline", "30"],
                         capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_classify(demo):
    assert f"{PAGE}: 0 (" in example("classify.py", PAGE, "--url", f"http://{demo.http}")


def test_detect(demo, tmp_path):
    said = example("detect.py", PAGE, "--url", f"http://{demo.http}", "--out", tmp_path)
    assert str(PAGE) in said
    assert list(tmp_path.glob("*page*"))


def test_stream(demo):
    # One image is a video of one frame.
    said = example("stream.py", "--source", PAGE, "--port", demo.ports["tcp"], "--frames", 1)
    assert said == "on time: 1\n"
