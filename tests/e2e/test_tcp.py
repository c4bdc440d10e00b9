"""Both versions of the TCP protocol."""
import socket
import struct

import numpy as np
import pytest
from sluice_client import HttpClient, Refused, ServerError, TcpClient, Unreachable

import v1
from tensors import ARRAYS

X = np.array([[1.5, -2.0]], np.float32)


@pytest.fixture
def old(daemon):
    with v1.Client(daemon.tcp) as client:
        yield client


@pytest.fixture
def client(daemon):
    with TcpClient(*daemon.tcp) as one:
        yield one


@pytest.fixture(params=["http", "tcp"])
def either(request, daemon):
    made = TcpClient(*daemon.tcp) if request.param == "tcp" else HttpClient(f"http://{daemon.http}")
    with made as one:
        yield one


# --- version 1 -----------------------------------------------------------------------------------

@pytest.mark.parametrize("dtype", ["fp32", "fp16", "int8", "int32"])
def test_v1_dtypes(old, dtype):
    status, outputs = old.infer(f"id_{dtype}", [ARRAYS[dtype]])
    assert status == 0
    assert outputs == [ARRAYS[dtype].tobytes()]


def test_v1_keeps_the_connection(old):
    for i in range(50):
        array = np.full((1, 2), i, np.float32)
        assert old.infer("id_fp32", [array]) == (0, [array.tobytes()])


def test_v1_statuses(old):
    assert old.infer("nobody", [X]) == (2, [])
    assert old.infer("id_fp32", [X, X]) == (4, [])
    assert old.infer("id_fp32", [X])[0] == 0


@pytest.mark.parametrize("bad", [
    struct.pack("<I", 8) + b"TRT\x01" + bytes(4),             # short header
    struct.pack("<I", 20) + b"XRT\x01" + bytes(16),           # wrong magic
    struct.pack("<I", 20) + b"TRT\x01" + struct.pack("<HHIII", 1, 0, 100, 1, 0),  # short name
    struct.pack("<I", 20) + b"TRT\x01" + struct.pack("<HHIII", 1, 0, 0, 0xFFFFFFFF, 0),
    struct.pack("<I", 0xFFFFFFFF) + b"TRT\x01" + struct.pack("<HHIII", 1, 0, 0, 1, 0),
    struct.pack("<I", 20) + b"TRT\x01" + struct.pack("<HHIII", 1, 0, 0xFFFFFFFF, 1, 0),
])
def test_v1_malformed_frames_close_the_connection(daemon, bad):
    with socket.create_connection(daemon.tcp, 30) as sock:
        sock.sendall(bad)
        try:
            assert sock.recv(1) == b""
        except ConnectionResetError:
            pass
    assert daemon.alive()


# --- the Python client, version 2 and REST ------------------------------------------------------

@pytest.mark.parametrize("dtype", sorted(ARRAYS))
def test_dtypes(either, dtype):
    array = ARRAYS[dtype]
    np.testing.assert_array_equal(either.infer(f"id_{dtype}", {"x": array})["y"], array)


def test_bf16_comes_back_as_float32(either):
    info = either.model("id_bf16")
    assert info.inputs[0].datatype == "BF16"


def test_named_outputs(either):
    inputs = {"b": np.array([[1, 2, 3]], np.int64), "a": X}
    result = either.infer("two", inputs, outputs=["negated"])
    assert list(result.outputs) == ["negated"]


def test_metadata(either):
    info = either.model("two")
    assert [t.name for t in info.inputs] == ["a", "b"]
    assert info.inputs[0].shape == (-1, 2)
    assert info.versions == ["1"]
    assert either.ready()
    assert {"id_fp32", "slow"} <= {m["name"] for m in either.models()}


def test_errors(either):
    with pytest.raises(ServerError) as error:
        either.infer("nobody", {"x": X})
    assert error.value.status == "not_found"
    with pytest.raises(ServerError) as error:
        either.infer("id_fp32", {"x": X.astype(np.int32)})
    assert error.value.status == "invalid"
    assert either.infer("id_fp32", {"x": X})["y"].tolist() == X.tolist()


def test_refusals_have_a_reason(either, daemon):
    (info,) = either.model("slow").inputs
    array = np.zeros([max(d, 1) for d in info.shape], np.float32)
    with pytest.raises(Refused) as error:
        either.infer("slow", {info.name: array}, deadline=0.005)
    assert error.value.status == "deadline_exceeded"
    assert error.value.reason in ("infeasible", "expired")
    assert error.value.numbers["service_ms"] > 5
    with HttpClient(f"http://{daemon.http}") as http:
        assert http.explain(error.value.decision)["end"] == error.value.reason


def test_stream_in_order(client):
    requests = [{"x": np.full((1, 2), i, np.float32)} for i in range(200)]
    answers = list(client.stream("id_fp32", requests, in_flight=16))
    assert [a["y"][0, 0] for a in answers] == list(range(200))
    assert client.infer("id_fp32", {"x": X})["y"].tolist() == X.tolist()


def test_an_abandoned_stream_does_not_disturb(client):
    stream = client.stream("id_fp32", ({"x": X} for _ in range(100)))
    next(stream)
    stream.close()
    assert client.infer("id_fp32", {"x": X})["y"].tolist() == X.tolist()


def test_nobody_there():
    with TcpClient("127.0.0.1", 1) as client, pytest.raises(Unreachable):
        client.ready()
    with HttpClient("http://127.0.0.1:1") as client, pytest.raises(Unreachable):
        client.ready()
