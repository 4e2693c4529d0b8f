using MiniCpmDist.Core.Schedules;

namespace MiniCpmDist.Core.Configuration.Keys;

/// <summary>The keys of a section in the order in which they are read and written.</summary>
/// <typeparam name="T">Options of the section.</typeparam>
internal sealed class KeyTable<T>(params KeyRow<T>[] rows) where T : class
{
    /// <summary>
    /// Checks the keys of a section against each other: adds problems, and fills in what one key says about another.
    /// </summary>
    public Func<T, YamlSection, T> Complete { get; init; } = static (options, _) => options;

    /// <summary>The token axis, once it has been read. Only options that have a schedule themselves have one.</summary>
    public Func<T, TokenAxis>? Axis { get; init; }

    public IReadOnlyList<KeyRow<T>> Rows { get; } = rows;

    /// <summary>All keys that may be written in the section, short forms included.</summary>
    public IReadOnlyList<string> Names { get; } = [.. rows.Select(row => row.Name)];

    public IEnumerable<KeyEntry<T>> Entries => Rows.SelectMany(row => row.Entries);

    /// <summary>Opens the section of that name, with these keys and no others.</summary>
    public YamlSection Open(YamlSection outer, string name) => outer.Section(name, Names);

    /// <summary>Reads a whole section.</summary>
    /// <param name="section">One that was opened with this table.</param>
    /// <param name="start">The defaults, and what has been read before.</param>
    /// <param name="axis">Of the run; of no use where no key is a length.</param>
    public T Read(YamlSection section, T start, TokenAxis axis = default)
    {
        var options = Rows.Aggregate(
            start, (read, row) => row.Read?.Invoke(read, section, Axis?.Invoke(read) ?? axis) ?? read);
        options = Complete(options, section);
        section.Finish();
        return options;
    }

    public void Write(T options, RunFileText text)
    {
        foreach (var row in Rows)
            row.Write?.Invoke(options, text);
    }
}
