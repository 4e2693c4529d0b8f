using System.Globalization;
using System.Numerics;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Values;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace MiniCpmDist.Core.Configuration;

/// <summary>
/// Reads the keys of one mapping. A wrong value becomes a problem with its line and reading goes on with the default,
/// so that the user learns of everything at once; <see cref="Finish"/> reports the keys that it does not have.
/// </summary>
internal sealed class YamlSection
{
    private readonly string _source;
    private readonly string _path;
    private readonly ProblemCollector _problems;
    private readonly YamlOverrides? _overrides;
    private readonly int _line;
    private readonly Dictionary<string, (YamlNode Key, YamlNode Value)> _entries = [];
    private readonly List<string> _known;
    private readonly bool _isDeclared;
    private readonly HashSet<string> _faulty = [];

    /// <param name="mapping">Null for an empty one.</param>
    /// <param name="source">Path of the file, for errors.</param>
    /// <param name="path">Full name of the section.</param>
    /// <param name="problems">Takes what is wrong.</param>
    /// <param name="overrides">What the command line has set.</param>
    /// <param name="keys">All that it may have, in the order in which they are told; null where asking for a key makes
    /// it one.</param>
    public YamlSection(
        YamlMappingNode? mapping, string source, string path, ProblemCollector problems,
        YamlOverrides? overrides = null,
        IReadOnlyList<string>? keys = null)
    {
        (_known, _isDeclared) = ([.. keys ?? []], keys is not null);
        (_source, _path, _problems, _overrides) = (source, path, problems, overrides);
        _line = (int)(mapping?.Start.Line ?? 0);
        foreach (var (key, value) in mapping ?? new YamlMappingNode())
            _entries.TryAdd((key as YamlScalarNode)?.Value ?? "", (key, value));
    }

    /// <summary>What a file of such keys is, for problems with keys at its top.</summary>
    public string Kind { get; init; } = "a run";

    /// <summary>The keys that are there, in the order of the file.</summary>
    public IReadOnlyList<string> Keys => [.. _entries.Keys];

    /// <summary>True where the key is there and not null.</summary>
    public bool Has(string key) => _entries.TryGetValue(key, out var entry) && !YamlText.IsNull(entry.Value);

    /// <summary>File, line and full name of a key; the option where the command line has set it.</summary>
    public string Where(string key)
    {
        if (IsOverridden(key))
            return $"{YamlOverrides.Option} {FullName(key)}";
        var line = _entries.TryGetValue(key, out var entry) ? (int)entry.Key.Start.Line : _line;
        return (line > 0 ? $"{_source}:{line}: " : $"{_source}: ") + FullName(key);
    }

    public void Problem(string key, string expected, string found, string fix)
    {
        _faulty.Add(key);
        _problems.Add(Where(key), expected, found, fix);
    }

    /// <summary>A problem where <paramref name="holds"/> is false.</summary>
    public bool Require(bool holds, string key, string expected, object found, string fix)
    {
        if (!holds)
            Problem(key, expected, Convert.ToString(found, CultureInfo.InvariantCulture) ?? "", fix);
        return holds;
    }

    /// <summary>
    /// True once a key has had a problem. A wrong value that is derived from it is then no second problem.
    /// </summary>
    public bool HasProblem(string key) => _faulty.Contains(key);

    /// <summary>Text of a key; null where it is absent or null.</summary>
    public string? Text(string key, string expected = "text")
    {
        if (Node(key) is not { } node)
        {
            RequireValue(key);
            return null;
        }
        if (node is YamlScalarNode scalar)
            return scalar.Value;
        Problem(key, expected, YamlText.Describe(node), $"write `{key}: ...` on one line");
        return null;
    }

    /// <summary>
    /// Refuses a key without a value, because somebody has forgotten it. To give no value, leave the key out or write
    /// null.
    /// </summary>
    private void RequireValue(string key)
    {
        if (!HasProblem(key) && _entries.TryGetValue(key, out var entry)
            && entry.Value is YamlScalarNode { Style: ScalarStyle.Plain or ScalarStyle.Any, Value: null or "" })
            Problem(key, "a value", "nothing", $"write one, or leave `{key}` out");
    }

    /// <summary>Text that has to be there; null, with a problem, where it is not.</summary>
    public string? RequiredText(string key, string expected, string example)
    {
        var text = Text(key, expected);
        if (!HasProblem(key) && string.IsNullOrEmpty(text) && (!Has(key) || text is not null))
            Problem(key, expected, "nothing", $"write `{FullName(key)}: {example}`");
        return text;
    }

