"""Frigate's `zmq` detector in front of the daemon: no detection is made up, none is lost unsaid."""
import json
import re
import threading
import time

import numpy as np
import pytest
import zmq

from conftest import MODELS, ROOT
from recorder import Recorder

# The model's output is its input: rows of left, top, right, bottom, score, class.
CONFIG = """
scheduler: {{ slots: 1 }}
models:
  - name: boxes
    path: {models}/boxes.onnx
    preprocess: {{ scale: 1 }}
    postprocess: {{ type: yolo, head: end_to_end }}
  - {{ name: slow, synthetic: {{ service: 300ms }} }}
tasks:
  - {{ name: frigate, model: boxes, priority: 5, latency_budget: {budget} }}
serve:
  http: 127.0.0.1:0
  grpc: off
  tcp: off
  zmq: {{ listen: 127.0.0.1:{port}, task: frigate{more} }}
"""


def config(port=0, budget="10s", more=""):
    return CONFIG.format(models=MODELS, port=port, budget=budget, more=more)


@pytest.fixture(scope="module")
def boxes(binary, tmp_path_factory):
    """Tests must leave it as it was."""
    from daemon import Daemon
    with Daemon(binary, tmp_path_factory.mktemp("zmq"), config()) as running:
        yield running


@pytest.fixture
def recorder(boxes):
    with Recorder(boxes.ports["zmq"]) as one:
        yield one


def picture(*rows, dtype=np.float32):
    """What the model finds these rows in."""
    numbers = np.zeros((32, 6), dtype)
    for place, row in zip(numbers, rows):
        place[:] = row
    return numbers.reshape((1, 3, 8, 8))


def calls(daemon, status, call="infer"):
    text = daemon.get("/metrics")[1].decode()
    found = re.findall(r"^sluice_calls_total\{(.*)\} (\d+)$", text, re.M)
    return sum(int(count) for labels, count in found
               if f'call="{call}"' in labels and 'protocol="zmq"' in labels
               and f'status="{status}"' in labels)


def test_a_box_comes_back(recorder):
    rows = recorder.detect(picture([2, 4, 6, 8, 0.75, 3]))
    assert rows[0].tolist() == [3, 0.75, 0.5, 0.25, 1, 0.75]
    assert not rows[1:].any() and recorder.log == []


def test_bytes_are_an_image_in_every_layout(recorder):
    planes = picture([0, 2, 4, 8, 1, 7], [1, 1, 2, 2, 1, 0], dtype=np.uint8)
    # The model takes floats, planes first: here they are the same numbers in other places.
    for axes in ((0, 1, 2, 3), (0, 2, 3, 1), (2, 3, 0, 1), (2, 3, 1, 0)):
        rows = recorder.detect(np.ascontiguousarray(planes.transpose(axes)))
        assert rows[0].tolist() == [7, 1, 0.25, 0, 1, 0.5], axes
        assert rows[1].tolist() == [0, 1, 0.125, 0.125, 0.25, 0.25], axes
    assert recorder.log == []


def test_nothing_seen_is_no_error(recorder):
    assert not recorder.detect(picture()).any()
    assert recorder.log == []


