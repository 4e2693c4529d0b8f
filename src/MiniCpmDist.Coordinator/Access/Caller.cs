using System.Security.Claims;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace MiniCpmDist.Coordinator.Access;

/// <summary>Who sends a command, for the audit log.</summary>
/// <param name="Name">Of its token; null where there are no tokens.</param>
/// <param name="Peer">Address, as gRPC writes it.</param>
internal sealed record Caller(string? Name, string Peer)
{
    /// <summary>Type of the claims that hold a token's name.</summary>
    public const string Claim = "name";

    /// <summary>The process itself, which sends nothing to itself; for tests.</summary>
    public static Caller Unknown { get; } = new(null, "");

    public static Caller Of(ServerCallContext context) =>
        new(context.GetHttpContext().User.FindFirst(Claim)?.Value, context.Peer);
}
