using System.Globalization;
using System.Text;
using MiniCpmDist.Core.Checkpoints;
using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Core.Sharding;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Configuration;

/// <summary>
/// Spells a run out: every key in a fixed order, nothing left to defaults that another version may change.
/// </summary>
internal sealed class RunFileWriter
{
    private readonly StringBuilder _text = new();
    private readonly RunOptions _options;
    private string _indentation = "";

    private RunFileWriter(RunOptions options) => _options = options;

    public static string Write(RunOptions options)
    {
        var writer = new RunFileWriter(options);
        writer.WriteAll();
        return writer._text.ToString();
    }

    private void WriteAll()
    {
        Line("name", YamlScalar.Of(_options.Name));
        Line("seed", _options.Seed);
        Section("model", WriteModel);
        Section("data", WriteData);
        Section("schedule", WriteSchedule);
        Section("optimizer", WriteOptimizer);
        Section("parallel", WriteParallel);
        Line("device", ParallelWords.Of(_options.Device));
        Line("precision", ParallelWords.Of(_options.Precision));
        Line("kernels", KernelWords.Of(_options.Kernels));
        Section("checkpoint", WriteCheckpoint);
        Section("recovery", WriteRecovery);
        if (_options.Branches is { } ladder)
            Section("branches", () => WriteLadder(ladder));
        Section("coordinator", WriteCoordinator);
        Section("telemetry", WriteTelemetry);
        if (_options.InitFrom is { } folder)
            Line("init_from", YamlScalar.Of(folder));
        if (_options.Parent is { } parent)
        {
            Section("parent", () =>
            {
                Line("run", YamlScalar.Of(parent.Run));
                Line("step", parent.Step);
            });
        }
    }

    private void WriteModel()
    {
        var (preset, shape) = _options.Model;
        if (preset is not null)
            Line("preset", YamlScalar.Of(preset));
        Line("hidden_size", shape.HiddenSize);
        Line("intermediate_size", shape.IntermediateSize);
        Line("num_hidden_layers", shape.Layers);
        Line("num_attention_heads", shape.Heads);
        Line("num_key_value_heads", shape.KeyValueHeads);
        Line("head_dim", shape.HeadDim);
        Line("vocab_size", shape.VocabularySize);
        Line("scale_emb", YamlScalar.Of(shape.ScaleEmb));
        Line("scale_depth", YamlScalar.Of(shape.ScaleDepth));
        Line("dim_model_base", shape.DimModelBase);
        Line("rms_norm_eps", YamlScalar.Of(shape.RmsNormEps));
        Line("rope_theta", YamlScalar.Of(shape.RopeTheta));
        Line("init_std", YamlScalar.Of(shape.InitStd));
        Line("tie_word_embeddings", YamlScalar.Of(shape.TieWordEmbeddings));
    }

    private void WriteData()
    {
        var data = _options.Data;
        Section("sources", () =>
        {
            foreach (var source in data.Sources)
                Section(source.Name, () => WriteSource(source));
        });
        Line("sequence_length", data.SequenceLength);
        Interval("evaluate_every", data.EvaluateEvery);
        Line("evaluate_sequences", data.EvaluateSequences);
    }

    private void WriteSource(SourceOptions source)
    {
        Line("path", YamlScalar.Of(source.Path));
        Line("held_out", YamlScalar.Of(source.HeldOut));
        Line("stable", SourceWeight.Write(source.StableWeight));
        Line("decay", SourceWeight.Write(source.DecayWeight));
        Line("when_exhausted", ScheduleWords.Of(SourceReader.Policies, source.WhenExhausted));
    }

    private void WriteSchedule()
    {
        var schedule = _options.Schedule;
        Line("shape", ScheduleWords.Of(ScheduleWords.Shapes, schedule.Shape));
        Line("learning_rate", YamlScalar.Of(schedule.LearningRate));
        Length("warmup", schedule.Warmup);
        if (schedule.StableIsOpen)
            Line("stable", ScheduleWords.UntilTold);
        else
            Length("stable", schedule.Stable);
        if (schedule.OpenDecay is { } decay)
            Line("decay", decay.ToString());
        else
            Length("decay", schedule.Decay);
        Line("decay_shape", ScheduleWords.Of(ScheduleWords.DecayShapes, schedule.DecayShape));
        if (schedule.HalfLife is { } halfLife)
            Length("half_life", halfLife);
        else
            Line("half_life", "null");
        Line("final_ratio", YamlScalar.Of(schedule.FinalRatio));
        Line("token_batch", Tokens(schedule.TokenBatch));
        WriteBatches(schedule.Batches);
    }

    private void WriteBatches(BatchPlan plan)
    {
        if (plan.Stages.Count == 0)
        {
            Line("batch_stages", "null");
        }
        else
        {
            Section("batch_stages", () =>
            {
                foreach (var stage in plan.Stages)
                {
                    Length("- from", stage.From);
                    Line("  token_batch", Tokens(stage.TokenBatch));
                    Line("  lr_rule", ScheduleText.Of(stage.Rule));
                }
            });
        }
        if (plan.Law is not { } law)
        {
            Line("batch_law", "null");
            return;
        }
        Section("batch_law", () =>
        {
            Line("a", YamlScalar.Of(law.Scale));
            Line("b", YamlScalar.Of(law.Exponent));
            Length("smoothing", law.Smoothing);
            Line("hysteresis", YamlScalar.Of(law.Hysteresis));
            Line("min", Tokens(law.Min));
            Line("max", Tokens(law.Max));
            Line("lr_rule", ScheduleText.Of(law.Rule));
            Line("source", YamlScalar.Of(law.Source));
        });
    }

