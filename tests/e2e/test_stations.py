"""Stations as clients see them, with a model that tells black from white."""
import http.client
import http.server
import json
import socket
import threading
import time
from collections import Counter

import numpy as np
import pytest

from conftest import MODELS
from pictures import BLACK, BROKEN, WHITE, form, png

# The model's three classes; a black image is `a`, a white one `c`.
MODEL = """
  - name: look
    path: {models}/conv_gemm.onnx
    preprocess: {{ width: 8, height: 8, color: gray }}
    postprocess: {{ type: classification, labels: {folder}/classes.txt }}
"""
STEP = "steps: [{ name: look, model: look }]"
RULE = "rules: [{ type: expected_label, name: white, labels: [c] }]"
SERVE = """
serve: {{ http: 127.0.0.1:0, grpc: off, tcp: off{more} }}
state: {folder}/state
"""


def station(name, source="{ type: push }", more="", camera="front"):
    return (f"  - name: {name}\n    {more}\n    cameras:\n"
            f"      - {{ name: {camera}, source: {source}, {STEP}, {RULE} }}\n")


@pytest.fixture
def folder(tmp_path):
    """Files of a daemon: class names, an image folder, a folder for stations."""
    return fill(tmp_path)


def fill(folder):
    (folder / "classes.txt").write_text("a\nb\nc\n")
    for name in ("frames", "stations", "nothing"):
        (folder / name).mkdir()
    (folder / "frames/1-black.jpg").write_bytes(BLACK)
    (folder / "frames/2-white.jpg").write_bytes(WHITE)
    (folder / "nothing/broken.jpg").write_bytes(b"no image")
    return folder


def frames(folder, name="frames"):
    return f"{{ type: images, path: {folder}/{name}, repeat: true }}"


def text(folder, *stations, models="", more="", top=""):
    return ("models:" + MODEL.format(models=MODELS, folder=folder) + models + top + "\nstations:\n"
            + "".join(stations) + SERVE.format(folder=folder, more=more))


def call(daemon, method, path, body=None, headers=None):
    """Status and the JSON of the answer."""
    status, _, answer = daemon.request(method, "/api/v1" + path, body, headers)
    return status, json.loads(answer) if answer else None


def trigger(daemon, query="", body=None, headers=None):
    """The finished item."""
    status, item = call(daemon, "POST", f"/trigger?wait=30s{query}", body, headers)
    assert status == 200, item
    assert item["state"] == "Done", item
    return item


def until(condition, what, seconds=30):
    end = time.monotonic() + seconds
    while not (got := condition()):
        assert time.monotonic() < end, f"still not: {what}"
        time.sleep(0.02)
    return got


def state_of(daemon, item):
    return call(daemon, "GET", f"/items/{item}/state")[1]


@pytest.fixture(scope="module")
def shared(binary, tmp_path_factory):
    """Tests must not change what others see."""
    from daemon import Daemon
    folder = fill(tmp_path_factory.mktemp("stations"))
    stations = [
        station("line", frames(folder)),
        "  - name: pair\n    cameras:\n"
        f"      - {{ name: good, source: {frames(folder)}, {STEP}, {RULE} }}\n"
        f"      - {{ name: bad, source: {frames(folder, 'nothing')}, {STEP}, {RULE} }}\n",
        station("belt"),
        station("watch", "{ type: pattern, width: 32, height: 32, rate: 10/s }", "mode: stream"),
    ]
    with Daemon(binary, folder, text(folder, *stations)) as running:
        yield running


# --- Triggers and what comes of them.


def test_a_trigger_takes_a_picture(shared):
    status, answer = call(shared, "POST", "/trigger?station=line")
    assert status == 200 and list(answer) == ["item_id"]
    until(lambda: state_of(shared, answer["item_id"]) == "Done", "Done")
    item = call(shared, "GET", f"/items/{answer['item_id']}")[1]
    assert item["cameras"]["front"]["source"].endswith(".jpg")
    assert item["dimensions"] == {"front": [32, 24]}


