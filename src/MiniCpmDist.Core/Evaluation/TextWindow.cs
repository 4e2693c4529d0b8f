namespace MiniCpmDist.Core.Evaluation;

/// <summary>
/// A part of a text that goes through the model by itself. Windows overlap, so that most tokens are predicted from a
/// long text; each token counts in one window.
/// </summary>
/// <param name="First">Index of its first token.</param>
/// <param name="Count">Tokens, the last of which is only predicted.</param>
/// <param name="FirstScored">Index in the window of the first token that counts.</param>
public readonly record struct TextWindow(int First, int Count, int FirstScored)
{
    /// <summary>The windows of a text.</summary>
    /// <param name="tokens">Tokens of the text, its first piece included, which is given and never predicted.</param>
    /// <param name="window">Positions that the model sees at most.</param>
    /// <param name="stride">Tokens from one window to the next, from 1 to the window: the smaller, the more text each
    /// token is predicted from, and the longer it takes.</param>
    public static IEnumerable<TextWindow> Of(int tokens, int window, int stride)
    {
        var scored = 1;
        for (var first = 0; scored < tokens; first += stride)
        {
            var end = Math.Min(tokens, first + window + 1);
            yield return new TextWindow(first, end - first, scored - first);
            scored = end;
        }
    }
}
