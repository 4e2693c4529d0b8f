using MiniCpmDist.Core.Randomness;

namespace MiniCpmDist.Core.Recall;

/// <summary>Draws for one document, one after the other.</summary>
internal sealed class RecallDraw(ulong seed, string stream)
{
    private ulong _next;

    /// <summary>A whole number from 0 to below a limit.</summary>
    public int Below(int limit) => (int)(CounterRandom.UInt64(seed, stream, _next++) % (ulong)limit);

    /// <summary>One of some.</summary>
    public T Of<T>(IReadOnlyList<T> some) => some[Below(some.Count)];

    /// <summary>From 0 to 1.</summary>
    public double Share() => (CounterRandom.UInt64(seed, stream, _next++) >> 11) * (1.0 / (1UL << 53));

    /// <summary>A number of five digits.</summary>
    public int Number()
    {
        const int Least = 10_000;
        return Least + Below(9 * Least);
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
