namespace MiniCpmDist.Core.Model;

/// <summary>
/// Finds experts that no token takes any more: without tokens they get no gradient, and by themselves they do not come
/// back.
/// </summary>
public sealed class ExpertIdleness
{
    /// <summary>Steps without a token after which an expert counts as dead.</summary>
    public const int DeadAfter = 100;

    private int[][] _idle = [];

    /// <summary>Experts of all layers that have had no token in <see cref="DeadAfter"/> steps in a row.</summary>
    public int Dead => _idle.Sum(layer => layer.Count(steps => steps >= DeadAfter));

    /// <summary>Takes the tokens of a step.</summary>
    /// <param name="tokens">Of each layer and expert.</param>
    /// <returns>Those that count as dead from this step on.</returns>
    public IReadOnlyList<(int Layer, int Expert)> Add(IReadOnlyList<IReadOnlyList<long>> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        if (_idle.Length != tokens.Count)
            _idle = [.. tokens.Select(layer => new int[layer.Count])];
        var found = new List<(int, int)>();
        for (var layer = 0; layer < tokens.Count; layer++)
        {
            for (var expert = 0; expert < tokens[layer].Count; expert++)
            {
                ref var idle = ref _idle[layer][expert];
                idle = tokens[layer][expert] > 0 ? 0 : idle + 1;
                if (idle == DeadAfter)
                    found.Add((layer, expert));
            }
        }
        return found;
    }
}
