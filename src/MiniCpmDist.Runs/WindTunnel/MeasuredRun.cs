using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.Journal;

namespace MiniCpmDist.Runs.WindTunnel;

/// <summary>A run's configuration and what it measured, for experiments over many runs.</summary>
/// <param name="Path">Its folder.</param>
/// <param name="Options">Its configuration.</param>
/// <param name="IsFinished">True where it came to the end of its schedule.</param>
/// <param name="Steps">By step; the last line of a step counts.</param>
/// <param name="HeldOut">By step; the last line of a step counts.</param>
public sealed record MeasuredRun(
    string Path, RunOptions Options, bool IsFinished, IReadOnlyList<StepReport> Steps,
    IReadOnlyList<HeldOutReport> HeldOut)
{
    private static readonly double s_ln2 = Math.Log(2);

    /// <summary>The name of its folder.</summary>
    public string Name => new RunFolder(Path).Name;

    /// <summary>True where the run ended with a decay that came to its end.</summary>
    public bool IsDecayed => IsFinished && Steps is [.., { Phase: PhaseKind.Decay }];

    /// <summary>Tokens from the beginning of its trunk.</summary>
    public long Tokens => Steps is [.., var last] ? last.Tokens : 0;

    /// <summary>The last held-out loss in nats a token; null where none was measured, or it was not finite.</summary>
    public double? Loss => Finite(HeldOut is [.., var last] ? last : null);

    /// <summary>The held-out loss after so many tokens, likewise.</summary>
    public double? LossAt(long tokens) => Finite(HeldOut.FirstOrDefault(measured => measured.Tokens == tokens));

    /// <summary>
    /// Held-out loss at the end in nats for each byte of text: comparable between tokenizers. Null where none was
    /// measured.
    /// </summary>
    public double? LossPerByte
    {
        get
        {
            if (HeldOut is not [.., var last])
                return null;
            // A source's bytes follow from its two losses.
            var nats = last.Sources.Sum(source => source.Loss * source.Tokens);
            var bytes = last.Sources.Sum(source => source.Loss * source.Tokens / (source.BitsPerByte * s_ln2));
            return nats / bytes;
        }
    }

    /// <summary>Reads the runs right below a folder, in the order of their names.</summary>
    /// <param name="runs">The folder.</param>
    /// <param name="damaged">Takes what cannot be read; those runs are left out.</param>
    /// <exception cref="ConfigurationException">There is no such folder.</exception>
    public static IReadOnlyList<MeasuredRun> Below(string runs, ProblemCollector damaged)
    {
        var problems = new ProblemCollector();
        problems.Require(
            Directory.Exists(runs), runs, "a folder of run folders", File.Exists(runs) ? "a file" : "nothing there",
            "name such as runs");
        problems.ThrowIfAny();
        return
        [
            .. Directory.EnumerateDirectories(runs)
                .Where(path => File.Exists(new RunFolder(path).ConfigurationPath))
                .Order(StringComparer.Ordinal)
                .Select(path => damaged.Try(() => Read(path)))
                .OfType<MeasuredRun>(),
        ];
    }

    /// <summary>Reads a run of a folder of runs; null where it is not there.</summary>
    /// <exception cref="ConfigurationException">Something in its folder cannot be read.</exception>
    public static MeasuredRun? Find(string runs, string name)
    {
        var folder = System.IO.Path.Combine(runs, name);
        return Directory.Exists(folder) ? Read(folder) : null;
    }

    /// <exception cref="ConfigurationException">Something in the folder cannot be read.</exception>
    public static MeasuredRun Read(string path)
    {
        var (folder, options) = RunFolder.Open(path);
        var (steps, heldOut) = (new SortedList<long, StepReport>(), new SortedList<long, HeldOutReport>());
        foreach (var (step, evaluation) in RunLines.ReadMetrics(folder))
        {
            if (step is not null)
                steps[step.Step] = step;
            if (evaluation is not null)
                heldOut[evaluation.Step] = evaluation;
        }
        return new MeasuredRun(
            path, options, JournalFile.HasFinished(folder), [.. steps.Values], [.. heldOut.Values]);
    }

    private static double? Finite(HeldOutReport? report) =>
        report is { Loss: var loss } && double.IsFinite(loss) ? loss : null;
}