@pytest.mark.parametrize("send", ["multipart", "by camera", "raw"])
@pytest.mark.parametrize("picture,decision,label", [(BLACK, "KO", "a"), (WHITE, "OK", "c")])
def test_an_image_comes_with_the_trigger(shared, send, picture, decision, label):
    body, headers = {"multipart": lambda: form(image=picture),
                     "by camera": lambda: form(front=picture),
                     "raw": lambda: (picture, {"Content-Type": "image/jpeg"})}[send]()
    item = trigger(shared, "&station=belt&serial_number=17&category=x", body, headers)
    assert (item["decision"], item["serial_number"], item["category"]) == (decision, "17", "x")
    (found,) = item["inferences"]["front"]["look"].items()
    assert found[1]["label"] == label
    assert not item["error"] and item["errors"] == []
    # The decision names the rule, what was seen and the objects behind it.
    (verdict,) = item["cameras"]["front"]["verdicts"]
    assert verdict["rule"] == "white" and verdict["decision"] == decision
    assert verdict["objects"] == [found[0]] and label in verdict["reason"]
    assert item["verdict"]["objects"] == [f"front/{found[0]}"]
    assert item["timing"]["total_ms"] > 0


def test_uploads_are_kept_and_not_judged(shared):
    status, answer = call(shared, "POST", "/upload?station=belt&class_name=scratch",
                          *form(image=BLACK))
    assert status == 200
    until(lambda: state_of(shared, answer["item_id"]) == "Done", "Done")
    item = call(shared, "GET", f"/items/{answer['item_id']}")[1]
    assert (item["decision"], item["category"], item["trigger"]) == ("", "scratch", {"by": "upload"})
    assert shared.get(f"/api/v1/items/{item['id']}/binaries/front") == (200, BLACK)


def test_images_are_kept_as_they_came(shared):
    item = trigger(shared, "&station=belt", WHITE)
    path = f"/items/{item['id']}/binaries"
    assert call(shared, "GET", path) == (200, ["front"])
    assert shared.get(f"/api/v1{path}/front") == (200, WHITE)
    status, headers, drawn = shared.request("GET", f"/api/v1{path}/front?overlay=true")
    assert (status, headers["Content-Type"]) == (200, "image/jpeg")
    assert drawn[:2] == b"\xff\xd8" and drawn != WHITE


def test_one_camera_of_two_fails(shared):
    item = trigger(shared, "&station=pair")
    assert item["error"] and item["decision"] == "NO_DECISION"
    assert [(e["stage"], e["camera"]) for e in item["errors"]] == [("Capture", "bad")]
    assert item["cameras"]["good"]["decision"] in ("OK", "KO")
    assert "broken.jpg" in item["cameras"]["bad"]["error"]


@pytest.mark.parametrize("body,headers", [
    form(side=BLACK),
    form(),
    (b"--other", {"Content-Type": "multipart/form-data; boundary=edge"}),
    (b"x", {"Content-Type": "multipart/form-data"}),
])
def test_bad_forms_are_refused(shared, body, headers):
    path = "/upload" if body == form()[0] else "/trigger"
    status, answer = call(shared, "POST", f"{path}?station=belt", body, headers)
    assert status == 422 and answer["message"] == answer["error"]


@pytest.mark.parametrize("query", ["?wait=soon", "?wait=-1s"])
def test_bad_waits_are_refused(shared, query):
    assert call(shared, "POST", f"/trigger{query}")[0] == 422


@pytest.mark.parametrize("picture", BROKEN.values(), ids=BROKEN.keys())
def test_broken_images(shared, picture):
    before = shared.resident()
    item = trigger(shared, "&station=belt", picture)
    assert item["error"] and item["decision"] == "NO_DECISION"
    assert item["errors"][0]["camera"] == "front"
    assert call(shared, "POST", "/stations/belt/try", picture)[0] == 422
    assert call(shared, "POST", "/cameras/belt/front", picture)[0] == 422
    assert shared.resident() - before < 100 * 2**20
    assert trigger(shared, "&station=belt", WHITE)["decision"] == "OK"


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_grey_and_transparent_images_are_images(shared, channels):
    picture = png(np.full((20, 20, channels), 255, np.uint8))
    assert trigger(shared, "&station=belt", picture)["decision"] == "OK"


def test_sixteen_bits_a_channel(shared):
    picture = png(np.full((20, 20, 3), 65535, np.uint16))
    assert trigger(shared, "&station=belt", picture)["decision"] == "OK"


