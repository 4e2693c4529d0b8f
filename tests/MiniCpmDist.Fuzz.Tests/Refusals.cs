using Google.Protobuf;
using MiniCpmDist.Coordinator.Runs;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Fuzz.Tests;

/// <summary>How a reader may refuse what it is given.</summary>
internal static class Refusals
{
    // Sentences of the framework, of a number that somebody forgot to ask whether it is one.
    private static readonly string[] s_foreign =
        ["was not in a correct format", "was in an invalid format", "could not be parsed", "was not recognized"];

    /// <summary>
    /// True for messages of ours: problems, and the sentences of the formats in Core, which whoever reads a file turns
    /// into problems. gRPC answers a body that is no message by itself.
    /// </summary>
    public static bool IsOne(Exception exception) => exception switch
    {
        ConfigurationException problems => problems.Problems.Count > 0 && problems.Message.Length > 0,
        RequestRefusedException => true,
        InvalidProtocolBufferException => true,
        FormatException format => !s_foreign.Any(text => format.Message.Contains(text, StringComparison.Ordinal)),
        _ => false,
    };
}
