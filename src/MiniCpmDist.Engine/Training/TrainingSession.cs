using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Planning;
using MiniCpmDist.Core.Recovery;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Sharding;
using MiniCpmDist.Engine.Checkpoints;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Engine.Data;
using MiniCpmDist.Engine.Faults;
using MiniCpmDist.Engine.Import;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Objectives;
using MiniCpmDist.Engine.Optimization;
using MiniCpmDist.Engine.Recovery;
using MiniCpmDist.Engine.Runs;
using MiniCpmDist.Engine.Saving;
using MiniCpmDist.Engine.Steering;
using MiniCpmDist.Engine.Steps;
using MiniCpmDist.Engine.Telemetry;
using MiniCpmDist.Engine.Tracing;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Training;

/// <summary>
/// Puts a run together on every rank and trains it: open the data, build the model into flat buffers, start or resume,
/// loop. Everything a user can have wrong is found before the run folder is touched.
/// </summary>
public sealed class TrainingSession : IDisposable
{
    private readonly RunOptions _options;
    private readonly ICommunicator _communicator;
    private readonly RunData _data;
    private readonly MiniCpmForCausalLM _model;
    private readonly FlatParameters _parameters;
    private readonly RankReduction _reduction;
    private readonly FlatGradients _gradients;
    private readonly FlatAdamW _optimizer;
    private readonly LaneTree _lanes;

    private TrainingSession(RunOptions options, ICommunicator communicator, RankLink link, RunData data)
    {
        var shape = options.Model.Shape;
        _options = options;
        _communicator = communicator;
        _data = data;
        _lanes = options.Parallel.LanesFor(communicator.WorldSize);
        var type = options.Precision == Precision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        _model = new MiniCpmForCausalLM(shape, type, options.Kernels, options.Parallel.ActivationCheckpointing);
        var layout = FlatLayout.For(shape.ParameterSpecs, _lanes.Lanes);
        var ownLanes = _lanes.LanesOf(communicator.Rank, communicator.WorldSize).Count;
        _reduction = options.Parallel.Reduction == ReductionOrder.Fast
            ? new FastReduction(link.Link, layout.Buckets, link.Side)
            : new LaneButterfly(_lanes, link.Link, layout.Buckets, link.Side);
        _gradients = new FlatGradients(
            layout, _lanes, ownLanes, _reduction, type, options.Parallel.ShardGradients);
        _parameters = FlatParameters.Bind(_model, layout, _reduction.Owned, _gradients);
        _optimizer = new FlatAdamW(options.Optimizer, _parameters, _gradients, shape.ScaleWidth, _reduction.Owned);
    }

    /// <summary>What the session reads; tests look at its order.</summary>
    internal RunData Data => _data;

    /// <summary>The flat parameters; tests compare them between worlds.</summary>
    public FlatParameters Parameters => _parameters;

    /// <summary>
    /// Builds the session. Nothing is written; faults of the user come as one <see cref="ConfigurationException"/>.
    /// </summary>
    /// <param name="options">The run's configuration.</param>
    /// <param name="communicator">The world.</param>
    /// <param name="earlier">Faults that were found before; all are told at once.</param>
    /// <param name="trace">Gets spans of what takes its time.</param>
    /// <param name="link">What tensors are moved with; null: over host memory.</param>
    public static TrainingSession Open(
        RunOptions options, ICommunicator communicator, FaultCollector? earlier = null, StepTrace? trace = null,
        RankLink? link = null)
    {
        var faults = earlier ?? new FaultCollector();
        RunData data;
        using (trace?.Measure("open data"))
            data = RunChecks.Open(options, communicator.WorldSize, faults);
        using (trace?.Measure("make model"))
            return new TrainingSession(options, communicator, link ?? RankLink.OnHost(communicator), data);
    }

