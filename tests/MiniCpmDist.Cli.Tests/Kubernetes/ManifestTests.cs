using MiniCpmDist.Cli.Launching;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Launching;

namespace MiniCpmDist.Cli.Tests.Kubernetes;

public sealed class ManifestTests
{
    private const string AsWritten = "as written";
    private const string Insecure = "insecure";

    public static TheoryData<string> Sets { get; } = [AsWritten, .. ClusterFiles.Overlays];

    public static TheoryData<string> Templates { get; } =
        [.. ClusterFiles.All.Where(file => Path.GetFileName(file) == "branch-job.yaml")];

    public static TheoryData<string> RunFiles { get; } =
        [.. ClusterFiles.All.Where(file => Path.GetFileName(file) == "run.yaml")];

    public static TheoryData<string> Kustomizations { get; } =
        [.. ClusterFiles.All.Where(file => Path.GetFileName(file) == "kustomization.yaml")];

    [Theory]
    [MemberData(nameof(Kustomizations))]
    public void Everything_that_a_kustomization_names_is_there(string file)
    {
        var folder = Path.GetDirectoryName(file)!;

        Assert.NotEmpty(Named(file));
        Assert.All(Named(file), path => Assert.True(Path.Exists(Path.Combine(ClusterFiles.Root, folder, path)), path));
    }