# --- Items.


def test_paging_and_filters(fresh, folder):
    daemon = fresh(text(folder, station("one"), station("two")))
    sent = [trigger(daemon, f"&station={name}", picture)["id"]
            for name, picture in [("one", BLACK), ("one", WHITE), ("two", BLACK), ("one", BLACK)]]
    newest_first = sent[::-1]

    def page(query):
        status, headers, body = daemon.request("GET", "/api/v1/items" + query)
        assert status == 200, body
        return [item["id"] for item in json.loads(body)], headers["X-Next-After"]

    assert page("")[0] == newest_first
    assert page("?station=one")[0] == [newest_first[0], *newest_first[2:]]
    assert page("?station=one&decision=KO")[0] == [newest_first[0], newest_first[3]]
    assert page("?state=Capture")[0] == []
    assert page("?until=2001-01-01T00:00:00Z")[0] == []
    assert page("?from=2001-01-01T00:00:00Z")[0] == newest_first
    got, after = [], ""
    for _ in range(10):
        ids, after = page(f"?limit=2&after={after or ''}")
        got += ids
        if not after:
            break
    assert got == newest_first
    assert call(daemon, "GET", "/metadata_storage") == call(daemon, "GET", "/items")


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "limit=100000", "after=x", "from=now",
                                   "until=2026-13-01"])
def test_bad_queries(shared, query):
    status, answer = call(shared, "GET", f"/items?{query}")
    assert status == 422 and query.split("=")[0] in answer["message"]


# --- Names.


@pytest.mark.parametrize("method,path", [
    ("POST", "/trigger?station=nobody"), ("POST", "/upload?station=nobody"),
    ("GET", "/items/nobody"), ("GET", "/items/nobody/state"), ("GET", "/items/nobody/binaries"),
    ("GET", "/items/nobody/binaries/front"), ("GET", "/configs/nobody"),
    ("POST", "/configs/active?station_name=nobody"),
    ("GET", "/stations/nobody/cameras/front/picture"),
    ("GET", "/stations/line/cameras/nobody/picture"), ("POST", "/stations/nobody/try"),
    ("POST", "/stations/line/try?camera=nobody"), ("POST", "/cameras/nobody/front"),
    ("POST", "/cameras/belt/nobody"),
])
def test_the_unknown_is_not_found(shared, method, path):
    body = WHITE if method == "POST" and "configs" not in path else None
    status, answer = call(shared, method, path, body)
    assert status == 404, answer
    assert "nobody" in answer["message"]


UPWARDS = ["..%2f..%2fetc%2fpasswd", "%2e%2e", "..%5c..", "%2fetc%2fpasswd", "a%00b"]


@pytest.mark.parametrize("name", UPWARDS)
def test_no_name_leads_out_of_a_folder(fresh, folder, name):
    daemon = fresh(text(folder, station("belt"), top=f"station_files: {folder}/stations\n"))
    (folder / "secret.yaml").write_text("secret")
    item = trigger(daemon, "&station=belt", WHITE)["id"]
    before = sorted(folder.rglob("*.yaml"))
    for method, path in [
            ("GET", f"/items/{name}"), ("GET", f"/items/{name}/binaries/front"),
            ("GET", f"/items/{item}/binaries/{name}"), ("GET", f"/configs/{name}"),
            ("PUT", f"/configs/{name}"), ("DELETE", f"/configs/{name}"),
            ("GET", f"/stations/{name}/cameras/front/picture"),
            ("GET", f"/stations/belt/cameras/{name}/picture"),
            ("POST", f"/cameras/belt/{name}"), ("POST", f"/trigger?station={name}")]:
        body = WHITE if method == "POST" else "cameras: []" if method == "PUT" else None
        status, _, answer = daemon.request(method, "/api/v1" + path, body)
        assert status in (400, 404, 409, 422), (method, path, status)
        assert b"root:" not in answer and b"secret" not in answer
    for camera in ("../../evil", "..", "/tmp/evil"):
        assert call(daemon, "POST", "/trigger?station=belt", *form(**{camera: WHITE}))[0] == 422
    assert sorted(folder.rglob("*.yaml")) == before


# --- What there is, and which is active.


