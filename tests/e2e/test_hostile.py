"""Clients that are slow, broken or worse; after each, others are served."""
import resource
import socket
import struct

import pytest

from conftest import config

BODY = b'{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","data":[1,2]}]}'
HEAD = b"POST /v2/models/id_fp32/infer HTTP/1.1\r\nHost: x\r\n"


def answer(sock) -> bytes:
    """Everything until the server closes."""
    data = b""
    try:
        while got := sock.recv(65536):
            data += got
    except ConnectionResetError:
        pass
    return data


@pytest.fixture
def short(fresh):
    """A daemon with little patience and low limits."""
    text = config().replace(
        "serve: {", "serve: { limits: { idle_timeout: 1s, read_timeout: 1s, write_timeout: 1s, "
                    "header: 4KiB, body: 64KiB },")
    return fresh(text)


def test_slow_clients_are_cut_off(short):
    with socket.create_connection(("127.0.0.1", short.ports["http"]), 30) as slow:
        slow.sendall(HEAD)
        with socket.create_connection(("127.0.0.1", short.ports["tcp"]), 30) as slow_tcp:
            slow_tcp.sendall(struct.pack("<I", 100))
            assert short.infer_json("id_fp32", [1, 2])[0] == 200
            answer(slow_tcp)
        answer(slow)
    assert short.alive()


def test_half_closed_connections_still_get_their_answer(daemon):
    with socket.create_connection(("127.0.0.1", daemon.ports["http"]), 30) as sock:
        sock.sendall(HEAD + b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(BODY) + BODY)
        sock.shutdown(socket.SHUT_WR)
        assert answer(sock).startswith(b"HTTP/1.1 200")


def test_pipelined_requests_are_answered_in_order(daemon):
    def request(i):
        body = b'{"id":"%d",%s' % (i, BODY[1:])
        close = b"Connection: close\r\n" if i == 19 else b""
        return HEAD + close + b"Content-Length: %d\r\n\r\n" % len(body) + body

    with socket.create_connection(("127.0.0.1", daemon.ports["http"]), 30) as sock:
        sock.sendall(b"".join(request(i) for i in range(20)))
        data = answer(sock)
    places = [data.find(b'"id":"%d"' % i) for i in range(20)]
    assert -1 not in places and places == sorted(places)


def test_a_flood_of_chunks_ends_at_the_limit(short):
    with socket.create_connection(("127.0.0.1", short.ports["http"]), 30) as sock:
        try:
            sock.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
            for _ in range(200_000):
                sock.sendall(b"1\r\n{\r\n")
        except (BrokenPipeError, ConnectionResetError):
            pass
        answer(sock)
    assert short.alive()


@pytest.mark.parametrize("head,status", [
    (HEAD + b"Content-Length: 99999999999\r\n\r\n", b"413"),
    (HEAD + b"Content-Length: -1\r\n\r\n", b"400"),
    (HEAD + b"X: " + b"a" * 100_000 + b"\r\n\r\n", b"431"),
    (b"GARBAGE\r\n\r\n", b"400"),
])
def test_lying_lengths_and_garbage(daemon, head, status):
    with socket.create_connection(("127.0.0.1", daemon.ports["http"]), 30) as sock:
        try:
            sock.sendall(head)
            sock.shutdown(socket.SHUT_WR)
        except (BrokenPipeError, ConnectionResetError):
            pass
        data = answer(sock)
    assert data[9:12] in (status, b""), data[:100]
    assert daemon.alive()


@pytest.mark.parametrize("header", [b"5", b"999999", b"-1", b"x"])
def test_lying_json_lengths(daemon, header):
    status, _, _ = daemon.request("POST", "/v2/models/id_fp32/infer", BODY,
                                  {"Inference-Header-Content-Length": header.decode()})
    assert status == 400


@pytest.mark.parametrize("body", [
    b"", b"{", b"[]", b"{}", b"[" * 10000,
    b'{"inputs":[{"name":"x","shape":[9223372036854775807,2],"datatype":"FP32","data":[1]}]}',
    b'{"inputs":[{"name":"x","shape":[-1,2],"datatype":"FP32","data":[1,2]}]}',
    b'{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP33","data":[1,2]}]}',
    b'{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","data":[1]}]}',
    b'{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP32",'
    b'"parameters":{"binary_data_size":1000000}}]}',
])
def test_bad_bodies_are_the_clients_mistake(daemon, body):
    status, _, answer_body = daemon.request("POST", "/v2/models/id_fp32/infer", body)
    assert status == 400, answer_body
    assert b"error" in answer_body


def test_ten_thousand_idle_connections(fresh):
    wanted = 10_100
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < wanted:
        pytest.skip(f"this machine allows {hard} open files per process only")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    daemon = fresh()  # inherits the limit
    before = daemon.resident()
    sockets = [socket.create_connection(("127.0.0.1", daemon.ports["http"]), 30)
               for _ in range(10_000)]
    try:
        assert daemon.infer_json("id_fp32", [1, 2])[0] == 200
        assert (daemon.resident() - before) / len(sockets) < 32 * 1024
    finally:
        for sock in sockets:
            sock.close()
    assert daemon.alive()
