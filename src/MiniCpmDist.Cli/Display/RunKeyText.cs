using System.Text;
using MiniCpmDist.Core.Configuration;

namespace MiniCpmDist.Cli.Display;

/// <summary>Keys of <see cref="RunKeys"/> for people.</summary>
internal static class RunKeyText
{
    private const int Width = 100;
    private const string Margin = "    ";

    /// <summary>Describes a key in three lines.</summary>
    public static string Of(RunKey key) =>
        $"{key.Name}: {key.Help}\n{Margin}{key.Expected}\n{Margin}{Change(key.IsFixed)}, because {key.Reason}";

    /// <summary>Lists all keys for a page of help; keys with the same reason stand together.</summary>
    public static string Table()
    {
        var text = new StringBuilder();
        foreach (var group in RunKeys.All.GroupBy(key => (key.IsFixed, key.Reason)).OrderBy(group => group.Key.IsFixed))
        {
            var (isFixed, reason) = group.Key;
            text.Append(Change(isFixed)).Append(", because ").Append(reason).Append(":\n");
            text.Append(Wrapped(group.Select(key => key.Name)));
        }
        return text.ToString().TrimEnd();
    }

    private static string Change(bool isFixed) => isFixed ? "May not change" : "May change";

    private static string Wrapped(IEnumerable<string> names)
    {
        var text = new StringBuilder();
        var line = Margin;
        foreach (var name in names)
        {
            if (line.Length + name.Length > Width)
            {
                text.Append(line.TrimEnd()).Append('\n');
                line = Margin;
            }
            line += name + " ";
        }
        return text.Append(line.TrimEnd()).Append('\n').ToString();
    }
}
