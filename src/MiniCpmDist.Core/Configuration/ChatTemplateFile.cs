using System.Reflection;
using System.Text;
using MiniCpmDist.Core.Chat;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Core.Configuration;

/// <summary>Reads and writes chat templates. Those that the program brings along are files like a user's own.</summary>
public static class ChatTemplateFile
{
    /// <summary>The template of a model that has none of its own.</summary>
    public const string Standard = "minicpm-2b";

    /// <summary>Name of the file in a data folder that says what its conversations were written with.</summary>
    public const string FileName = "template.yaml";

    private const string Folder = "templates/";
    private const string EndPieceKey = "end_piece";

    private static readonly (string Word, EndPiece Value)[] s_endPieces =
    [
        ("every", EndPiece.Every), ("last", EndPiece.Last), ("never", EndPiece.Never),
    ];

    private static readonly (string Key, Func<ChatTemplate, string> Get, Func<ChatTemplate, string, ChatTemplate> Set)[]
        s_texts =
        [
            ("system_before", t => t.SystemBefore, (t, v) => t with { SystemBefore = v }),
            ("system_after", t => t.SystemAfter, (t, v) => t with { SystemAfter = v }),
            ("user_before", t => t.UserBefore, (t, v) => t with { UserBefore = v }),
            ("user_after", t => t.UserAfter, (t, v) => t with { UserAfter = v }),
            ("answer_before", t => t.AnswerBefore, (t, v) => t with { AnswerBefore = v }),
            ("answer_end", t => t.AnswerEnd, (t, v) => t with { AnswerEnd = v }),
            ("answer_after", t => t.AnswerAfter, (t, v) => t with { AnswerAfter = v }),
        ];

    /// <summary>The names of the templates that the program brings along.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. Resources.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
            .Select(name => Path.GetFileNameWithoutExtension(name))
            .Order(StringComparer.Ordinal),
    ];

    private static Assembly Resources => typeof(ChatTemplateFile).Assembly;

    /// <summary>A template that the program brings along; null where none has this name.</summary>
    public static ChatTemplate? Find(string name)
    {
        using var stream = Resources.GetManifestResourceStream($"{Folder}{name}.yaml");
        if (stream is null)
            return null;
        using var reader = new StreamReader(stream);
        return Parse(reader.ReadToEnd(), $"{name}.yaml");
    }

    /// <summary>Reads a template.</summary>
    /// <param name="yaml">The file's text.</param>
    /// <param name="source">Its path, for errors.</param>
    /// <exception cref="ConfigurationException">Something is wrong; all of it is told.</exception>
    public static ChatTemplate Parse(string yaml, string source)
    {
        var problems = new ProblemCollector();
        var mapping = YamlText.Load(yaml, source, problems);
        problems.ThrowIfAny();
        var root = new YamlSection(mapping, source, "", problems);
        var template = new ChatTemplate { Name = root.RequiredText("name", "a name", "my-template") ?? "" };
        foreach (var (key, get, set) in s_texts)
            template = set(template, root.Text(key) ?? get(template));
        template = template with { EndPiece = root.Choice(EndPieceKey, EndPiece.Every, s_endPieces) };
        root.Require(
            template.UserBefore.Length + template.UserAfter.Length + template.AnswerBefore.Length > 0, "user_before",
            "text that tells a question from an answer", "nothing", "write such as `user_before: \"<用户>\"`");
        root.Require(
            template.EndPiece != EndPiece.Never || template.AnswerEnd.Length > 0, EndPieceKey,
            "`every` or `last`, or text in `answer_end`: a model has to learn where an answer ends", "`never`",
            "write `end_piece: every`");
        root.Finish();
        problems.ThrowIfAny();
        return template;
    }

    /// <summary>The text that <see cref="Parse"/> reads as an equal template.</summary>
    public static string Write(ChatTemplate template)
    {
        ArgumentNullException.ThrowIfNull(template);
        var text = new StringBuilder();
        text.Append("name: ").Append(YamlScalar.Of(template.Name)).Append('\n');
        foreach (var (key, get, _) in s_texts.Where(entry => entry.Get(template).Length > 0))
            text.Append(key).Append(": ").Append(YamlScalar.Of(get(template))).Append('\n');
        text.Append(EndPieceKey).Append(": ").Append(s_endPieces.Single(e => e.Value == template.EndPiece).Word);
        return text.Append('\n').ToString();
    }
}