def test_two_recorders_get_their_own(boxes):
    def detect(number, wrong):
        with Recorder(boxes.ports["zmq"]) as one:
            for _ in range(50):
                rows = one.detect(picture([1, 2, 3, 4, 0.5, number]))
                if rows[0][0] != number and not one.log:
                    wrong.append(rows)

    wrong = []
    threads = [threading.Thread(target=detect, args=(n, wrong)) for n in (1, 2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


BROKEN = [
    [b""], [b"{}"], [b"{}", b"x"], [b"\xff\xfe", b"x"], [b"x"] * 1000,
    [b'{"shape":[1,3,8,8],"dtype":"float32"}', b"short"],
    [b'{"shape":[1,3,8,8],"dtype":"object"}', b"x"],
    [b'{"shape":[4000000000,4000000000],"dtype":"uint8"}', b"x"],
    [b'{"shape":"all","dtype":"uint8"}', b"x"],
    [b'{"shape":[1,5,5,3],"dtype":"float32"}', bytes(300)],
    [b"[" * 10_000, b"x"],
]


@pytest.mark.parametrize("message", BROKEN, ids=range(len(BROKEN)))
def test_broken_messages_get_an_error(boxes, recorder, message):
    before = calls(boxes, "invalid")
    recorder.socket.setsockopt(zmq.RCVTIMEO, 30_000)
    recorder.socket.send_multipart(message)
    answer = recorder.socket.recv_multipart()
    assert json.loads(answer[0])["status"] == "invalid"
    assert not recorder.decode(answer).any()
    ((level, text),) = recorder.log
    assert level == "error" and "sluice: invalid: " in text
    assert recorder.detect(picture([0, 0, 1, 1, 1, 2]))[0][0] == 2
    assert calls(boxes, "invalid") == before + 1


def test_a_part_beyond_the_limit_ends_its_connection(fresh):
    daemon = fresh(config(more="").replace("http:", "limits: { body: 64KiB }\n  http:"))
    with Recorder(daemon.ports["zmq"]) as large, Recorder(daemon.ports["zmq"]) as other:
        large.MODEL_TIMEOUT_MS = 1
        assert not large.detect(np.zeros((1, 1000, 1000, 3), np.uint8)).any()
        assert large.log[0][0] == "debug"
        assert other.detect(picture([0, 0, 1, 1, 1, 2]))[0][0] == 2


def keep_busy(daemon, stop):
    """The one slot, with what takes longer than the recorder waits."""
    one = daemon.get_json("/v2/models/slow")["inputs"][0]
    shape = [max(size, 1) for size in one["shape"]]
    body = json.dumps({"inputs": [{"name": one["name"], "datatype": one["datatype"],
                                   "shape": shape, "data": [0] * int(np.prod(shape))}]})
    while not stop.is_set():
        daemon.request("POST", "/v2/models/slow/infer", body)


def test_what_is_dropped_is_said(fresh):
    daemon = fresh(config(budget="100ms"))
    stop = threading.Event()
    busy = threading.Thread(target=keep_busy, args=(daemon, stop))
    with Recorder(daemon.ports["zmq"]) as recorder:
        # Once, so that the scheduler knows how long the model takes.
        recorder.detect(picture([0, 0, 1, 1, 1, 9]))
        busy.start()
        try:
            said = []
            end = time.monotonic() + 60
            while not said and time.monotonic() < end:
                recorder.log.clear()
                rows = recorder.detect(picture([0, 0, 1, 1, 1, 9]))
                # Zeros are never all that there is.
                assert rows.any() or recorder.log
                said = [text for level, text in recorder.log if level == "error"]
        finally:
            stop.set()
            busy.join()
    assert said, "nothing was dropped"
    decision = re.search(r"sluice: (\w+): request (\d+-\d+)", said[0])
    assert decision, said
    story = daemon.get_json(f"/api/v1/requests/{decision[2]}")
    assert "frigate" in json.dumps(story)
    assert calls(daemon, "deadline_exceeded") + calls(daemon, "overloaded") >= 1


def test_a_model_that_loads_is_waited_for(fresh):
    daemon = fresh(config(), ready=False)
    with Recorder(daemon.ports["zmq"]) as recorder:
        assert recorder.ready and recorder.log == []
        assert recorder.detect(picture([0, 0, 1, 1, 1, 4]))[0][0] == 4


def test_the_daemon_may_restart(fresh):
    daemon = fresh(config())
    port = daemon.ports["zmq"]
    daemon.file.write_text(config(port))
    with Recorder(port) as recorder:
        assert recorder.detect(picture([0, 0, 1, 1, 1, 4]))[0][0] == 4
        assert daemon.stop() == 0
        start = threading.Thread(target=daemon.start)
        start.start()
        recorder.detect(picture([0, 0, 1, 1, 1, 4]))
        start.join()
        recorder.log.clear()
        assert recorder.detect(picture([0, 0, 1, 1, 1, 5]))[0][0] == 5
        assert recorder.log == []


def test_a_port_in_use_is_said(boxes, fresh):
    with pytest.raises(RuntimeError, match=r"serve\.zmq.*this port is in use"):
        fresh(config(boxes.ports["zmq"]))


def test_the_recorders_label_map(fresh, tmp_path):
    (tmp_path / "model.txt").write_text("cat\ndog\ncar\n")
    (tmp_path / "map.txt").write_text("0  person\n1  bicycle\n2  car\n17  cat\n")
    text = config(more=f", labels: {tmp_path}/map.txt, min_score: 0.5").replace(
        "head: end_to_end", f"head: end_to_end, labels: {tmp_path}/model.txt")
    with Recorder(fresh(text).ports["zmq"]) as recorder:
        rows = recorder.detect(picture([0, 0, 1, 1, 0.75, 0], [0, 0, 1, 1, 1, 1],
                                       [0, 0, 1, 1, 0.4, 2]))
    assert rows[0][:2].tolist() == [17, 0.75] and not rows[1:].any()


def test_a_reload_brings_another_meaning(fresh):
    daemon = fresh(config())
    with Recorder(daemon.ports["zmq"]) as recorder:
        assert recorder.detect(picture([0, 0, 1, 1, 0.5, 1])).any()
        daemon.file.write_text(config().replace("end_to_end }", "end_to_end, min_score: 0.9 }"))
        assert daemon.request("POST", "/api/v1/configuration/reload", b"")[0] == 200
        assert not recorder.detect(picture([0, 0, 1, 1, 0.5, 1])).any()
        assert recorder.log == []


@pytest.mark.parametrize("task,problem", [
    ("nobody", 'there is no task or model "nobody"'),
    ("slow", "does not say where its boxes are"),
])
def test_check_finds_what_cannot_detect(sluice, tmp_path, task, problem):
    file = tmp_path / "serve.yaml"
    file.write_text(config().replace("task: frigate", f"task: {task}"))
    ran = sluice("check", file)
    assert ran.returncode == 2 and problem in ran.stdout + ran.stderr
    assert "serve.zmq.task" in ran.stdout + ran.stderr


def test_a_real_detector(fresh, tmp_path):
    cv2 = pytest.importorskip("cv2")
    model = ROOT / "demo/models/face-detection.onnx"
    if not model.is_file():
        pytest.skip("there is no demo/: tools/fetch-demo makes it")
    section = (ROOT / "examples/faces.yaml").read_text().split("models:\n")[1].split("  - name: face-gender")[0]
    text = "models:\n" + section.replace("../demo", str(ROOT / "demo")).replace(
        "face.labels", f"{ROOT}/examples/face.labels") + (
        "serve: { http: 127.0.0.1:0, grpc: off, tcp: off,\n"
        "         zmq: { listen: 127.0.0.1:0, task: face-detection } }\n")
    daemon = fresh(text)

    def frame(name):
        image = cv2.imread(str(ROOT / "demo/images/photos" / name))
        return cv2.cvtColor(cv2.resize(image, (320, 320)), cv2.COLOR_BGR2RGB)[None]

    with Recorder(daemon.ports["zmq"]) as recorder:
        rows = recorder.detect(frame("astronaut.png"))
        assert rows[0][0] == 0 and rows[0][1] > 0.6 and not rows[1:].any()
        top, left, bottom, right = rows[0][2:]
        # Her face is in the upper middle.
        assert 0.05 < top < 0.2 and 0.25 < bottom < 0.45
        assert 0.3 < left < 0.45 and 0.5 < right < 0.65
        assert not recorder.detect(frame("coins.png")).any()
        assert recorder.log == []
