using MiniCpmDist.Core.Alignment;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Runs.Folder;

namespace MiniCpmDist.Cli.Evaluation;

/// <summary>Held-out text for runs of preference pairs, which have none of their own.</summary>
internal static class AncestorText
{
    // Folders may have been edited by hand until they name each other as parents.
    private const int MostGenerations = 100;

    /// <summary>
    /// The nearest ancestor that was trained on text; null where the run has text itself, and where no ancestor has
    /// any.
    /// </summary>
    public static RunOptions? Of(string folder)
    {
        if (!File.Exists(new RunFolder(folder).ConfigurationPath))
            return null;
        var (path, options) = (folder, RunFolder.Open(folder).Options);
        if (options.Alignment.Method != AlignmentMethod.Dpo)
            return null;
        for (var generation = 0; generation < MostGenerations && options.Parent is { } parent; generation++)
        {
            path = Path.GetFullPath(parent.Run, Path.GetFullPath(path));
            options = RunFolder.Open(path).Options;
            if (options.Alignment.Method != AlignmentMethod.Dpo)
                return options;
        }
        return null;
    }
}
