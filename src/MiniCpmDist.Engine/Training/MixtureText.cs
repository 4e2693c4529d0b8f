using System.Globalization;
using MiniCpmDist.Core.DataOrder;

namespace MiniCpmDist.Engine.Training;

/// <summary>A mixture as one line for people and journals: <c>docs 0.7, code 0.3</c>.</summary>
public static class MixtureText
{
    public static string Of(DataOptions data, IReadOnlyList<long> weights) => string.Join(", ", data.Sources
        .Select((source, i) => (source.Name, Share: (decimal)weights[i] / SourceOptions.WeightUnit))
        .Where(entry => entry.Share > 0)
        .Select(entry => string.Create(CultureInfo.InvariantCulture, $"{entry.Name} {entry.Share:0.#########}")));
}