def test_inventory_and_configurations(shared):
    inventory = call(shared, "GET", "/inventory")[1]
    assert {"images", "push", "pattern"} <= set(inventory["cameras"])
    assert inventory["models"] == {"look": {"category": "classification"}}
    assert "expected_label" in inventory["camera_rules"]
    assert "min_threshold_ko" in inventory["item_rules"]
    configs = call(shared, "GET", "/configs")[1]
    assert set(configs) == {"line", "pair", "belt", "watch"}
    assert configs["belt"]["cameras"][0]["source"] == {"type": "push"}
    one = call(shared, "GET", "/configs/belt")[1]
    assert (one["name"], one["editable"], one["config"]) == ("belt", False, configs["belt"])


def test_the_active_station_is_switched_at_once_and_for_good(fresh, folder):
    daemon = fresh(text(folder, station("day", more="run: when_active"),
                        station("night", more="run: when_active"), station("always")))
    for name in ("night", "day"):
        answer = call(daemon, "POST", "/configs/active", json.dumps({"config_name": name}))
        assert answer[0] == 200 and answer[1]["name"] == name
        assert trigger(daemon, "", WHITE)["station_config"] == name
    status, answer = call(daemon, "POST", "/trigger?station=night", WHITE)
    assert status == 409 and "night" in answer["message"]
    assert trigger(daemon, "&station=always", WHITE)["decision"] == "OK"
    assert call(daemon, "POST", "/configs/active?station_name=nobody")[0] == 404
    for bad in ("{}", "[", '{"config_name": ""}', '{"config_name": 1}', None):
        assert call(daemon, "POST", "/configs/active", bad)[0] == 422
    daemon.kill()
    daemon.start()
    assert call(daemon, "GET", "/configs/active")[1]["name"] == "day"
    assert call(daemon, "POST", "/trigger?station=night", WHITE)[0] == 409


def test_roles(fresh, folder):
    tokens = folder / "tokens"
    tokens.touch(mode=0o600)
    tokens.write_text("".join(f"{role} {role}-token-0123456789\n"
                              for role in ("infer", "operate", "admin")))
    daemon = fresh(text(folder, station("belt"), top=f"station_files: {folder}/stations\n",
                        more=f", tokens: {tokens}"))

    def statuses(role):
        headers = {"Authorization": f"Bearer {role}-token-0123456789"} if role else {}
        return [daemon.request(method, "/api/v1" + path, body, headers)[0] for method, path, body in [
            ("POST", "/trigger?wait=30s", WHITE), ("GET", "/items", None),
            ("GET", "/stations", None), ("GET", "/configs", None),
            ("PUT", "/configs/new", f"cameras: [{{ name: c, source: {{ type: push }} }}]"),
            ("DELETE", "/configs/new", None)]]

    assert statuses("") == [401] * 6
    assert statuses("infer") == [200, 200, 403, 403, 403, 403]
    assert statuses("operate") == [200, 200, 200, 200, 403, 403]
    assert statuses("admin") == [200] * 6


def test_a_station_that_cannot_work_leaves_the_others_at_work(fresh, folder):
    (folder / "few.txt").write_text("a\nb\n")
    few = MODEL.replace("name: look", "name: few").replace("classes.txt", "few.txt")
    wrong = station("wrong").replace("model: look", "model: few").replace("[c]", "[a]")
    models = text(folder, station("belt"), wrong, models=few.format(models=MODELS, folder=folder))
    daemon = fresh(models)
    assert "so 3 classes; there are 2 labels" in daemon.output()
    assert trigger(daemon, "&station=belt", WHITE)["decision"] == "OK"
    status, answer = call(daemon, "POST", "/trigger?station=wrong", WHITE)
    assert status == 503 and "3 classes" in answer["message"]
    listed = {one["name"]: one["error"] for one in call(daemon, "GET", "/stations")[1]}
    assert listed["belt"] == "" and "3 classes" in listed["wrong"]


# --- Cameras: push, pictures, trying out.


