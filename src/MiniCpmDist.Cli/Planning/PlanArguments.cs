using System.CommandLine;
using System.Globalization;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Planning;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Sharding;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Cli.Planning;

/// <summary>The arguments of <c>minicpm plan</c>; all problems go to the collector.</summary>
internal sealed class PlanArguments
{
    private const double StandardMfu = 0.45;
    private const double StandardLatency = 5e-6;

    private readonly Option<string?> _ranks = new("--ranks")
    {
        Description = "Number of ranks (default: the fewest that the run can have).",
    };

    private readonly Option<string?> _mfu = new("--mfu")
    {
        Description = "Share of the peak that serves the model, 0 to 1 (default: 0.45).",
    };

    private readonly Option<string?> _peak = new("--peak")
    {
        Description = "Operations a second of one rank's device, such as 989e12 (default: the file's "
            + "telemetry.peak_flops_per_second, which is for all ranks, divided by their number).",
    };

    private readonly Option<string?> _memory = new("--memory-per-rank")
    {
        Description = "Memory of a rank, such as 24GB or 80GiB (default: this host's memory divided by the ranks; "
            + "required with `device: cuda`).",
    };

    private readonly Option<string?> _lengths = new("--lengths")
    {
        Description = "Also plan sequences of these lengths, with commas between them, such as 4096,32768,131072.",
    };

    private readonly Option<bool> _cluster = new("--cluster")
    {
        Description = "Plan steps on 8, 16 ... 1024 devices: what communication costs and how much speed is left.",
    };

