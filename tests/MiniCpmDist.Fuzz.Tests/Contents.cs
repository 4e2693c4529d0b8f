using System.IO.Compression;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using MiniCpmDist.Coordinator.Logs;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Formats.Gguf;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Recovery;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Runs.Checkpoints;
using MiniCpmDist.Runs.Journal;

namespace MiniCpmDist.Fuzz.Tests;

/// <summary>Valid files, as small as they can be with all that can be in them.</summary>
internal static class Contents
{
    private const int SequenceLength = 8;
    private const int Sequences = 3;

    public static RunOptions Options { get; } = new()
    {
        Name = "first",
        Model = new ModelOptions(null, Shape),
        Data = new DataOptions
        {
            Sources =
            [
                Source("docs", "data/docs"),
                Source("code", "data/code"),
            ],
            SequenceLength = SequenceLength,
        },
        Schedule = new ScheduleOptions { Warmup = 2 * 96, Stable = 4 * 96, TokenBatch = 96 },
        Parent = new ParentOptions("../trunk", 400),
    };

    public static string RunFile { get; } = Core.Configuration.RunFile.Write(Options);

    public static string JobTemplate => """
        apiVersion: batch/v1
        kind: Job
        metadata: { name: "run-${name}" }
        spec:
          args: ["resume", "${nothing}", &a x]
          env:
            - { name: A, value: *a }
        """;

    public static IReadOnlyList<JournalEntry> Entries { get; } =
    [
        Entry("run-started", 0, ("attempt", 1), ("from", null), ("learning_rate", 0.01), ("world_size", 2L)),
        Entry("configuration", 0, ("yaml", "name: first")),
        Entry("phase", 2, ("phase", "stable")),
        Entry("checkpoint", 4, ("cause", "phase-end"), ("path", "step-00000004")),
        .. Commands.Select((command, i) => Entry(
            "command", 4, [("request", $"id-{i}"), ("outcome", "done"), .. RunCommandFields.Write(command)])),
        Entry("command-refused", 5, ("request", "id-x"), ("outcome", "no"), ("command", "stop")),
        Entry("configuration-changed", 5, ("key", "schedule.learning_rate"), ("before", "0.01"), ("after", "0.02")),
        Entry("rolled-back", 6, RunRollbacks.Details(RollbackCause.Spike, 4, 12, "docs=1/2/3 code=0/0/0")),
        Entry("step-skipped", 6, ("attempt", 1), ("loss", "NaN")),
        Entry("run-finished", 6),
    ];

    public static string Journal { get; } = string.Concat(Entries.Select(entry => entry.Write() + "\n"));

    /// <summary>Without checksums.</summary>
    public static string BareJournal { get; } =
        string.Concat(Entries.Select(entry => Bare(entry.Write()) + "\n"));

    public static string Metrics { get; } = string.Concat(Enumerable.Range(1, 6).Select(step => MetricsLine.Write(
        new StepReport(
            step, step * 96, 5.5 / step, 0.01, 96, 1.25, 0.5, 0.125, PhaseKind.Stable, 1 + step / 4,
            [new SourceLoss("docs", 5.25, 1.5, 96)])) + "\n"))
        + MetricsLine.Write(new HeldOutReport(6, 576, 4.5, 12, 2, [])) + "\n";

    public static string Attempts { get; } = string.Concat(Enumerable.Range(1, 3).Select(attempt => new AttemptRecord(
        attempt, 2, DateTimeOffset.UnixEpoch.AddHours(attempt), DateTimeOffset.UnixEpoch.AddHours(attempt + 1), 1,
        attempt == 2 ? null : FailureCause.HostLost, "no answer")
    {
        FirstStep = DateTimeOffset.UnixEpoch.AddHours(attempt).AddMinutes(1),
    }.Write() + "\n"));

    public static string Heartbeat { get; } = new RankHeartbeat(1, "node-1", 4711, 5, 6, 7, "gather").Write() + "\n";

    public static byte[] Requests { get; } = [.. Log.SelectMany(LogLine.Write)];

    /// <summary>Without checksums.</summary>
    public static string BareRequests { get; } =
        string.Concat(Log.Select(entry => Bare(Encoding.UTF8.GetString(LogLine.Write(entry)).TrimEnd()) + "\n"));

    public static string Manifest { get; } = new CheckpointManifest(
        "first", 4, 384,
        [
            new ManifestFile("model.safetensors", 100, new string('a', 64)),
            new ManifestFile("state.json", 10, new string('0', 64)),
        ]).Write();

    public static string State { get; } = new CheckpointState(
        "first", 4, 384, [new SourceState("docs", "abc", 1, 0, 48)],
        new Dictionary<string, string> { ["seed"] = "1", ["parallel.lanes"] = "4" })
    {
        Schedule = new ScheduleState(
            Options.InitialSchedule(), Options.InitialSchedule(), new BatchState(384, null), ["id-1"]),
        Health = new RunHealth([5.5, 5.25], 96, 0),
    }.Write();

    public static string Config { get; } = HuggingFaceConfig.Write(Shape, SequenceLength, "float32");

    public static byte[] SafeTensors { get; } =
    [
        .. SafeTensorsHeader.Write(
            [("a", "F32", [2, 3]), ("b", "F32", []), ("c", "F32", [0])],
            new Dictionary<string, string> { ["format"] = "pt" }),
        .. new byte[28],
    ];

    public static string AdapterConfig { get; } = new Core.Formats.AdapterConfig(
        new LoraOptions(4, 8, LoraMatrices.All), "../base").Write();

