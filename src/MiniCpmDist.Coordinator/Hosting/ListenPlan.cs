using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using MiniCpmDist.Coordinator.Access;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Native.Posix;

namespace MiniCpmDist.Coordinator.Hosting;

/// <summary>Everything that listening takes, checked: what others can reach has TLS and tokens.</summary>
internal sealed record ListenPlan(
    ListenAddress Grpc, ListenAddress? Http, X509Certificate2? Certificate, AccessTokens? Tokens)
{
    private IList<StringSegment> Names { get; init; } = [];

    /// <summary>True for an address, for loopback, and for names that somebody has given to this service.</summary>
    /// <param name="host">Of a Host header, without its port.</param>
    public bool IsOwnName(string host) =>
        IPAddress.TryParse(host, out _) || HostString.MatchesAny(host, Names);

    /// <param name="options">The section <c>coordinator</c>, or the same from a command line.</param>
    /// <exception cref="ConfigurationException">Everything that is wrong.</exception>
    public static ListenPlan Of(CoordinatorOptions options)
    {
        var problems = new ProblemCollector();
        var grpc = problems.Try(() => ListenAddress.Parse(options.Address!, "coordinator.address"));
        var http = options.Http is { } text ? problems.Try(() => ListenAddress.Parse(text, "coordinator.http")) : null;
        var certificate = options.Certificate is null ? null : problems.Try(() => ReadCertificate(options));
        var tokens = options.Tokens is { } file ? problems.Try(() => AccessTokens.Read(file)) : null;
        if (options.Key is { } key)
            SecretFile.Require(key, "coordinator.key", problems);
        if (options.Tokens is { } shared)
            SecretFile.Require(shared, "coordinator.tokens", problems);
        foreach (var address in new[] { grpc, http }.OfType<ListenAddress>())
            Require(address, options, problems);
        problems.ThrowIfAny();
        return new ListenPlan(grpc!, http, certificate, tokens) { Names = [.. NamesOf(http, options.Hosts)] };
    }

    private static IEnumerable<StringSegment> NamesOf(ListenAddress? http, string? hosts) =>
    [
        "localhost",
        "*.localhost",
        Environment.MachineName,
        .. http is null ? (StringSegment[])[] : [http.Host],
        .. (hosts ?? "").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries).Select(name => (StringSegment)name),
    ];

    private static void Require(ListenAddress address, CoordinatorOptions options, ProblemCollector problems)
    {
        problems.Require(
            !address.IsEncrypted || options.Certificate is not null, address.Key, "a certificate for an https address",
            $"{address.Text} and none", "give the PEM files `coordinator.certificate` and `coordinator.key`");
        var missing = (address.IsEncrypted, options.Tokens) switch
        {
            (false, null) => "neither TLS nor tokens",
            (false, _) => "tokens and no TLS",
            (true, null) => "TLS and no tokens",
            _ => "",
        };
        problems.Require(
            address.IsLoopback || options.Insecure || missing.Length == 0, address.Key,
            "TLS and tokens for an address that other machines reach", $"{address.Text} with {missing}",
            "begin it with https://, give `certificate`, `key` and `tokens`; or, in a network that you trust, "
            + "`insecure: true` (`--insecure`)");
    }

    private static X509Certificate2 ReadCertificate(CoordinatorOptions options)
    {
        try
        {
            using var pem = X509Certificate2.CreateFromPem(
                RegularFile.ReadText(options.Certificate!), RegularFile.ReadText(options.Key ?? options.Certificate!));
            // The key goes through PKCS#12, because TLS does not take a key from a PEM file everywhere.
            return X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
        }
        catch (Exception exception) when (
            exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new ConfigurationException([new Problem(
                "coordinator.certificate", "PEM files with a certificate and its private key",
                $"{options.Certificate} and {options.Key ?? "no key"} ({exception.Message})",
                "name both files; `openssl x509 -in FILE -noout -text` shows what is in one")]);
        }
    }
}
