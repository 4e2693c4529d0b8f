using MiniCpmDist.Core.Formats.Gguf;

namespace MiniCpmDist.Engine.Conversion;

/// <summary>How far the numbers of a GGUF file are from those of a model.</summary>
public sealed class GgufComparison
{
    private readonly HashSet<string> _different = [];
    private readonly Dictionary<GgufType, TypeError> _types = [];

    internal GgufComparison(IEnumerable<GgufPart> parts)
    {
        foreach (var group in parts.GroupBy(part => part.Type))
            _types.Add(group.Key, new TypeError(group.Key, group.Count()));
    }

    /// <summary>Names of the tensors whose bytes are not those that an export would write.</summary>
    public IReadOnlyCollection<string> Different => _different;

    /// <summary>The errors by type.</summary>
    public IReadOnlyCollection<TypeError> Types => _types.Values;

    internal void Add(GgufPart part, bool isEqual, ReadOnlySpan<float> expected, ReadOnlySpan<float> found)
    {
        if (!isEqual)
            _different.Add(part.Name);
        _types[part.Type].Add(expected, found);
    }

    /// <summary>A tensor that is no parameter: its bytes are those of an export, or they are not.</summary>
    internal void Add(string name, bool isEqual)
    {
        if (!isEqual)
            _different.Add(name);
    }

    /// <summary>The error of all tensors of a type.</summary>
    public sealed class TypeError
    {
        private double _squares;
        private double _errorSquares;

        internal TypeError(GgufType type, int tensors) => (Type, Tensors) = (type, tensors);

        public GgufType Type { get; }

        public int Tensors { get; }

        /// <summary>Largest difference of a number.</summary>
        public double Largest { get; private set; }

        /// <summary>Root of the mean squared difference over the root of the mean square.</summary>
        public double Relative => _squares == 0 ? 0 : Math.Sqrt(_errorSquares / _squares);

        internal void Add(ReadOnlySpan<float> expected, ReadOnlySpan<float> found)
        {
            for (var i = 0; i < expected.Length; i++)
            {
                var difference = (double)expected[i] - found[i];
                _squares += (double)expected[i] * expected[i];
                _errorSquares += difference * difference;
                Largest = Math.Max(Largest, Math.Abs(difference));
            }
        }
    }
}
