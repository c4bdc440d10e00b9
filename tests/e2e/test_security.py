"""Encryption and tokens, for every protocol."""
import http.client
import ssl
import subprocess

import grpc
import numpy as np
import pytest
import tritonclient.grpc
from sluice_client import HttpClient, ServerError, TcpClient, Unreachable
from tritonclient.utils import InferenceServerException

from conftest import MODELS

CONFIG = """
models:
  - {{ name: m, path: {models}/identity_fp32.onnx }}
serve:
  http: 127.0.0.1:0
  grpc: 127.0.0.1:0
  tcp: 127.0.0.1:0
  {more}
"""
X = np.array([[1.5, -2.0]], np.float32)


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """A folder with ca.pem, and server.pem and client.pem signed by it, each with its .key."""
    folder = tmp_path_factory.mktemp("pki")

    def key(name):
        return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                folder / f"{name}.key", "-out", folder / f"{name}.pem", "-days", "2", "-x509"]

    openssl("req", *key("ca"), "-subj", "/CN=test authority")
    for name in ("server", "client"):
        openssl("req", *key(name), "-subj", f"/CN={name}", "-CA", folder / "ca.pem", "-CAkey",
                folder / "ca.key", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-addext",
                "basicConstraints=critical,CA:FALSE")
    return folder


def context(authority, client=False):
    made = ssl.create_default_context(cafile=authority / "ca.pem")
    if client:
        made.load_cert_chain(authority / "client.pem", authority / "client.key")
    return made


def grpc_channel(daemon, authority, client=False):
    def pem(name):
        return (authority / name).read_bytes()

    chain = {"private_key": pem("client.key"), "certificate_chain": pem("client.pem")}
    return grpc.secure_channel(daemon.grpc, grpc.ssl_channel_credentials(
        pem("ca.pem"), **(chain if client else {})))


def answers(channel) -> bool:
    from tritonclient.grpc import service_pb2, service_pb2_grpc
    stub = service_pb2_grpc.GRPCInferenceServiceStub(channel)
    try:
        return stub.ModelReady(service_pb2.ModelReadyRequest(name="m"), timeout=30).ready
    except grpc.RpcError:
        return False


@pytest.fixture
def encrypted(fresh, authority):
    def start(client_ca=""):
        more = (f"tls: {{ certificate: {authority}/server.pem, key: {authority}/server.key"
                f"{client_ca} }}")
        return fresh(CONFIG.format(models=MODELS, more=more), tls=context(authority, bool(client_ca)))
    return start


def test_tls(encrypted, authority):
    daemon = encrypted()
    trusted = context(authority)
    with HttpClient(f"https://{daemon.http}", tls=trusted) as client:
        assert client.infer("m", {"x": X})["y"].tolist() == X.tolist()
    with TcpClient(*daemon.tcp, tls=trusted) as client:
        assert client.infer("m", {"x": X})["y"].tolist() == X.tolist()
    with grpc_channel(daemon, authority) as channel:
        assert answers(channel)
    with tritonclient.grpc.InferenceServerClient(
            daemon.grpc, ssl=True, root_certificates=str(authority / "ca.pem")) as client:
        assert client.is_model_ready("m")


def test_in_the_clear_or_of_an_unknown_authority_nothing_is_said(encrypted):
    daemon = encrypted()
    with pytest.raises((http.client.HTTPException, OSError)):
        plain = http.client.HTTPConnection(daemon.http, timeout=30)
        plain.request("GET", "/healthz")
        plain.getresponse()
    with grpc.insecure_channel(daemon.grpc) as channel:
        assert not answers(channel)
    with TcpClient(*daemon.tcp) as client, pytest.raises((Unreachable, ServerError)):
        client.ready()
    unknown = ssl.create_default_context()
    with HttpClient(f"https://{daemon.http}", tls=unknown) as client, pytest.raises(Unreachable):
        client.ready()
    assert daemon.alive()


def test_mutual_tls_wants_a_certificate(encrypted, authority):
    daemon = encrypted(f", client_ca: {authority}/ca.pem")
    known, stranger = context(authority, client=True), context(authority)
    with HttpClient(f"https://{daemon.http}", tls=known) as client:
        assert client.ready()
    with HttpClient(f"https://{daemon.http}", tls=stranger) as client, pytest.raises(Unreachable):
        client.ready()
    with TcpClient(*daemon.tcp, tls=known) as client:
        assert client.ready()
    with TcpClient(*daemon.tcp, tls=stranger) as client, pytest.raises(Unreachable):
        client.ready()
    with grpc_channel(daemon, authority, client=True) as channel:
        assert answers(channel)
    with grpc_channel(daemon, authority) as channel:
        assert not answers(channel)


@pytest.fixture
def guarded(fresh, tmp_path):
    tokens = tmp_path / "tokens"
    tokens.touch(mode=0o600)
    tokens.write_text("infer i-token-0123456789\noperate o-token-0123456789\n"
                      "admin a-token-0123456789\n")
    return fresh(CONFIG.format(models=MODELS, more=f"tokens: {tokens}"))


def bearer(token):
    return {"authorization": f"Bearer {token}"} if token else {}


@pytest.mark.parametrize("token,infer,metrics,load", [
    ("", 401, 401, 401),
    ("nobodys-token-01234", 401, 401, 401),
    ("i-token-0123456789", 200, 403, 403),
    ("o-token-0123456789", 200, 200, 403),
    ("a-token-0123456789", 200, 200, 200),
])
def test_roles_over_http(guarded, token, infer, metrics, load):
    body = '{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","data":[1,2]}]}'
    statuses = [guarded.request(method, path, body, bearer(token))[0] for method, path, body in [
        ("POST", "/v2/models/m/infer", body), ("GET", "/metrics", None),
        ("POST", "/v2/repository/models/m/load", "{}")]]
    assert statuses == [infer, metrics, load]


@pytest.mark.parametrize("token,infer,load", [
    ("", "UNAUTHENTICATED", "UNAUTHENTICATED"),
    ("nobodys-token-01234", "UNAUTHENTICATED", "UNAUTHENTICATED"),
    ("i-token-0123456789", "OK", "PERMISSION_DENIED"),
    ("a-token-0123456789", "OK", "OK"),
])
def test_roles_over_grpc(guarded, token, infer, load):
    def status(call):
        try:
            call()
            return "OK"
        except InferenceServerException as error:
            return error.status().removeprefix("StatusCode.")

    one = tritonclient.grpc.InferInput("x", [1, 2], "FP32")
    one.set_data_from_numpy(X)
    with tritonclient.grpc.InferenceServerClient(guarded.grpc) as client:
        assert status(lambda: client.infer("m", [one], headers=bearer(token))) == infer
        assert status(lambda: client.load_model("m", headers=bearer(token))) == load


def test_tokens_over_tcp(guarded):
    with TcpClient(*guarded.tcp, token="i-token-0123456789") as client:
        assert client.infer("m", {"x": X})["y"].tolist() == X.tolist()
    for token in ("", "nobodys-token-01234"):
        with TcpClient(*guarded.tcp, token=token) as client:
            with pytest.raises(ServerError) as error:
                client.infer("m", {"x": X})
            assert error.value.status == "unauthenticated"
