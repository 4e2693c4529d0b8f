namespace MiniCpmDist.Fuzz.Tests;

/// <summary>A reader of bytes that others may have written.</summary>
/// <param name="Name">What it reads.</param>
/// <param name="Valid">Contents that it takes as they are; those that are fed are made of them.</param>
/// <param name="Read">Reads a content to the end. A refusal is an exception of ours, see
/// <see cref="Refusals"/>.</param>
internal sealed record Reader(string Name, IReadOnlyList<byte[]> Valid, Action<byte[]> Read)
{
    public override string ToString() => Name;
}
