using System.Globalization;
using System.Numerics;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Configuration.Keys;

/// <summary>
/// Makes rows for the usual kinds of values. The default is what the options have before the key is read.
/// </summary>
/// <typeparam name="T">Options of the section.</typeparam>
internal static class Key<T> where T : class
{
    /// <summary>A key that takes a whole number.</summary>
    public static KeyRow<T> Whole<TValue>(
        string name, Func<T, TValue> get, Func<T, TValue, T> set, TValue min, KeyRule rule, string help,
        TValue? max = null)
        where TValue : struct, IBinaryInteger<TValue>, IMinMaxValue<TValue> => Plain(
            name, get, set, (section, standard) => section.Whole(name, standard, min, max),
            value => value.ToString(null, CultureInfo.InvariantCulture), rule,
            $"a whole number from {min}{(max is { } most ? $" to {most}" : "")}", help);

    /// <summary>A key that takes a number which <paramref name="allowed"/> accepts.</summary>
    public static KeyRow<T> Number(
        string name, Func<T, double> get, Func<T, double, T> set, string expected, Func<double, bool> allowed,
        KeyRule rule, string help) => Plain(
            name, get, set, (section, standard) => section.Number(name, standard, expected, allowed), YamlScalar.Of,
            rule, expected, help);

    public static KeyRow<T> Truth(
        string name, Func<T, bool> get, Func<T, bool, T> set, KeyRule rule, string help) => Plain(
            name, get, set, (section, standard) => section.Truth(name, standard), YamlScalar.Of, rule,
            "`true` or `false`", help);

    /// <summary>A key that takes one of a few words.</summary>
    public static KeyRow<T> Choice<TValue>(
        string name, Func<T, TValue> get, Func<T, TValue, T> set, IReadOnlyList<(string Word, TValue Value)> words,
        KeyRule rule, string help) where TValue : struct => Plain(
            name, get, set, (section, standard) => section.Choice(name, standard, words),
            value => Wording.Of(words, value), rule,
            string.Join(" or ", words.Select(entry => $"`{entry.Word}`")), help);

    /// <summary>A key that takes text, or nothing.</summary>
    public static KeyRow<T> Text(
        string name, Func<T, string?> get, Func<T, string?, T> set, KeyRule rule, string help,
        string expected = "text") => Plain(
            name, get, set, (section, standard) => section.Text(name, expected) ?? standard, YamlScalar.Of, rule,
            expected, help);

    /// <summary>A key that says how far two events lie apart.</summary>
    /// <param name="name">As the section spells it.</param>
    /// <param name="get">The value.</param>
    /// <param name="set">The options with another one.</param>
    /// <param name="rule">Whether it may change.</param>
    /// <param name="help">What it is.</param>
    /// <param name="isShare">The default is a share of the run; else it is that of the options.</param>
    public static KeyRow<T> Every(
        string name, Func<T, Interval?> get, Func<T, Interval?, T> set, KeyRule rule, string help,
        bool isShare = false) => Special(
            name, rule, $"{Extent.Expectation}, or `{TokenAxis.Never}`", help,
            (options, text) => text.Interval(name, get(options)),
            (options, section, axis) =>
                isShare || section.Has(name) ? set(options, section.Interval(name, axis)) : options);

    /// <summary>A key with a syntax of its own.</summary>
    /// <param name="name">As the section spells it.</param>
    /// <param name="rule">Whether it may change.</param>
    /// <param name="expected">What may be written.</param>
    /// <param name="help">What it is.</param>
    /// <param name="write">See <see cref="KeyRow{T}.Write"/>.</param>
    /// <param name="read">See <see cref="KeyRow{T}.Read"/>.</param>
    public static KeyRow<T> Special(
        string name, KeyRule rule, string expected, string help, Action<T, RunFileText> write,
        Func<T, YamlSection, TokenAxis, T>? read = null) =>
        new(name) { Read = read, Write = write, Entries = [new KeyEntry<T>(name, rule, expected, help)] };

    /// <summary>A short form that the section's own reader turns into other keys.</summary>
    public static KeyRow<T> Short(string name) => new(name);

    /// <summary>A section that the reader of this one has read before, because others depend on it.</summary>
    public static KeyRow<T> Section<TInner>(string name, Func<T, TInner?> get, KeyTable<TInner> table)
        where TInner : class => new(name)
        {
            Write = (options, text) =>
            {
                if (get(options) is { } inner)
                    text.Section(name, () => table.Write(inner, text));
            },
            Entries = [.. table.Entries.Select(entry => entry.In(name, get))],
        };

    /// <summary>A section that depends on no other.</summary>
    public static KeyRow<T> Section<TInner>(
        string name, Func<T, TInner> get, Func<T, TInner, T> set, KeyTable<TInner> table, TInner standard)
        where TInner : class => Section<TInner>(name, get, table) with
        {
            Read = (options, section, axis) =>
                set(options, table.Read(table.Open(section, name), standard, axis)),
        };

    private static KeyRow<T> Plain<TValue>(
        string name, Func<T, TValue> get, Func<T, TValue, T> set, Func<YamlSection, TValue, TValue> read,
        Func<TValue, string> spell, KeyRule rule, string expected, string help)
    {
        var row = Special(
            name, rule, expected, help, (options, text) => text.Line(name, spell(get(options))),
            (options, section, _) => set(options, read(section, get(options))));
        return rule.IsFixed ? row.HeldAs(options => get(options)!) : row;
    }
}
