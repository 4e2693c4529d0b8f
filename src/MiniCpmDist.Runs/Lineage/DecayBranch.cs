using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Runs.Checkpoints;
using MiniCpmDist.Runs.Folder;

namespace MiniCpmDist.Runs.Lineage;

/// <summary>
/// Makes a run whose parent is an exact checkpoint of a trunk, and whose schedule decays from there: at once, or
/// after another stable phase. What the trunk followed at the checkpoint counts, and not what its file says.
/// </summary>
public static class DecayBranch
{
    /// <summary>Creates the branch's folder beside or away from the trunk; training it is a resume.</summary>
    /// <param name="trunk">The run to branch from; it is not changed and can go on.</param>
    /// <param name="step">A committed checkpoint of the trunk.</param>
    /// <param name="decay">Length of the decay phase; null for a branch that gets experts or longer sequences and
    /// otherwise goes on as the trunk does.</param>
    /// <param name="path">The new run's folder.</param>
    /// <param name="stable">Length of a stable phase before it; null for none.</param>
    /// <param name="mixture">Makes the branch's sources from the trunk's; null for the same.</param>
    /// <param name="check">Checks the branch and its parent as the branch's first start will check them.</param>
    /// <param name="upcycle">The experts that the branch gets; null for the model of the trunk.</param>
    /// <param name="extend">The longer sequences that it gets; null for those of the trunk.</param>
    public static RunFolder Create(
        string trunk, long step, Extent? decay, string path, Extent? stable = null,
        Func<IReadOnlyList<SourceOptions>, IReadOnlyList<SourceOptions>>? mixture = null,
        Action<RunOptions, CheckpointFolder>? check = null, UpcycleOptions? upcycle = null,
        ExtendOptions? extend = null)
    {
        var (folder, options) = RunFolder.Open(trunk);
        var free = new ProblemCollector();
        RunFolder.RequireFree(free, path);
        free.ThrowIfAny();
        // The step is looked for before there is a pin, so that a step that never was leaves no pin.
        RunStart.AtStep(folder, step);
        var pin = BranchPins.Place(folder, step, path);
        try
        {
            return CreatePinned(folder, options, step, decay, path, stable, mixture, check, upcycle, extend);
        }
        catch
        {
            File.Delete(pin);
            throw;
        }
    }

    private static RunFolder CreatePinned(
        RunFolder folder, RunOptions options, long step, Extent? decay, string path, Extent? stable,
        Func<IReadOnlyList<SourceOptions>, IReadOnlyList<SourceOptions>>? mixture,
        Action<RunOptions, CheckpointFolder>? check, UpcycleOptions? upcycle, ExtendOptions? extend)
    {
        var parent = RunStart.AtStep(folder, step);
        CheckpointReader.Verify(parent);
        var state = CheckpointReader.LoadState(parent);
        var followed = state.Schedule is { } schedule ? options.With(schedule.Live) : options;
        if (mixture is not null)
            followed = followed with { Data = followed.Data with { Sources = mixture(followed.Data.Sources) } };
        var name = new RunFolder(path).Name;
        var branch = decay is { } length
            ? BranchOptions.From(followed, folder.Path, step, state.Tokens, length, name, stable)
            : BranchOptions.Continue(followed, folder.Path, step, state.Tokens, name);
        if (upcycle is not null)
            branch = BranchOptions.Upcycle(branch, upcycle);
        if (extend is not null)
            branch = BranchOptions.Extend(branch, extend);
        // The path is relative to the branch, so that a folder of runs can be moved as a whole.
        branch = branch with { Parent = branch.Parent! with { Run = Path.GetRelativePath(path, folder.Path) } };
        // The options are read as a resume will read them: lengths that fit one by one may not fit each other.
        var problems = new ProblemCollector();
        var resolved = RunFile.Read(
            RunFile.Write(branch), new RunFolder(path).ConfigurationPath, problems, extend?.Overrides ?? []);
        problems.ThrowIfAny();
        check?.Invoke(resolved!, parent);
        var created = RunFolder.Create(path, extend is null ? branch : resolved!);
        if (File.Exists(parent.ManifestPath))
            return created;
        // The trunk's retention removed the checkpoint between the check above and the making of the folder, and saw no
        // branch yet.
        Directory.Delete(path, recursive: true);
        throw new ConfigurationException([new Problem(
            parent.Path, "the checkpoint to branch from", "that it is being deleted, as checkpoint.keep says",
            "name another step")]);
    }
}
