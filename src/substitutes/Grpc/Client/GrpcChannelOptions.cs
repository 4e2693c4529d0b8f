namespace Grpc.Net.Client;

/// <summary>How a channel reaches its server and what it accepts.</summary>
public sealed class GrpcChannelOptions
{
    /// <summary>Makes the HTTP/2 connections; null for one of the channel's own, which uses no proxy.</summary>
    public HttpMessageHandler? HttpHandler { get; set; }

    /// <summary>Whether disposing the channel disposes <see cref="HttpHandler"/> too. Default false.</summary>
    public bool DisposeHttpClient { get; set; }

    /// <summary>Longest message that may be sent, in bytes; null, the default, for any.</summary>
    public int? MaxSendMessageSize { get; set; }

    /// <summary>Longest message that is accepted, in bytes; null for any. Default 4 MiB.</summary>
    public int? MaxReceiveMessageSize { get; set; } = 4 * 1024 * 1024;

    /// <summary>Throw <see cref="OperationCanceledException"/> instead of RpcException when a call is cancelled.
    /// Default false.</summary>
    public bool ThrowOperationCanceledOnCancellation { get; set; }
}
