using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Runs.Checkpoints;

namespace MiniCpmDist.Runs.Folder;

/// <summary>Finds the checkpoint of a run that a command line names.</summary>
public static class CheckpointChoice
{
    /// <summary>The newest checkpoint that is whole.</summary>
    public const string Latest = "latest";

    /// <summary>What may be written, for help texts and problems.</summary>
    public const string Expectation = "step:N, tokens:N (the last one at or before N) or latest";

    private const string AtStep = "step:";
    private const string AtTokens = "tokens:";

    /// <summary>Finds the checkpoint on rank 0 and tells the others. The checkpoint is whole.</summary>
    /// <param name="communicator">The world.</param>
    /// <param name="run">The run.</param>
    /// <param name="name">Of the run, as its configuration has it.</param>
    /// <param name="at">What the command line says.</param>
    /// <returns>The checkpoint and, on rank 0, what is wrong with newer ones that <see cref="Latest"/> has passed
    /// over.</returns>
    /// <exception cref="ConfigurationException">There is no such checkpoint, or it is damaged.</exception>
    public static (CheckpointFolder Checkpoint, IReadOnlyList<Problem> PassedOver) FindCollective(
        ICommunicator communicator, RunFolder run, string name, string at)
    {
        var passedOver = new ProblemCollector();
        var found = communicator.Rank == 0 ? Find(run, name, at, passedOver) : null;
        return (CheckpointFolder.Open(communicator.BroadcastTextCollective(found?.Path)!), passedOver.Problems);
    }

    /// <summary>A model folder has one set of weights, so that nothing can be chosen there.</summary>
    /// <exception cref="ConfigurationException">The command line chooses.</exception>
    public static void RequireNone(string folder, string at)
    {
        if (at != Latest)
        {
            throw new ConfigurationException([new Problem(
                "--at", $"a run: {folder} is a model folder, which has no checkpoints", at,
                "leave --at out, or name a folder under runs/")]);
        }
    }

    private static CheckpointFolder Find(RunFolder run, string name, string at, ProblemCollector passedOver)
    {
        if (at == Latest)
        {
            var newest = RunStart.NewestWhole(run, name, passedOver);
            if (newest is null)
                passedOver.ThrowIfAny();
            return newest ?? throw new ConfigurationException([new Problem(
                run.CheckpointsPath, "a committed checkpoint", "none",
                $"train first: `minicpm resume {run.Path}`")]);
        }
        var checkpoint = RunStart.AtStep(run, StepOf(run, at));
        CheckpointReader.VerifyOf(name, checkpoint);
        return checkpoint;
    }

    private static long StepOf(RunFolder run, string at)
    {
        if (at.StartsWith(AtStep, StringComparison.Ordinal) && long.TryParse(at.AsSpan(AtStep.Length), out var step))
            return step;
        if (at.StartsWith(AtTokens, StringComparison.Ordinal)
            && Quantity.TryParse(at[AtTokens.Length..], out var tokens))
            return StepBefore(run, tokens);
        throw new ConfigurationException([new Problem("--at", Expectation, at, "for example --at step:400")]);
    }

    private static long StepBefore(RunFolder run, double tokens)
    {
        var saved = run.Checkpoints
            .Select(checkpoint => checkpoint.ManifestPath)
            .Select(path => CheckpointManifest.Read(InputFile.ReadText(path), path))
            .ToArray();
        return saved.LastOrDefault(manifest => manifest.Tokens <= tokens)?.Step
            ?? throw new ConfigurationException([new Problem(
                "--at", "a checkpoint at or before that many tokens",
                saved.Length == 0 ? "no checkpoint" : $"the first at {saved[0].Tokens} tokens",
                "name more tokens, or `latest`")]);
    }
}
