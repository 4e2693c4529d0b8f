namespace MiniCpmDist.Data.Files;

/// <summary>A compressed file that cannot be read to its end.</summary>
/// <param name="expected">What would have been right.</param>
/// <param name="found">What is there, and at which byte of the file.</param>
/// <param name="fix">What to do about it.</param>
public sealed class CompressedFileException(string expected, string found, string fix)
    : IOException($"expected {expected}, found {found}")
{
    /// <summary>What would have been right.</summary>
    public string Expected => expected;

    /// <summary>What is there, and at which byte of the file.</summary>
    public string Found => found;

    /// <summary>What to do about it.</summary>
    public string Fix => fix;
}
