using MiniCpmDist.Core.Launching;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Core.Tests.Launching;

public sealed class JobTemplateTests
{
    private const string Head = "apiVersion: kubeflow.org/v2beta1\nkind: MPIJob\nmetadata:\n  name: ${job}\n";

    [Fact]
    public void Placeholders_become_values_and_the_object_knows_its_place_at_the_api_server()
    {
        var job = Fill(Head + "spec:\n  replicas: ${workers}\n  path: \"runs/${job}/x\"\n");

        Assert.Equal(("MPIJob", "decay"), (job.Kind, job.Name));
        Assert.Equal("/apis/kubeflow.org/v2beta1/namespaces/ours/mpijobs", job.PathIn("ours"));
        Assert.Contains("replicas: 2\n", job.Yaml, StringComparison.Ordinal);
        Assert.Contains("runs/decay/x", job.Yaml, StringComparison.Ordinal);
    }

    [Fact]
    public void Objects_of_the_core_group_have_a_path_of_their_own() =>
        Assert.Equal("/api/v1/namespaces/ours/pods", new ClusterJob("v1", "Pod", "p", "").PathIn("ours"));

    [Fact]
    public void A_label_that_looks_like_a_number_stays_a_text() =>
        Assert.Contains(
            "step: \"2\"", Fill(Head + "labels:\n  step: \"${workers}\"\n").Yaml, StringComparison.Ordinal);

    [Fact]
    public void No_value_becomes_anything_but_a_value()
    {
        var job = JobTemplate.Fill(
            Head, "t.yaml", new Dictionary<string, string?> { ["job"] = "x\nkind: Secret\n# ${job}: {a: b}" });

        Assert.Equal("MPIJob", job.Kind);
        Assert.Equal("x\nkind: Secret\n# ${job}: {a: b}", job.Name);
    }

    [Fact]
    public void What_is_not_known_is_left_out_with_the_entry_that_it_stands_in()
    {
        var text = Head + "owners:\n  - { name: \"${job}\", uid: \"${owner_uid}\" }\n"
            + "others:\n  - a\n  - ${owner_uid}\n";

        var job = Fill(text);

        Assert.DoesNotContain("owners", job.Yaml, StringComparison.Ordinal);
        Assert.Contains("others:\n- a\n", job.Yaml, StringComparison.Ordinal);
    }

    [Fact]
    public void All_placeholders_that_nobody_knows_are_told_at_once()
    {
        var problem = Assert.Throws<ConfigurationException>(() => Fill(Head + "a: ${branhc}\nb: [\"${step}\"]\n"));

        Assert.Contains("${branhc}", problem.Message, StringComparison.Ordinal);
        Assert.Contains("${step}", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a: [")]
    [InlineData("kind: MPIJob")]
    [InlineData("- a list")]
    public void A_template_that_is_no_object_is_a_problem_of_the_user(string text) =>
        Assert.Throws<ConfigurationException>(() => Fill(text));

    private static ClusterJob Fill(string text) => JobTemplate.Fill(
        text, "t.yaml",
        new Dictionary<string, string?> { ["job"] = "decay", ["workers"] = "2", ["owner_uid"] = null });
}
