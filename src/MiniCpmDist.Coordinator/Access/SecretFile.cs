using MiniCpmDist.Core.Problems;
using MiniCpmDist.Native.Posix;

namespace MiniCpmDist.Coordinator.Access;

/// <summary>
/// A file that gives its reader rights. The service's private key and all tokens are refused where every user of the
/// machine can read them; a caller is only warned of his own token, because he alone can lose it.
/// </summary>
public static class SecretFile
{
    /// <summary>Characters of a token at most.</summary>
    public const int LongestToken = 200;

    /// <summary>What is wrong with who may read a file; null where nothing is, or nobody can say.</summary>
    /// <param name="path">Links are followed.</param>
    public static string? Exposure(string path)
    {
        if (OperatingSystem.IsWindows())
            return null;
        try
        {
            using var file = RegularFile.Open(path);
            return (File.GetUnixFileMode(file.SafeFileHandle) & UnixFileMode.OtherRead) == 0
                ? null
                : "one that every user of this machine can read";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The code that reads the file reports it.
            return null;
        }
    }

    /// <summary>Adds a problem where every user can read a file.</summary>
    public static void Require(string path, string key, ProblemCollector problems)
    {
        if (Exposure(path) is { } found)
            problems.Add(key, "a file that its owner alone reads", $"{path}, {found}", $"chmod o-r {path}");
    }
}
