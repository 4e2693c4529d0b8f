using Google.Protobuf;
using MiniCpmDist.Coordinator.Runs;
using MiniCpmDist.Core.Configuration;

namespace MiniCpmDist.Fuzz.Tests;

/// <summary>How a reader may refuse what it is given.</summary>
internal static class Refusals
{
    /// <summary>
    /// True for messages of ours: faults, and the sentences of the formats in Core, which whoever reads a file turns
    /// into faults. gRPC answers a body that is no message by itself.
    /// </summary>
    public static bool IsOne(Exception exception) => exception switch
    {
        ConfigurationException faults => faults.Faults.Count > 0 && faults.Message.Length > 0,
        RequestRefusedException => true,
        InvalidProtocolBufferException => true,
        // Not those of a parser that somebody forgot to ask whether it is one.
        FormatException format => !format.StackTrace!.TrimStart().StartsWith("at System.", StringComparison.Ordinal),
        _ => false,
    };
}