def test_a_pushed_image_is_the_next_picture(shared):
    assert call(shared, "POST", "/cameras/belt/front", WHITE)[0] == 202
    assert trigger(shared, "&station=belt")["decision"] == "OK"
    assert call(shared, "POST", "/cameras/belt/front", *form(image=BLACK))[0] == 202
    assert trigger(shared, "&station=belt")["decision"] == "KO"
    for overlay in ("", "?overlay=true"):
        status, headers, body = shared.request(
            "GET", f"/api/v1/stations/belt/cameras/front/picture{overlay}")
        assert (status, headers["Content-Type"], body[:2]) == (200, "image/jpeg", b"\xff\xd8")
    assert call(shared, "POST", "/cameras/line/front", WHITE)[0] == 422


def test_before_the_first_picture_there_is_none(fresh, folder):
    daemon = fresh(text(folder, station("belt")))
    assert daemon.get("/api/v1/stations/belt/cameras/front/picture")[0] == 404


def test_trying_out_leaves_nothing(shared):
    before = call(shared, "GET", "/items?limit=1")[1]
    status, item = call(shared, "POST", "/stations/line/try?camera=front", WHITE)
    assert status == 200 and item["decision"] == "OK"
    assert item["inferences"]["front"]["look"]
    assert call(shared, "POST", "/stations/line/try", *form(image=BLACK))[1]["decision"] == "KO"
    assert call(shared, "POST", "/stations/line/try")[0] == 422
    assert call(shared, "GET", "/items?limit=1")[1] == before


def test_the_state_of_a_station(fresh, folder):
    daemon = fresh(text(folder, station("belt")))
    for picture in (BLACK, WHITE, WHITE, BROKEN["cut off"]):
        last = trigger(daemon, "", picture)
    # An item is counted a moment after it has ended.
    wanted = {"OK": 2, "KO": 1, "NO_DECISION": 1, "error": 1}
    until(lambda: call(daemon, "GET", "/stations")[1][0]["counts"] == wanted, "all are counted")
    (state,) = call(daemon, "GET", "/stations")[1]
    assert (state["name"], state["mode"], state["run"]) == ("belt", "item", "always")
    assert state["queue"] == {"waiting": 0, "capacity": 64}
    assert sum(m["OK"] + m["KO"] + m["NO_DECISION"] for m in state["trend"]) == 4
    assert state["last"]["id"] == last["id"]
    assert [c["name"] for c in state["cameras"]] == ["front"]


# --- The editor.

GOOD = f"cameras:\n  - {{ name: front, source: {{ type: push }}, {STEP}, {RULE} }}\n"


@pytest.fixture
def edited(fresh, folder):
    return fresh(text(folder, station("belt"), top=f"station_files: {folder}/stations\n"))


def test_a_station_is_written_checked_and_deleted(edited, folder):
    assert call(edited, "POST", "/configs/new/check", GOOD) == (200, {"problems": []})
    assert not (folder / "stations/new.yaml").exists()
    assert call(edited, "PUT", "/configs/new", GOOD) == (200, {"problems": []})
    assert (folder / "stations/new.yaml").read_text() == GOOD
    shown = call(edited, "GET", "/configs/new")[1]
    assert shown["editable"] and shown["yaml"] == GOOD
    assert trigger(edited, "&station=new", WHITE)["decision"] == "OK"
    assert call(edited, "PUT", "/configs/new", GOOD.replace("[c]", "[a]"))[0] == 200
    assert trigger(edited, "&station=new", WHITE)["decision"] == "KO"
    assert call(edited, "DELETE", "/configs/new")[0] == 200
    assert call(edited, "POST", "/trigger?station=new", WHITE)[0] == 404
    assert call(edited, "DELETE", "/configs/new")[0] == 404
    assert not (folder / "stations/new.yaml").exists()