    /// <summary>Trains from a checkpoint, or from initial weights, to the end of the schedule.</summary>
    public RunOutcome RunCollective(
        RunFolder folder,
        CheckpointFolder? start,
        IRunControl control,
        IReadOnlyList<IStepObserver> observers,
        RunEnvironment environment,
        AttemptOptions? attemptOptions = null)
    {
        var given = attemptOptions ?? new AttemptOptions();
        CheckpointState? state = null;
        using (given.Trace.Measure("weights"))
        {
            if (start is null)
                Initialize(given.Weights);
            else
                state = Load(start);
        }
        var open = given.Trace.Measure("open run");
        using var held = _communicator.Rank == 0 ? RunLock.Acquire(folder, given.TakeOver) : null;
        var fence = held is null ? null : RunFence.Raise(folder);
        if (held is not null)
            CheckpointFolder.RemoveUnfinished(folder.CheckpointsPath);
        using var records = held is null ? null : new RunRecords(folder, fence);
        var isOwn = state is not null && state.Run == _options.Name;
        var (schedule, settled) = NewSchedule(state, isOwn);
        var attempt = Begin(
            records, start, state, schedule.Live.Options.LearningRate, given, observers, environment);
        var changes = records?.Configure(state?.Step ?? 0, state?.Tokens ?? 0, _options, isOwn ? settled : null) ?? [];
        foreach (var observer in changes.Count > 0 ? observers : [])
            observer.Reconfigured(changes);
        using var writer = NewWriter(given.Faults);
        var triggers = new CheckpointTriggers(
            _options.Checkpoint, given.Requests, given.TimeLimit, given.Clock, records);
        var checkpoints = new RunCheckpoints(
            _communicator,
            new RunSaver(folder, _options, _data, writer, fence, isOwn ? state!.Step : 0, state?.Sources ?? []),
            triggers,
            records,
            held is null ? [] : observers,
            given.Trace,
            records is null
                ? null
                : (saved, beginning) => Retention.Apply(
                    folder, _options.Name, _options.Checkpoint.Keep, fence, records.Delete, saved, beginning),
            held is null ? null : new BranchMaker(folder, given.Launcher, BranchChecks.Require),
            given.TimeLimit,
            given.SavePatience);
        // Rank 0 knows from the journal whether data of this checkpoint's successors were passed over.
        var moved = _communicator.BroadcastTextCollective(records?.Rollbacks.CursorAt(state?.Step ?? 0));
        var health = state?.Health ?? RunHealth.Start;
        var recovery = new RunRecovery(
            _options.Recovery, _communicator, _data, records, held is null ? [] : observers,
            moved is null ? health : health.PassedOver());
        using var step = NewStep(given.Trace, given.Faults);
        var loop = new TrainingLoop(
            _options,
            _communicator,
            step,
            schedule,
            new HeldOutEvaluation(
                _model,
                RunObjective.PreTraining,
                [.. _data.Sources.Select(source => (source.Name, source.HeldOut))],
                _options.Parallel.MicroBatch,
                _options.Data.EvaluateSequences),
            checkpoints,
            recovery,
            new ParameterComparison(_communicator, _parameters),
            triggers,
            control,
            records is null
                ? null
                : new CommandIntake(
                    control, records,
                    records.Commands.After(state?.Step ?? 0, isOwn ? state?.Schedule?.Requests ?? [] : [])),
            records,
            observers,
            given.Trace,
            given.Pulse,
            given.Metrics,
            given.TimeLimit);
        var cursor = (state, moved) switch
        {
            (null, null) => DataCursor.Start(schedule.Planner.WeightsAfter(0)),
            (_, null) => RunCursor.Load(state.Sources, _data),
            _ => RunCursor.Load(RunCursor.Move(state?.Sources ?? [], moved), _data),
        };
        open.Dispose();
        given.Requests.Watch();
        return loop.RunCollective(state?.Step ?? 0, state?.Tokens ?? 0, cursor, attempt);
    }

