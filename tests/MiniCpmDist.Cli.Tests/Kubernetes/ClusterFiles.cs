using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace MiniCpmDist.Cli.Tests.Kubernetes;

/// <summary>The files of <c>k8s/</c>, as they are and as kustomize puts them together.</summary>
internal static partial class ClusterFiles
{
    // kubectl's own kustomize knows components and generators' options since this version.
    private static readonly Version s_oldestKubectl = new(1, 21);
    private static readonly Lazy<string?> s_whyNotBuilt = new(WhyNotBuilt);
    private static readonly ConcurrentDictionary<string, IReadOnlyList<KubernetesObject>> s_built = new();

    public static string Root { get; } = Path.Combine(RepositoryRoot(), "k8s");

    public static string Repository { get; } = RepositoryRoot();

    public static IReadOnlyList<string> Overlays { get; } =
        [.. Directory.GetDirectories(Path.Combine(Root, "overlays")).Select(path => Path.GetFileName(path)!).Order()];

    /// <summary>Every YAML file, relative to <see cref="Root"/>.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        .. Directory.EnumerateFiles(Root, "*.yaml", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path)).Order(StringComparer.Ordinal),
    ];

    public static IReadOnlyList<KubernetesObject> Read(string file) =>
        KubernetesObject.ParseAll(File.ReadAllText(Path.Combine(Root, file)), file);

    /// <summary>
    /// The objects that the kustomizations of some folders name as resources, as they are in their files.
    /// </summary>
    public static IReadOnlyList<KubernetesObject> Resources(params string[] folders) =>
    [
        .. from folder in folders
           let kustomization = Read(Path.Combine(folder, "kustomization.yaml")).Single()
           from resource in kustomization["resources"].Items
           from item in Read(Path.Combine(folder, resource.Text))
           select item,
    ];

    /// <summary>
    /// An overlay as <c>kubectl kustomize</c> makes it; skips the test where there is no kubectl that can.
    /// </summary>
    public static IReadOnlyList<KubernetesObject> Build(string overlay)
    {
        if (s_whyNotBuilt.Value is { } reason)
            Assert.Skip(reason);
        return s_built.GetOrAdd(overlay, static name =>
        {
            var (code, output, errors) = Run("kubectl", "kustomize", Path.Combine(Root, "overlays", name));
            Assert.True(code == 0, errors);
            return KubernetesObject.ParseAll(output, name);
        });
    }

    public static (int Code, string Output, string Errors) Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }

    private static string? WhyNotBuilt()
    {
        try
        {
            var (_, output, errors) = Run("kubectl", "version", "--client");
            var match = ClientVersion().Match(output + errors);
            if (!match.Success)
                return "kubectl does not say its version";
            var version = new Version(int.Parse(match.Groups[1].Value), int.Parse(match.Groups[2].Value));
            return version < s_oldestKubectl
                ? $"kubectl is {version}, and its kustomize cannot build components before {s_oldestKubectl}"
                : null;
        }
        catch (Win32Exception)
        {
            return "there is no kubectl here";
        }
    }

    private static string RepositoryRoot([CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", ".."));

    // "Client Version: v1.32.4", or with older ones GitVersion:"v1.20.2" somewhere in a structure.
    [GeneratedRegex(@"v(1)\.(\d+)\.")]
    private static partial Regex ClientVersion();
}
