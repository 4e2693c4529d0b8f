namespace MiniCpmDist.Distributed.Tests;

/// <summary>
/// Ranks on two hosts of a host file. The hosts are this one: what stands in for ssh runs here what it is to run there,
/// so that each has a daemon of its own and its ranks talk over the network.
/// </summary>
public sealed class HostFileTests(TinyWorkspace workspace) : IClassFixture<TinyWorkspace>
{
    [Fact]
    public void Ranks_on_two_hosts_have_the_losses_of_one()
    {
        if (!Tool.Start(workspace.Folder, Tool.MpirunProgram, ["--version"], []).Output.Contains(") 4.",
            StringComparison.Ordinal))
            Assert.Skip("what stands in for ssh is that of Open MPI 4");
        Tool.Minicpm(workspace.Folder, "train", workspace.RunFile("one-host")).Succeeded();
        var hosts = Path.Combine(workspace.Folder, "hosts");
        File.WriteAllText(hosts, "127.0.0.2 slots=1\n127.0.0.3 slots=1\n");
        var agent = PretendedSsh.Write(Path.Combine(workspace.Folder, "agent"), """echo "$host" >>"$0.hosts" """);

        Tool.Mpirun(
            workspace.Folder, 2, ["train", workspace.RunFile("two-hosts")], ["--hostfile", hosts],
            ("OMPI_MCA_plm_rsh_agent", agent), ("OMPI_MCA_orte_keep_fqdn_hostnames", "1")).Succeeded();

        Assert.Equal(["127.0.0.2", "127.0.0.3"], File.ReadAllLines(agent + ".hosts").Order());
        Assert.Equal(workspace.LossColumn("one-host"), workspace.LossColumn("two-hosts"));
        Assert.Equal(workspace.HashesOfCheckpoint("one-host", 12), workspace.HashesOfCheckpoint("two-hosts", 12));
    }
}
