using Grpc.Core;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Coordinator.Services;

/// <summary>How a call that was read ends without what it asked for.</summary>
internal static class CallFailure
{
    /// <param name="code">Of gRPC.</param>
    /// <param name="sentence">For whoever called. It may quote names and texts of others, which somebody's terminal
    /// will show.</param>
    public static RpcException Of(StatusCode code, string sentence) => new(new Status(code, PlainText.Of(sentence)));
}