@pytest.mark.parametrize("wrong,path", [
    (GOOD.replace("type: push", "type: telepathy"), "cameras[0].source.type"),
    (GOOD.replace("model: look", "model: lok"), "cameras[0].steps[0].model"),
    (GOOD.replace("model: look", "model: look, depends_on: [look]"), "cameras[0].steps"),
    (GOOD.replace("model: look }", "model: look }, { name: look, model: look }"),
     "cameras[0].steps"),
    (GOOD.replace("type: expected_label", "step: other, type: expected_label"), "cameras[0].rules"),
    (GOOD.replace("type: expected_label, name: white, labels: [c]",
                  "type: text_match, pattern: '('"), "cameras[0].rules[0].pattern"),
    (GOOD + "name: other\n", "name"), ("cameras: []\n", "cameras"), ("[", ""), ("", ""),
    (GOOD + "priority: much\n", "priority"),
])
def test_what_is_wrong_with_a_station(edited, folder, wrong, path):
    status, checked = call(edited, "POST", "/configs/new/check", wrong)
    assert status == 200 and checked["problems"]
    assert any(problem["path"].startswith(path) for problem in checked["problems"]), checked
    assert all(problem["message"] for problem in checked["problems"])
    assert call(edited, "PUT", "/configs/new", wrong) == (422, checked)
    assert not (folder / "stations/new.yaml").exists()
    assert trigger(edited, "&station=belt", WHITE)["decision"] == "OK"


def test_a_rule_with_a_label_that_the_model_does_not_know(edited, folder):
    status, answer = call(edited, "PUT", "/configs/new", GOOD.replace("[c]", "[cc]"))
    assert status == 422 and "cc" in json.dumps(answer)
    assert not (folder / "stations/new.yaml").exists()
    assert trigger(edited, "&station=belt", WHITE)["decision"] == "OK"


def test_stations_of_the_configuration_itself_are_not_edited(edited):
    assert call(edited, "PUT", "/configs/belt", GOOD)[0] == 409
    assert call(edited, "DELETE", "/configs/belt")[0] == 409


def test_a_pattern_that_explodes_elsewhere_does_not_here(edited):
    wrong = GOOD.replace("type: expected_label, name: white, labels: [c]",
                         "type: text_match, pattern: '(a*)*(b|a*)*$', when_empty: KO")
    assert call(edited, "PUT", "/configs/new", wrong)[0] == 200
    assert trigger(edited, "&station=new", WHITE)["state"] == "Done"


# --- Killed, and up again.


class Receiver:
    """Counts the webhooks by item. Refuses connections until it is opened."""

    def __init__(self):
        self.items = Counter()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.items[event["id"]] += 1
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass

        # Bound, but not listening yet.
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler,
                                                      bind_and_activate=False)
        self.server.server_bind()
        self.url = f"http://127.0.0.1:{self.server.server_port}/"

    def open(self):
        self.server.server_activate()
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def receiver():
    made = Receiver()
    yield made
    threading.Thread(target=made.close, daemon=True).start()


@pytest.fixture
def killed(fresh, folder, receiver):
    """A daemon whose only slot a slow model can take, and whose decisions are told."""
    more = ("capture_timeout: 30s\n    actions: [{ type: webhook, url: "
            f"'{receiver.url}' }}, {{ type: file, path: {folder}/told.ndjson }}]")
    return fresh(text(folder, station("belt", more=more),
                      models="  - { name: hog, synthetic: { service: 3s } }\n",
                      top="scheduler: { slots: 1 }\ntasks:\n"
                          "  - { name: long, model: hog, latency_budget: 60s }\n"))


def busy(daemon):
    """Takes the only slot for a while."""
    body = json.dumps({"inputs": [{"name": "x", "datatype": "FP32", "shape": [1, 1], "data": [1]}]})

    def send():
        try:
            daemon.request("POST", "/v2/models/long/infer", body)
        except OSError:
            pass  # killed

    threading.Thread(target=send, daemon=True).start()
    until(lambda: daemon.get_json("/api/v1/live")["totals"]["running"] == 1, "the slot is taken")


def ended(daemon, count):
    """The items, once so many have ended."""
    def all_ended():
        items = call(daemon, "GET", "/items")[1]
        return len(items) >= count and items

    return until(all_ended, f"{count} items")


def none_waits(daemon, action):
    """Waits until the action has done everything."""
    until(lambda: all(one["waiting"] == 0
                      for one in call(daemon, "GET", "/stations")[1][0]["actions"]
                      if one["name"].endswith(action)), f"{action}: nothing waits")


def told(folder):
    return Counter(json.loads(line)["id"]
                   for line in (folder / "told.ndjson").read_text().splitlines())