    private readonly Option<string[]> _gpus = new("--gpus")
    {
        Description = "With --cluster: the numbers of devices, powers of two or 3 or 5 times one.",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> _perHost = new("--gpus-per-host")
    {
        Description = "With --cluster: number of devices in a host (default: 8).",
    };

    private readonly Option<string?> _nvlink = new("--nvlink")
    {
        Description = "With --cluster: speed between a host's devices, for each and each direction (default: 450GB/s).",
    };

    private readonly Option<string?> _network = new("--network")
    {
        Description = "With --cluster: speed between hosts, for each device and each direction (default: 50GB/s).",
    };

    private readonly Option<string?> _latency = new("--latency")
    {
        Description = "With --cluster: latency of every exchange (default: 5us).",
    };

    private readonly Option<string?> _stepSeconds = new("--step-seconds")
    {
        Description = "With --cluster: time of a step of this run, measured on one device.",
    };

    private readonly Option<string?> _deviceTokens = new("--device-tokens-per-second")
    {
        Description = "With --cluster: speed measured on one device (default: computed from --peak and --mfu).",
    };

    private readonly Option<bool> _noOverlap = new("--no-overlap")
    {
        Description = "With --cluster: add gradients up only after backward has ended, as on CPUs.",
    };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[]
        {
            _ranks, _mfu, _peak, _memory, _lengths, _cluster, _gpus, _perHost, _nvlink, _network, _latency,
            _stepSeconds, _deviceTokens, _noOverlap,
        })
            command.Options.Add(option);
    }

    /// <summary>The request, with a default in place of what is wrong.</summary>
    public PlanRequest Read(ParseResult line, RunOptions options, long hostBytes, ProblemCollector problems)
    {
        var reader = new Reader(line, problems);
        // A number of lanes that no tree has is a problem of the file, which has been reported by now.
        var sizes = LaneTree.Accepts(options.Parallel.Lanes * options.Parallel.ContextRanks)
            ? options.Parallel.WorldSizes
            : [1];
        // One rank where that is possible; a run may want one for each lane.
        var ranks = reader.Whole(_ranks, sizes[0]);
        var fits = sizes.Contains(ranks);
        problems.Require(
            fits, _ranks.Name,
            $"a number of ranks that the {options.Parallel.Lanes} lanes allow: {string.Join(", ", sizes)}", $"{ranks}",
            "name one of them, or change parallel.lanes");
        ranks = fits ? ranks : sizes[0];
        var mfu = reader.Number(
            _mfu, "a number above 0, up to 1", "0.45", PlanQuantity.TryPositive, value => value <= 1);
        var peak = reader.Number(_peak, "operations a second", "989e12", PlanQuantity.TryPositive)
            ?? options.Telemetry.PeakFlopsPerSecond / ranks;
        var memory = reader.Number(_memory, "an amount of memory", "80GB", PlanQuantity.TryBytes);
        problems.Require(
            options.Device == ComputeDevice.Cpu || reader.IsGiven(_memory), _memory.Name, "the memory of a device",
            "none", $"for example {_memory.Name} 80GB");
        return new PlanRequest(
            ranks, mfu ?? StandardMfu, peak, (long)(memory ?? (double)hostBytes / ranks),
            Cluster(reader, options, peak, mfu ?? StandardMfu))
        {
            Lengths = Lengths(line.GetValue(_lengths), problems),
        };
    }

    private static List<int> Lengths(string? text, ProblemCollector problems)
    {
        var lengths = new List<int>();
        foreach (var word in text?.Split(',', StringSplitOptions.TrimEntries) ?? [])
        {
            if (Quantity.TryParse(word, out var length) && Quantity.IsWhole(length) && length is >= 1 and <= 1 << 24)
                lengths.Add((int)length);
            else
                problems.Add("--lengths", "lengths in tokens", $"`{word}`", "for example --lengths 4096,32768");
        }
        return lengths;
    }

    private ClusterRequest? Cluster(Reader reader, RunOptions options, double? peak, double mfu)
    {
        var counts = reader.Counts(_gpus, [8, 16, 32, 64, 128, 256, 512, 1024]);
        var links = new ClusterLinks(
            reader.Whole(_perHost, 8),
            reader.Number(_nvlink, "bytes a second", "450GB/s", PlanQuantity.TryBytesPerSecond) ?? 450e9,
            reader.Number(_network, "bytes a second", "50GB/s", PlanQuantity.TryBytesPerSecond) ?? 50e9,
            reader.Number(_latency, "a time", "5us", PlanQuantity.TrySeconds) ?? StandardLatency);
        var step = reader.Number(_stepSeconds, "a time", "1.5s", PlanQuantity.TrySeconds);
        var tokens = reader.Number(_deviceTokens, "tokens a second", "12K", PlanQuantity.TryPositive);
        if (!reader.Has(_cluster))
        {
            foreach (var option in new Option[]
            {
                _gpus, _perHost, _nvlink, _network, _latency, _stepSeconds, _deviceTokens, _noOverlap,
            }.Where(reader.IsGiven))
            {
                reader.Problems.Add(
                    option.Name, "--cluster beside it", "none", $"add --cluster, or leave {option.Name} out");
            }
            return null;
        }
        reader.Problems.Require(
            !reader.IsGiven(_stepSeconds) || !reader.IsGiven(_deviceTokens), _stepSeconds.Name,
            $"one measurement, {_stepSeconds.Name} or {_deviceTokens.Name}", "both", "leave one of them out");
        var cost = TrainingCost.Of(options);
        var speed = step is { } seconds ? cost.StepTokens / seconds
            : tokens ?? (peak is { } flops ? cost.TokensPerSecond(flops, mfu) : null);
        reader.Problems.Require(
            speed is not null || reader.IsGiven(_stepSeconds) || reader.IsGiven(_deviceTokens) || reader.IsGiven(_peak),
            _cluster.Name, "the speed of one device", "none",
            "add --device-tokens-per-second or --step-seconds as measured, or --peak 989e12 with an --mfu");
        var work = ClusterWork.Of(options, speed ?? 1) with { Overlaps = !reader.Has(_noOverlap) };
        return new ClusterRequest(work, counts, links);
    }

    private delegate bool Parser(string text, out double value);

    private sealed class Reader(ParseResult line, ProblemCollector problems)
    {
        public ProblemCollector Problems => problems;

        public bool Has(Option<bool> option) => line.GetValue(option);

        public bool IsGiven(Option option) => line.GetResult(option) is { Implicit: false };

        public double? Number(
            Option<string?> option, string expected, string example, Parser parse, Func<double, bool>? holds = null)
        {
            if (line.GetValue(option) is not { } text)
                return null;
            var right = parse(text, out var value) && (holds is null || holds(value));
            problems.Require(right, option.Name, expected, $"`{text}`", $"for example {option.Name} {example}");
            return right ? value : null;
        }

        public int Whole(Option<string?> option, int standard)
        {
            if (line.GetValue(option) is not { } text)
                return standard;
            var right = TryCount(text, out var value);
            problems.Require(
                right, option.Name, "a whole number above zero", $"`{text}`", $"for example {option.Name} 8");
            return right ? value : standard;
        }

        public IReadOnlyList<int> Counts(Option<string[]> option, IReadOnlyList<int> standard)
        {
            if (line.GetValue(option) is not [_, ..] texts)
                return standard;
            var counts = new List<int>();
            foreach (var text in texts)
            {
                if (problems.Require(
                    TryCount(text, out var value) && LaneTree.Accepts(value), option.Name, LaneTree.Expectation,
                    $"`{text}`", $"for example {option.Name} 8 16 32"))
                    counts.Add(value);
            }
            return counts;
        }

        private static bool TryCount(string text, out int value) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value > 0;
    }
}
