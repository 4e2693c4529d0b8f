using System.Text.Json;
using MiniCpmDist.Core.Alignment;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Data.Chat;
using MiniCpmDist.Engine.Tests.Training;
using MiniCpmDist.Engine.Training;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.Lineage;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Engine.Tests.Alignment;

/// <summary>A small trunk, and runs that are aligned from it; each test has folders of its own.</summary>
internal sealed class AlignedRuns
{
    private const int Length = 96;
    private const int Samples = 64;
    private readonly TinyData _data;
    private readonly string _folder;
    private readonly TinyRun _trunk;

    public AlignedRuns(TinyData data)
    {
        _data = data;
        _folder = Path.Combine(data.Folder, Path.GetRandomFileName());
        _trunk = TinyRun.Create(data);
        _trunk.Train();
    }

    public RunFolder Trunk => _trunk.Folder;

    /// <summary>The share of samples that is kept from training.</summary>
    public double HeldOut { get; init; } = 0.2;

    /// <summary>A run of that method; runs of one name in different folders differ in nothing.</summary>
    public TinyRun Create(AlignmentMethod method, params string[] overrides) => Create(method, true, overrides);

    /// <summary>Rank of the adapters that runs train; null where they train the weights.</summary>
    public int? LoraRank { get; init; }

    public TinyRun Create(AlignmentMethod method, bool sharesPrompts, params string[] overrides) =>
        Create(_trunk, method, sharesPrompts, overrides);

    /// <summary>A run whose parent is another run than the trunk.</summary>
    public TinyRun After(TinyRun parent, AlignmentMethod method) => Create(parent, method, true, [], "after");

    private TinyRun Create(
        TinyRun parent, AlignmentMethod method, bool sharesPrompts, string[] overrides, string name = "aligned")
    {
        var path = Path.Combine(_folder, Path.GetRandomFileName(), name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var isDpo = method == AlignmentMethod.Dpo;
        var file = Path.Combine(Path.GetDirectoryName(path)!, "samples.jsonl");
        File.WriteAllLines(file, Enumerable.Range(0, Samples).Select(i => isDpo ? Pair(i) : Conversation(i)));
        var data = new ChatDataOptions(
            [file], Path.Combine(_data.Folder, "tokenizer.model"), ChatTemplateFile.Find("minicpm-2b")!, Length)
        {
            IsPreferences = isDpo,
            HeldOutFraction = HeldOut,
            SharesPrompts = sharesPrompts,
        };
        var checkpoint = parent.Folder.NewestCheckpoint!;
        var made = AlignedRun.Of(parent.Folder, parent.Options, checkpoint).Create(
            path, new AlignmentOptions { Method = method, IsFlat = isDpo, Lora = Lora }, data, 1, overrides,
            options => BranchChecks.Require(options, checkpoint, null));
        return TinyRun.Open(made.Folder);
    }

    private LoraOptions? Lora => LoraRank is { } rank ? new LoraOptions(rank, 2 * rank, LoraMatrices.All) : null;

    private static string Conversation(int i) => JsonSerializer.Serialize(new
    {
        messages = new[]
        {
            new { role = "user", content = $"The license {i}?" },
            new { role = "assistant", content = i % 3 == 0 ? $"No {i}." : $"Yes, {i} and the work." },
            new { role = "user", content = "Why?" },
            new { role = "assistant", content = "As is." },
        },
    });

    private static string Pair(int i) => JsonSerializer.Serialize(new
    {
        prompt = $"The work {i}?",
        chosen = $"Yes {i}.",
        rejected = i % 2 == 0 ? "No." : "The copyright owner.",
    });
}
