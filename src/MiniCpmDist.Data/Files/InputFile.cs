using MiniCpmDist.Core.Problems;
using MiniCpmDist.Native.Posix;

namespace MiniCpmDist.Data.Files;

/// <summary>
/// Files that others may have written. They are opened as <see cref="RegularFile"/> does it, and an unfit file is a
/// problem of the user.
/// </summary>
public static class InputFile
{
    private const string Advice = "name the file that you mean, or put a whole copy in its place";

    /// <summary>Opens a regular file for reading, also while others write it.</summary>
    /// <exception cref="ConfigurationException">It is not there, may not be read, or is not a regular
    /// file.</exception>
    public static FileStream Open(string path, int bufferBytes = 4096) =>
        Guard(path, () => RegularFile.Open(path, bufferBytes));

    /// <summary>The whole text of a file.</summary>
    /// <exception cref="ConfigurationException">As <see cref="Open"/>; or it is larger than
    /// <paramref name="most"/> bytes.</exception>
    public static string ReadText(string path, int most = RegularFile.DocumentBytes) =>
        Guard(path, () => RegularFile.ReadText(path, most));

    /// <summary>The whole content of a file.</summary>
    /// <exception cref="ConfigurationException">As <see cref="ReadText"/>.</exception>
    public static byte[] ReadBytes(string path, int most = RegularFile.DocumentBytes) =>
        Guard(path, () => RegularFile.ReadBytes(path, most));

    /// <summary>Checks a file whose path is handed to other code that opens it.</summary>
    /// <exception cref="ConfigurationException">It is not a regular file, or larger than <paramref name="most"/>
    /// bytes.</exception>
    public static void Require(string path, long most = long.MaxValue)
    {
        using var file = Open(path, bufferBytes: 0);
        if (file.Length > most)
            throw Problem(path, $"{most:N0} bytes at most", $"{file.Length:N0}");
    }

    private static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (UnfitFileException exception)
        {
            throw Problem(path, exception.Expected, exception.Found);
        }
        catch (FileNotFoundException)
        {
            throw Problem(path, "a file", "nothing of that name");
        }
        catch (UnauthorizedAccessException exception)
        {
            throw Problem(path, "a file that can be read", exception.Message);
        }
    }

    private static ConfigurationException Problem(string path, string expected, string found) =>
        new([new Problem(path, expected, found, Advice)]);
}
