namespace MiniCpmDist.Coordinator.Client;

/// <summary>What a client shows to a coordinator, and what it believes of it.</summary>
/// <param name="Token">Sent with every call; null for none.</param>
/// <param name="CertificateAuthorities">PEM file with the certificates that an <c>https://</c> coordinator may be
/// signed by; null for those that the system trusts.</param>
/// <param name="IsInsecure">The token may go over plain HTTP to another machine, where everybody on the way reads it.
/// </param>
public sealed record CoordinatorAccess(
    string? Token = null, string? CertificateAuthorities = null, bool IsInsecure = false)
{
    /// <summary>A client that shows nothing.</summary>
    public static CoordinatorAccess Open { get; } = new();

    /// <summary>Never prints the token.</summary>
    public override string ToString() => Token is null ? "without a token" : "with a token";
}
