using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Native.Posix;

namespace MiniCpmDist.Cli.Hosting;

/// <summary>A file with one token: on a command line everybody could read it.</summary>
internal static class TokenFile
{
    /// <exception cref="ConfigurationException">The file cannot be read, or holds something else.</exception>
    public static string? Read(string? path, string where)
    {
        if (path is null)
            return null;
        var found = "";
        try
        {
            var words = RegularFile.ReadText(path).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words is [var token])
                return token;
            found = words.Length == 0 ? "an empty file" : $"{words.Length} words";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            found = exception.Message;
        }

        throw new ConfigurationException([new Fault(
            where, "a file with one token", $"{path}: {found}", "write the token alone into it")]);
    }
}
