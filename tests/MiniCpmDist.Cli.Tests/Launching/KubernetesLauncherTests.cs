using MiniCpmDist.Cli.Launching;
using MiniCpmDist.Cli.Tests.Kubernetes;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Cli.Tests.Launching;

public sealed class KubernetesLauncherTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RecordingApiServer _server = new();

    [Fact]
    public void A_branch_becomes_a_job_that_the_pods_account_creates_and_that_goes_with_the_runs_ConfigMap()
    {
        var told = Launcher().Launch(BranchOfTrunk.In(Runs), ranks: 3);

        Assert.Equal(
            [("GET", "/api/v1/namespaces/ours/configmaps/minicpm-run"),
                ("POST", "/apis/kubeflow.org/v2beta1/namespaces/ours/mpijobs")],
            _server.Requests.Select(request => (request.Method, request.Path)));
        Assert.All(_server.Requests, request => Assert.Equal("Bearer the-pods-token", request.Authorization));
        Assert.StartsWith("application/yaml", _server.Requests[1].ContentType, StringComparison.Ordinal);
        var job = KubernetesObject.Parse(_server.Requests[1].Body);
        Assert.Equal("minicpm-first-decay", job["metadata", "name"].Text);
        var owner = Assert.Single(job["metadata", "ownerReferences"].Items);
        Assert.Equal(
            ("v1", "ConfigMap", "minicpm-run", RecordingApiServer.OwnerUid),
            (owner["apiVersion"].Text, owner["kind"].Text, owner["name"].Text, owner["uid"].Text));
        foreach (var part in (string[])["minicpm-first-decay", "namespace ours", "3 rank(s)", "kubectl"])
            Assert.Contains(part, told, StringComparison.Ordinal);
    }

    [Fact]
    public void Job_and_pods_carry_run_branch_and_parent_step_as_text()
    {
        Launcher().Launch(BranchOfTrunk.In(Runs), ranks: 1);

        var job = KubernetesObject.Parse(_server.Requests[1].Body);
        KubernetesObject[] labelled =
            [job, .. job["spec", "mpiReplicaSpecs"].Children.Select(replica => replica.Value["template"])];
        Assert.Equal(3, labelled.Length);
        foreach (var labels in labelled.Select(item => item["metadata", "labels"]))
        {
            Assert.Equal(
                ("first", "first-decay", "400"), (labels["run"].Text, labels["branch"].Text,
                    labels["parent-step"].Text));
            Assert.All(labels.Children, label => Assert.True(label.Value.IsText, label.Key));
        }
    }

    [Fact]
    public void The_parents_folder_is_read_only_in_the_pods_that_train_and_lies_over_the_volume()
    {
        Launcher().Launch(BranchOfTrunk.In(Runs), ranks: 1);

        var job = KubernetesObject.Parse(_server.Requests[1].Body);
        var mounts = job["spec", "mpiReplicaSpecs", "Worker", "template", "spec",
            "containers"].Items.Single()["volumeMounts"].Items;
        var parent = Assert.Single(mounts, mount => mount["mountPath"].Text == Path.Combine(Runs, "first"));
        Assert.Equal(("data", "runs/first", "true"), (parent["name"].Text, parent["subPath"].Text,
            parent["readOnly"].Text));
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(8, 8, 1)]
    [InlineData(12, 8, 2)]
    public void There_are_as_many_workers_as_the_ranks_take(int ranks, int slots, int workers)
    {
        Launcher(settings => settings with { Slots = slots }).Launch(BranchOfTrunk.In(Runs), ranks);

        var job = KubernetesObject.Parse(_server.Requests[1].Body);
        Assert.Equal(
            ($"{workers}", $"{slots}"),
            (job["spec", "mpiReplicaSpecs", "Worker", "replicas"].Text, job["spec", "slotsPerWorker"].Text));
        Assert.False(job["spec", "slotsPerWorker"].IsText);
        var launcher = job["spec", "mpiReplicaSpecs", "Launcher", "template", "spec", "containers"].Items.Single();
        var variable = launcher["env"].Items.Single(entry => entry["name"].Text == "MINICPM_RANKS");
        Assert.Equal($"{ranks}", variable["value"].Text);
        Assert.Equal(["resume", Path.Combine(Runs, "first-decay")], launcher["args"].Items.Select(argument =>
            argument.Text));
    }

    [Theory]
    [InlineData(409, "mpijobs \"minicpm-first-decay\" already exists", "there already")]
    [InlineData(403, "mpijobs is forbidden: User cannot create", "k8s/base/access.yaml")]
    [InlineData(401, "Unauthorized", "does not know the service account's token")]
    [InlineData(404, "the server could not find the requested resource", "MPI operator")]
    [InlineData(422, "spec.mpiReplicaSpecs: Required value", "did not create MPIJob minicpm-first-decay")]
    public void A_refused_job_is_one_sentence_with_what_the_server_said(int code, string message, string sentence)
    {
        _server.Creation = (code, message);

        var refusal = Assert.Throws<IOException>(() => Launcher().Launch(BranchOfTrunk.In(Runs), ranks: 1));

        Assert.Contains(sentence, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
        Assert.DoesNotContain("the-pods-token", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_its_owner_no_job_is_created()
    {
        _server.Owner = (404, "configmaps \"minicpm-run\" not found");

        var refusal = Assert.Throws<IOException>(() => Launcher().Launch(BranchOfTrunk.In(Runs), ranks: 1));

        Assert.Contains("MINICPM_OWNER", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(["GET"], _server.Requests.Select(request => request.Method));
    }

    [Fact]
    public void A_server_that_another_authority_vouches_for_is_sent_no_token()
    {
        using var other = RecordingApiServer.NewCertificate();
        _server.Account(_folder["account"], other);

        var refusal = Assert.Throws<IOException>(
            () => new KubernetesLauncher(Settings()).Launch(BranchOfTrunk.In(Runs), ranks: 1));

        Assert.Contains("cannot be reached", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(_server.Requests);
    }

    [Fact]
    public void A_server_of_another_name_than_its_certificate_has_is_sent_no_token()
    {
        _server.Account(_folder["account"]);
        var settings = Settings() with { Api = new UriBuilder(_server.Address) { Host = "localhost" }.Uri };

        var refusal = Assert.Throws<IOException>(
            () => new KubernetesLauncher(settings).Launch(BranchOfTrunk.In(Runs), ranks: 1));

        Assert.Contains("cannot be reached", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(_server.Requests);
    }

    [Fact]
    public void Outside_a_pod_it_says_where_to_launch_from()
    {
        var refusal = Assert.Throws<IOException>(
            () => new KubernetesLauncher(Settings()).Launch(BranchOfTrunk.In(Runs), ranks: 1));

        Assert.Contains("kubectl exec", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_printed_is_what_would_be_sent_but_for_the_owner_and_needs_no_cluster()
    {
        var branch = BranchOfTrunk.In(Runs);
        var place = BranchPlace.Of(branch);

        var printed = new KubernetesLauncher(Settings()).Print(place, ranks: 2);
        Launcher().Launch(branch, ranks: 2);

        var (shown, sent) = (KubernetesObject.Parse(printed), KubernetesObject.Parse(_server.Requests[1].Body));
        Assert.False(shown["metadata"].Has("ownerReferences"));
        Assert.Equal(sent["spec"].ToString(), shown["spec"].ToString());
        Assert.Equal(sent["metadata", "labels"].ToString(), shown["metadata", "labels"].ToString());
    }

    [Fact]
    public void A_run_outside_the_volume_that_pods_share_is_a_problem_of_the_user()
    {
        var problem = Assert.Throws<ConfigurationException>(() => new KubernetesLauncher(Settings())
            .Print(new BranchPlace("/elsewhere/first", 400, "/elsewhere/first-decay"), ranks: 1));

        Assert.Equal(2, problem.Problems.Count);
        Assert.Contains("MINICPM_VOLUME", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_is_no_branch_is_left_to_be_started_by_hand()
    {
        var run = BranchOfTrunk.In(Runs, "alone", parent: "");

        Assert.Contains(
            "parent", Assert.Throws<IOException>(() => Launcher().Launch(run, ranks: 1)).Message,
                StringComparison.Ordinal);
        Assert.Empty(_server.Requests);
    }

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    private string Runs => _folder["runs"];

    private KubernetesLauncher Launcher(Func<KubernetesSettings, KubernetesSettings>? change = null)
    {
        _server.Account(_folder["account"]);
        return new KubernetesLauncher((change ?? (settings => settings))(Settings()));
    }

    private KubernetesSettings Settings() => KubernetesSettings.From(name => name switch
    {
        "MINICPM_KUBERNETES_API" => _server.Address.ToString(),
        "MINICPM_KUBERNETES_ACCOUNT" => _folder["account"],
        "MINICPM_VOLUME" => _folder.Path,
        _ => null,
    });
}
