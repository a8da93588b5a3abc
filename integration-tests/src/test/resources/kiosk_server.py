"""A gRPC service that is no JVM, without generated code: sample.Kiosk, whose messages are text.

Get answers with what it was asked and the caller's place in the trace; Watch sends as many messages as it is asked for
and ends with a trailer; Drain sends two and fails with a trailer; Flaky is unavailable every other time. Prints
"listening PORT".
"""

import collections
import concurrent.futures

import grpc

times = collections.Counter()


def get(request, context):
    place = dict(context.invocation_metadata()).get("traceparent", "none")
    context.send_initial_metadata((("x-head", "first"),))
    context.set_trailing_metadata((("x-trail", "last"),))
    return b"kiosk of " + request + b" at " + place.encode()


def watch(request, context):
    for number in range(int(request)):
        yield b"%d" % number
    context.set_trailing_metadata((("x-trail", "after %d" % int(request)),))


def drain(request, context):
    yield b"0"
    yield b"1"
    context.set_trailing_metadata((("x-trail", "why"),))
    context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "sold out")


def flaky(request, context):
    times[request] += 1
    if times[request] % 2 == 1:
        context.abort(grpc.StatusCode.UNAVAILABLE, "not now")
    return b"attempt %d" % times[request]


server = grpc.server(concurrent.futures.ThreadPoolExecutor(max_workers=8))
server.add_generic_rpc_handlers((
    grpc.method_handlers_generic_handler(
        "sample.Kiosk",
        {
            "Get": grpc.unary_unary_rpc_method_handler(get),
            "Watch": grpc.unary_stream_rpc_method_handler(watch),
            "Drain": grpc.unary_stream_rpc_method_handler(drain),
            "Flaky": grpc.unary_unary_rpc_method_handler(flaky),
        },
    ),
))
port = server.add_insecure_port("127.0.0.1:0")
server.start()
print("listening", port, flush=True)
server.wait_for_termination()
