"""The examples with real models: of the Python client, and of stations."""
import csv
import json
import pathlib
import re
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


def station_daemon(fresh, tmp_path, name):
    """A daemon with examples/NAME, with ports and a state folder of its own."""
    examples = ROOT / "examples"
    text = (examples / name).read_text()
    text = re.sub(r"^serve:.*", "serve: { http: 127.0.0.1:0, grpc: off, tcp: off }", text, flags=re.M)
    text = re.sub(r"^state:.*", f"state: {tmp_path}/state", text, flags=re.M)
    text = text.replace("../demo", str(DEMO))
    text = re.sub(r"labels: (\w+\.labels\.txt)", rf"labels: {examples}/\1", text)
    return fresh(text)


def next_item(daemon):
    """Source, decision and found objects of one item."""
    status, _, body = daemon.request("POST", "/api/v1/trigger?wait=30s", timeout=60)
    item = json.loads(body)
    assert status == 200 and item["state"] == "Done" and not item["error"], item
    ((camera, part),) = item["cameras"].items()
    return pathlib.Path(part["source"]).name, item["decision"], item["inferences"][camera]


def test_faces(fresh, tmp_path):
    if not (DEMO / "models/face-gender.onnx").is_file():
        pytest.skip("there are no face networks in demo/: tools/fetch-demo brings them")
    daemon = station_daemon(fresh, tmp_path, "faces.yaml")
    items = [next_item(daemon) for _ in range(6)]
    assert [(source, decision) for source, decision, _ in items] == [
        ("astronaut.png", "OK"), ("camera.png", "OK"), ("chelsea.png", "KO"), ("coffee.png", "KO"),
        ("coins.png", "KO"), ("rocket.jpg", "KO")]
    found = items[0][2]
    (gender,) = found["gender"].values()
    assert gender["label"] == "female" and gender["parent"] == next(iter(found["face"]))


def test_labels(fresh, tmp_path):
    truth = DEMO / "labels/truth.csv"
    if not truth.is_file():
        pytest.skip("there are no demo/labels: tools/make-labels makes them")
    daemon = station_daemon(fresh, tmp_path, "labels.yaml")
    with truth.open() as file:
        said = [(row["file"], row["decision"]) for row in csv.DictReader(file)][:12]
    assert [next_item(daemon)[:2] for _ in said] == said
    assert {decision for _, decision in said} == {"OK", "KO"}
