using System.Globalization;
using System.IO.Hashing;
using System.Text;
using MiniCpmDist.Coordinator.Access;
using MiniCpmDist.Coordinator.Client;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Corpus;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Formats.Gguf;
using MiniCpmDist.Core.History;
using MiniCpmDist.Core.Launching;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Recovery;
using MiniCpmDist.Data.Building;
using MiniCpmDist.Data.Corpus;
using MiniCpmDist.Data.TextCollection;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Engine.Conversion;
using MiniCpmDist.Engine.Training.Saving;
using MiniCpmDist.Runs.Checkpoints;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.History;
using MiniCpmDist.Runs.Journal;
using MiniCpmDist.Runs.Lineage;
using MiniCpmDist.Runs.Recovery;

namespace MiniCpmDist.Fuzz.Tests;

/// <summary>All of them. Each does what the program does with what it has read, where that takes no model.</summary>
internal static partial class Readers
{
    /// <param name="folder">Of the test, for readers of files.</param>
    public static IReadOnlyList<Reader> All(string folder) =>
    [
        new("run.yaml", Texts(Contents.RunFile), content => RunFile.Parse(Text(content), "run.yaml")),
        new("run file with overrides", Texts("schedule.learning_rate=0.02\nmodel=nano\ndata.0.weight=1\nseed=3"),
            content => RunFile.Read(Contents.RunFile, "run.yaml", Faults(), Text(content).Split('\n'))),
        new("mixture.yaml", Texts("docs: 0.75\ncode: {share: 0.25, path: data/code}\n"),
            content => MixtureFile.Read(Text(content), "mixture.yaml", Contents.Options.Data.Sources)),
        new("template.yaml", Texts("name: mine\nuser_before: \"<U>\"\nanswer_end: \"\\n\"\nend_piece: last\n"),
            content => ChatTemplateFile.Write(ChatTemplateFile.Parse(Text(content), "template.yaml"))),
        .. ChatReaders(folder),
        .. CorpusReaders(folder),
        .. ImageReaders(folder),
        new("job template", Texts(Contents.JobTemplate), content => JobTemplate.Fill(
            Text(content), "job.yaml", new Dictionary<string, string?> { ["name"] = "a", ["nothing"] = null })),
        new("journal", Texts(Contents.Journal), content => Journal(folder, content)),
        new("journal with right checksums", Texts(Contents.BareJournal),
            content => Journal(folder, Sealed(content, SealJournal))),
        new("metrics and attempts", Texts(Contents.Metrics), content => Survey(folder, content)),
        new("attempts", Texts(Contents.Attempts), content => Attempts(folder, content)),
        new("heartbeat", Texts(Contents.Heartbeat), content => RankHeartbeat.Parse(Text(content))),
        new("heartbeat folder", Texts(Contents.Heartbeat), content =>
        {
            var run = new RunFolder(folder);
            Write(Path.Combine(HeartbeatWriter.FolderOf(run)), "0", content);
            HeartbeatFolder.Read(run);
        }),
        new("fence", Texts("12\n"), content =>
        {
            Write(folder, ".fence", content);
            RunFence.NumberOf(new RunFolder(folder));
        }),
        new("pins", Texts("../first-decay\n"), content =>
        {
            var run = new RunFolder(Path.Combine(folder, "run"));
            Write(run.PinsPath, "step-00000005--first-decay", content);
            BranchPins.Branches(run);
        }),
        new("requests.jsonl", [Contents.Requests], content => OpenRequests(content)),
        new("requests.jsonl with right checksums", Texts(Contents.BareRequests),
            content => OpenRequests(Sealed(content, SealRequest))),
        .. CoordinatorFiles(folder),
        new("MANIFEST", Texts(Contents.Manifest), content =>
        {
            CheckpointManifest.RequireKnownFormat(Text(content), "MANIFEST");
            CheckpointManifest.Read(Text(content), "MANIFEST");
        }),
        new("state.json", Texts(Contents.State), content => CheckpointState.Read(
            Write(folder, CheckpointState.FileName, content))),
        new("config.json", Texts(Contents.Config), content => HuggingFaceConfig.Read(Text(content))),
        new("adapter_config.json", Texts(Contents.AdapterConfig), content =>
            AdapterConfig.Read(Text(content), AdapterConfig.FileName)),
        new("safetensors", [Contents.SafeTensors], content =>
        {
            SafeTensorsHeader.Read(new MemoryStream(content));
            var path = Write(folder, "model.safetensors", content);
            foreach (var place in TensorPlace.AllOf(path))
                place.Compare(place);
        }),
        new("safetensors of another model", [Contents.SafeTensors], content =>
        {
            Write(folder, "model.safetensors", content);
            ReadAll(ModelFiles.Find(folder, Collect(out var problems)));
            problems.ThrowIfAny();
        }),
        new("safetensors index", Texts("""{"weight_map":{"a":"part.safetensors","b":"part.safetensors"}}"""), content =>
        {
            var model = Path.Combine(folder, "indexed");
            Write(model, "part.safetensors", Contents.SafeTensors);
            Write(model, "model.safetensors.index.json", content);
            ReadAll(ModelFiles.Find(model, Collect(out var problems)));
            problems.ThrowIfAny();
        }),
        new("GGUF", [Contents.Gguf], content => GgufReader.Read(new MemoryStream(content))),
        new("quantized config.json", Texts(Contents.QuantizedConfig), content =>
        {
            if (HuggingFaceConfig.IsQuantized(Text(content)))
                GptqConfig.Read(Text(content));
        }),
        new("data manifest", Texts(Contents.DataManifest), content =>
        {
            Write(folder, "tokenizer.model", Contents.TokenizerModel);
            Write(folder, "train.tokens", Contents.TokenFile);
            Write(folder, "train.index", Contents.TokenIndex);
            Write(folder, DataManifest.FileName, content);
            using var dataset = TokenDataset.Open(folder, "train");
            for (var sequence = 0L; sequence < dataset.SequenceCount; sequence++)
                dataset.LossTokens(sequence);
        }),
        new("token file", [Contents.TokenFile], content => ReadDataset(folder, content, Contents.TokenIndex)),
        new("token index", [Contents.TokenIndex], content => ReadDataset(folder, Contents.TokenFile, content)),
        new("tokenizer model", [Contents.TokenizerModel], content => SentencePieceModel.CanCutAtSpaces(content)),
        new("host file", Texts("node-1 slots=8 # here\nnode-2 slots=4 max_slots=8\nnode-3\n"),
            content => HostSlots.ReadFile(Text(content), "hosts")),
        new("access tokens", Texts("# who may\nread 0123456789abcdef\nreport fedcba9876543210 trunk other\n"),
            content => AccessTokens.Read(Write(folder, "tokens", content))),
        new("coordinator.json", Texts("""{"address":"http://127.0.0.1:5","run":"trunk","host":"node-1"}"""), content =>
        {
            Write(folder, "coordinator.json", content);
            CoordinatorFile.Read(folder);
        }),
        new("corpus of JSON lines", Texts(Contents.Corpus), content => ReadCorpus(Write(folder, "a.jsonl", content))),
        new("compressed corpus", [Contents.Compressed], content => ReadCorpus(Write(folder, "a.json.gz", content))),
        new("plain text corpus", Texts("One.\n\nTwo.\r\n"), content => ReadCorpus(Write(folder, "a.txt", content))),
        new("unit summary", [new UnitSummary("f", [], new(1, 2, 3, 4), new(1, 2, 3, 4), 0, 5, 7).Write()],
            content => UnitSummary.TryRead(Write(folder, "unit", content))),
        new("manual page", Texts(".TH GIT 1\n.SH NAME\ngit \\- the \\fBstupid\\fR \\(co tracker\n.nf\nx\n.fi\n"),
            content => TextFile.Read(Write(folder, "git.1", content), TextKind.Prose, out _)),
        new("HTML page", Texts("<html><body><nav>x</nav><pre>a\n b</pre><p>One<br>two<li>three</table></body>"),
            content => TextFile.Read(Write(folder, "page.html", content), TextKind.Prose, out _)),
        new("source code", Texts("#!/bin/sh\n# Generated\r\necho \"a\"\n"),
            content => TextFile.Read(Write(folder, "a.sh", content), TextKind.Code, out _)),
        .. Messages,
    ];