def test_killed_while_inferring_and_waiting(killed, folder, receiver):
    busy(killed)
    sent = [call(killed, "POST", "/trigger", WHITE)[1]["item_id"] for _ in range(4)]
    until(lambda: state_of(killed, sent[0]) == "Inference", "inferring")
    assert state_of(killed, sent[3]) == "Trigger"
    killed.kill()
    receiver.open()
    killed.start()
    items = ended(killed, 4)
    assert Counter(item["id"] for item in items) == Counter(sent)
    assert {item["decision"] for item in items} == {"OK"}
    assert not any(item["error"] for item in items)
    until(lambda: len(receiver.items) == 4, "every decision is told")
    assert receiver.items == Counter(sent)
    assert told(folder) == Counter(sent)


def test_killed_while_capturing(killed, folder, receiver):
    receiver.open()
    item = call(killed, "POST", "/trigger")[1]["item_id"]
    until(lambda: state_of(killed, item) == "Capture", "capturing")
    waiting = call(killed, "POST", "/trigger", WHITE)[1]["item_id"]
    killed.kill()
    killed.start()
    by_id = {one["id"]: one for one in ended(killed, 2)}
    assert set(by_id) == {item, waiting}
    # What the camera would have seen is gone: it is said, not guessed.
    assert by_id[item]["decision"] == "NO_DECISION" and by_id[item]["error"]
    assert by_id[waiting]["decision"] == "OK"
    until(lambda: len(receiver.items) == 2, "both are told")
    assert receiver.items == Counter([item, waiting]) == told(folder)


def test_killed_before_the_decision_was_told(killed, folder, receiver):
    sent = [trigger(killed, "", WHITE)["id"] for _ in range(3)]
    none_waits(killed, "file")
    killed.kill()
    killed.start()
    assert Counter(item["id"] for item in ended(killed, 3)) == Counter(sent)
    receiver.open()
    until(lambda: len(receiver.items) == 3, "every decision is told")
    assert receiver.items == Counter(sent) == told(folder)
    # Nothing is left to tell after another restart.
    none_waits(killed, "webhook")
    killed.kill()
    killed.start()
    assert trigger(killed, "", WHITE)["id"] not in sent
    until(lambda: len(receiver.items) == 4, "the new one is told")
    assert max(receiver.items.values()) == max(told(folder).values()) == 1


def test_killed_again_and_again(fresh, folder):
    daemon = fresh(text(folder, station("belt")))
    accepted = []

    def send():
        try:
            for _ in range(200):
                status, answer = call(daemon, "POST", "/trigger", WHITE)
                if status == 200:
                    accepted.append(answer["item_id"])
        except (OSError, http.client.HTTPException):
            pass  # killed

    for delay in (0.03, 0.1, 0.2, 0.35):
        sender = threading.Thread(target=send)
        sender.start()
        time.sleep(delay)
        daemon.kill()
        sender.join()
        daemon.start()
    until(lambda: call(daemon, "GET", "/stations")[1][0]["queue"]["waiting"] == 0, "none waits")
    items = call(daemon, "GET", "/items?limit=1000")[1]
    ids = Counter(item["id"] for item in items)
    assert accepted and max(ids.values()) == 1
    # One whose acceptance the client was not told of may have been accepted.
    assert set(accepted) <= set(ids) and len(ids) - len(accepted) <= 4
    # One that three processes did not survive is given up, and says so.
    given_up = [item for item in items if item["decision"] != "OK"]
    assert all("the process ended" in item["error_message"] for item in given_up)
    assert len(given_up) <= 1


def test_a_full_queue_says_so(fresh, folder):
    daemon = fresh(text(folder, station("belt", more="queue: 2\n    capture_timeout: 5s")))
    first = call(daemon, "POST", "/trigger")[1]["item_id"]
    until(lambda: state_of(daemon, first) == "Capture", "capturing")
    statuses = [call(daemon, "POST", "/trigger")[0] for _ in range(3)]
    assert statuses[0] == 200 and statuses[2] == 503


def test_a_webhook_that_hangs_holds_up_nothing(fresh, folder):
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections, says nothing
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        more = f"actions: [{{ type: webhook, url: '{url}', timeout: 60s }}]"
        daemon = fresh(text(folder, station("belt", more=more)))
        items = [trigger(daemon, "", WHITE) for _ in range(5)]
        assert [item["decision"] for item in items] == ["OK"] * 5
        (hook,) = call(daemon, "GET", "/stations")[1][0]["actions"]
        assert (hook["done"], hook["waiting"]) == (0, 5)
        daemon.kill()  # a clean end waits for the request under way


