using YamlDotNet.RepresentationModel;

namespace MiniCpmDist.Core.Configuration;

/// <summary>Reads texts out of a section.</summary>
internal static class TextLists
{
    /// <summary>The texts of a list; a text alone is a list of one. Empty where the key is absent or wrong.</summary>
    public static IReadOnlyList<string> Texts(this YamlSection section, string key)
    {
        switch (section.Node(key))
        {
            case null:
                return [];
            case YamlScalarNode { Value: { } text }:
                return [text];
            case YamlSequenceNode list when list.Children.All(child => child is YamlScalarNode):
                return [.. list.Children.Select(child => ((YamlScalarNode)child).Value ?? "")];
            default:
                section.Problem(
                    key, "a text, or a list of texts", "something else", $"write such as `{key}: [first, second]`");
                return [];
        }
    }
}