    [Fact]
    public void Every_file_is_named_by_a_kustomization()
    {
        var named = Kustomizations.SelectMany(row => Named(row.Data).Select(path => Path.GetRelativePath(
            ClusterFiles.Root, Path.GetFullPath(Path.Combine(ClusterFiles.Root, Path.GetDirectoryName(row.Data)!,
                path)))));

        Assert.All(
            ClusterFiles.All.Where(file => Path.GetFileName(file) != "kustomization.yaml"),
            file => Assert.Contains(file, named));
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Every_object_says_what_it_is_and_only_those_of_the_whole_cluster_are_in_no_namespace(string set)
    {
        foreach (var item in Objects(set))
        {
            Assert.NotEmpty(item["apiVersion"].Text);
            Assert.NotEmpty(item.Name);
            if (set != AsWritten)
                Assert.Equal(item.Kind is not ("Namespace" or "PriorityClass"), item["metadata"].Has("namespace"));
        }
        Assert.Distinct(Objects(set).Select(item => (item.Kind, item.Name)));
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Every_container_has_limits_and_every_one_that_serves_has_probes_of_ports_that_it_has(string set)
    {
        foreach (var pod in Pods(set))
        {
            foreach (var container in pod.Containers)
            {
                foreach (var (kind, what) in (IEnumerable<(string, string)>)
                    [("requests", "cpu"), ("requests", "memory"), ("limits", "cpu"), ("limits", "memory")])
                    Assert.NotEmpty(container["resources", kind, what].Text);
                if (!container.Has("ports"))
                    continue;
                foreach (var probe in (string[])["readinessProbe", "livenessProbe"])
                {
                    var asked = container[probe].Children.Values.First(part =>
                        part.Node is not YamlDotNet.RepresentationModel.YamlScalarNode);
                    Assert.Contains(asked["port"].Text, pod.PortNames);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void No_pod_is_root_or_can_become_it(string set) => Assert.All(Pods(set), RequireUnprivileged);

    [Theory]
    [MemberData(nameof(Sets))]
    public void What_pods_mount_and_refer_to_is_there(string set)
    {
        var objects = Objects(set);
        var generated = set == AsWritten
            ? ["minicpm-run", "minicpm-branch-job", "minicpm-settings"]
            : Named(objects, "ConfigMap");
        foreach (var pod in Pods(set))
        {
            RequireVolumes(pod);
            foreach (var volume in pod.Spec["volumes"].Items)
            {
                if (volume.Has("persistentVolumeClaim"))
                    Assert.Contains(volume["persistentVolumeClaim", "claimName"].Text, Named(objects,
                        "PersistentVolumeClaim"));
                if (volume.Has("configMap"))
                    Assert.Contains(volume["configMap", "name"].Text, generated);
            }
            if (pod.Spec.Has("serviceAccountName"))
                Assert.Contains(pod.Spec["serviceAccountName"].Text, Named(objects, "ServiceAccount"));
            if (pod.Spec.Has("priorityClassName"))
                Assert.Contains(pod.Spec["priorityClassName"].Text, Named(objects, "PriorityClass"));
        }
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Every_selector_finds_a_pod_with_the_ports_that_it_names(string set)
    {
        var (objects, pods) = (Objects(set), Pods(set));
        foreach (var item in objects)
        {
            var (selector, ports) = item.Kind switch
            {
                "Deployment" or "PodDisruptionBudget" => (item["spec", "selector"], Array.Empty<string>()),
                "NetworkPolicy" => (item["spec", "podSelector"], []),
                "Service" => (item["spec", "selector"], [.. item["spec", "ports"].Items.Select(port =>
                    port["targetPort"].Text)]),
                "PodMonitor" => (item["spec", "selector"],
                    [.. item["spec", "podMetricsEndpoints"].Items.Select(port => port["port"].Text)]),
                _ => (null, []),
            };
            if (selector is null)
                continue;
            var found = pods.Where(pod => pod.IsSelectedBy(selector)).ToArray();
            Assert.True(found.Length > 0, $"{item.Kind} {item.Name} selects no pod");
            Assert.All(found, pod => Assert.Empty(ports.Except(pod.PortNames)));
        }
        foreach (var monitor in objects.Where(item => item.Kind == "ServiceMonitor"))
        {
            var service = objects.Single(item => item.Kind == "Service"
                && monitor["spec", "selector", "matchLabels"].Children.All(label =>
                    item["metadata", "labels", label.Key].Text == label.Value.Text));
            Assert.Contains(
                monitor["spec", "endpoints"].Items.Single()["port"].Text,
                service["spec", "ports"].Items.Select(port => port["name"].Text));
        }
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void No_worker_of_the_trunk_may_be_evicted_and_its_ranks_fill_its_slots(string set)
    {
        var trunk = Objects(set).Single(item => item.Kind == "MPIJob");
        var workers = int.Parse(trunk["spec", "mpiReplicaSpecs", "Worker", "replicas"].Text);
        var budget = Objects(set).Single(item => item.Kind == "PodDisruptionBudget" && item.Name == trunk.Name);
        var ranks = trunk["spec", "mpiReplicaSpecs", "Launcher", "template", "spec",
            "containers"].Items.Single()["env"].Items
            .Single(entry => entry["name"].Text == "MINICPM_RANKS");

        Assert.Equal($"{workers}", budget["spec", "minAvailable"].Text);
        Assert.Equal($"{workers * int.Parse(trunk["spec", "slotsPerWorker"].Text)}", ranks["value"].Text);
        Assert.True(ranks["value"].IsText);
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Who_launches_branches_may_create_jobs_and_read_one_ConfigMap_and_nothing_else(string set)
    {
        var rules = Objects(set).Single(item => item.Kind == "Role")["rules"].Items.Select(rule => rule.ToString());

        Assert.Equal(
            ["{apiGroups: [kubeflow.org], resources: [mpijobs], verbs: [create]}",
                "{apiGroups: [], resourceNames: [minicpm-run], resources: [configmaps], verbs: [get]}"],
            rules);
        Assert.DoesNotContain(Objects(set), item => item.Kind is "ClusterRole" or "ClusterRoleBinding");
        Assert.All(
            Pods(set).Where(pod => pod.Spec["automountServiceAccountToken"].Text == "true"),
            pod => Assert.Contains(
                Objects(set).Where(item => item.Kind == "RoleBinding"),
                binding => binding["subjects"].Items.Single()["name"].Text == pod.Spec["serviceAccountName"].Text));
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void The_coordinator_has_TLS_and_tokens_unless_somebody_has_chosen_the_set_called_insecure(string set)
    {
        var pod = Pods(set).Single(pod => pod.Labels["app.kubernetes.io/component"] == "coordinator");
        var container = pod.Containers.Single();
        var arguments = container["args"].Items.Select(item => item.Text).ToArray();
        var isSecure = set != Insecure;

        Assert.Equal(!isSecure, arguments.Contains("--insecure"));
        foreach (var option in (string[])["--certificate", "--key", "--tokens"])
        {
            var at = Array.IndexOf(arguments, option);
            Assert.Equal(isSecure, at >= 0);
            if (isSecure)
            {
                Assert.Contains(container["volumeMounts"].Items, mount =>
                    arguments[at + 1].StartsWith(mount["mountPath"].Text + "/", StringComparison.Ordinal)
                    && mount["readOnly"].Text == "true");
            }
        }
        Assert.All(
            arguments.Where(argument => argument.Contains("://", StringComparison.Ordinal)),
            address => Assert.StartsWith(isSecure ? "https://" : "http://", address, StringComparison.Ordinal));
        foreach (var probe in (string[])["startupProbe", "readinessProbe", "livenessProbe"])
            Assert.Equal(isSecure ? "HTTPS" : "HTTP", container[probe, "httpGet", "scheme"].Text);
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void A_mounted_secret_that_holds_tokens_or_a_key_is_not_for_every_user_of_the_pod(string set)
    {
        foreach (var volume in Pods(set).SelectMany(pod => pod.Spec["volumes"].Items).Where(item => item.Has("secret")))
        {
            var secret = volume["secret"];
            var isPublic = secret.Has("items")
                && secret["items"].Items.All(item => item["key"].Text.EndsWith(".crt", StringComparison.Ordinal));
            if (!isPublic)
                Assert.Equal("288", secret["defaultMode"].Text);
        }
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Nothing_reaches_a_pod_and_no_pod_reaches_anything_that_no_policy_names(string set)
    {
        var policies = Objects(set).Where(item => item.Kind == "NetworkPolicy").Select(item => item["spec"]).ToArray();

        var nothing = Assert.Single(policies, policy => policy["podSelector"].Children.Count == 0);
        Assert.Equal(["Ingress", "Egress"], nothing["policyTypes"].Items.Select(item => item.Text));
        Assert.False(nothing.Has("ingress"));
        Assert.False(nothing.Has("egress"));
        foreach (var pod in Pods(set))
        {
            var rules = policies.Where(policy => policy != nothing && pod.IsSelectedBy(policy["podSelector"]))
                .Where(policy => policy.Has("egress")).SelectMany(policy => policy["egress"].Items).ToArray();
            // Names, or nothing works at all.
            Assert.Contains(rules, rule => Ports(rule).Contains("53") && rule.Has("to"));
            // What goes to any address goes to the API server's ports.
            Assert.All(
                rules.Where(rule => !rule.Has("to")),
                rule => Assert.Equal(["443", "6443"], Ports(rule).Order(StringComparer.Ordinal)));
            if (pod.Labels["app.kubernetes.io/component"] == "rank")
                Assert.Contains(rules, rule => Ports(rule).Contains("7070"));
        }

        static string[] Ports(KubernetesObject rule) =>
            rule.Has("ports") ? [.. rule["ports"].Items.Select(port => port["port"].Text)] : [];
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void A_quota_that_the_trunk_fits_bounds_what_an_account_that_may_create_jobs_can_ask_for(string set)
    {
        var hard = Objects(set).Single(item => item.Kind == "ResourceQuota")["spec", "hard"];
        var trunk = Objects(set).Single(item => item.Kind == "MPIJob");
        var worker = trunk["spec", "mpiReplicaSpecs", "Worker"];
        var requests = worker["template", "spec", "containers"].Items.Single()["resources", "requests"];

        Assert.NotEmpty(hard["count/mpijobs.kubeflow.org"].Text);
        Assert.True(int.Parse(worker["replicas"].Text) < int.Parse(hard["pods"].Text));
        Assert.True(
            int.Parse(worker["replicas"].Text) * double.Parse(requests["cpu"].Text)
            < double.Parse(hard["requests.cpu"].Text));
    }

    [Theory]
    [MemberData(nameof(Templates))]
    public void A_branch_gives_way_to_its_trunk_and_is_as_careful_a_pod(string file)
    {
        var job = Filled(file);
        var classes = ClusterFiles.Resources("base").Where(item => item.Kind == "PriorityClass")
            .ToDictionary(item => item.Name, item => int.Parse(item["value"].Text));
        var trunk = ClusterFiles.Resources("components/mpijob").Single(item => item.Kind == "MPIJob");

        Assert.True(
            classes[job["spec", "runPolicy", "schedulingPolicy", "priorityClass"].Text]
            < classes[trunk["spec", "runPolicy", "schedulingPolicy", "priorityClass"].Text]);
        foreach (var pod in Pod.In([job]))
        {
            var trunkPriority = classes[Pod.In([trunk])[0].Spec["priorityClassName"].Text];
            Assert.True(classes[pod.Spec["priorityClassName"].Text] < trunkPriority);
            RequireUnprivileged(pod);
            RequireVolumes(pod);
            Assert.Equal("false", pod.Spec["automountServiceAccountToken"].Text);
            Assert.All(pod.Containers, container => Assert.NotEmpty(container["resources", "limits", "memory"].Text));
        }
        var worker = Pod.In([job]).Single(pod => pod.Labels["app.kubernetes.io/component"] == "rank");
        Assert.True(worker.Containers.Single().Has("readinessProbe"));
        Assert.Contains(worker.Containers.Single()["volumeMounts"].Items, mount =>
            mount["mountPath"].Text == "/data/runs/trunk" && mount["readOnly"].Text == "true");
    }

    [Theory]
    [MemberData(nameof(RunFiles))]
    public void The_run_of_an_overlay_is_one_and_joins_the_coordinators_service(string file)
    {
        var options = RunFile.Parse(File.ReadAllText(Path.Combine(ClusterFiles.Root, file)), file);
        var service = ClusterFiles.Resources("base").Single(item => item.Kind == "Service");
        var grpc = service["spec", "ports"].Items.Single(port => port["name"].Text == "grpc");

        var isInsecure = file.Contains(Insecure, StringComparison.Ordinal);
        Assert.Equal(
            $"{(isInsecure ? "http" : "https")}://{service.Name}:{grpc["port"].Text}", options.Coordinator.Join);
        Assert.Equal(isInsecure, options.Coordinator.TokenFile is null);
        Assert.Equal(isInsecure, options.Coordinator.CertificateAuthorities is null);
        Assert.False(options.Coordinator.Insecure);
        Assert.All(options.Data.Sources, source => Assert.StartsWith("/data/tokens/", source.Path,
            StringComparison.Ordinal));
        Assert.Equal("trunk", options.Name);
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Branches_get_the_image_and_the_slots_of_the_trunk(string set)
    {
        var objects = Objects(set);
        if (set == AsWritten)
            return;
        var settings = objects.Single(item => item.Kind == "ConfigMap" && item.Name == "minicpm-settings")["data"];
        var trunk = objects.Single(item => item.Kind == "MPIJob");

        Assert.All(Pods(set).SelectMany(pod => pod.Containers), container =>
            Assert.Equal(settings["MINICPM_IMAGE"].Text, container["image"].Text));
        Assert.Equal(trunk["spec", "slotsPerWorker"].Text, settings["MINICPM_SLOTS"].Text);
        var lanes = RunFile.Parse(
            objects.Single(item => item.Kind == "ConfigMap" && item.Name == "minicpm-run")["data", "run.yaml"].Text,
                set)
            .Parallel.Lanes;
        var ranks = int.Parse(settings["MINICPM_SLOTS"].Text)
            * int.Parse(trunk["spec", "mpiReplicaSpecs", "Worker", "replicas"].Text);
        Assert.True(lanes % ranks == 0, $"{ranks} ranks do not fit {lanes} lanes");
    }

    [Fact]
    public void Rules_and_dashboards_are_those_of_telemetry()
    {
        using var folder = new TemporaryFolder();
        const string Component = "components/monitoring";
        var (code, _, errors) = ClusterFiles.Run(Path.Combine(ClusterFiles.Root, Component, "refresh"), folder.Path);

        Assert.True(code == 0, errors);
        foreach (var file in (string[])["prometheus-rule.yaml", "dashboards.yaml"])
            Assert.Equal(File.ReadAllText(folder[file]), File.ReadAllText(Path.Combine(ClusterFiles.Root, Component,
                file)));
    }

    [Fact]
    public void Settings_say_what_the_tool_takes_for_granted_outside_a_cluster()
    {
        var given = File.ReadAllLines(Path.Combine(ClusterFiles.Root, "base", "settings.env"))
            .Where(line => line.Contains('=', StringComparison.Ordinal) && !line.StartsWith('#'))
            .Select(line => line.Split('=', 2))
            .ToDictionary(parts => parts[0], parts => parts[1]);
        given["MINICPM_BRANCH_TEMPLATE"] = Path.Combine(ClusterFiles.Root, "base", "branch-job.yaml");

        var standard = KubernetesSettings.From(_ => null);

        Assert.Equal(
            standard,
            KubernetesSettings.From(given.GetValueOrDefault) with { TemplateSource = standard.TemplateSource });
    }

    private static IReadOnlyList<KubernetesObject> Objects(string set) => set == AsWritten
        ? ClusterFiles.Resources("base", "components/mpijob", "components/monitoring")
        : ClusterFiles.Build(set);

    private static IReadOnlyList<Pod> Pods(string set) => Pod.In(Objects(set));

    private static KubernetesObject Filled(string file)
    {
        var job = KubernetesSettings.From(_ => null).Job(new BranchPlace("/data/runs/trunk", 400, "/data/runs/decay"),
            8, "uid");
        return KubernetesObject.Parse(
            JobTemplate.Fill(File.ReadAllText(Path.Combine(ClusterFiles.Root, file)), file, job.Values()).Yaml);
    }

    private static string[] Named(IEnumerable<KubernetesObject> objects, string kind) =>
        [.. objects.Where(item => item.Kind == kind).Select(item => item.Name)];

    private static List<string> Named(string kustomization)
    {
        var root = ClusterFiles.Read(kustomization).Single();
        var paths = new List<string>();
        foreach (var key in (string[])["resources", "components"])
        {
            if (root.Has(key))
                paths.AddRange(root[key].Items.Select(item => item.Text));
        }
        if (root.Has("patches"))
            paths.AddRange(root["patches"].Items.Select(patch => patch["path"].Text));
        foreach (var generator in root.Has("configMapGenerator") ? root["configMapGenerator"].Items : [])
        {
            foreach (var key in (string[])["files", "envs"])
            {
                if (generator.Has(key))
                    paths.AddRange(generator[key].Items.Select(item => item.Text));
            }
        }
        return paths;
    }

    private static void RequireUnprivileged(Pod pod)
    {
        Assert.Equal("true", pod.Spec["securityContext", "runAsNonRoot"].Text);
        Assert.Equal("RuntimeDefault", pod.Spec["securityContext", "seccompProfile", "type"].Text);
        foreach (var context in pod.Containers.Select(container => container["securityContext"]))
        {
            Assert.Equal("false", context["allowPrivilegeEscalation"].Text);
            Assert.Equal("true", context["readOnlyRootFilesystem"].Text);
            Assert.Equal(["ALL"], context["capabilities", "drop"].Items.Select(item => item.Text));
        }
        // What writes temporary files has a place for them.
        var temporary = pod.Spec["volumes"].Items.Single(volume => volume["name"].Text == "tmp");
        Assert.NotEmpty(temporary["emptyDir", "sizeLimit"].Text);
        Assert.All(pod.Containers, container => Assert.Contains(
            container["volumeMounts"].Items, mount => mount["mountPath"].Text == "/tmp"));
    }

    private static void RequireVolumes(Pod pod) => Assert.Empty(
        pod.Containers.SelectMany(container => container["volumeMounts"].Items).Select(mount => mount["name"].Text)
            .Except(pod.Spec["volumes"].Items.Select(volume => volume["name"].Text)));
}
