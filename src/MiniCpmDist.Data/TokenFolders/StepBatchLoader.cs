using System.Diagnostics;
using MiniCpmDist.Core.DataOrder;

namespace MiniCpmDist.Data.TokenFolders;

/// <summary>
/// Reads a step's sequences while the step before it is computed. The guess may be wrong, after a command for example.
/// Then the right sequences are read, and only time is lost.
/// </summary>
/// <param name="sources">Training splits, by source index.</param>
/// <param name="microBatch">Sequences in a micro-batch.</param>
/// <param name="ownOf">The micro-batches that this rank computes of so many.</param>
/// <param name="weightOf">Part of a sequence in the step's denominator.</param>
/// <param name="read">Reads a micro-batch.</param>
public sealed class StepBatchLoader(
    IReadOnlyList<TokenDataset> sources, int microBatch, Func<int, (int First, int Count)> ownOf,
    Func<TokenDataset, long, long> weightOf, MicroBatchReader read) : IDisposable
{
    private IReadOnlyList<SequenceRef> _expected = [];
    private Task<StepBatch>? _ahead;

    /// <summary>The sequences at these places, and how long the caller had to wait for them.</summary>
    public (StepBatch Batch, TimeSpan Waited) Take(IReadOnlyList<SequenceRef> places)
    {
        var clock = Stopwatch.StartNew();
        var ahead = Forget();
        var batch = ahead is not null && places.SequenceEqual(_expected)
            ? ahead.GetAwaiter().GetResult()
            : Read(places);
        return (batch, clock.Elapsed);
    }

    /// <summary>Begins to read the sequences that are probably taken next.</summary>
    public void Expect(IReadOnlyList<SequenceRef> places)
    {
        Forget();
        _expected = places;
        _ahead = Task.Run(() => Read(places));
    }

    /// <summary>Waits until nothing reads the sources any more.</summary>
    public void Dispose() => Forget();

    /// <summary>
    /// Waits for the read that is under way, whatever its result: sources must not be closed while they are read.
    /// </summary>
    private Task<StepBatch>? Forget()
    {
        var ahead = _ahead;
        _ahead = null;
        ahead?.ContinueWith(_ => { }, TaskScheduler.Default).Wait();
        return ahead;
    }

    private StepBatch Read(IReadOnlyList<SequenceRef> places)
    {
        SequenceRef[] all = [.. places];
        var batches = new MicroBatch?[all.Length / microBatch];
        var (first, count) = ownOf(batches.Length);
        for (var i = first; i < first + count; i++)
            batches[i] = read(sources, all.AsSpan(i * microBatch, microBatch));
        return new StepBatch(
            places, [.. all.Select(place => weightOf(sources[place.Source], place.Index))], batches);
    }
}
