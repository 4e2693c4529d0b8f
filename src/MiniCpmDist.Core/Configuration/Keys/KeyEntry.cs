namespace MiniCpmDist.Core.Configuration.Keys;

/// <summary>What people and checkpoints are told about a key.</summary>
/// <typeparam name="T">Options that have it.</typeparam>
/// <param name="Name">As the section spells it; its full name once all sections around it are in it.</param>
/// <param name="Rule">Whether it may change, and why.</param>
/// <param name="Expected">What may be written.</param>
/// <param name="Help">What it is, in a clause.</param>
internal sealed record KeyEntry<T>(string Name, KeyRule Rule, string Expected, string Help) where T : class
{
    /// <summary>What checkpoints hold their successors to; null where something else does, or nothing.</summary>
    public Func<T, object>? Held { get; init; }

    /// <summary>What a checkpoint that does not say was trained with; null where every one says.</summary>
    public string? Earlier { get; init; }

    /// <summary>The same, of the options around these.</summary>
    /// <param name="section">What the run file calls the section.</param>
    /// <param name="inner">The section; null only of one without a fixed key.</param>
    public KeyEntry<TOuter> In<TOuter>(string section, Func<TOuter, T?> inner) where TOuter : class =>
        Of($"{section}.{Name}", inner);

    /// <summary>The same under another name, of options that have these.</summary>
    public KeyEntry<TOuter> Of<TOuter>(string name, Func<TOuter, T?> inner) where TOuter : class =>
        new(name, Rule, Expected, Help)
        {
            Held = Held is { } held ? options => held(inner(options)!) : null,
            Earlier = Earlier,
        };
}
