"""Calls sample.Kiosk by its name: "METHOD MESSAGE" on a line in, what came of it on a line out, fields separated by '|'.

Argument: the target. It knows of no proxy; its questions to DNS and its connections are led to one.
"""

import sys

import grpc

channel = grpc.insecure_channel(sys.argv[1], (("grpc.enable_http_proxy", 0),))


def pairs(metadata):
    return ",".join("%s=%s" % pair for pair in metadata or () if pair[0].startswith("x-"))


def unary(method, message):
    answer, call = channel.unary_unary("/sample.Kiosk/" + method).with_call(message, timeout=60, wait_for_ready=True)
    return answer.decode(), pairs(call.initial_metadata()), pairs(call.trailing_metadata())


def stream(method, message):
    call = channel.unary_stream("/sample.Kiosk/" + method)(message, timeout=60, wait_for_ready=True)
    got = []
    try:
        for answer in call:
            got.append(answer.decode())
    except grpc.RpcError:
        pass  # its status is told below
    return call.code().name, call.details() or "", " ".join(got), pairs(call.trailing_metadata())


for line in sys.stdin:
    method, message = line.split()
    try:
        told = (stream if method in ("Watch", "Drain") else unary)(method, message.encode())
    except grpc.RpcError as failure:
        told = failure.code().name, failure.details() or ""
    print("|".join(told), flush=True)
