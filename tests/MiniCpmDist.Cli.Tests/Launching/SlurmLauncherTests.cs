using System.Diagnostics;
using MiniCpmDist.Cli.Launching;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Cli.Tests.Launching;

public sealed class SlurmLauncherTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_branch_is_queued_as_a_job_of_its_own_and_its_number_is_told()
    {
        var sbatch = Pretend("""printf '%s\n' "$@" >"$0.calls"; echo '4711;cluster-a'""");

        var told = new SlurmLauncher("slurm.sbatch", sbatch).Launch("/r/first-decay/", ranks: 4);

        Assert.Equal(
            ["--parsable", "--ntasks=4", "--job-name=first-decay", "slurm.sbatch", "resume", "/r/first-decay"],
            File.ReadAllLines(sbatch + ".calls"));
        Assert.Contains("job 4711,", told, StringComparison.Ordinal);
    }

    [Fact]
    public void A_queue_that_refuses_is_quoted()
    {
        var sbatch = Pretend("echo 'sbatch: error: invalid partition' >&2; exit 1");

        var refusal = Assert.Throws<IOException>(() => new SlurmLauncher("slurm.sbatch", sbatch).Launch("/r/first",
            ranks: 1));

        Assert.Contains("invalid partition", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_without_Slurm_says_so() => Assert.Contains(
        "cannot be run here",
        Assert.Throws<IOException>(() => new SlurmLauncher("x", _folder["none"]).Launch("/r/first", ranks: 1)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_new_job_inherits_nothing_of_the_world_that_it_leaves()
    {
        var environment = new Dictionary<string, string?>
        {
            ["SLURM_JOB_ID"] = "7", ["SLURM_CONF"] = "/etc/slurm.conf", ["OMPI_COMM_WORLD_RANK"] = "0",
            ["PMIX_RANK"] = "0",
            ["MINICPM_TERMINAL"] = "1", ["MINICPM_SBATCH"] = "s", ["PATH"] = "/bin",
        };

        WorldVariables.Remove(environment);

        Assert.Equal(["MINICPM_SBATCH", "PATH", "SLURM_CONF"], environment.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_Slurm_would_be_told_is_a_command()
    {
        var script = _folder["slurm.sbatch"];
        File.WriteAllText(script, "");

        var printed = new SlurmLauncher(SlurmLauncher.FindScript(name => name == "MINICPM_SBATCH" ? script : null))
            .Print(new BranchPlace("/r/first", 400, "/r/first-decay"), ranks: 2);

        Assert.Equal($"sbatch --parsable --ntasks=2 --job-name=first-decay {script} resume /r/first-decay\n", printed);
    }

    [Fact]
    public void Beside_the_launcher_in_use_lies_the_batch_script()
    {
        File.WriteAllText(_folder["slurm.sbatch"], "");

        Assert.Equal(
            _folder["slurm.sbatch"],
            SlurmLauncher.FindScript(name => name == "MINICPM_LAUNCHER" ? _folder["mpirun"] : null));
    }

    [Fact]
    public void Without_a_batch_script_the_problem_says_where_it_was_looked_for()
    {
        var problem = Assert.Throws<ConfigurationException>(
            () => SlurmLauncher.FindScript(name => name == "MINICPM_SBATCH" ? _folder["none"] : null));

        Assert.Contains(_folder["none"], problem.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private string Pretend(string body)
    {
        var path = _folder["sbatch"];
        File.WriteAllText(path, $"#!/bin/sh\n{body}\n");
        using var process = Process.Start("chmod", ["+x", path]);
        process.WaitForExit();
        return path;
    }
}
