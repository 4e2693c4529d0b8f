using Grpc.Core;
using MiniCpmDist.Substitutes.Grpc.Tests.Wire;

namespace MiniCpmDist.Substitutes.Grpc.Tests;

/// <summary>The service under test. Each call gets an instance of its own; what calls share is in the record.</summary>
public sealed class EchoService(EchoRecord record) : Echo.EchoBase
{
    public override async Task<EchoReply> Say(EchoRequest request, ServerCallContext context)
    {
        record.Deadline = context.Deadline;
        record.Peer = context.Peer;
        await WaitIfAsked(request, context);
        FailIfAsked(request, context);
        if (request.Text == "crash")
            throw new InvalidDataException("a secret of the server");

        if (context.RequestHeaders.GetValue("x-text") is { } text)
            await context.WriteResponseHeadersAsync(new Metadata { { "x-text", text } });

        if (context.RequestHeaders.GetValueBytes("x-bytes-bin") is { } bytes)
            context.ResponseTrailers.Add("x-bytes-bin", bytes);

        return new EchoReply { Text = request.Text, Payload = request.Payload };
    }

    public override async Task Repeat(
        EchoRequest request, IServerStreamWriter<EchoReply> responseStream, ServerCallContext context)
    {
        for (var index = 0; index < request.Count; index++)
        {
            if (request.FailWith != 0 && index == request.FailAfter)
                FailIfAsked(request, context);

            await responseStream.WriteAsync(new EchoReply { Text = $"{request.Text} {index}" });
        }

        await WaitIfAsked(request, context);
    }

    public override async Task<EchoReply> Join(IAsyncStreamReader<EchoRequest> requestStream, ServerCallContext context)
    {
        var texts = new List<string>();
        while (await requestStream.MoveNext())
        {
            FailIfAsked(requestStream.Current, context);
            texts.Add(requestStream.Current.Text);
        }

        return new EchoReply { Text = string.Join(' ', texts) };
    }

    public override async Task Chat(
        IAsyncStreamReader<EchoRequest> requestStream,
        IServerStreamWriter<EchoReply> responseStream,
        ServerCallContext context)
    {
        while (await requestStream.MoveNext(context.CancellationToken))
            await responseStream.WriteAsync(new EchoReply { Text = requestStream.Current.Text.ToUpperInvariant() });
    }

    private static void FailIfAsked(EchoRequest request, ServerCallContext context)
    {
        if (request.FailWith == 0)
            return;

        context.ResponseTrailers.Add("x-from-context", "1");
        throw new RpcException(
            new Status((StatusCode)request.FailWith, request.Text), new Metadata { { "x-from-exception", "2" } });
    }

    private async Task WaitIfAsked(EchoRequest request, ServerCallContext context)
    {
        if (!request.Wait)
            return;

        record.Waiting.TrySetResult();
        try
        {
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
        }
        finally
        {
            record.Cancelled.TrySetResult();
        }
    }
}
