using MiniCpmDist.Cli.Launching;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Cli.Tests.Launching;

public sealed class RunLaunchersTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_launcher_that_nobody_knows_is_a_problem_that_names_those_there_are()
    {
        var problem = Assert.Throws<ConfigurationException>(() => RunLaunchers.Of("kubernets"));

        foreach (var name in RunLaunchers.Names)
            Assert.Contains(name, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_starts_its_branches_on_its_own_host_unless_told_otherwise() =>
        Assert.IsType<LocalLauncher>(RunLaunchers.Standard());

    [Fact]
    public void What_this_host_would_be_told_is_a_command()
    {
        var printed = RunLaunchers.Of("local").Print(new BranchPlace("/r/first", 400, "/r/first-decay"), ranks: 2);

        Assert.Contains("-n 2 ", printed, StringComparison.Ordinal);
        Assert.EndsWith("resume /r/first-decay\n", printed, StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_wrong_with_the_settings_of_a_pod_is_told_at_once()
    {
        var template = _folder["job.yaml"];
        File.WriteAllText(template, "apiVersion: v1\nkind: Job\nmetadata: { name: \"${jobb}\" }\n");

        var problem = Assert.Throws<ConfigurationException>(() => KubernetesSettings.From(name => name switch
        {
            "MINICPM_KUBERNETES_API" => "kubernetes",
            "MINICPM_SLOTS" => "none",
            "MINICPM_BRANCH_TEMPLATE" => template,
            _ => null,
        }));

        foreach (var part in (string[])["MINICPM_KUBERNETES_API", "MINICPM_SLOTS", "${jobb}"])
            Assert.Contains(part, problem.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
