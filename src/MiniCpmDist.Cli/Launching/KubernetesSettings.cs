using MiniCpmDist.Core.Launching;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Native.Posix;

namespace MiniCpmDist.Cli.Launching;

/// <summary>What starting jobs in a cluster takes beside the branch itself.</summary>
internal sealed record KubernetesSettings
{
    private const string MountedTemplate = "/etc/minicpm/branch-job.yaml";
    private const string BuiltInTemplate = "branch-job.yaml";

    /// <summary>The API server.</summary>
    public required Uri Api { get; init; }

    /// <summary>The service account's folder: <c>token</c>, <c>ca.crt</c>, <c>namespace</c>.</summary>
    public required string Account { get; init; }

    /// <summary>The job with its placeholders.</summary>
    public required string Template { get; init; }

    /// <summary>Where the template comes from, for problems.</summary>
    public required string TemplateSource { get; init; }

    public required string Image { get; init; }

    /// <summary>Where pods see the volume that holds the runs.</summary>
    public required string Volume { get; init; }

    /// <summary>The ConfigMap with which the jobs of a run are deleted.</summary>
    public required string Owner { get; init; }

    /// <summary>Ranks of one worker pod.</summary>
    public required int Slots { get; init; }

    /// <summary>
    /// The settings of a pod, which k8s/base/kustomization.yaml gives it; defaults where it says nothing.
    /// </summary>
    /// <exception cref="ConfigurationException">Everything that is wrong with them, and with the template.</exception>
    public static KubernetesSettings From(Func<string, string?> variable)
    {
        var problems = new ProblemCollector();
        var api = Text("MINICPM_KUBERNETES_API", "https://kubernetes.default.svc");
        var isAddress = problems.Require(
            Uri.TryCreate(api, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https",
            "MINICPM_KUBERNETES_API",
            "an address that begins with https://", $"`{api}`", "write such as https://kubernetes.default.svc");
        var slots = Text("MINICPM_SLOTS", "1");
        var isCount = problems.Require(
            int.TryParse(slots, out var count) && count > 0, "MINICPM_SLOTS", "how many ranks a worker pod has",
            $"`{slots}`", "write such as MINICPM_SLOTS=1");
        var (template, source) = problems.Try(() => ReadTemplate(variable("MINICPM_BRANCH_TEMPLATE")));
        var settings = new KubernetesSettings
        {
            Api = isAddress ? uri! : new Uri("https://kubernetes.default.svc"),
            Account = Text("MINICPM_KUBERNETES_ACCOUNT", "/var/run/secrets/kubernetes.io/serviceaccount"),
            Template = template ?? "",
            TemplateSource = source ?? "",
            Image = Text("MINICPM_IMAGE", "minicpm:cpu"),
            Volume = Text("MINICPM_VOLUME", "/data"),
            Owner = Text("MINICPM_OWNER", "minicpm-run"),
            Slots = isCount ? count : 1,
        };
        if (template is not null)
            problems.Try(() => JobTemplate.Fill(template, source!, settings.Example().Values()));
        problems.ThrowIfAny();
        return settings;

        string Text(string name, string standard) => variable(name) is { Length: > 0 } text ? text : standard;
    }

    /// <summary>A branch as the template sees it.</summary>
    /// <exception cref="ConfigurationException">It does not lie in the volume.</exception>
    public BranchJob Job(BranchPlace place, int ranks, string? ownerUid)
    {
        var problems = new ProblemCollector();
        var (trunk, branch) = (Trimmed(place.Trunk), Trimmed(place.Folder));
        foreach (var folder in (string[])[trunk, branch])
        {
            problems.Require(
                IsInVolume(folder), folder, $"a run folder in the volume that all pods mount at {Volume}",
                "another place",
                "keep runs there, or say with MINICPM_VOLUME where it is mounted");
        }
        problems.ThrowIfAny();
        return Example() with
        {
            Run = Path.GetFileName(trunk),
            Branch = Path.GetFileName(branch),
            ParentStep = place.Step,
            Ranks = ranks,
            Folder = branch,
            ParentFolder = trunk,
            ParentSubPath = Path.GetRelativePath(Volume, trunk),
            OwnerUid = ownerUid,
        };
    }

    private BranchJob Example() => new()
    {
        Run = "trunk",
        Branch = "branch",
        ParentStep = 1,
        Ranks = 1,
        Slots = Slots,
        Image = Image,
        Folder = "/",
        ParentFolder = "/",
        ParentSubPath = "",
        Owner = Owner,
    };

    private bool IsInVolume(string folder) =>
        Path.GetRelativePath(Volume, folder) is var path
        && path != "." && path != ".." && !path.StartsWith("../", StringComparison.Ordinal);

    private static string Trimmed(string folder) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));

    private static (string Text, string Source) ReadTemplate(string? named)
    {
        if (named is not { Length: > 0 } && !File.Exists(MountedTemplate))
        {
            using var stream = typeof(KubernetesSettings).Assembly.GetManifestResourceStream(BuiltInTemplate)!;
            using var reader = new StreamReader(stream);
            return (reader.ReadToEnd(), BuiltInTemplate);
        }
        var path = named is { Length: > 0 } ? named : MountedTemplate;
        try
        {
            return (RegularFile.ReadText(path), path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException([new Problem(
                "MINICPM_BRANCH_TEMPLATE", "the file of a job with placeholders", exception.Message,
                "begin with k8s/base/branch-job.yaml")]);
        }
    }
}
