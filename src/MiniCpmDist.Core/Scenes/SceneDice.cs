using MiniCpmDist.Core.Randomness;

namespace MiniCpmDist.Core.Scenes;

/// <summary>What is left to chance in one scene: a function of the seed and the scene's number.</summary>
internal sealed class SceneDice(ulong seed, long scene)
{
    private readonly string _stream = FormattableString.Invariant($"scene {scene}");
    private ulong _rolls;

    /// <summary>A number from 0 up to and without <paramref name="sides"/>, each equally likely.</summary>
    public int Roll(int sides) => (int)(CounterRandom.UInt64(seed, _stream, _rolls++) % (ulong)sides);

    public T Pick<T>(IReadOnlyList<T> choices) => choices[Roll(choices.Count)];

    /// <summary>Some numbers below <paramref name="sides"/>, all different, in an order by chance.</summary>
    public int[] Distinct(int count, int sides)
    {
        var left = Enumerable.Range(0, sides).ToList();
        var drawn = new int[count];
        for (var i = 0; i < count; i++)
        {
            var at = Roll(left.Count);
            drawn[i] = left[at];
            left.RemoveAt(at);
        }
        return drawn;
    }
}
