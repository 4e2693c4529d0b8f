using MiniCpmDist.Core.Chat;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Chat;

namespace MiniCpmDist.Data.ImageChat;

/// <summary>Reads conversations about pictures.</summary>
public static class ImageChatFiles
{
    /// <summary>The samples of some files, each with the folder that its pictures are seen from.</summary>
    /// <exception cref="ConfigurationException">Everything that is wrong with them.</exception>
    public static IReadOnlyList<(string Folder, ImageConversation Sample)> Read(IReadOnlyList<string> files)
    {
        var (problems, samples) = (new ProblemCollector(), new ChatProblems(ImageConversation.Expected));
        var found = files
            .SelectMany(file => (problems.Try(() => ChatFile.Read(file, ImageConversation.Read, samples)) ?? [])
                .Select(sample => (Path.GetDirectoryName(file) ?? "", sample)))
            .ToList();
        samples.AddTo(problems);
        problems.ThrowIfAny();
        return found;
    }
}
