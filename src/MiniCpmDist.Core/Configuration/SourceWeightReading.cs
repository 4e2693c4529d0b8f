using MiniCpmDist.Core.DataOrder;

namespace MiniCpmDist.Core.Configuration;

/// <summary>Reads weights of a mixture out of a section.</summary>
internal static class SourceWeightReading
{
    /// <summary>Reads a weight in billionths; null where the key is absent or wrong.</summary>
    public static long? Weight(this YamlSection section, string key)
    {
        if (section.Text(key) is not { } text)
            return null;
        var weight = SourceWeight.Parse(text);
        if (weight is null)
            section.Problem(key, "a share from 0 to 1, or from 0% to 100%", $"`{text}`", $"write such as `{key}: 0.5`");
        return weight;
    }
}
