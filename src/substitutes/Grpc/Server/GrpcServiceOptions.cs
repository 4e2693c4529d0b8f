namespace Grpc.AspNetCore.Server;

/// <summary>What the server accepts and tells.</summary>
public class GrpcServiceOptions
{
    /// <summary>Longest message that may be sent, in bytes; null, the default, for any.</summary>
    public int? MaxSendMessageSize { get; set; }

    /// <summary>Longest message that is accepted, in bytes; null for any. Default 4 MiB.</summary>
    public int? MaxReceiveMessageSize { get; set; } = 4 * 1024 * 1024;

    /// <summary>Whether clients are told type and message of an exception that a handler did not expect.
    /// Default: no.</summary>
    public bool? EnableDetailedErrors { get; set; }
}
