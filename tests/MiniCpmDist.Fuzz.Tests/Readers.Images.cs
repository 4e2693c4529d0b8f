using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Images;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Data.ImageChat;
using MiniCpmDist.Data.Images;

namespace MiniCpmDist.Fuzz.Tests;

/// <summary>Pictures, and what is said about them.</summary>
internal static partial class Readers
{
    private const string ImageConversationText =
        """{"image": ["a.png"], "conversations": [{"role": "user", "content": "<image>\nWhat?"}, """
        + """{"from": "gpt", "value": "A cross."}], "kinds": ["shape"]}""";

    private static IEnumerable<Reader> ImageReaders(string folder) =>
    [
        new("picture", [Embedded("picture.png"), Embedded("picture.jpg"), Embedded("picture.webp")],
            // The usual bound is far above what one execution may allocate.
            content => ImageFile.Decode(content, "picture", mostPixels: 1 << 20)),
        new("conversations about pictures", Texts(ImageConversationText),
            content => ImageChatFiles.Read([Write(folder, "pictures.jsonl", content)])),
        new("pictures of a sequence", [ImageTable.Write([new(new RgbImage(4, 2), 1), new(new RgbImage(2, 2), 9)])],
            content => ImageTable.Read(content, sequenceLength: 20, queries: 4, patch: 2)),
        new("config.json of a model that sees",
            Texts(HuggingFaceConfig.Write(ModelPresets.All["minicpm-v-tiny"], 128, "float32")),
            content => HuggingFaceConfig.Read(Text(content))),
    ];

    private static byte[] Embedded(string name)
    {
        using var stored = typeof(Readers).Assembly.GetManifestResourceStream(name)!;
        using var content = new MemoryStream();
        stored.CopyTo(content);
        return content.ToArray();
    }
}