    /// <summary>Journals the attempt and what it starts from, and tells who looks.</summary>
    /// <returns>The attempt's number; 0 where this rank keeps no records.</returns>
    private int Begin(
        RunRecords? records, CheckpointFolder? start, CheckpointState? state, double learningRate, AttemptOptions given,
        IReadOnlyList<IStepObserver> observers, RunEnvironment environment)
    {
        if (records is null)
            return 0;
        var (step, tokens) = (state?.Step ?? 0, state?.Tokens ?? 0);
        var (attempt, differences) = records.Begin(
            step, tokens, start?.Path, learningRate, environment);
        foreach (var observer in differences.Count > 0 ? observers : [])
            observer.Moved(differences);
        if (attempt == 1 && UnusedRows.Of(_options.Model.Shape, _data.PieceCount, _data.SequenceLength) is { } unused)
        {
            foreach (var observer in observers)
                observer.FoundUnusedRows(unused);
        }
        var lost = records.Lost(state?.Run == _options.Name ? step : 0);
        foreach (var observer in lost.Count > 0 ? observers : [])
            observer.DecisionsLost(lost);
        if (given.PassedOver.Count > 0)
        {
            records.PassOver(step, tokens, given.PassedOver);
            foreach (var observer in observers)
                observer.PassedOver(given.PassedOver);
        }
        if (start is null && given.Weights is { } weights)
        {
            records.TakeWeights(weights);
            foreach (var observer in observers)
                observer.Imported(weights, _options.Schedule.Warmup);
        }
        return attempt;
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _gradients.Dispose();
        _reduction.Dispose();
        _parameters.Dispose();
        _model.Dispose();
        _data.Dispose();
    }

    /// <summary>The step of this session; the loop drives it, tests may.</summary>
    internal ITrainingStep NewStep(
        StepTrace? trace = null, PlannedFaults? faults = null, IObjective? objective = null)
    {
        var wanted = objective ?? RunObjective.PreTraining;
        IMicroBatchGradients microBatches =
            new MicroBatchGradients(_model, wanted, _gradients, trace ?? StepTrace.Off);
        if (faults is not null)
        {
            microBatches = new PoisonedGradients(
                microBatches, PoisonedGradients.SequencesOf(faults, _options, _data), _gradients);
        }
        var step = new TrainingStep(
            _communicator,
            _lanes,
            _reduction,
            microBatches,
            _parameters,
            _gradients,
            _optimizer,
            _data,
            NewLoader(wanted),
            _options.Optimizer.ClipNorm,
            trace ?? StepTrace.Off);
        return faults is null ? step : new FaultyStep(step, faults, _parameters, _reduction.Owned);
    }

    private CheckpointWriter NewWriter(PlannedFaults? faults) => new(
        _communicator, _reduction.Owned, _parameters, _optimizer,
        faults is null ? null : (stages, step) => new FaultySave(stages, faults, step));

    private TokenBatchLoader NewLoader(IObjective objective) => new(
        [.. _data.Sources.Select(source => source.Train)],
        _options.Parallel.MicroBatch,
        count => LaneMicroBatches.OfRank(_lanes, _communicator.Rank, _communicator.WorldSize, count),
        objective.Weight,
        objective.Read);

    private void Initialize(PretrainedWeights? weights)
    {
        if ((weights is null) != (_options.InitFrom is null))
            throw new ArgumentException($"Expected weights exactly where init_from is set, found {_options.InitFrom}.");
        if (weights is null)
            _parameters.Initialize(_options.Seed);
        else
            weights.Load(_parameters);
    }

    /// <summary>
    /// A run goes on under the schedule of its checkpoint, with what has been edited since; a new one, and a branch,
    /// whose file was written from its trunk's schedule, begins with its configuration.
    /// </summary>
    private (RunSchedule Schedule, IReadOnlyList<ConfigurationChange> Changes) NewSchedule(
        CheckpointState? state, bool isOwn)
    {
        var configured = LiveSchedule.Of(_options);
        var (live, changes) = isOwn && state?.Schedule is { } saved
            ? ScheduleMerge.Of(saved, configured)
            : (configured, []);
        var tokens = state?.Tokens ?? 0;
        var planner = new StepPlanner(live, tokens, _options.Data.SequenceLength, _data.Order);
        var batches = state?.Schedule?.Batches ?? new BatchState(tokens, null);
        return (new RunSchedule(planner, configured, batches, isOwn ? state?.Schedule?.Requests ?? [] : []), changes);
    }

    private CheckpointState Load(CheckpointFolder checkpoint)
    {
        var manifest = CheckpointReader.Verify(checkpoint);
        var state = CheckpointReader.LoadState(checkpoint);
        RunChecks.Resume(state, _options, _data, Path.Combine(checkpoint.Path, CheckpointState.FileName));
        RunChecks.Tokenizer(manifest, _data, checkpoint.Path);
        CheckpointReader.LoadModel(checkpoint, _parameters);
        CheckpointReader.LoadOptimizer(checkpoint, _parameters.Layout, _optimizer, _reduction.Owned);
        return state;
    }
}
