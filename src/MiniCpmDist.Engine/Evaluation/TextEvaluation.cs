using System.Text.Unicode;
using MiniCpmDist.Core.Evaluation;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Data.Tokenization;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Engine.Model;

namespace MiniCpmDist.Engine.Evaluation;

/// <summary>
/// The loss of any text, window by window. Each window is computed by itself, and sums are taken in the order of the
/// text: the result has the same bits on any number of ranks.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="tokenizer">Its tokenizer.</param>
/// <param name="window">Positions that it sees at most.</param>
/// <param name="checkpoint">Where the model comes from, for errors.</param>
public sealed class TextEvaluation(MiniCpmForCausalLM model, Tokenizer tokenizer, int window, string checkpoint)
{
    private const int LargestText = 1 << 30;

    /// <param name="path">A file in UTF-8.</param>
    /// <param name="stride">Tokens from one window to the next.</param>
    /// <param name="communicator">The world.</param>
    /// <param name="progress">Told how many windows of this rank are done, and of how many.</param>
    /// <exception cref="ConfigurationException">The file is no text, or is empty.</exception>
    public TextLoss LossCollective(
        string path, int stride, ICommunicator communicator, Action<int, int>? progress = null)
    {
        var text = InputFile.ReadBytes(path, LargestText);
        if (text.Length == 0)
            throw new ConfigurationException([new Problem(path, "a text", "an empty file", "name another file")]);
        if (!Utf8.IsValid(text))
        {
            throw new ConfigurationException([new Problem(
                path, "a text in UTF-8", "bytes of something else", "convert it first, for example with iconv")]);
        }
        int[] ids = [tokenizer.BosId, .. tokenizer.EncodeLong(text, path)];
        var windows = TextWindow.Of(ids.Length, window, stride).ToArray();
        var ranges = PositionLoss.RangeOf(window) + 1;
        var sums = new double[windows.Length * ranges];
        for (var i = communicator.Rank; i < windows.Length; i += communicator.WorldSize)
        {
            Add(ids, windows[i], sums.AsSpan(i * ranges, ranges));
            progress?.Invoke(i + 1, windows.Length);
        }
        sums = OrderedSums.GatherCollective(communicator, sums, i => i / ranges % communicator.WorldSize);
        var (losses, counts) = (new double[ranges], new double[ranges]);
        foreach (var (i, part) in windows.Index())
        {
            for (var position = part.FirstScored; position < part.Count; position++)
                counts[PositionLoss.RangeOf(position)]++;
            for (var range = 0; range < ranges; range++)
                losses[range] += sums[i * ranges + range];
        }
        var nats = OrderedSums.Sum(losses);
        if (!double.IsFinite(nats))
            throw new SpoiltModelException(checkpoint, $"a loss of {nats} on {path}");
        return new TextLoss(nats, ids.Length - 1, text.Length, stride, PositionLoss.Of(losses, counts, window));
    }

    private void Add(int[] ids, TextWindow part, Span<double> sums)
    {
        using var branch = new TokenBranch(ids[part.First..(part.First + part.Count - 1)]);
        var found = model.LogProbabilities([branch], [
            .. Enumerable.Range(part.FirstScored, part.Count - part.FirstScored)
                .Select(position => (branch, position - 1, ids[part.First + position]))]);
        foreach (var (i, value) in found.Index())
            sums[PositionLoss.RangeOf(part.FirstScored + i)] -= value;
    }
}