    public static string QuantizedConfig { get; } =
        $"{{\"{GptqConfig.Key}\": {new GptqConfig(128, GptqLayout.Version1).Write()}}}";

    public static byte[] Gguf { get; } = MakeGguf();

    public static byte[] TokenFile { get; } =
        [.. new TokenFileHeader(2, SequenceLength, Sequences).Write(), .. TokenBytes];

    public static byte[] TokenIndex { get; } = Index();

    /// <summary>A model of bytes: two pieces, and the two specifications.</summary>
    public static byte[] TokenizerModel { get; } =
    [
        0x0a, 0x05, 0x0a, 0x03, 0xe2, 0x96, 0x81, 0x0a, 0x03, 0x0a, 0x01, 0x61,
        0x12, 0x05, 0x18, 0x02, 0xc0, 0x01, 0x00, 0x1a, 0x04, 0x18, 0x01, 0x28, 0x01,
    ];

    public static DataManifest Manifested { get; } = new(
        Data.TokenFolders.DataManifest.CurrentFormat, "docs",
        new DataTokenizer("tokenizer.model", Sha256(TokenizerModel), 400, 1, 2), SequenceLength, Packing.Isolate, 0.02,
        Split(Sequences, TokenFile, TokenIndex), Split(Sequences, TokenFile, TokenIndex), 0,
        [new DataSource("a.jsonl", 100, Sha256([]))]);

    public static string DataManifest { get; } = Manifested.Write();

    public static string Corpus => """
        {"text":"One \u00e4 \ud83d\udc4d.","url":"x"}
        {"input":"Two?","output":"Three."}

        {"meta":{"text":"no"},"text":"Four"}
        """ + "\n";

    public static byte[] Compressed { get; } = Compress(Encoding.UTF8.GetBytes(Corpus));

    /// <summary>One of each kind.</summary>
    public static IReadOnlyList<RunCommand> Commands =>
    [
        new RunCommand.Checkpoint(), new RunCommand.Stop(), new RunCommand.Pause(), new RunCommand.Continue(),
        new RunCommand.SetLearningRate(1.0 / 3.0),
        new RunCommand.SetTokenBatch(4096, LearningRateRule.Sqrt),
        new RunCommand.SetMixture(
            PhaseKind.Decay, [new SourceShare("docs", 123_456_789), new SourceShare("code", 876_543_211)]),
        new RunCommand.BeginDecay(Extent.OfPercent(12.5), DecayShape.OneMinusSqrt),
        new RunCommand.ExtendStable(Extent.OfSteps(500)),
        new RunCommand.Branch("first-decay", Extent.OfTokens(1_000_000), Launch: true),
    ];

    private static ModelShape Shape => new()
    {
        HiddenSize = 32, IntermediateSize = 80, Layers = 2, Heads = 4, KeyValueHeads = 2, HeadDim = 8,
        VocabularySize = 400,
    };

    private static LogEntry[] Log =>
    [
        new LogEntry.Joined("first", 1),
        .. Commands.Select((command, i) => new LogEntry.Accepted("first", new RunRequest($"id-{i}", command))),
        new LogEntry.Decided("first", "id-1", new RunDecision(true, 7, "done")),
    ];

    private static byte[] TokenBytes =>
        [.. Enumerable.Range(0, Sequences * SequenceLength * 2).Select(i => (byte)(i % 3))];

    private static SourceOptions Source(string name, string path) => new()
    {
        Name = name, Path = path, HeldOut = path,
        StableWeight = SourceOptions.WeightUnit / 2, DecayWeight = SourceOptions.WeightUnit / 2,
    };

    private static JournalEntry Entry(string name, long step, params (string Key, object? Value)[] details) =>
        new(name, step, step * 96, details.ToDictionary(detail => detail.Key, detail => detail.Value));

    private static string Bare(string line) => line[..line.LastIndexOf(",\"crc32\"", StringComparison.Ordinal)] + "}";

    private static byte[] Index()
    {
        var bytes = new MemoryStream();
        bytes.Write(new TokenIndexHeader(Sequences, Sequences).Write());
        bytes.Write(MemoryMarshal.AsBytes<long>([0, 1, 2, 3]));
        bytes.Write(MemoryMarshal.AsBytes<uint>(
            [.. TokenBytes.Chunk(SequenceLength * 2).Select(sequence => Crc32.HashToUInt32(sequence))]));
        var part = new byte[SequencePart.Size];
        new SequencePart(SequenceLength, 2, 0, SequenceLength).Write(part);
        for (var i = 0; i < Sequences; i++)
            bytes.Write(part);
        return bytes.ToArray();
    }

    private static DataSplit Split(long sequences, byte[] tokens, byte[] index) => new(
        "train.tokens", "train.index", 3, sequences, sequences * SequenceLength, sequences * SequenceLength, sequences,
        0, 0, 100, 100, [0, 0, 3], Sha256(tokens), Sha256(index));

    private static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static byte[] Compress(byte[] bytes)
    {
        using var stored = new MemoryStream();
        using (var content = new GZipStream(stored, CompressionLevel.Optimal))
            content.Write(bytes);
        return stored.ToArray();
    }

    private static byte[] MakeGguf()
    {
        var header = new GgufHeader();
        header.Add("general.architecture", "minicpm");
        header.Add("one", 1u);
        header.Add("tokens", ["a"u8.ToArray(), "b"u8.ToArray()]);
        header.Add("scores", [0f, -1f]);
        var tensors = GgufHeader.Place([("a", GgufType.F32, [3]), ("b", GgufType.Q4, [32, 2])]);
        return [.. header.Write(tensors), .. new byte[tensors[^1].End]];
    }
}
