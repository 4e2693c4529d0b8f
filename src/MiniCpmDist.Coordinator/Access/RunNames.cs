using System.Security.Claims;

namespace MiniCpmDist.Coordinator.Access;

/// <summary>The runs that a token may report for: names, and beginnings of names followed by <c>*</c>.</summary>
internal static class RunNames
{
    /// <summary>The names of all runs.</summary>
    public const string Any = "*";

    /// <summary>Type of the claims that hold them.</summary>
    public const string Claim = "run";

    public static bool Cover(ClaimsPrincipal caller, string run) =>
        caller.FindAll(Claim).Any(claim => Covers(claim.Value, run));

    private static bool Covers(string name, string run) => name.EndsWith(Any, StringComparison.Ordinal)
        ? run.StartsWith(name[..^Any.Length], StringComparison.Ordinal)
        : name == run;
}
