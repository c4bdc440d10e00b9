"""The unmodified official Python client over HTTP."""
import ml_dtypes
import numpy as np
import pytest
import tritonclient.http as triton
from tritonclient.utils import InferenceServerException

from tensors import ARRAYS, DATATYPES


@pytest.fixture(scope="module")
def client(daemon):
    with triton.InferenceServerClient(daemon.http, concurrency=4) as one:
        yield one


def input_of(array, datatype, name="x", binary=True):
    one = triton.InferInput(name, list(array.shape), datatype)
    one.set_data_from_numpy(array, binary_data=binary)
    return one


def test_health(client):
    assert client.is_server_live()
    assert client.is_server_ready()
    assert client.is_model_ready("id_fp32")
    assert client.is_model_ready("id_fp32", "1")
    assert not client.is_model_ready("nobody")


def test_server_metadata(client):
    metadata = client.get_server_metadata()
    assert metadata["name"] == "sluice"
    assert "binary_tensor_data" in metadata["extensions"]


def test_model_metadata(client):
    metadata = client.get_model_metadata("two")
    assert [(t["name"], t["datatype"], t["shape"]) for t in metadata["inputs"]] == [
        ("a", "FP32", [-1, 2]), ("b", "INT64", [-1, 3])]
    assert [t["name"] for t in metadata["outputs"]] == ["doubled", "negated"]
    assert metadata["versions"] == ["1"]


def test_model_config(client):
    config = client.get_model_config("two")
    assert config["name"] == "two"
    assert {t["name"] for t in config["input"]} == {"a", "b"}


@pytest.mark.parametrize("binary_out", [True, False])
@pytest.mark.parametrize("binary_in", [True, False])
@pytest.mark.parametrize("dtype", sorted(ARRAYS))
def test_dtypes(client, dtype, binary_in, binary_out):
    array = ARRAYS[dtype]
    if dtype == "fp16" and not (binary_in and binary_out):
        pytest.skip("the protocol has no FP16 in JSON; the client refuses it")
    if dtype == "string" and not (binary_in and binary_out):
        array = np.array([["", "äöü"], ["b", "x" * 1000]], dtype=object)
    if dtype == "fp64" and not (binary_in and binary_out):
        array = np.array([[1.5, -1e300]], np.float64)
    output = triton.InferRequestedOutput("y", binary_data=binary_out)
    result = client.infer(f"id_{dtype}", [input_of(array, DATATYPES[dtype], binary=binary_in)],
                          outputs=[output])
    got = result.as_numpy("y")
    if dtype == "string":
        text = [s if isinstance(s, bytes) else s.encode() for s in array.ravel()]
        assert [s if isinstance(s, bytes) else s.encode() for s in got.ravel()] == text
        assert got.shape == array.shape
    else:
        np.testing.assert_array_equal(got, array)


def test_bf16(client):
    array = np.array([[1.5, -2.0]], ml_dtypes.bfloat16)
    result = client.infer("id_bf16", [input_of(array, "BF16")])
    np.testing.assert_array_equal(result.as_numpy("y"), array)


def test_two_inputs_and_selected_outputs(client):
    a, b = np.ones((1, 2), np.float32), np.array([[1, 2, 3]], np.int64)
    inputs = [input_of(b, "INT64", "b"), input_of(a, "FP32", "a")]
    result = client.infer("two", inputs)
    np.testing.assert_array_equal(result.as_numpy("doubled"), 2 * a)
    np.testing.assert_array_equal(result.as_numpy("negated"), -b)
    only = client.infer("two", inputs, outputs=[triton.InferRequestedOutput("negated")])
    assert [o["name"] for o in only.get_response()["outputs"]] == ["negated"]


def test_request_id_comes_back(client):
    result = client.infer("id_fp32", [input_of(ARRAYS["fp32"], "FP32")], request_id="mine")
    assert result.get_response()["id"] == "mine"


def test_classification(client):
    array = np.array([[0.25, 0.75]], np.float32)
    output = triton.InferRequestedOutput("y", class_count=2)
    got = client.infer("id_fp32", [input_of(array, "FP32")], outputs=[output]).as_numpy("y")
    assert [s.decode().split(":")[1] for s in got.ravel()] == ["1", "0"]


