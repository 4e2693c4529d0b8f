using MiniCpmDist.Core.Runs;
using Key = MiniCpmDist.Core.Configuration.Keys.Key<MiniCpmDist.Core.Runs.CoordinatorOptions>;
using Row = MiniCpmDist.Core.Configuration.Keys.KeyRow<MiniCpmDist.Core.Runs.CoordinatorOptions>;

namespace MiniCpmDist.Core.Configuration.Keys;

/// <summary>The section <c>coordinator</c>.</summary>
internal static class CoordinatorKeys
{
    private const string Own = "address";

    public static KeyTable<CoordinatorOptions> Table { get; } = new(
        // A key that is present and null means: train without a coordinator.
        Address(
            Own, o => o.Address, (o, v) => o with { Address = v }, "http://127.0.0.1:7070",
            "where the one in rank 0 listens; null trains without one"),
        Address(
            "http", o => o.Http, (o, v) => o with { Http = v }, "http://127.0.0.1:7071",
            "where it answers browsers"),
        Key.Text(
            "hosts", o => o.Hosts, (o, v) => o with { Hosts = v }, KeyRule.Watching,
            "further names under which browsers reach it, with commas in between"),
        Key.Text(
            "certificate", o => o.Certificate, (o, v) => o with { Certificate = v }, KeyRule.Watching,
            "PEM file with the certificate, for addresses that begin with https://"),
        Key.Text(
            "key", o => o.Key, (o, v) => o with { Key = v }, KeyRule.Watching,
            "PEM file with the certificate's private key"),
        Key.Text(
            "tokens", o => o.Tokens, (o, v) => o with { Tokens = v }, KeyRule.Watching,
            "file of bearer tokens and their rights"),
        Key.Truth(
            "insecure", o => o.Insecure, (o, v) => o with { Insecure = v }, KeyRule.Watching,
            "do without TLS or tokens although others reach the address"),
        Address(
            "join", o => o.Join, (o, v) => o with { Join = v }, "http://head-node:7070",
            "address of a coordinator in another process, instead of the one in rank 0"),
        Key.Text(
            "token_file", o => o.TokenFile, (o, v) => o with { TokenFile = v }, KeyRule.Watching,
            "file with the token that is shown to the one of `join`"),
        Key.Text(
            "certificate_authorities", o => o.CertificateAuthorities,
            (o, v) => o with { CertificateAuthorities = v }, KeyRule.Watching,
            "PEM file with the authorities that may have signed its certificate"))
    {
        Complete = Complete,
    };

    private static CoordinatorOptions Complete(CoordinatorOptions options, YamlSection section)
    {
        if (options.Join is not null && !section.Keys.Contains(Own))
            options = options with { Address = null };
        section.Require(
            options.Join is null || options.Address is null, "join",
            "either `coordinator.address` or `coordinator.join`", "both",
            "remove `address` to use the coordinator of `join`");
        section.Require(
            options.Certificate is null == options.Key is null, "certificate", "`certificate` and `key` together",
            "one of them", "give both PEM files, or none");
        return options;
    }

    private static Row Address(
        string name, Func<CoordinatorOptions, string?> get, Func<CoordinatorOptions, string?, CoordinatorOptions> set,
        string example, string help)
    {
        const string Expected = "an address such as `http://head-node:7070`";
        return Key.Special(
            name, KeyRule.Watching, Expected, help, (o, text) => text.Line(name, YamlScalar.Of(get(o))),
            (o, section, _) =>
            {
                var address = section.Text(name);
                section.Require(
                    address is null || IsAddress(address), name, Expected, $"`{address}`",
                    $"begin with http:// and name host and port, such as `{name}: {example}`, "
                    + $"or write `{name}: null`");
                return section.Keys.Contains(name) ? set(o, address) : o;
            });
    }

    private static bool IsAddress(string text) =>
        Uri.TryCreate(text.Replace("//*", "//0.0.0.0", StringComparison.Ordinal), UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https";
}
