using MiniCpmDist.Core.Schedules;

namespace MiniCpmDist.Core.Configuration.Keys;

/// <summary>
/// Everything that the program knows about a key of a run file: <see cref="Key{T}"/> makes the usual ones in a line.
/// </summary>
/// <typeparam name="T">Options of the section.</typeparam>
/// <param name="Name">As the section spells it.</param>
internal sealed record KeyRow<T>(string Name) where T : class
{
    /// <summary>
    /// Reads the key into the options. They stay as they are, with a problem or without one, where the section says
    /// nothing that can be read. Null where the value depends on other keys and the section's own reader has set it
    /// before.
    /// </summary>
    public Func<T, YamlSection, TokenAxis, T>? Read { get; init; }

    /// <summary>Writes the value; null for a short form, because its long form is written.</summary>
    public Action<T, RunFileText>? Write { get; init; }

    /// <summary>The entry of the key, or those of a section; empty for a short form.</summary>
    public IReadOnlyList<KeyEntry<T>> Entries { get; init; } = [];

    /// <summary>How a resumed run takes the key. Only keys of a schedule have this.</summary>
    public LiveKey<T>? Live { get; init; }

    /// <summary>Makes checkpoints fix this value in place of the plain one.</summary>
    public KeyRow<T> HeldAs(Func<T, object>? value) => WithEntries(entry => entry with { Held = value });

    /// <summary>Says which value a checkpoint was trained with that is older than the key.</summary>
    public KeyRow<T> Before(string earlier) => WithEntries(entry => entry with { Earlier = earlier });

    /// <summary>This row for options that contain these.</summary>
    public KeyRow<TOuter> In<TOuter>(Func<TOuter, T> get, Func<TOuter, T, TOuter> set) where TOuter : class =>
        new(Name)
        {
            Read = Read is { } read
                ? (outer, section, axis) => set(outer, read(get(outer), section, axis))
                : null,
            Write = Write is { } write ? (outer, text) => write(get(outer), text) : null,
            Entries = [.. Entries.Select(entry => entry.Of(entry.Name, get))],
        };

    private KeyRow<T> WithEntries(Func<KeyEntry<T>, KeyEntry<T>> change) =>
        this with { Entries = [.. Entries.Select(change)] };
}