    private void WriteOptimizer()
    {
        var optimizer = _options.Optimizer;
        Line("beta1", YamlScalar.Of(optimizer.Beta1));
        Line("beta2", YamlScalar.Of(optimizer.Beta2));
        Line("epsilon", YamlScalar.Of(optimizer.Epsilon));
        Line("weight_decay", YamlScalar.Of(optimizer.WeightDecay));
        Line("clip_norm", YamlScalar.Of(optimizer.ClipNorm));
    }

    private void WriteLadder(LadderOptions ladder)
    {
        Interval("every", ladder.Every);
        Line("decay", ladder.Decay.ToString());
        Line("launch", YamlScalar.Of(ladder.Launch));
        Line("ranks", ladder.Ranks);
    }

    private void WriteParallel()
    {
        Line("lanes", _options.Parallel.Lanes);
        Line("micro_batch", _options.Parallel.MicroBatch);
        Line("threads_per_rank", _options.Parallel.ThreadsPerRank);
        Line("reduction", ParallelWords.Of(_options.Parallel.Reduction));
        Line("shard_gradients", YamlScalar.Of(_options.Parallel.ShardGradients));
        Line("activation_checkpointing", ActivationWords.Of(_options.Parallel.ActivationCheckpointing));
    }

    private void WriteCheckpoint()
    {
        var checkpoint = _options.Checkpoint;
        Interval("every", checkpoint.Every);
        Line("every_time", checkpoint.EveryTime is { } time ? WallTime.Write(time) : TokenAxis.Never);
        Line("at_phase_ends", YamlScalar.Of(checkpoint.AtPhaseEnds));
        if (checkpoint.Keep is { } rule)
            Section("keep", () => WriteKeep(rule));
        else
            Line("keep", CheckpointOptionsReader.KeepAll);
    }

    private void WriteKeep(RetentionRule rule)
    {
        Line("last", rule.Last);
        Interval("every", rule.Every);
        Line("phase_ends", YamlScalar.Of(rule.PhaseEnds));
    }

    private void WriteRecovery()
    {
        var recovery = _options.Recovery;
        Line("skipped_steps", recovery.SkippedSteps);
        Line("spike", recovery.Spike is { } spike ? YamlScalar.Of(spike) : TokenAxis.Never);
        Line("spike_window", recovery.SpikeWindow);
        Line("rollbacks", recovery.Rollbacks);
        Interval("compare_every", recovery.CompareEvery);
        Line("hang_after", recovery.HangAfter is { } time ? WallTime.Write(time) : TokenAxis.Never);
        Line("retries", recovery.Retries);
        Line("retry_after", WallTime.Write(recovery.RetryAfter));
    }

    private void WriteCoordinator()
    {
        var coordinator = _options.Coordinator;
        Line("address", YamlScalar.Of(coordinator.Address));
        Line("http", YamlScalar.Of(coordinator.Http));
        Line("hosts", YamlScalar.Of(coordinator.Hosts));
        Line("certificate", YamlScalar.Of(coordinator.Certificate));
        Line("key", YamlScalar.Of(coordinator.Key));
        Line("tokens", YamlScalar.Of(coordinator.Tokens));
        Line("insecure", YamlScalar.Of(coordinator.Insecure));
        Line("join", YamlScalar.Of(coordinator.Join));
        Line("token_file", YamlScalar.Of(coordinator.TokenFile));
        Line("certificate_authorities", YamlScalar.Of(coordinator.CertificateAuthorities));
    }

    private void WriteTelemetry()
    {
        var telemetry = _options.Telemetry;
        Line("metrics_port", telemetry.MetricsPort is { } port ? YamlScalar.Of(port) : "null");
        Line("metrics_address", YamlScalar.Of(telemetry.MetricsAddress));
        Line("peak_flops_per_second", telemetry.PeakFlopsPerSecond is { } peak ? YamlScalar.Of(peak) : "null");
        Line("otlp_endpoint", YamlScalar.Of(telemetry.OtlpEndpoint));
        Line("traces", YamlScalar.Of(telemetry.Traces));
        Line("log", ScheduleWords.Of(TelemetryReader.Formats, telemetry.Log));
    }

    private void Section(string key, Action writeKeys)
    {
        _text.Append(CultureInfo.InvariantCulture, $"{_indentation}{key}:\n");
        var outer = _indentation;
        _indentation += "  ";
        writeKeys();
        _indentation = outer;
    }

    private void Interval(string key, Interval? every)
    {
        if (every is not { } interval)
            Line(key, TokenAxis.Never);
        else if (interval.InSteps)
            Line(key, Steps(interval.Count));
        else
            Length(key, interval.Count);
    }

    /// <summary>
    /// Lengths are in tokens, because steps change their length with the batch; the comment helps the reader. With
    /// stages there is none: how many steps a length has depends on where it lies.
    /// </summary>
    private void Length(string key, long tokens)
    {
        var (steps, rest) = Math.DivRem(tokens, _options.Schedule.TokenBatch);
        var isWhole = rest == 0 && steps > 0 && _options.Schedule.Batches.Stages.Count == 0;
        Line(key, Tokens(tokens) + (isWhole ? "  # " + Steps(steps) : ""));
    }

    private static string Steps(long steps) =>
        string.Create(CultureInfo.InvariantCulture, $"{steps} {(steps == 1 ? "step" : "steps")}");

    private static string Tokens(long tokens) => string.Create(CultureInfo.InvariantCulture, $"{tokens} tokens");

    private void Line(string key, IFormattable value) => Line(key, value.ToString(null, CultureInfo.InvariantCulture));

    private void Line(string key, string value) =>
        _text.Append(CultureInfo.InvariantCulture, $"{_indentation}{key}: {value}\n");
}