# --- Streams.


def stream(name, rate, count=1, more=""):
    cameras = "".join(
        f"      - {{ name: c{i}, source: {{ type: pattern, width: 64, height: 48, rate: {rate} }}, "
        f"frames: every, {STEP}, {RULE} }}\n" for i in range(count))
    return f"  - name: {name}\n    mode: stream\n    {more}\n    cameras:\n{cameras}"


def accounted(frames):
    return frames["on_time"] + frames["late"] + sum(frames["dropped"].values())


def test_every_frame_of_sixteen_cameras_is_accounted_for(fresh, folder):
    daemon = fresh(text(folder, stream("hall", "15/s", 16, "latency_budget: 100ms")))

    def frames():
        return call(daemon, "GET", "/stations")[1][0]["frames"]

    until(lambda: frames()["in"] >= 16 * 15 * 3, "three seconds of frames", 60)
    seen = frames()
    # At most one frame of each camera is on its way.
    assert 0 <= seen["in"] - accounted(seen) <= 16
    assert seen["on_time"] > 0
    (state,) = call(daemon, "GET", "/stations")[1]
    assert [camera["state"] for camera in state["cameras"]] == ["ok"] * 16


def test_frames_in_time_late_and_dropped_are_all_there_are(fresh, folder):
    models = "  - { name: hog, synthetic: { service: 150ms } }\n"
    tasks = ("tasks:\n  - { name: hog, model: hog, priority: 200, source: { rate: 5/s } }\n"
             "scheduler: { slots: 1 }\n")
    daemon = fresh(text(folder, stream("hall", "20/s", 2, "latency_budget: 40ms"), models=models,
                        top=tasks))

    def frames():
        return call(daemon, "GET", "/stations")[1][0]["frames"]

    until(lambda: frames()["in"] >= 60, "60 frames", 60)
    seen = frames()
    assert 0 <= seen["in"] - accounted(seen) <= 2
    assert seen["late"] + sum(seen["dropped"].values()) > 0, seen


def test_a_stream_takes_no_triggers(shared):
    status, answer = call(shared, "POST", "/trigger?station=watch")
    assert status == 409 and "trigger" in answer["message"]


# --- What clients of the VIO edge orchestrator call, in its order.


def test_a_client_of_the_vio_orchestrator(fresh, folder):
    daemon = fresh(text(folder, station("belt", more="run: when_active"),
                        station("door", more="run: when_active")))
    assert call(daemon, "GET", "") == (200, "the edge orchestrator is up and running")
    assert set(call(daemon, "GET", "/inventory")[1]) == {"cameras", "models", "camera_rules",
                                                         "item_rules"}
    assert set(call(daemon, "GET", "/configs")[1]) == {"belt", "door"}
    body = json.dumps({"config_name": "belt"})
    status, active = call(daemon, "POST", "/configs/active", body,
                          {"Content-Type": "application/json"})
    assert status == 200 and active["name"] == "belt"
    assert call(daemon, "GET", "/configs/active") == (200, active)
    assert call(daemon, "POST", "/upload")[0] == 422
    status, uploaded = call(daemon, "POST", "/upload", *form(image=WHITE))
    assert status == 200
    status, answer = call(daemon, "POST", "/trigger", *form(image=BLACK))
    assert status == 200
    item = answer["item_id"]
    until(lambda: state_of(daemon, item) == "Done", "Done")
    metadata = call(daemon, "GET", f"/items/{item}")[1]
    for key in ("serial_number", "category", "station_config", "cameras", "received_time",
                "dimensions", "inferences", "decision", "state", "error", "id"):
        assert key in metadata
    assert metadata["station_config"] == "belt" and metadata["decision"] == "KO"
    assert call(daemon, "GET", f"/items/{item}/binaries") == (200, ["front"])
    assert daemon.get(f"/api/v1/items/{item}/binaries/front") == (200, BLACK)
    until(lambda: state_of(daemon, uploaded["item_id"]) == "Done", "Done")
    assert {one["id"] for one in call(daemon, "GET", "/items")[1]} == {item, uploaded["item_id"]}
