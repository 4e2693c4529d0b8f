using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Core.Configuration;

/// <summary>The section <c>coordinator</c>.</summary>
internal static class CoordinatorReader
{
    public static CoordinatorOptions Read(YamlSection section)
    {
        var join = Address(section, "join", "http://head-node:7070");
        var address = Address(section, "address", "http://127.0.0.1:7070");
        // Present and null says: train without one.
        var isAbsent = !section.Keys.Contains("address");
        section.Require(
            join is null || address is null, "join", "either `coordinator.address` or `coordinator.join`", "both",
            "remove `address` to use the coordinator of `join`");
        var options = new CoordinatorOptions(isAbsent && join is null ? CoordinatorOptions.DefaultAddress : address)
        {
            Http = Address(section, "http", "http://127.0.0.1:7071"),
            Hosts = section.Text("hosts"),
            Certificate = section.Text("certificate"),
            Key = section.Text("key"),
            Tokens = section.Text("tokens"),
            Insecure = section.Truth("insecure", standard: false),
            Join = join,
            TokenFile = section.Text("token_file"),
            CertificateAuthorities = section.Text("certificate_authorities"),
        };
        section.Require(
            options.Certificate is null == options.Key is null, "certificate", "`certificate` and `key` together",
            "one of them", "give both PEM files, or none");
        section.Finish();
        return options;
    }

    private static string? Address(YamlSection section, string key, string example)
    {
        var address = section.Text(key);
        section.Require(
            address is null
            || (Uri.TryCreate(address.Replace("//*", "//0.0.0.0", StringComparison.Ordinal), UriKind.Absolute,
                out var uri)
                && uri.Scheme is "http" or "https"),
            key, "an address such as `http://head-node:7070`", $"`{address}`",
            $"begin with http:// and name host and port, such as `{key}: {example}`, or write `{key}: null`");
        return address;
    }
}
