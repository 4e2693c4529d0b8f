using System.Globalization;
using MiniCpmDist.Cli.Display;

namespace MiniCpmDist.Cli.Quickstart;

/// <summary>
/// The quickstart's experiment: one trunk, one decay branch, and their losses after the same tokens.
/// </summary>
/// <param name="places">Where recipe and runs lie.</param>
/// <param name="numbers">Which experiment comes next.</param>
/// <param name="minicpm">Runs a command of minicpm; throws where it fails.</param>
/// <param name="onRanks">Runs a command of minicpm on several MPI ranks and returns its exit code.</param>
/// <param name="screen">Where sentences go.</param>
internal sealed class QuickstartExperiment(
    QuickstartPlaces places, ExperimentNumbers numbers, Action<string[]> minicpm, Func<string[], int> onRanks,
    Screen screen)
{
    public const int Ranks = 2;
    private const int BranchStep = 400;
    private const int DecaySteps = 80;
    private const int LastStep = BranchStep + DecaySteps;

    /// <param name="first">The least number of the experiment.</param>
    /// <returns>An exit code. Zero too where somebody told a run to stop.</returns>
    public int Run(int first)
    {
        var number = numbers.Next(first);
        var (trunk, branch) = (ExperimentNumbers.Trunk(number), ExperimentNumbers.Branch(number));
        screen.Headline($"Trunk {trunk}: warmup and constant learning rate, {Ranks} ranks");
        if (TrainTrunk(trunk, number) is not 0 and var trunkFailed)
            return trunkFailed;
        if (IsStopped(trunk))
            return 0;
        screen.Headline($"Branch {branch}: decay from step {BranchStep}");
        if (TrainBranch(trunk, branch) is not 0 and var branchFailed)
            return branchFailed;
        if (IsStopped(branch))
            return 0;
        Show(trunk, branch, number);
        return 0;
    }

    private int TrainTrunk(string trunk, int number)
    {
        if (numbers.IsFinished(trunk))
        {
            screen.Line($"{trunk} is trained already.");
            return 0;
        }
        if (Directory.Exists(FolderOf(trunk)))
        {
            screen.Line($"Resuming {trunk} where it was interrupted.");
            return onRanks(["resume", FolderOf(trunk)]);
        }
        // The next experiment is another one, not the same again.
        var seed = number.ToString(CultureInfo.InvariantCulture);
        return onRanks(["train", places.Recipe, "--runs", places.Runs, "--name", trunk, "--seed", seed]);
    }

    private int TrainBranch(string trunk, string branch)
    {
        if (!Directory.Exists(FolderOf(branch)))
        {
            minicpm(
            [
                "branch", FolderOf(trunk), "--at", $"step:{BranchStep}", "--decay", $"{DecaySteps} steps", "--name",
                branch,
            ]);
        }
        return numbers.IsFinished(branch) ? 0 : onRanks(["resume", FolderOf(branch)]);
    }

    // A run may also end before its end without a failure: somebody told it to stop.
    private bool IsStopped(string name)
    {
        if (numbers.IsFinished(name))
            return false;
        screen.Line(
            $"{FolderOf(name)} was stopped before its end. Call launch/quickstart again to go on from its newest "
            + "checkpoint.");
        return true;
    }

    private void Show(string trunk, string branch, int number)
    {
        var picture = Path.Combine(FolderOf(branch), "loss.svg");
        screen.Headline("Loss curves");
        minicpm(["plot", FolderOf(trunk), FolderOf(branch), "--out", picture]);
        screen.Headline("What the model writes");
        minicpm(["generate", FolderOf(branch), "--prompt", "The package manager"]);
        screen.Headline(
            $"Held-out loss by source, in nats a token; both ways from the checkpoint at step {BranchStep}");
        foreach (var line in Compare(FolderOf(trunk), FolderOf(branch)).Lines)
            screen.Line(line);
        screen.Line("    The stable phase reads only docs; the decay mixes in code.");
        screen.Line($"    picture                  {picture}");
        screen.Headline("Next");
        foreach (var line in NextCommands(FolderOf(trunk), FolderOf(branch), number))
            screen.Line($"    {line}");
    }

    private static HeldOutTable Compare(string trunk, string branch)
    {
        var table = new HeldOutTable([.. QuickstartSource.All.Select(source => source.Name)]);
        var (constant, decayed) = (HeldOutTable.Losses(trunk, LastStep), HeldOutTable.Losses(branch, LastStep));
        table.Add($"step {BranchStep}, before the decay", HeldOutTable.Losses(trunk, BranchStep));
        table.Add($"step {LastStep}, constant learning rate", constant);
        table.Add($"step {LastStep}, decayed", decayed);
        table.AddGain("the decay is worth", constant, decayed);
        return table;
    }

    private IEnumerable<string> NextCommands(string trunk, string branch, int number) =>
    [
        $"launch/minicpm generate {branch} --prompt \"To install a package\"     # more of its prose",
        $"launch/minicpm branch {trunk} --at step:240 --decay \"80 steps\" --name early-decay && "
            + $"launch/mpirun -n 2 minicpm resume {FolderOf("early-decay")}",
        FormattableString.Invariant(
            $"launch/mpirun -n 4 minicpm train {places.Recipe} --seed {number} --name four-ranks")
            + "    # the same losses to the last bit",
        "launch/quickstart                                  # the next run",
    ];

    private string FolderOf(string name) => Path.Combine(places.Runs, name);
}
