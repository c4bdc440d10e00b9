"""The load generator, and one from elsewhere."""
import json
import os
import pathlib
import subprocess

import pytest


@pytest.mark.parametrize("protocol", ["http", "grpc", "tcp"])
@pytest.mark.parametrize("arrivals", [["--arrivals", "closed", "--connections", "4"],
                                      ["--arrivals", "poisson", "--rate", "200/s"]])
def test_load(daemon, sluice, protocol, arrivals):
    url = f"{protocol}://127.0.0.1:{daemon.ports[protocol]}"
    ran = sluice("bench", "load", url, "--model", "id_fp32", "--duration", "2s", "--warm-up",
                 "500ms", "--json", *arrivals)
    assert ran.returncode == 0, ran.stderr
    (stream,) = json.loads(ran.stdout)["streams"]
    assert stream["sent"] > 100
    assert stream["on_time"] == stream["sent"], stream


def test_grpc_load_ends_cleanly(daemon, sluice):
    # What its threads do at the end differs from run to run.
    for _ in range(10):
        ran = sluice("bench", "load", f"grpc://{daemon.grpc}", "--model", "id_fp32", "--duration",
                     "300ms", "--warm-up", "100ms", "--arrivals", "poisson", "--rate", "400/s")
        assert ran.returncode == 0, ran.stderr


def test_overload_is_accounted_for(daemon, sluice, tmp_path):
    page = tmp_path / "load.html"
    ran = sluice("bench", "load", f"http://{daemon.http}", "--duration", "4s", "--json",
                 "--stream", "{task: narrow, rate: 200/s}",
                 "--stream", "{model: slow, rate: 5/s, deadline: 500ms, priority: 1}",
                 "--html", page)
    assert ran.returncode == 0, ran.stderr
    narrow, slow = json.loads(ran.stdout)["streams"]
    for one in (narrow, slow):
        assert one["sent"] == (one["on_time"] + one["late"] + sum(one["refused"].values())
                               + one["unanswered"])
    assert sum(narrow["refused"].values()) > 0
    assert set(narrow["refused"]) <= {"queue_full_newest", "queue_full_oldest", "shed", "expired",
                                      "infeasible"}
    assert "</html>" in page.read_text()


@pytest.mark.parametrize("protocol", ["http", "grpc"])
def test_perf_analyzer(daemon, protocol):
    tool = os.environ.get("PERF_ANALYZER", "")
    if not pathlib.Path(tool).is_file():
        pytest.skip("perf_analyzer does not run on this machine")
    ran = subprocess.run(
        [tool, "-m", "id_fp32", "-i", protocol, "-u", f"127.0.0.1:{daemon.ports[protocol]}",
         "--shape", "x:1,2", "-p", "500", "--concurrency-range", "4",
         # Any three windows will do: how steady the machine is does not matter here.
         "--stability-percentage", "999"],
        capture_output=True, text=True, timeout=180,
        env={**os.environ, "LD_LIBRARY_PATH": os.environ["PERF_ANALYZER_LIBRARIES"]})
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "Throughput" in ran.stdout
    assert "Successful request count" in ran.stdout, "the server's statistics were not understood"
