using System.Security.Cryptography;
using System.Text;
using MiniCpmDist.Core.Configuration;

namespace MiniCpmDist.Coordinator.Access;

/// <summary>
/// Bearer tokens and their rights: a file of lines such as <c>command 9f2c...</c>. A token with several rights stands
/// on several lines.
/// </summary>
internal sealed class AccessTokens
{
    /// <summary>Less can be guessed at the rate that a connection is allowed.</summary>
    public const int ShortestToken = 16;

    private static readonly (string Word, Right Right)[] s_words =
        [("read", Right.Read), ("command", Right.Command), ("report", Right.Report)];

    // Hashes of equal length: the comparison then tells nothing about a token, not even its length.
    private readonly IReadOnlyList<(byte[] Hash, Right Right)> _tokens;

    private AccessTokens(IReadOnlyList<(byte[], Right)> tokens) => _tokens = tokens;

    /// <exception cref="ConfigurationException">Everything that is wrong with the file.</exception>
    public static AccessTokens Read(string path)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException([new Fault(
                "coordinator.tokens", "a file of tokens that can be read", $"{path} ({exception.Message})",
                "write lines such as `read TOKEN`, `command TOKEN` and `report TOKEN`")]);
        }

        var faults = new FaultCollector();
        var tokens = new List<(byte[], Right)>();
        foreach (var (index, line) in lines.Index())
        {
            var text = line.Trim();
            if (text.Length == 0 || text.StartsWith('#'))
                continue;
            var parts = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            var right = s_words.FirstOrDefault(word => word.Word == parts[0]).Right;
            // The token itself is never printed.
            if (faults.Require(
                right != Right.None && parts.Length == 2, $"{path}:{index + 1}",
                    "`read`, `command` or `report`, and a token",
                parts.Length == 1 ? "one word" : $"{parts.Length} words beginning with `{parts[0]}`",
                "write such as `read TOKEN`")
                && faults.Require(
                    parts[1].Length >= ShortestToken, $"{path}:{index + 1}",
                        $"a token of {ShortestToken} characters or more",
                    $"{parts[1].Length}", "take the output of `openssl rand -hex 24`"))
            {
                tokens.Add((Hash(parts[1]), right));
            }
        }

        faults.Require(
            faults.Any || tokens.Count > 0, path, "at least one token", "none", "write lines such as `read TOKEN`");
        faults.ThrowIfAny();
        return new AccessTokens(tokens);
    }

    /// <summary>The rights of an <c>authorization</c> header; none for an unknown token. Takes the same time for
    /// all.</summary>
    public Right Of(string? authorization)
    {
        const string Scheme = "Bearer ";
        var isBearer = authorization?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) == true;
        var hash = Hash(isBearer ? authorization![Scheme.Length..].Trim() : "");
        var rights = Right.None;
        foreach (var (known, right) in _tokens)
        {
            if (CryptographicOperations.FixedTimeEquals(known, hash))
                rights |= right;
        }

        return isBearer ? rights : Right.None;
    }

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