def test_priority_and_timeout(client):
    array = ARRAYS["fp32"]
    client.infer("id_fp32", [input_of(array, "FP32")], priority=2, timeout=5_000_000)
    with pytest.raises(InferenceServerException) as error:
        client.infer("slow", slow_inputs(client), timeout=1000)
    assert "504" in str(error.value.status()) or "dead" in str(error.value).lower()


def slow_inputs(client):
    inputs = []
    for t in client.get_model_metadata("slow")["inputs"]:
        array = np.zeros([max(d, 1) for d in t["shape"]], np.float32)
        inputs.append(input_of(array, t["datatype"], t["name"]))
    return inputs


def test_async_infer(client):
    pending = [client.async_infer("id_fp32", [input_of(ARRAYS["fp32"], "FP32")])
               for _ in range(20)]
    for one in pending:
        np.testing.assert_array_equal(one.get_result().as_numpy("y"), ARRAYS["fp32"])


@pytest.mark.parametrize("algorithm", ["gzip", "deflate"])
def test_compression(client, algorithm):
    array = np.zeros((100, 2), np.float32)
    result = client.infer("id_fp32", [input_of(array, "FP32")],
                          request_compression_algorithm=algorithm,
                          response_compression_algorithm=algorithm)
    np.testing.assert_array_equal(result.as_numpy("y"), array)


@pytest.mark.parametrize("name,inputs,text", [
    ("nobody", [("x", np.zeros((1, 2), np.float32), "FP32")], "nobody"),
    ("id_fp32", [("z", np.zeros((1, 2), np.float32), "FP32")], "z"),
    ("id_fp32", [("x", np.zeros((1, 3), np.float32), "FP32")], "[-1,2]"),
    ("id_fp32", [("x", np.zeros((1, 2), np.int32), "INT32")], "FP32"),
    ("two", [("a", np.zeros((1, 2), np.float32), "FP32")], "b"),
])
def test_errors_say_what_is_wrong(client, name, inputs, text):
    with pytest.raises(InferenceServerException) as error:
        client.infer(name, [input_of(array, datatype, key) for key, array, datatype in inputs])
    assert text in str(error.value)


def test_unknown_output(client):
    with pytest.raises(InferenceServerException):
        client.infer("id_fp32", [input_of(ARRAYS["fp32"], "FP32")],
                     outputs=[triton.InferRequestedOutput("nothing")])


def test_a_failing_model_is_the_servers_error(client):
    index = np.array([99], np.int64)
    with pytest.raises(InferenceServerException) as error:
        client.infer("lookup", [input_of(index, "INT64")])
    assert error.value.status() == "500"


def test_statistics(client):
    before = client.get_inference_statistics("id_int8")["model_stats"][0]["inference_count"]
    client.infer("id_int8", [input_of(ARRAYS["int8"], "INT8")])
    stats = client.get_inference_statistics("id_int8", "1")["model_stats"][0]
    assert stats["inference_count"] == before + 1
    assert stats["inference_stats"]["success"]["count"] >= 1
    for part in (stats["inference_stats"], *stats["batch_stats"]):
        counts = {part[f"compute_{kind}"]["count"] for kind in ("input", "infer", "output")}
        assert len(counts) == 1, "perf_analyzer wants them to agree"
    assert len(client.get_inference_statistics()["model_stats"]) >= 14


def test_repository(client):
    index = {m["name"]: m for m in client.get_model_repository_index()}
    assert index["id_fp32"]["state"] == "READY"
    client.unload_model("id_uint16")
    assert not client.is_model_ready("id_uint16")
    with pytest.raises(InferenceServerException):
        client.infer("id_uint16", [input_of(ARRAYS["uint16"], "UINT16")])
    client.load_model("id_uint16")
    assert client.is_model_ready("id_uint16")
    client.infer("id_uint16", [input_of(ARRAYS["uint16"], "UINT16")])
    with pytest.raises(InferenceServerException):
        client.load_model("nobody")