    private static string Text(byte[] content) => Encoding.UTF8.GetString(content);

    private static IReadOnlyList<byte[]> Texts(params string[] texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];

    private static ProblemCollector Faults() => new();

    private static ProblemCollector Collect(out ProblemCollector problems) => problems = new ProblemCollector();

    private static string Write(string folder, string name, byte[] content)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    /// <summary>Each line with the checksum that belongs to it, so that what is in it is believed.</summary>
    private static byte[] Sealed(byte[] content, Func<byte[], byte[]> seal) =>
        [.. Lines(content).SelectMany(line => (byte[])[.. seal(line), (byte)'\n'])];

    private static IEnumerable<byte[]> Lines(byte[] content)
    {
        for (var start = 0; start < content.Length;)
        {
            var size = content.AsSpan(start).IndexOf((byte)'\n');
            var end = size < 0 ? content.Length : start + size;
            yield return content[start..end];
            start = end + 1;
        }
    }

    private static byte[] SealRequest(byte[] line)
    {
        var body = line.Length > 0 ? line[..^1] : line;
        var sum = Crc32.HashToUInt32(body).ToString("x8", CultureInfo.InvariantCulture);
        return [.. body, .. Encoding.ASCII.GetBytes($",\"crc32\":\"{sum}\"}}")];
    }

