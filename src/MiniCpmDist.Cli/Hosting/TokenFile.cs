using MiniCpmDist.Coordinator.Access;
using MiniCpmDist.Core.Problems;
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
            if (words is [{ Length: <= SecretFile.LongestToken } token])
            {
                if (SecretFile.Exposure(path) is { } exposure)
                    Console.Error.WriteLine($"warning: {where}: {path} is {exposure}; chmod o-r {path}");
                return token;
            }
            found = words.Length switch
            {
                0 => "an empty file",
                1 => $"a word of {words[0].Length} characters, and a token has at most {SecretFile.LongestToken}",
                _ => $"{words.Length} words",
            };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            found = exception.Message;
        }

        throw new ConfigurationException([new Problem(
            where, "a file with one token", $"{path}: {found}", "write the token alone into it")]);
    }
}
