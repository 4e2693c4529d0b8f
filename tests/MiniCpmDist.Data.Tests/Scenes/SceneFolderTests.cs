using System.Text.Json;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Scenes;
using MiniCpmDist.Data.Images;
using MiniCpmDist.Data.Scenes;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Data.Tests.Scenes;

public sealed class SceneFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_same_seed_gives_the_same_files_to_the_byte()
    {
        var (first, second, other) = (Write("first", seed: 1), Write("second", seed: 1), Write("other", seed: 2));

        Assert.Equal(20 + 4, Files(first).Count);
        Assert.Equal(Files(first), Files(second));
        Assert.NotEqual(Files(first), Files(other));
    }

    [Fact]
    public void Every_conversation_begins_with_its_picture_which_is_read_as_it_was_painted()
    {
        var folder = Write("scenes", seed: 3);
        var scenes = NumberedScene.AllOf(3).Take(20).ToArray();
        var lines = Lines(folder, "train.jsonl").Concat(Lines(folder, "held-out.jsonl")).ToArray();

        Assert.Equal(2 * 20, lines.Length);
        foreach (var (i, line) in lines.Index())
        {
            var turns = line.GetProperty("conversations").EnumerateArray().ToArray();
            var image = Path.Combine(folder, line.GetProperty("image").GetString()!);

            Assert.StartsWith("<image>\n", turns[0].GetProperty("content").GetString(), StringComparison.Ordinal);
            Assert.Equal(
                turns.Select((_, turn) => turn % 2 == 0 ? "user" : "assistant"),
                turns.Select(turn => turn.GetProperty("role").GetString()));
            Assert.Equal(line.GetProperty("kinds").GetArrayLength() * 2, turns.Length);
            Assert.Equal(
                ScenePainter.Paint(scenes[i / 2].Scene, new(112, 112)).Pixels, ImageFile.Read(image).Pixels);
        }
    }

    [Fact]
    public void Facts_of_a_scene_are_those_that_its_caption_tells()
    {
        var folder = Write("scenes", seed: 4, SceneLanguage.English);
        var captions = Lines(folder, "train.jsonl").Where((_, i) => i % 2 == 0).ToArray();
        foreach (var (scene, caption) in Lines(folder, "scenes.jsonl").Zip(captions))
        {
            var things = scene.GetProperty("things").EnumerateArray().Select(thing =>
                $"{thing.GetProperty("color").GetString()} {thing.GetProperty("shape").GetString()} "
                + $"at the {thing.GetProperty("place").GetString()}").ToArray();
            var told = caption.GetProperty("conversations")[1].GetProperty("content").GetString()!;

            Assert.Equal(scene.GetProperty("image").GetString(), caption.GetProperty("image").GetString());
            Assert.All(things, thing => Assert.Contains(thing, told, StringComparison.Ordinal));
            Assert.Equal(things.Length, told.Split(" at the ").Length - 1);
        }
    }

    [Fact]
    public void A_folder_that_exists_is_left_alone_and_nothing_half_made_stays()
    {
        var folder = _folder.Path("scenes");
        Directory.CreateDirectory(folder);

        var refusal = Assert.Throws<ConfigurationException>(() => Write("scenes", seed: 1));

        Assert.Contains("expected a name that is free", refusal.Message, StringComparison.Ordinal);
        Assert.Equal([folder], Directory.GetFileSystemEntries(_folder.Root));
    }

    private string Write(string name, ulong seed, params SceneLanguage[] languages)
    {
        var options = new SceneOptions(_folder.Path(name), Count: 16, HeldOut: 4) { Seed = seed };
        SceneFolder.Write(languages.Length == 0 ? options : options with { Languages = languages }, _ => { });
        return options.Folder;
    }

    private static JsonElement[] Lines(string folder, string name) =>
        [.. File.ReadLines(Path.Combine(folder, name)).Select(line => JsonDocument.Parse(line).RootElement)];

    private static Dictionary<string, string> Files(string folder) =>
        Directory.GetFiles(folder, "*", SearchOption.AllDirectories).ToDictionary(
            file => Path.GetRelativePath(folder, file), file => Convert.ToHexString(File.ReadAllBytes(file)));
}
