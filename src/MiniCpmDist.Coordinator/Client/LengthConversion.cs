using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Coordinator.Client;

/// <summary>A length on the token axis as the value that the program uses and as the message that travels.</summary>
internal static class LengthConversion
{
    public static V1.Length? ToMessage(Extent? length) => length switch
    {
        null => null,
        { Unit: ExtentUnit.Tokens } tokens => new V1.Length { Tokens = (long)tokens.Amount },
        { Unit: ExtentUnit.Steps } steps => new V1.Length { Steps = (long)steps.Amount },
        { } percent => new V1.Length { Percent = percent.Amount },
    };

    public static Extent? ToRecord(V1.Length? length) => length?.UnitCase switch
    {
        null => null,
        V1.Length.UnitOneofCase.Tokens when length.Tokens >= 0 => Extent.OfTokens(length.Tokens),
        V1.Length.UnitOneofCase.Steps when length.Steps >= 0 => Extent.OfSteps(length.Steps),
        V1.Length.UnitOneofCase.Percent when length.Percent >= 0 => Extent.OfPercent(length.Percent),
        _ => throw new FormatException(
            $"Expected a length of zero or more, found `{length}`; set one of tokens, steps and percent."),
    };
}