    /// <summary>A whole number; <paramref name="standard"/> where it is absent or wrong.</summary>
    public T Whole<T>(string key, T standard, T minimum, T? maximum = null)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        if (Text(key) is not { } text)
            return standard;
        if (TryWhole(text, out T value) && value >= minimum && value <= (maximum ?? T.MaxValue))
            return value;
        Problem(
            key, $"a whole number from {minimum}{(maximum is { } most ? $" to {most}" : "")}", $"`{text}`",
            $"write such as `{key}: {(standard >= minimum ? standard : minimum)}`");
        return standard;
    }

    /// <summary>A number within bounds; <paramref name="standard"/> where it is absent or wrong.</summary>
    public double Number(string key, double standard, string expected, Func<double, bool> allowed)
    {
        if (Text(key) is not { } text)
            return standard;
        if (Quantity.TryParse(text, out var value) && allowed(value))
            return value;
        Problem(key, expected, $"`{text}`", $"write such as `{key}: {YamlScalar.Of(standard)}`");
        return standard;
    }

    /// <summary>True or false.</summary>
    public bool Truth(string key, bool standard) => Choice(key, standard, [("true", true), ("false", false)]);

    /// <summary>One of a few words.</summary>
    public T Choice<T>(string key, T standard, IReadOnlyList<(string Word, T Value)> words)
    {
        if (Text(key) is not { } text)
            return standard;
        foreach (var (word, value) in words)
        {
            if (word == text)
                return value;
        }
        var nearest = NearestKey.Of(text, words.Select(entry => entry.Word)) ?? words[0].Word;
        Problem(
            key, string.Join(" or ", words.Select(entry => $"`{entry.Word}`")), $"`{text}`",
            $"write `{key}: {nearest}`");
        return standard;
    }

    /// <summary>A length on the token axis; null where it is absent, null or wrong.</summary>
    public Extent? Length(string key)
    {
        if (Text(key, Extent.Expectation) is not { } text)
            return null;
        if (Extent.TryParse(text, out var extent))
            return extent;
        Problem(key, Extent.Expectation, $"`{text}`", Extent.AddUnit(text));
        return null;
    }

    /// <summary>A mapping within this one; an empty one where it is absent or wrong.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="keys">Of the section, as the constructor takes them.</param>
    public YamlSection Section(string key, IReadOnlyList<string>? keys = null)
    {
        var node = Node(key);
        if (node is not null and not YamlMappingNode)
            Problem(
                key, "a mapping of keys to values", YamlText.Describe(node),
                $"write `{key}:` and its keys indented below");
        return new YamlSection(node as YamlMappingNode, _source, FullName(key), _problems, _overrides, keys);
    }

    /// <summary>The mappings of a list; none where it is absent or wrong.</summary>
    /// <param name="key">Of the list.</param>
    /// <param name="example">An item.</param>
    /// <param name="keys">Of an item.</param>
    public IEnumerable<YamlSection> Sections(string key, string example, IReadOnlyList<string> keys)
    {
        var node = Node(key);
        if (node is null or YamlSequenceNode { Children.Count: 0 })
            return [];
        if (node is YamlSequenceNode list && list.Children.All(item => item is YamlMappingNode))
        {
            return list.Children.Select((item, i) => new YamlSection(
                (YamlMappingNode)item, _source, $"{FullName(key)}[{i}]", _problems, _overrides, keys));
        }
        Problem(key, "a list of mappings", YamlText.Describe(node), $"write `{key}: [{{ {example} }}]`");
        return [];
    }

    /// <summary>The value of a key; null where it is absent or null.</summary>
    /// <exception cref="InvalidOperationException">Somebody reads a key that is not among those of the
    /// section.</exception>
    public YamlNode? Node(string key)
    {
        if (!_known.Contains(key))
        {
            if (_isDeclared)
            {
                throw new InvalidOperationException(
                    $"Expected a row for each key that is read, found none for {FullName(key)}.");
            }
            _known.Add(key);
        }
        return Has(key) ? _entries[key].Value : null;
    }

    /// <summary>Reports every key that is not one of the section.</summary>
    public void Finish()
    {
        var place = _path.Length == 0 ? $"a key of {Kind}" : $"a key of {_path}";
        foreach (var key in _entries.Keys.Except(_known))
        {
            // An option of the command line may replace a key of the file, so all keys are candidates. A wrong key in
            // the file can only mean a key that the file does not have yet.
            var nearest = NearestKey.Of(key, IsOverridden(key) ? _known : _known.Except(_entries.Keys));
            Problem(
                key, _known.Count == 0 ? $"no keys in {_path}" : $"{place} ({string.Join(", ", _known)})", $"`{key}`",
                nearest is null ? "remove it" : $"did you mean `{nearest}`?");
        }
    }

    private bool IsOverridden(string key) =>
        _entries.TryGetValue(key, out var entry) && _overrides?.Contains(entry.Key) == true;

    private static bool TryWhole<T>(string text, out T value) where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        // Digits alone are read as they are: a seed may need all 64 bits, which a double does not have.
        if (T.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value))
            return true;
        if (!Quantity.TryParse(text, out var number) || !Quantity.IsWhole(number))
            return false;
        value = T.CreateSaturating(number);
        return double.CreateSaturating(value) == number;
    }

    private string FullName(string key) => _path.Length == 0 ? key : $"{_path}.{key}";
}
