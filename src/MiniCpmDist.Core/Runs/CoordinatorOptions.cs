namespace MiniCpmDist.Core.Runs;

/// <summary>The service that passes commands to a run.</summary>
/// <param name="Address">Where the one in rank 0 listens, such as <c>http://head-node:7070</c>; null trains without
/// one.</param>
public sealed record CoordinatorOptions(string? Address = CoordinatorOptions.DefaultAddress)
{
    /// <summary>A free port that only this machine reaches; the run's folder says which port it is.</summary>
    public const string DefaultAddress = "http://127.0.0.1:0";

    /// <summary>
    /// The address at which it answers plain HTTP, such as <c>http://127.0.0.1:7071</c>; null for none.
    /// </summary>
    public string? Http { get; init; }

    /// <summary>
    /// Further names under which browsers reach <see cref="Http"/>, with commas in between; <c>*.example.org</c> is for
    /// all names below one.
    /// </summary>
    public string? Hosts { get; init; }

    /// <summary>PEM file with the certificate, for addresses that begin with <c>https://</c>.</summary>
    public string? Certificate { get; init; }

    /// <summary>PEM file with the certificate's private key.</summary>
    public string? Key { get; init; }

    /// <summary>File of bearer tokens and their rights; null lets everybody in who reaches the address.</summary>
    public string? Tokens { get; init; }

    /// <summary>
    /// Allows an address that others reach although TLS or tokens are missing, and sends the token to a joined
    /// coordinator over plain HTTP.
    /// </summary>
    public bool Insecure { get; init; }

    /// <summary>Address of a coordinator in another process that the run joins, instead of one in its rank 0.</summary>
    public string? Join { get; init; }

    /// <summary>File with the token that the run shows to the coordinator that it joins.</summary>
    public string? TokenFile { get; init; }

    /// <summary>
    /// PEM file with the authorities that may have signed the certificate of the coordinator that the run joins.
    /// </summary>
    public string? CertificateAuthorities { get; init; }

    /// <summary>
    /// The options of a branch. It may be trained beside its trunk, so it cannot listen where its trunk listens.
    /// </summary>
    public CoordinatorOptions ForBranch() => this with
    {
        Address = Address is null ? null : DefaultAddress,
        Http = null,
        Hosts = null,
        Certificate = null,
        Key = null,
        Tokens = null,
        // Insecure also allows the way to a coordinator that the run joins.
        Insecure = Join is not null && Insecure,
    };
}
