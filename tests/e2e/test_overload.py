"""A refused request is an answer: at once, with a reason, the numbers and the decision."""
import json
import threading

import pytest

REASONS_429 = {"shed", "queue_full_oldest", "queue_full_newest"}


@pytest.fixture(scope="module")
def slow_input(daemon):
    one = daemon.get_json("/v2/models/slow")["inputs"][0]
    shape = [max(d, 1) for d in one["shape"]]
    count = 1
    for size in shape:
        count *= size
    return {"name": one["name"], "datatype": one["datatype"], "shape": shape, "data": [0] * count}


def infer(daemon, model, one, **parameters):
    body = json.dumps({"inputs": [one], "parameters": parameters})
    status, headers, answer = daemon.request("POST", f"/v2/models/{model}/infer", body)
    return status, headers, json.loads(answer)


def at_once(daemon, model, one, count):
    answers = [None] * count

    def call(i):
        answers[i] = infer(daemon, model, one)

    threads = [threading.Thread(target=call, args=(i,)) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_a_full_queue_is_429_with_retry_after(daemon, slow_input):
    answers = at_once(daemon, "narrow", slow_input, 16)
    served = [a for a in answers if a[0] == 200]
    refused = [a for a in answers if a[0] != 200]
    assert served and refused
    for status, headers, body in refused:
        assert status == 429, body
        assert body["reason"] in REASONS_429
        assert int(headers["Retry-After"]) >= 1
        assert body["decision"]
        assert body["error"]


def test_a_deadline_that_cannot_be_kept_is_504(daemon, slow_input):
    status, _, body = infer(daemon, "slow", slow_input, deadline_ms=5)
    assert status == 504, body
    assert body["reason"] in ("infeasible", "expired")
    assert body["numbers"]["service_ms"] > 5


def test_a_tasks_own_budget_counts(daemon, slow_input):
    status, _, body = infer(daemon, "hasty", slow_input)
    assert status == 504, body


def test_the_decision_can_be_explained(daemon, slow_input):
    _, _, body = infer(daemon, "slow", slow_input, deadline_ms=5)
    told = daemon.get_json(f"/api/v1/requests/{body['decision']}")
    assert told["decision"] == body["decision"]
    assert told["end"] == body["reason"]
    assert told["story"]


def test_an_unloaded_model_is_503(fresh):
    daemon = fresh()
    assert daemon.request("POST", "/v2/repository/models/id_fp32/unload", "{}")[0] == 200
    status, _, body = daemon.infer_json("id_fp32", [1, 2])
    assert status in (404, 503), body
    assert daemon.request("POST", "/v2/repository/models/id_fp32/load", "{}")[0] == 200
    assert daemon.infer_json("id_fp32", [1, 2])[0] == 200


def test_a_client_that_hangs_up_cancels_its_queued_work(fresh, slow_input):
    import http.client
    daemon = fresh()
    body = json.dumps({"inputs": [slow_input]})
    clients = []
    for _ in range(12):
        client = http.client.HTTPConnection(daemon.http, timeout=30)
        client.request("POST", "/v2/models/slow/infer", body)
        clients.append(client)
    for client in clients:
        client.close()
    # Once a new request has been through the same queue, the ends of the earlier ones are known.
    infer(daemon, "slow", slow_input)
    totals = daemon.get_json("/api/v1/live")["totals"]
    assert totals["dropped"].get("cancelled", 0) >= 1, totals
