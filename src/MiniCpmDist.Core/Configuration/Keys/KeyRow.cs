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
    /// The options with what the section says; as they were, with a problem or none, where it says nothing that can be
    /// read. Null where the value depends on others, and the section's own reader has put it in before.
    /// </summary>
    public Func<T, YamlSection, TokenAxis, T>? Read { get; init; }

    /// <summary>Spells the value out; null of a short form, whose long form is written.</summary>
    public Action<T, RunFileText>? Write { get; init; }

    /// <summary>The key, or those of a section; none of a short form.</summary>
    public IReadOnlyList<KeyEntry<T>> Entries { get; init; } = [];

    /// <summary>Of a schedule only: how a resumed run takes it.</summary>
    public LiveKey<T>? Live { get; init; }

    /// <summary>Checkpoints hold their successors to this, in place of the plain value.</summary>
    public KeyRow<T> HeldAs(Func<T, object>? value) => WithEntries(entry => entry with { Held = value });

    /// <summary>Says what a checkpoint was trained with that is older than the key.</summary>
    public KeyRow<T> Before(string earlier) => WithEntries(entry => entry with { Earlier = earlier });

    /// <summary>The same key, of options that have these.</summary>
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
