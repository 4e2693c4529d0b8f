"""A grpcio server, an independent implementation, for our client. Prints its port and serves until stdin ends.

Usage: python_server.py [CERTIFICATE KEY]; with the two PEM files over TLS.
"""
import sys
import time
from concurrent import futures

import grpc


def say(request, context):
    context.set_trailing_metadata((("x-bytes-bin", b"\x00\xff"),))
    if request.endswith(b"fail"):
        context.abort(grpc.StatusCode.NOT_FOUND, "Größe 中文 100 %")
    if request.endswith(b"wait"):
        while context.is_active():
            time.sleep(0.01)
    return request


def repeat(request, context):
    for _ in range(3):
        yield request


def join(requests, context):
    return list(requests)[-1]


def chat(requests, context):
    yield from requests


def main():
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=4))
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("minicpmdist.test.Echo", {
        "Say": grpc.unary_unary_rpc_method_handler(say),
        "Repeat": grpc.unary_stream_rpc_method_handler(repeat),
        "Join": grpc.stream_unary_rpc_method_handler(join),
        "Chat": grpc.stream_stream_rpc_method_handler(chat),
    }),))
    if len(sys.argv) == 3:
        certificate, key = (open(path, "rb").read() for path in sys.argv[1:])
        credentials = grpc.ssl_server_credentials([(key, certificate)])
        print(server.add_secure_port("127.0.0.1:0", credentials), flush=True)
    else:
        print(server.add_insecure_port("127.0.0.1:0"), flush=True)
    server.start()
    sys.stdin.read()
    server.stop(0)


if __name__ == "__main__":
    main()
