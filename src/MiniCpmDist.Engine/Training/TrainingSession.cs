using System.Text;
using MiniCpmDist.Core.Alignment;
using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Sharding;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Engine.Checkpoints;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Engine.Conversion;
using MiniCpmDist.Engine.Evaluation;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Model.Fused;
using MiniCpmDist.Engine.Objectives;
using MiniCpmDist.Engine.Optimization;
using MiniCpmDist.Engine.Training.Alignment;
using MiniCpmDist.Engine.Training.FaultInjection;
using MiniCpmDist.Engine.Training.Recovery;
using MiniCpmDist.Engine.Training.Saving;
using MiniCpmDist.Engine.Training.Steps;
using MiniCpmDist.Engine.Training.Upcycling;
using MiniCpmDist.Runs.Checkpoints;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.Telemetry;
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
    private readonly FlatParameters? _frozen;
    private readonly FlatParameters _parameters;
    private readonly RankReduction _reduction;
    private readonly FlatGradients _gradients;
    private readonly FlatAdamW _optimizer;
    private readonly RankGrid _grid;
    private readonly ContextDecoder? _context;
    private readonly TrainingTasks _tasks;

    private TrainingSession(
        RunOptions options, ICommunicator communicator, RankLink link, RunData data, RunTasks tasks)
    {
        var shape = options.Model.Shape;
        _options = options;
        _communicator = communicator;
        _data = data;
        _grid = options.Parallel.GridFor(communicator.WorldSize);
        var type = options.Precision == Precision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        _model = new MiniCpmForCausalLM(
            shape, type, options.Kernels, options.Parallel.ActivationCheckpointing, options.Alignment.Lora,
            options.Data.SequenceLength);
        _frozen = options.Alignment.Lora is null ? null : FlatParameters.BindFrozen(_model);
        var layout = FlatLayout.For(options.TrainedParameters, _grid.Sums.Lanes);
        var ownLanes = _grid.LanesOf(communicator.Rank).Count;
        _reduction = options.Parallel.Reduction == ReductionOrder.Fast
            ? new FastReduction(link.Link, layout.Buckets, link.Side)
            : new OrderedReduceScatter(_grid.Sums, link.Link, layout.Buckets, link.Side);
        _gradients = new FlatGradients(
            layout, _grid.Lanes, ownLanes, _reduction, type, options.Parallel.ShardGradients, _grid.OwnStrands);
        _parameters = _frozen is null
            ? FlatParameters.Bind(_model, layout, _reduction.Owned, _gradients)
            : FlatParameters.BindAdapters(_model, _frozen, layout, _reduction.Owned, _gradients);
        _context = _grid.Strands == 1 ? null : NewContext(link);
        _optimizer = new FlatAdamW(
            options.Optimizer, _parameters, _gradients, options.Alignment.IsFlat ? 1 : shape.ScaleWidth,
            _reduction.Owned);
        _tasks = new TrainingTasks(tasks, options, _model, data.TokenizerPath);
    }

    /// <summary>The data that the session reads; tests look at its order.</summary>
    internal RunData Data => _data;

    /// <summary>Asks the model tasks; tests compare its numbers with those of a checkpoint.</summary>
    internal TrainingTasks Tasks => _tasks;

    /// <summary>The flat parameters; tests compare them between worlds.</summary>
    public FlatParameters Parameters => _parameters;

    /// <summary>
    /// Builds the session. Nothing is written; problems of the user come as one <see cref="ConfigurationException"/>.
    /// </summary>
    /// <param name="options">The run's configuration.</param>
    /// <param name="communicator">The world.</param>
    /// <param name="earlier">Problems that were found before; all are reported at once.</param>
    /// <param name="trace">Gets spans of what takes its time.</param>
    /// <param name="link">What tensors are moved with; null: over host memory.</param>
    public static TrainingSession Open(
        RunOptions options, ICommunicator communicator, ProblemCollector? earlier = null, StepTrace? trace = null,
        RankLink? link = null)
    {
        var problems = earlier ?? new ProblemCollector();
        RunData data;
        RunTasks tasks;
        using (trace?.Measure("open data"))
            (data, tasks) = RunChecks.OpenWithTasks(options, communicator.WorldSize, problems);
        using (trace?.Measure("make model"))
            return new TrainingSession(options, communicator, link ?? RankLink.OnHost(communicator), data, tasks);
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
        var adapted = _frozen is null
            ? null
            : ParentModel.LoadBase(_options, folder, _data.TokenizerHash, _frozen);
        var objective = ObjectiveCollective(folder, given);
        var state = LoadWeights(start, given);
        var takenUp = RunCursor.TakeUp(state?.Sources ?? [], _data);
        var begin = AttemptStart.At(start, state, _options, _data);
        RequireReferenceCollective(objective, begin);
        var open = given.Trace.Measure("open run");
        using var services = _communicator.Rank == 0
            ? new FirstRank(folder, _options, _data, begin, given).Take(
                control, new StepObservers(observers), environment)
            : RunServices.OfOtherRank(_options, given);
        foreach (var (source, read) in takenUp)
        {
            services.Records.Decide(
                "parts-taken-up", begin.Step, begin.Tokens, ("source", source), ("parts", read.Count),
                ("begins_at", read[^1].Start));
        }
        // Rank 0 knows from the journal whether data of this checkpoint's successors were passed over.
        var moved = _communicator.BroadcastTextCollective(services.Records.Rollbacks.CursorAt(begin.Step));
        using var writer = NewWriter(given.Faults);
        using var step = NewStep(given.Trace, given.Faults, objective);
        var saver = new RunSaver(
            folder, _options, _data, writer, services.RequireOwn, begin.OwnStep, begin.Sources,
            adapted);
        var parts = new TrainingParts(
            step,
            NewEvaluation(objective),
            _tasks,
            new ParameterComparison(_communicator, _parameters),
            new RunCheckpoints(_communicator, saver, services.Saves, given.Trace, given.SavePatience),
            new RunRecovery(
                _options.Recovery, _communicator, _data, services.Records, services.Observers,
                begin.HealthAfter(moved)));
        var loop = new TrainingLoop(_options, _communicator, begin.Schedule, parts, services);
        var cursor = begin.CursorAfter(moved, _data);
        RequireUpcycledCollective(start, begin, cursor, services, given);
        open.Dispose();
        given.Requests.Watch();
        var outcome = loop.RunCollective(begin.Step, begin.Tokens, cursor);
        if (outcome is RunOutcome.Finished or RunOutcome.Exhausted && objective is PreferenceObjective)
            ReportCollective(folder, loop.Step, objective, services);
        return outcome;
    }

    /// <summary>The model has the reference's weights afterwards: nothing follows.</summary>
    private void ReportCollective(RunFolder folder, long step, IObjective objective, RunServices services)
    {
        if (_options.Alignment.ReportPrompts == 0)
            return;
        var closing = new ClosingReport(_options, _communicator, _data, _model, services.Heartbeat);
        var reference = new ReferencePass(_options, _communicator, _data, _model, _parameters);
        var report = closing.TakeCollective(
            folder, step, NewEvaluation(objective), () => reference.LoadReference(folder));
        if (_communicator.Rank != 0)
            return;
        SyncedFile.Write(
            Path.Combine(folder.Path, AlignmentReport.FileName),
            Encoding.UTF8.GetBytes(AlignmentReportText.Write(report)));
        services.Observers.Tell(observer => observer.Reported(report));
    }

    public void Dispose()
    {
        _tasks.Dispose();
        _optimizer.Dispose();
        _context?.Dispose();
        _gradients.Dispose();
        _reduction.Dispose();
        _parameters.Dispose();
        _frozen?.Dispose();
        _model.Dispose();
        _data.Dispose();
    }

    /// <summary>The step of this session; the loop drives it, tests may.</summary>
    internal ITrainingStep NewStep(
        StepTrace? trace = null, PlannedFaults? faults = null, IObjective? objective = null)
    {
        var wanted = objective ?? RunObjective.PreTraining;
        IMicroBatchGradients microBatches = _context is null
            ? new MicroBatchGradients(_model, wanted, _gradients, trace ?? StepTrace.Off)
            : new StrandGradients(_context, (NextTokenObjective)wanted, _gradients, trace ?? StepTrace.Off);
        if (faults is not null)
        {
            microBatches = new PoisonedGradients(
                microBatches, PoisonedGradients.SequencesOf(faults, _options, _data), _gradients);
        }
        var step = new TrainingStep(
            _communicator,
            _grid,
            _reduction,
            new StepRouting(_model, _communicator, trace ?? StepTrace.Off),
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

    /// <summary>The model over this rank's strands, together with the ranks that have the others.</summary>
    private ContextDecoder NewContext(RankLink link) => new(
        _model,
        [.. Enumerable.Range(0, _grid.OwnStrands).Select(_parameters.OfStrand)],
        new ContextLink(link, _grid.ContextOf(_communicator.Rank)),
        _options.Parallel.ActivationCheckpointing,
        _gradients.WantsMarks ? _gradients.ReachedCollective : null);

    private CheckpointWriter NewWriter(PlannedFaults? faults) => new(
        _communicator, _reduction.Owned, _parameters, _optimizer,
        faults is null ? null : (stages, step) => new FaultySave(stages, faults, step));

    private StepBatchLoader NewLoader(IObjective objective) => new(
        [.. _data.Sources.Select(source => source.Train)],
        _options.Parallel.MicroBatch,
        count => _grid.MicroBatchesOf(_communicator.Rank, count),
        objective.Weight,
        objective.Read);

    /// <summary>The objective that the configuration names.</summary>
    private IObjective ObjectiveCollective(RunFolder folder, AttemptOptions given)
    {
        if (_options.Alignment.Method != AlignmentMethod.Dpo)
        {
            return _options.Alignment.Method == AlignmentMethod.Sft
                ? RunObjective.FineTuning
                : RunObjective.PreTraining;
        }
        using var span = given.Trace.Measure("reference");
        var reference = new ReferencePass(_options, _communicator, _data, _model, _parameters);
        return new PreferenceObjective(_options.Alignment, reference.TakeCollective(folder));
    }

    private void RequireReferenceCollective(IObjective objective, AttemptStart begin)
    {
        if (objective is not PreferenceObjective || begin.Step > 0)
            return;
        var planner = begin.Schedule.Planner;
        var cursor = DataCursor.Start(planner.WeightsAfter(0));
        if (planner.Plan(0, 0, cursor).Plan is not { } plan)
            return;
        using var loader = NewLoader(objective);
        FirstStepGate.RequireCollective(_communicator, _model, loader.Take(plan.Places).Batch);
    }

    private HeldOutEvaluation NewEvaluation(IObjective objective) => new(
        _model,
        objective,
        [.. _data.Sources.Select(source => (source.Name, source.HeldOut))],
        _options.Parallel.MicroBatch,
        _options.Data.EvaluateSequences)
    {
        OverRanks = _context is null ? null : new StrandEvaluation(_grid, _context),
    };

    /// <summary>Compares the logits of a step with those of the model without experts; tests may ask for it.</summary>
    internal double RequireUpcycledCollective(StepPlan plan, Action<FlatParameters> load)
    {
        using var loader = NewLoader(RunObjective.PreTraining);
        return UpcycleGate.RequireCollective(_communicator, _model, loader.Take(plan.Places).Batch, load);
    }

    /// <returns>
    /// What the checkpoint says of its run; null for initial weights, and where a run takes nothing but its parent's
    /// weights.
    /// </returns>
    private CheckpointState? LoadWeights(CheckpointFolder? start, AttemptOptions given)
    {
        using var span = given.Trace.Measure("weights");
        if (start is not null)
            return Load(start);
        Initialize(given.Weights);
        return null;
    }

    private void Initialize(PretrainedWeights? weights)
    {
        if ((weights is null) != (_options.InitFrom is null))
            throw new ArgumentException($"Expected weights exactly where init_from is set, found {_options.InitFrom}.");
        // A folder without experts has no routers for a model with some.
        if (weights is null || weights.Model.Experts != _model.Shape.Experts)
            _parameters.Initialize(_options.Seed);
        if (weights is not null)
            _parameters.BeginWith(_options.Seed, weights.Load);
    }

    private CheckpointState? Load(CheckpointFolder checkpoint)
    {
        var manifest = CheckpointReader.Verify(checkpoint);
        var state = CheckpointReader.LoadState(checkpoint);
        if (RunChecks.BeginsAnew(_options, state))
        {
            RunChecks.Model(state, _options, Path.Combine(checkpoint.Path, CheckpointState.FileName));
            RunChecks.Tokenizer(manifest, _data, checkpoint.Path);
            _parameters.BeginWith(
                _options.Seed, parameters => CheckpointWeights.Load(checkpoint, _model.Shape, parameters));
            return null;
        }
        RunChecks.Resume(state, _options, _data, Path.Combine(checkpoint.Path, CheckpointState.FileName));
        RunChecks.Tokenizer(manifest, _data, checkpoint.Path);
        var (weights, moments) = RunChecks.Upcycles(_options, state)
            ? Upcycle(_options.Parent!.Upcycle!.Value)
            : default;
        if (RunChecks.Unties(_options, state))
            (weights, moments) = (FromTied(weights), FromTied(moments));
        CheckpointLoader.LoadModel(checkpoint, _parameters, weights);
        CheckpointLoader.LoadOptimizer(checkpoint, _parameters.Layout, _optimizer, _reduction.Owned, moments);
        return state;
    }

    /// <summary>The output matrix begins as the embedding, with its moments.</summary>
    private static CheckpointLoader.SourceOf FromTied(CheckpointLoader.SourceOf? others) =>
        name => HeadUntying.SourceOf(name) is var source && others is null ? source : others!(source);

    /// <summary>Makes new routers; says where the other weights and moments come from.</summary>
    private (CheckpointLoader.SourceOf? Weights, CheckpointLoader.SourceOf? Moments) Upcycle(UpcycledMoments moments)
    {
        _parameters.Initialize(_options.Seed);
        return (
            ExpertUpcycling.SourceOf,
            name => moments == UpcycledMoments.New && ExpertUpcycling.IsOfExpert(name)
                ? null
                : ExpertUpcycling.SourceOf(name));
    }

    /// <summary>
    /// Holds the first step of a model with experts to the model that it was made of, and journals the difference.
    /// </summary>
    private void RequireUpcycledCollective(
        CheckpointFolder? start, AttemptStart begin, DataCursor cursor, RunServices services, AttemptOptions given)
    {
        Action<FlatParameters>? load = begin.State is { } state && RunChecks.Upcycles(_options, state)
            ? dense => CheckpointLoader.LoadModel(start!, dense)
            : given.Weights is { Model.Experts: 0 } weights && start is null && _model.Shape.Experts > 0
                ? weights.Load
                : null;
        if (load is null || begin.Schedule.Planner.Plan(begin.Step, begin.Tokens, cursor).Plan is not { } plan)
            return;
        var difference = RequireUpcycledCollective(plan, load);
        services.Records.Decide(
            "upcycled", begin.Step, begin.Tokens, ("experts", _model.Shape.Experts),
            ("experts_per_token", _model.Shape.ExpertsPerToken), ("largest_difference", difference));
    }
}
