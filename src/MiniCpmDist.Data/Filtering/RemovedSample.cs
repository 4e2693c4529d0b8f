using System.IO.Hashing;
using System.Text;

namespace MiniCpmDist.Data.Filtering;

/// <summary>A text that a rule has removed, for the report.</summary>
/// <param name="Draw">A hash of the text: those with the smallest are shown, whoever finds them first.</param>
/// <param name="Value">What the rule measured.</param>
/// <param name="Text">Its beginning.</param>
internal sealed record RemovedSample(ulong Draw, double Value, string Text)
{
    private const int ShownCharacters = 300;

    public static RemovedSample Of(string text, double value)
    {
        var length = Math.Min(text.Length, ShownCharacters);
        if (length < text.Length && char.IsHighSurrogate(text[length - 1]))
            length--;
        return new RemovedSample(
            XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(text)), value,
            length < text.Length ? text[..length] + "..." : text);
    }
}
