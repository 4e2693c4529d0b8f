namespace MiniCpmDist.Core.Runs;

/// <summary>Runs in the order of a tree: each below the run that it branched from, earlier branches first.</summary>
public static class RunTree
{
    /// <summary>The runs with the lines that lead to them.</summary>
    /// <returns>What to draw before a name, such as <c>│  ├─ </c>, and the run. A run whose parent is not among them
    /// stands at the root; every run comes once, also where parents go in a circle.
    /// </returns>
    public static IReadOnlyList<(string Lines, RunSummary Run)> Of(IReadOnlyCollection<RunSummary> runs)
    {
        var byPath = runs.ToDictionary(run => run.Path, StringComparer.Ordinal);
        var children = runs
            .Where(run => run.Parent is not null && byPath.ContainsKey(run.Parent))
            .ToLookup(run => run.Parent!, StringComparer.Ordinal);
        var rows = new List<(string, RunSummary)>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var roots = runs
            .Where(run => run.Parent is null || !byPath.ContainsKey(run.Parent))
            .OrderBy(run => run.Name, StringComparer.Ordinal);
        foreach (var root in roots)
            Add(root, "", "");
        // Folders may have been edited by hand until they name each other as parents.
        foreach (var rest in runs.OrderBy(run => run.Name, StringComparer.Ordinal))
            Add(rest, "", "");
        return rows;

        void Add(RunSummary run, string lines, string below)
        {
            if (!seen.Add(run.Path))
                return;
            rows.Add((lines, run));
            var branches = children[run.Path]
                .OrderBy(branch => branch.ParentStep).ThenBy(branch => branch.Name, StringComparer.Ordinal).ToArray();
            for (var i = 0; i < branches.Length; i++)
            {
                var isLast = i == branches.Length - 1;
                Add(branches[i], below + (isLast ? "└─ " : "├─ "), below + (isLast ? "   " : "│  "));
            }
        }
    }
}
