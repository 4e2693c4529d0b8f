using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Native.Posix;

namespace MiniCpmDist.Coordinator.Access;

/// <summary>
/// Bearer tokens and their rights: a file of lines such as <c>command 9f2c... alice</c>, with the name that the audit
/// log has, and <c>report 77ab... trunk</c> for the rank 0 of a run. A token with several rights stands on several
/// lines.
/// </summary>
internal sealed class AccessTokens
{
    /// <summary>A shorter token can be guessed at the rate that a connection is allowed.</summary>
    public const int ShortestToken = 16;


    /// <summary>Type of the claims that hold a right.</summary>
    public const string RightClaim = "right";

    private const string Example = "write such as `read TOKEN`, `command TOKEN NAME`, or `report TOKEN RUN`";

    // Hashes have equal length, so that a comparison tells nothing about a token, not even its length.
    private readonly IReadOnlyList<(byte[] Hash, Claim[] Claims)> _tokens;

    private AccessTokens(IReadOnlyList<(byte[], Claim[])> tokens) => _tokens = tokens;

    /// <summary>The rights of everybody where there are no tokens.</summary>
    public static IReadOnlyList<Claim> Everything { get; } =
        [.. Rights.All.Select(right => new Claim(RightClaim, right)), new Claim(RunNames.Claim, RunNames.Any)];

    /// <exception cref="ConfigurationException">Everything that is wrong with the file.</exception>
    public static AccessTokens Read(string path)
    {
        string[] lines;
        try
        {
            lines = RegularFile.ReadText(path).Split('\n');
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException([new Problem(
                "coordinator.tokens", "a file of tokens that can be read", $"{path} ({exception.Message})",
                "write lines such as `read TOKEN`, `command TOKEN` and `report TOKEN RUN`")]);
        }

        var problems = new ProblemCollector();
        var tokens = new List<(byte[], Claim[])>();
        foreach (var (index, line) in lines.Index())
        {
            var text = line.Trim();
            if (text.Length == 0 || text.StartsWith('#'))
                continue;
            var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (IsWhole(words, $"{path}:{index + 1}", problems))
                tokens.Add((Hash(words[1]), Claims(words)));
        }

        problems.Require(
            problems.Any || tokens.Count > 0, path, "at least one token", "none", "write lines such as `read TOKEN`");
        problems.ThrowIfAny();
        return new AccessTokens(tokens);
    }

    /// <summary>
    /// Returns the rights of the bearer of an <c>authorization</c> header: none for an unknown token. Takes the same
    /// time for all.
    /// </summary>
    public IReadOnlyList<Claim> Of(string? authorization)
    {
        const string Scheme = "Bearer ";
        var isBearer = authorization?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) == true;
        var shown = isBearer ? authorization![Scheme.Length..].Trim() : "";
        var hash = Hash(shown.Length <= SecretFile.LongestToken ? shown : "");
        var claims = new List<Claim>();
        foreach (var (known, held) in _tokens)
        {
            if (CryptographicOperations.FixedTimeEquals(known, hash))
                claims.AddRange(held);
        }

        // The beginning of its hash tells a token without a name from others, and tells nothing else about it.
        if (claims.Count > 0 && !claims.Exists(claim => claim.Type == Caller.Claim))
            claims.Add(new Claim(Caller.Claim, $"token-{Convert.ToHexStringLower(hash.AsSpan(0, 4))}"));
        return isBearer ? claims : [];
    }

    // The token itself is never printed.
    private static bool IsWhole(string[] words, string where, ProblemCollector problems)
    {
        var isReport = words[0] == Rights.Report;
        return problems.Require(
                Rights.All.Contains(words[0]), where, "`read`, `command` or `report`, and a token",
                words.Length == 1 ? "one word" : $"{words.Length} words beginning with `{words[0]}`", Example)
            && problems.Require(
                isReport ? words.Length > 2 : words.Length is 2 or 3, where,
                isReport ? "`report`, a token, and the runs that it may report for"
                    : $"`{words[0]}`, a token, and perhaps a name",
                $"{words.Length} words", isReport ? "write `report TOKEN RUN`, or `report TOKEN *` for all" : Example)
            && problems.Require(
                words[1].Length is >= ShortestToken and <= SecretFile.LongestToken, where,
                $"a token of {ShortestToken} to {SecretFile.LongestToken} characters", $"{words[1].Length}",
                "take the output of `openssl rand -hex 24`")
            && problems.Require(
                words.Skip(2).All(run => run.Length <= RunName.Longest), where,
                $"names of at most {RunName.Longest} characters", "a longer one",
                isReport ? "no run can have it" : "take a shorter name");
    }

    private static Claim[] Claims(string[] words) =>
    [
        new Claim(RightClaim, words[0]),
        .. words.Skip(2).Select(name => new Claim(words[0] == Rights.Report ? RunNames.Claim : Caller.Claim, name)),
    ];

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
