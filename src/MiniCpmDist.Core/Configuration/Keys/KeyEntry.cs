namespace MiniCpmDist.Core.Configuration.Keys;

/// <summary>What people and checkpoints are told about a key.</summary>
/// <typeparam name="T">Options that have it.</typeparam>
/// <param name="Name">As the section spells it; its full name once all sections around it are in it.</param>
/// <param name="Rule">Whether it may change, and why.</param>
/// <param name="Expected">What may be written.</param>
/// <param name="Help">What it is, in a clause.</param>
internal sealed record KeyEntry<T>(string Name, KeyRule Rule, string Expected, string Help) where T : class
{
    /// <summary>
    /// The value that checkpoints fix for later attempts; null where nothing is fixed, or something else fixes it.
    /// </summary>
    public Func<T, object>? Held { get; init; }

    /// <summary>
    /// The value that a checkpoint without this key was trained with; null where every checkpoint has the key.
    /// </summary>
    public string? Earlier { get; init; }

    /// <summary>This entry for the options that contain these; its name gets the section's name in front.</summary>
    /// <param name="section">What the run file calls the section.</param>
    /// <param name="inner">The section; null only of one without a fixed key.</param>
    public KeyEntry<TOuter> In<TOuter>(string section, Func<TOuter, T?> inner) where TOuter : class =>
        Of($"{section}.{Name}", inner);

    /// <summary>This entry under another name, for options that contain these.</summary>
    public KeyEntry<TOuter> Of<TOuter>(string name, Func<TOuter, T?> inner) where TOuter : class =>
        new(name, Rule, Expected, Help)
        {
            Held = Held is { } held ? options => held(inner(options)!) : null,
            Earlier = Earlier,
        };
}
