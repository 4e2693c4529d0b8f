"""Calls our server with grpcio, an independent implementation, and prints one line per case.

Usage: python_client.py HOST:PORT
"""
import sys

import grpc


def message(field, value):
    """One length-delimited protobuf field, short enough for a length of one byte."""
    assert len(value) < 128
    return bytes([field << 3 | 2, len(value)]) + value


def number(field, value):
    return bytes([field << 3, value])


def say(channel, request, **options):
    return channel.unary_unary("/minicpmdist.test.Echo/Say")(request, **options)


def status_of(call):
    try:
        call()
        return "OK"
    except grpc.RpcError as error:
        return f"{error.code().name}|{error.details()}|{dict(error.trailing_metadata()).get('x-from-context')}"


def main(address):
    with grpc.insecure_channel(address, options=[("grpc.enable_http_proxy", 0)]) as channel:
        print("unary:", say(channel, message(1, "Grüße".encode())).hex())

        replies = channel.unary_stream("/minicpmdist.test.Echo/Repeat")(message(1, b"n") + number(3, 3))
        print("stream:", b" ".join(replies).hex())

        joined = channel.stream_unary("/minicpmdist.test.Echo/Join")(iter([message(1, b"a"), message(1, b"b")]))
        print("join:", joined.hex())

        chat = channel.stream_stream("/minicpmdist.test.Echo/Chat")(iter([message(1, b"a"), message(1, b"b")]))
        print("chat:", b" ".join(chat).hex())

        failing = message(1, "Größe 中文 100 %".encode()) + number(4, 9)
        print("error:", status_of(lambda: say(channel, failing)))
        print("unknown:", status_of(lambda: channel.unary_unary("/minicpmdist.test.Echo/Whisper")(b"")))
        print("compressed:", status_of(lambda: say(channel, message(1, b"x" * 120), compression=grpc.Compression.Gzip)))
        print("deadline:", status_of(lambda: say(channel, number(6, 1), timeout=0.3)))

        headers = (("x-text", "abc"), ("x-bytes-bin", b"\x00\xff"))
        _, call = channel.unary_unary("/minicpmdist.test.Echo/Say").with_call(b"", metadata=headers)
        received = dict(call.initial_metadata()), dict(call.trailing_metadata())
        print("metadata:", received[0]["x-text"], received[1]["x-bytes-bin"].hex())


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")
    main(sys.argv[1])
