namespace MiniCpmDist.Cli.Tests.Kubernetes;

/// <summary>The template of a pod, wherever it stands in an object.</summary>
internal sealed record Pod(string Where, KubernetesObject Owner, KubernetesObject Template)
{
    public KubernetesObject Spec => Template["spec"];

    public IReadOnlyList<KubernetesObject> Containers => Spec["containers"].Items;

    public IReadOnlyDictionary<string, string> Labels =>
        Template["metadata", "labels"].Children.ToDictionary(label => label.Key, label => label.Value.Text);

    public IReadOnlyList<string> PortNames =>
        [.. Containers.Where(container => container.Has("ports"))
            .SelectMany(container => container["ports"].Items).Select(port => port["name"].Text)];

    public static IReadOnlyList<Pod> In(IEnumerable<KubernetesObject> objects) =>
    [
        .. objects.Where(item => item.Kind == "Deployment")
            .Select(item => new Pod($"Deployment {item.Name}", item, item["spec", "template"])),
        .. objects.Where(item => item.Kind == "MPIJob").SelectMany(item =>
            item["spec", "mpiReplicaSpecs"].Children.Select(replica =>
                new Pod($"MPIJob {item.Name}, {replica.Key}", item, replica.Value["template"]))),
    ];

    /// <summary>Does a selector of labels take it?</summary>
    public bool IsSelectedBy(KubernetesObject selector)
    {
        if (!selector.Has("matchExpressions"))
        {
            var labels = selector.Has("matchLabels") ? selector["matchLabels"] : selector;
            return labels.Children.All(label => Labels.GetValueOrDefault(label.Key) == label.Value.Text);
        }
        return selector["matchExpressions"].Items.All(expression => expression["values"].Items
                .Any(value => Labels.GetValueOrDefault(expression["key"].Text) == value.Text));
    }
}
