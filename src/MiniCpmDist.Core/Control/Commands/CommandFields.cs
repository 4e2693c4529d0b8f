using System.Globalization;
using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Control;

/// <summary>Reads the fields of a command; what has another form is a <see cref="FormatException"/>.</summary>
/// <param name="fields">By key, as a journal has them.</param>
internal sealed class CommandFields(IReadOnlyDictionary<string, object?> fields)
{
    // Shares are parts of a whole. A number far above this would not fit the type of weights.
    private const decimal LargestShare = 1_000_000;

    /// <summary>
    /// A number as a journal has it: JSON has no infinity, and a refused command is journaled like any other.
    /// </summary>
    public static object Spell(double value) =>
        double.IsFinite(value) ? value : value.ToString(CultureInfo.InvariantCulture);

    public static string Spell(IReadOnlyList<SourceShare> shares) =>
        string.Join(' ', shares.Select(share => $"{share.Source}={SourceWeight.Write(share.Weight)}"));

    /// <summary>True where the key is there and not null.</summary>
    public bool Has(string key) => fields.GetValueOrDefault(key) is not null;

    public T Required<T>(string key) =>
        fields.GetValueOrDefault(key) is T value ? value : throw Wrong(key, fields.GetValueOrDefault(key));

    public double Number(string key) => Convert.ToDouble(Required<object>(key), CultureInfo.InvariantCulture);

    public T Choice<T>(string key, IReadOnlyList<(string Word, T Value)> words)
    {
        var word = Required<string>(key);
        foreach (var entry in words)
        {
            if (entry.Word == word)
                return entry.Value;
        }
        throw Wrong(key, word);
    }

    /// <summary>Reads a length; null where the key is absent.</summary>
    public Extent? Length(string key) => fields.GetValueOrDefault(key) switch
    {
        null => null,
        string text when Extent.TryParse(text, out var extent) => extent,
        var value => throw Wrong(key, value),
    };

    public Extent RequiredLength(string key) => Length(key) ?? throw Wrong(key, null);

    public IReadOnlyList<SourceShare> Shares(string key)
    {
        var text = Required<string>(key);
        return
        [
            .. text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(part => Share(part) ?? throw Wrong(key, text)),
        ];
    }

    private static SourceShare? Share(string part) => part.LastIndexOf('=') is > 0 and var at
        && decimal.TryParse(
            part.AsSpan(at + 1), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture, out var share)
        && Math.Abs(share) <= LargestShare
        ? new SourceShare(part[..at], (long)Math.Round(share * SourceOptions.WeightUnit))
        : null;

    private static FormatException Wrong(string key, object? value) => new($"`{value}` is no value of `{key}`.");
}