    // The journal's is over the text, in which bytes that are no UTF-8 have become U+FFFD.
    private static byte[] SealJournal(byte[] line) => SealRequest(Encoding.UTF8.GetBytes(Text(line)));

    private static void Journal(string folder, byte[] content)
    {
        var run = new RunFolder(folder);
        Write(folder, "journal.jsonl", content);
        var entries = JournalFile.Read(run.JournalPath, Faults()).ToArray();
        JournalFile.LastAttempt(entries);
        var moves = RunRollbacks.In(entries);
        foreach (var move in moves.Moves)
            RunCursor.Move([], moves.CursorAt(RunRollbacks.TargetOf(move)) ?? "");
        var history = new RunHistory();
        foreach (var entry in entries)
            history.Add(entry);
        _ = SaveHistory.Read(run, Faults());
        using (var records = new RunRecords(run))
            records.Lost(5);
        JournalFile.Commands(run.JournalPath, entries);
    }

    private static void Survey(string folder, byte[] content)
    {
        var run = Path.Combine(folder, "runs", "run");
        Write(run, "run.yaml", Encoding.UTF8.GetBytes(Contents.RunFile));
        Write(run, "attempts.jsonl", Encoding.UTF8.GetBytes(Contents.Attempts));
        Write(run, "metrics.jsonl", content);
        RunSurvey.Of(Path.Combine(folder, "runs"), Faults());
        EarlierAttempts.Of(new RunFolder(run), TimeProvider.System);
        new FolderHistory(new RunFolder(run)).Read();
    }

    private static void Attempts(string folder, byte[] content)
    {
        var run = new RunFolder(Path.Combine(folder, "attempts"));
        Write(run.Path, "metrics.jsonl", Encoding.UTF8.GetBytes(Contents.Metrics));
        Write(run.Path, "attempts.jsonl", content);
        AttemptFile.Goodput(run, Faults());
    }

    private static void ReadAll(Dictionary<string, StoredTensor> tensors)
    {
        foreach (var tensor in tensors.Values.Where(tensor => StoredTensor.Types.Contains(tensor.Entry.DType)))
            tensor.Read((_, _) => { });
    }

    private static void ReadDataset(string folder, byte[] tokens, byte[] index)
    {
        var manifest = Contents.Manifested;
        using var file = TokenFile.Open(Write(folder, "train.tokens", tokens), manifest, manifest.Train);
        using var parts = TokenIndex.Open(Write(folder, "train.index", index), manifest.Train);
        var ids = new long[manifest.SequenceLength];
        for (var sequence = 0L; sequence < manifest.Train.Sequences; sequence++)
        {
            parts.Parts(sequence, manifest.SequenceLength, out _);
            file.Read(sequence, ids, parts.Checksum(sequence));
        }
    }

    private static void ReadCorpus(string path)
    {
        foreach (var document in CorpusReader.Read([path], _ => { }, new FieldMap()))
            _ = document.Text;
    }
}
