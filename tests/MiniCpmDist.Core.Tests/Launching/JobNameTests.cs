using System.Text.RegularExpressions;
using MiniCpmDist.Core.Launching;

namespace MiniCpmDist.Core.Tests.Launching;

public sealed partial class JobNameTests
{
    [Theory]
    [InlineData("first-decay", "minicpm-first-decay")]
    [InlineData("9m", "minicpm-9m")]
    public void A_name_that_Kubernetes_takes_is_left_alone(string run, string job) => Assert.Equal(job,
        JobName.Of(run));

    [Theory]
    [InlineData("First_Decay")]
    [InlineData("trunk.v2")]
    [InlineData("_")]
    [InlineData("ends-")]
    [InlineData("___...---")]
    [InlineData("a-name-that-is-longer-than-any-name-of-a-host-can-be-and-still-goes-on-for-a-while-decay-400")]
    public void Every_run_has_a_name_that_its_pods_can_have_as_hosts(string run)
    {
        Assert.Matches(HostName(), $"{JobName.Of(run)}-worker-9999");
        Assert.Matches(LabelValue(), JobName.Label(run));
        Assert.True(JobName.Label(run).Length <= 63);
    }

    [Fact]
    public void Runs_that_differ_only_in_what_Kubernetes_forbids_have_names_that_differ()
    {
        string[] runs = ["a-b", "a_b", "a.b", "A-b", "a-b-", "a-B"];

        Assert.Distinct(runs.Select(JobName.Of));
        Assert.Distinct(((string[])["x", "x_", "x-", "_x"]).Select(JobName.Label));
    }

    [GeneratedRegex("^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$")]
    private static partial Regex HostName();

    [GeneratedRegex("^[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?$")]
    private static partial Regex LabelValue();
}
