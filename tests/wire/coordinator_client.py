"""Talks to a coordinator with grpcio, an independent implementation, and prints one line per case.

Usage: coordinator_client.py HOST:PORT PROTOS CERTIFICATE READ-TOKEN COMMAND-TOKEN REPORT-TOKEN

Messages are put together by hand, field by field: Debian's grpcio comes without a protobuf compiler.
"""
import sys
import threading

import grpc


def varint(value):
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def text(field, value):
    data = value if isinstance(value, bytes) else value.encode()
    return varint(field << 3 | 2) + varint(len(data)) + data


def number(field, value):
    return varint(field << 3) + varint(value)


def read_varint(data, at):
    value = shift = 0
    while True:
        value |= (data[at] & 127) << shift
        shift += 7
        at += 1
        if data[at - 1] < 128:
            return value, at


def fields(data):
    """Field numbers and values; enough for varints, lengths and doubles."""
    found, at = {}, 0
    while at < len(data):
        key, at = read_varint(data, at)
        if key & 7 == 0:
            found[key >> 3], at = read_varint(data, at)
        elif key & 7 == 1:
            at += 8
        else:
            size, at = read_varint(data, at)
            found[key >> 3] = data[at:at + size]
            at += size
    return found


PHASES = ["", "PHASE_WARMUP", "PHASE_STABLE", "PHASE_DECAY", "PHASE_COSINE"]
STATES = ["", "REQUEST_STATE_ACCEPTED", "REQUEST_STATE_DECIDED", "REQUEST_STATE_REFUSED"]
SERVING = ["UNKNOWN", "SERVING", "NOT_SERVING"]


def failure(call):
    try:
        call()
        return "OK", ""
    except grpc.RpcError as error:
        return error.code().name, error.details()


def first_then_cancel(call):
    first = next(call)
    call.cancel()
    return first, failure(lambda: next(call))[0]


def batch(identifier, tokens, wait):
    command = text(6, number(1, tokens))
    return text(1, "trunk") + text(2, identifier) + text(3, command) + number(4, int(wait))


def main(address, certificate, read_token, command_token, report_token):
    def bearer(token):
        return (("authorization", f"Bearer {token}"),)

    with open(certificate, "rb") as file:
        credentials = grpc.ssl_channel_credentials(file.read())
    with grpc.secure_channel(address, credentials, options=[("grpc.enable_http_proxy", 0)]) as channel:
        status = channel.unary_unary("/minicpmdist.v1.RunService/GetStatus")
        send = channel.unary_unary("/minicpmdist.v1.RunService/SendCommand")

        answer = fields(status(b"", metadata=bearer(read_token)))
        run = fields(answer[2])
        print("unary:", answer[1].decode(), run[2], PHASES[run[8]], fields(run[12])[10])
        health = channel.unary_unary("/grpc.health.v1.Health/Check")
        print("health:", SERVING[fields(health(b""))[1]])

        watch = channel.unary_stream("/minicpmdist.v1.RunService/WatchStatus")(
            text(1, "trunk"), metadata=bearer(read_token))
        first, ended = first_then_cancel(watch)
        print("stream:", fields(fields(first)[1])[4], ended)

        hello = text(1, text(1, "from-outside") + number(2, 1))
        report = text(2, text(1, text(1, "from-outside") + number(2, 3) + number(8, 1)))
        done = threading.Event()

        def reports():
            yield hello
            yield report
            done.wait()  # A run that reports nothing more has ended, and so would the call.

        duplex = channel.stream_stream("/minicpmdist.v1.ReportService/Report")(
            reports(), metadata=bearer(report_token))
        first, ended = first_then_cancel(duplex)
        done.set()
        print("duplex:", "welcome" if 1 in fields(first) else "something else", ended)

        accepted = send(batch("wire", 4096, False), metadata=bearer(command_token))
        print("command:", STATES[fields(fields(accepted)[1])[2]])
        print("deadline:", failure(
            lambda: send(batch("wire", 4096, True), metadata=bearer(command_token), timeout=0.3))[0])
        print("refused:", *failure(lambda: send(batch("odd", 1000, False), metadata=bearer(command_token))))
        print("unknown:", *failure(lambda: status(text(1, "Größe"), metadata=bearer(read_token))))
        print("nobody:", failure(lambda: status(b""))[0])
        print("reader:", failure(lambda: send(batch("no", 4096, False), metadata=bearer(read_token)))[0])


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")
    main(sys.argv[1], *sys.argv[3:])
