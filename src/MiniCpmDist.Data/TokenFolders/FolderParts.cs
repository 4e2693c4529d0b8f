using System.Globalization;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Data.TokenFolders;

/// <summary>
/// The parts of a data folder. The first is the folder itself, as it was built. Each <c>minicpm data append</c> makes
/// one more below it, which is a data folder of its own, and changes no file that is there.
/// </summary>
public static class FolderParts
{
    /// <summary>The folder of a part, counted from 1.</summary>
    public static string PathOf(string folder, int part) => part == 1
        ? folder
        : Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"part-{part:D4}"));

    /// <summary>How many parts there are; 1 where nothing was appended.</summary>
    public static int Count(string folder)
    {
        var count = 1;
        while (Directory.Exists(PathOf(folder, count + 1)))
            count++;
        return count;
    }

    /// <summary>Reads the manifests of the first so many parts.</summary>
    /// <exception cref="ConfigurationException">One is missing, or was not made for this folder.</exception>
    public static IReadOnlyList<DataManifest> Read(string folder, int parts)
    {
        var first = DataManifest.Read(folder);
        var manifests = new List<DataManifest> { first };
        var problems = new ProblemCollector();
        for (var part = 2; part <= parts; part++)
        {
            var path = PathOf(folder, part);
            if (!Directory.Exists(path))
            {
                var found = Count(folder);
                problems.Add(
                    path, $"part {part} of {parts}", $"{found} part(s) in {folder}",
                    $"append it with `minicpm data append`, or read {found}");
                break;
            }
            if (problems.Try(() => DataManifest.Read(path)) is not { } manifest)
                continue;
            Require(problems, path, first, manifest);
            manifests.Add(manifest);
        }
        problems.ThrowIfAny();
        return manifests;
    }

    private static void Require(ProblemCollector problems, string path, DataManifest first, DataManifest part)
    {
        Same(part.Tokenizer == first.Tokenizer, "the tokenizer of the first part", "another one");
        Same(part.SequenceLength == first.SequenceLength, Length(first), Length(part));
        Same(part.Packing == first.Packing, $"packing {Word(first)}, as in the first part", Word(part));
        Same(part.HeldOutFraction.Equals(first.HeldOutFraction), $"held-out {Share(first)}, as in the first part",
            $"held-out {Share(part)}");
        Same(part.Train.Sequences > 0, "a whole sequence to train on", "none");
        Same(part.Images?.Rules == first.Images?.Rules, "pictures cut like those of the first part", "others");

        void Same(bool isSame, string expected, string found) => problems.Require(
            isSame, path, expected, found, "take it away, and append its texts with `minicpm data append`");
    }

    private static string Length(DataManifest manifest) => $"sequences of {manifest.SequenceLength} tokens";

    private static string Word(DataManifest manifest) => manifest.Packing switch
    {
        Packing.Isolate => "isolate",
        Packing.Concatenate => "concatenate",
        Packing.Conversations => "conversations",
        _ => "pairs",
    };

    private static string Share(DataManifest manifest) =>
        manifest.HeldOutFraction.ToString(CultureInfo.InvariantCulture);
}
