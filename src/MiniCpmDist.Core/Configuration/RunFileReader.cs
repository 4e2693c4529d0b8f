using MiniCpmDist.Core.Configuration.Keys;
using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Configuration;

/// <summary>Reads a run, and those of its sections together that depend on each other.</summary>
/// <param name="root">Opened with the keys of <see cref="RunFileKeys"/>.</param>
/// <param name="source">Path of the file.</param>
internal sealed class RunFileReader(YamlSection root, string source)
{
    // This is a problem already; a stand-in lets everything else be checked.
    private const string StandIn = "nano";

    /// <summary>The run, or null where its data are not known; problems are collected, not thrown.</summary>
    public RunOptions? Read(bool nameCounts)
    {
        var name = root.Text(RunFileKeys.Name) ?? Path.GetFileNameWithoutExtension(source);
        root.Require(
            !nameCounts || RunName.IsValid(name), RunFileKeys.Name, RunName.Expectation, $"`{name}`",
            "write such as `name: first-run`, or give such as --name first-run");
        var options = RunFileKeys.Table.Read(root, new RunOptions
        {
            Name = name,
            Model = new ModelOptions(StandIn, ModelPresets.All[StandIn]),
            Data = new DataOptions { Sources = [] },
            Schedule = new ScheduleOptions { TokenBatch = 1 },
        });
        return options.Data.Sources.Count == 0 ? null : options;
    }

    /// <summary>
    /// Parallel, data and schedule: a step consists of whole micro-batches of sequences, and lengths may be in steps.
    /// </summary>
    public static RunOptions ReadSteps(RunOptions options, YamlSection root)
    {
        var data = DataKeys.Table.Open(root, RunFileKeys.Data);
        var section = ScheduleKeys.Table.Open(root, ScheduleKeys.Section);
        var parallelSection = ParallelKeys.Table.Open(root, RunFileKeys.Parallel);
        var parallel = ParallelKeys.Table.Read(parallelSection, options.Parallel);
        var sequenceLength = DataKeys.ReadSequenceLength(data);
        var unitIsKnown = !data.HasProblem(DataKeys.SequenceLength)
            && !parallelSection.HasProblem(ParallelKeys.MicroBatch);
        var schedule = unitIsKnown
            ? ReadSchedule(section, sequenceLength, parallel.MicroBatch)
            : ReadSchedule(section, sequenceLength: 1, microBatch: 1);
        var dataOptions = DataKeys.Read(data, TokenAxis.Of(schedule));
        if (dataOptions is not null && schedule.Batches.Law?.Source is { } lawSource)
        {
            section.Require(
                dataOptions.Sources.Any(source => source.Name == lawSource), ScheduleKeys.Law,
                $"one of the run's sources: {string.Join(", ", dataOptions.Sources.Select(source => source.Name))}",
                $"`{lawSource}`", "name one of them in `source`, or none");
        }
        return options with { Data = dataOptions ?? options.Data, Schedule = schedule, Parallel = parallel };
    }

    private static ScheduleOptions ReadSchedule(YamlSection section, int sequenceLength, int microBatch)
    {
        var unit = (long)sequenceLength * microBatch;
        var tokenBatch = TokenBatchText.Read(
            section, ScheduleKeys.TokenBatch, unit,
            $"parallel.micro_batch x data.sequence_length = {microBatch} x {sequenceLength} = ");
        return ScheduleReading.Read(section, tokenBatch, unit);
    }
}
