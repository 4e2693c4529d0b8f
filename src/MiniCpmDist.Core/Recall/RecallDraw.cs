using MiniCpmDist.Core.Randomness;

namespace MiniCpmDist.Core.Recall;

/// <summary>Draws for one document, one after the other.</summary>
internal sealed class RecallDraw(ulong seed, string stream)
{
    // The words of a stream without hashing its name for each.
    private readonly ulong _stream = CounterRandom.Hash(stream);
    private ulong _next;
    private ulong _odd;

    /// <summary>A whole number from 0 to below a limit.</summary>
    public int Below(int limit) => (int)(Word() % (ulong)limit);

    /// <summary>One of some.</summary>
    public T Of<T>(IReadOnlyList<T> some) => some[Below(some.Count)];

    /// <summary>From 0 to 1.</summary>
    public double Share() => (Word() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A number of five digits.</summary>
    public int Number()
    {
        const int Least = 10_000;
        return Least + Below(9 * Least);
    }

    private ulong Word()
    {
        if (_next++ % 2 == 1)
            return _odd;
        (var even, _odd) = Philox.Block(_next / 2, _stream, seed);
        return even;
    }

    /// <summary>So many different ones, in any order.</summary>
    public T[] Several<T>(IReadOnlyList<T> some, int count)
    {
        var all = some.ToList();
        var drawn = new T[count];
        for (var i = 0; i < count; i++)
        {
            var at = Below(all.Count);
            drawn[i] = all[at];
            all.RemoveAt(at);
        }
        return drawn;
    }
}
