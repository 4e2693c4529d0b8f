using MiniCpmDist.Core.Chat;
using MiniCpmDist.Core.Model;

namespace MiniCpmDist.Data.ImageChat;

/// <summary>What data of conversations about pictures are made of.</summary>
/// <param name="Files">JSON lines or arrays to train on; pictures are named from the file's own folder on.</param>
/// <param name="HeldOut">Files that are only measured on.</param>
/// <param name="TokenizerPath">A SentencePiece <c>.model</c> file.</param>
/// <param name="Template">How a conversation is written.</param>
/// <param name="SequenceLength">Positions of a sequence.</param>
/// <param name="Vision">How pictures are cut, and how many positions they take.</param>
public sealed record ImageChatOptions(
    IReadOnlyList<string> Files, IReadOnlyList<string> HeldOut, string TokenizerPath, ChatTemplate Template,
    int SequenceLength, VisionShape Vision)
{
    /// <summary>What a run calls this source.</summary>
    public string Name { get; init; } = "images";
}
