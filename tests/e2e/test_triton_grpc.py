"""The unmodified official Python client over gRPC."""
import queue

import grpc
import ml_dtypes
import numpy as np
import pytest
import tritonclient.grpc as triton
from tritonclient.utils import InferenceServerException

from tensors import ARRAYS, DATATYPES


@pytest.fixture(scope="module")
def client(daemon):
    with triton.InferenceServerClient(daemon.grpc) as one:
        yield one


def input_of(array, datatype, name="x"):
    one = triton.InferInput(name, list(array.shape), datatype)
    one.set_data_from_numpy(array)
    return one


def slow_inputs(client):
    return [input_of(np.zeros([max(d, 1) for d in t.shape], np.float32), t.datatype, t.name)
            for t in client.get_model_metadata("slow").inputs]


def test_health(client):
    assert client.is_server_live()
    assert client.is_server_ready()
    assert client.is_model_ready("id_fp32", "1")
    assert not client.is_model_ready("nobody")


def test_metadata_and_config(client):
    assert client.get_server_metadata().name == "sluice"
    metadata = client.get_model_metadata("two")
    assert [(t.name, t.datatype, list(t.shape)) for t in metadata.inputs] == [
        ("a", "FP32", [-1, 2]), ("b", "INT64", [-1, 3])]
    config = client.get_model_config("two").config
    assert {t.name for t in config.input} == {"a", "b"}


@pytest.mark.parametrize("dtype", sorted(ARRAYS))
def test_dtypes(client, dtype):
    array = ARRAYS[dtype]
    got = client.infer(f"id_{dtype}", [input_of(array, DATATYPES[dtype])]).as_numpy("y")
    np.testing.assert_array_equal(got, array)


def test_bf16(client):
    array = np.array([[1.5, -2.0]], ml_dtypes.bfloat16)
    got = client.infer("id_bf16", [input_of(array, "BF16")]).as_numpy("y")
    np.testing.assert_array_equal(got, array)


def test_request_id_and_selected_outputs(client):
    inputs = [input_of(np.ones((1, 2), np.float32), "FP32", "a"),
              input_of(np.array([[1, 2, 3]], np.int64), "INT64", "b")]
    result = client.infer("two", inputs, outputs=[triton.InferRequestedOutput("negated")],
                          request_id="mine")
    response = result.get_response()
    assert response.id == "mine"
    assert [o.name for o in response.outputs] == ["negated"]


def test_classification(client):
    output = triton.InferRequestedOutput("y", class_count=1)
    array = np.array([[0.25, 0.75]], np.float32)
    got = client.infer("id_fp32", [input_of(array, "FP32")], outputs=[output]).as_numpy("y")
    assert got.ravel()[0].decode().split(":")[1] == "1"


def test_async_infer(client):
    done = queue.Queue()
    for _ in range(20):
        client.async_infer("id_fp32", [input_of(ARRAYS["fp32"], "FP32")],
                           callback=lambda result, error: done.put((result, error)))
    for _ in range(20):
        result, error = done.get(timeout=30)
        assert error is None
        np.testing.assert_array_equal(result.as_numpy("y"), ARRAYS["fp32"])


def test_stream_answers_in_order_and_survives_errors(client):
    done = queue.Queue()
    client.start_stream(callback=lambda result, error: done.put((result, error)))
    for i in range(10):
        model = "nobody" if i == 4 else "id_int32"
        client.async_stream_infer(model, [input_of(np.full((1, 2), i, np.int32), "INT32")],
                                  request_id=str(i))
    for i in range(10):
        result, error = done.get(timeout=30)
        if i == 4:
            assert error is not None
        else:
            assert error is None
            assert result.as_numpy("y")[0, 0] == i
    client.stop_stream()


def test_a_deadline_of_the_call_is_the_requests(client):
    with pytest.raises(InferenceServerException) as error:
        client.infer("slow", slow_inputs(client), client_timeout=0.005)
    assert error.value.status() == "StatusCode.DEADLINE_EXCEEDED"


def test_a_timeout_that_cannot_be_kept_is_refused(client):
    with pytest.raises(InferenceServerException) as error:
        client.infer("slow", slow_inputs(client), timeout=1000)
    assert error.value.status() == "StatusCode.DEADLINE_EXCEEDED"


@pytest.mark.parametrize("model,array,datatype,status", [
    ("nobody", np.zeros((1, 2), np.float32), "FP32", "NOT_FOUND"),
    ("id_fp32", np.zeros((1, 3), np.float32), "FP32", "INVALID_ARGUMENT"),
    ("id_fp32", np.zeros((1, 2), np.int32), "INT32", "INVALID_ARGUMENT"),
    ("lookup", np.array([99], np.int64), "INT64", "INTERNAL"),
])
def test_errors(client, model, array, datatype, status):
    with pytest.raises(InferenceServerException) as error:
        client.infer(model, [input_of(array, datatype)])
    assert error.value.status() == f"StatusCode.{status}"


def test_a_refusal_carries_its_reason(daemon):
    with grpc.insecure_channel(daemon.grpc) as channel:
        from tritonclient.grpc import service_pb2, service_pb2_grpc
        stub = service_pb2_grpc.GRPCInferenceServiceStub(channel)
        request = service_pb2.ModelInferRequest(model_name="slow")
        for t in stub.ModelMetadata(service_pb2.ModelMetadataRequest(name="slow")).inputs:
            shape = [max(d, 1) for d in t.shape]
            request.inputs.add(name=t.name, datatype=t.datatype, shape=shape)
            request.raw_input_contents.append(bytes(4 * int(np.prod(shape))))
        request.parameters["timeout"].int64_param = 1000
        with pytest.raises(grpc.RpcError) as error:
            stub.ModelInfer(request)
    trailing = dict(error.value.trailing_metadata())
    assert trailing["sluice-reason"] in ("infeasible", "expired")
    assert trailing["sluice-decision"]


def test_statistics_and_repository(client):
    client.infer("id_int16", [input_of(ARRAYS["int16"], "INT16")])
    stats = client.get_inference_statistics("id_int16").model_stats[0]
    assert stats.inference_stats.success.count >= 1
    for part in (stats.inference_stats, *stats.batch_stats):
        counts = {one.count for one in (part.compute_input, part.compute_infer, part.compute_output)}
        assert len(counts) == 1, "perf_analyzer wants them to agree"
    assert "id_fp32" in {m.name for m in client.get_model_repository_index().models}
    client.unload_model("id_uint32")
    assert not client.is_model_ready("id_uint32")
    client.load_model("id_uint32")
    assert client.is_model_ready("id_uint32")
    with pytest.raises(InferenceServerException):
        client.load_model("nobody")
