using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace MiniCpmDist.Data.TextCollection;

/// <summary>
/// The text of an HTML page: paragraphs apart, white space folded except in pre, and without what is not reading matter
/// (scripts, styles, navigation). Broken HTML gives some text and never an error.
/// </summary>
internal sealed class HtmlText
{
    private static readonly HashSet<string> s_silent =
        [
            "head", "script", "style", "nav", "svg", "noscript", "template", "select", "button", "form", "iframe",
            "object"
        ];
    private static readonly HashSet<string> s_paragraphs =
        [
            "p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "table", "ul", "ol", "dl", "blockquote", "section",
            "article", "hr"
        ];
    private static readonly HashSet<string> s_lines = [
        "br", "div", "li", "tr", "dt", "dd", "caption", "title", "header", "footer"
    ];
    private static readonly string[] s_attributes = ["class", "id", "role"];
    private static readonly string[] s_navigation =
        [
            "nav", "footer", "breadcrumb", "toc", "menu", "page-header", "path", "toplang", "bottomlang", "permalink",
            "headerlink"
        ];

    private static readonly HtmlParser s_parser = new();

    private readonly StringBuilder _text = new();
    private int _preDepth;
    private int _pendingNewlines;
    private bool _pendingSpace;

    public static string Of(string html)
    {
        var reader = new HtmlText();
        using var page = s_parser.ParseDocument(html);
        reader.Read(page.DocumentElement);
        return reader._text.ToString();
    }

    // From node to node and not by recursion: broken pages nest deeper than a thread has stack.
    private void Read(INode root)
    {
        for (var node = root; ;)
        {
            if (Enter(node) && node.FirstChild is { } child)
            {
                node = child;
                continue;
            }
            while (node != root && node.NextSibling is null)
            {
                node = node.Parent!;
                Leave(node);
            }
            if (node == root)
                return;
            node = node.NextSibling!;
        }
    }

    /// <returns>Whether what is inside is read.</returns>
    private bool Enter(INode node)
    {
        if (node is IText text)
        {
            foreach (var c in text.Data)
                Append(c == '\u00A0' ? ' ' : c);
        }
        if (node is not IElement element)
            return false;
        if (s_silent.Contains(element.LocalName) || IsNavigation(element))
        {
            Break(1);
            return false;
        }
        if (element.LocalName == "pre")
            _preDepth++;
        Separate(element.LocalName);
        if (!element.HasChildNodes)
            Leave(element);
        return true;
    }

    private void Leave(INode node)
    {
        var name = ((IElement)node).LocalName;
        if (name == "pre")
            _preDepth--;
        Separate(name);
    }

    private void Separate(string name)
    {
        if (s_paragraphs.Contains(name))
            Break(2);
        else if (s_lines.Contains(name))
            Break(1);
        else if (name is "td" or "th")
            _pendingSpace = true;
    }

    private static bool IsNavigation(IElement element) =>
        s_attributes.Any(key => element.GetAttribute(key) is { } value
            && s_navigation.Any(word => value.StartsWith(word, StringComparison.OrdinalIgnoreCase)));

    private void Append(char c)
    {
        if (_preDepth == 0 && char.IsWhiteSpace(c))
        {
            _pendingSpace = true;
            return;
        }
        if (_text.Length > 0 && _pendingNewlines > 0)
            _text.Append('\n', _pendingNewlines);
        else if (_text.Length > 0 && _pendingSpace && _text[^1] != '\n')
            _text.Append(' ');
        (_pendingNewlines, _pendingSpace) = (0, false);
        _text.Append(c);
    }

    private void Break(int newlines)
    {
        _pendingNewlines = Math.Max(_pendingNewlines, newlines);
        _pendingSpace = false;
    }
}
