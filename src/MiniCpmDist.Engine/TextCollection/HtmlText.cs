using System.Net;
using System.Text;

namespace MiniCpmDist.Engine.TextCollection;

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
    private static readonly HashSet<string> s_void = [
        "br", "hr", "img", "input", "link", "meta", "wbr", "col", "area", "base"
    ];
    private static readonly string[] s_navigation =
        [
            "nav", "footer", "breadcrumb", "toc", "menu", "page-header", "path", "toplang", "bottomlang", "permalink",
            "headerlink"
        ];

    private readonly StringBuilder _text = new();
    private readonly string _html;
    private int _at;
    private int _preDepth;
    private int _pendingNewlines;
    private bool _pendingSpace;

    private HtmlText(string html) => _html = html;

    public static string Of(string html)
    {
        var reader = new HtmlText(html);
        reader.Run();
        return reader._text.ToString();
    }

    private void Run()
    {
        while (_at < _html.Length)
        {
            if (_html[_at] == '<' && TagBegins())
                ReadTag();
            else
                ReadText();
        }
    }

    private bool TagBegins() =>
        _at + 1 < _html.Length && (char.IsAsciiLetter(_html[_at + 1]) || _html[_at + 1] is '/' or '!' or '?');

    private void ReadTag()
    {
        var (name, attributes, closing) = TakeTag();
        if (!closing && !s_void.Contains(name) && (s_silent.Contains(name) || IsNavigation(attributes)))
        {
            SkipElement(name);
            Break(1);
            return;
        }
        if (name == "pre")
            _preDepth = Math.Max(0, _preDepth + (closing ? -1 : 1));
        if (s_paragraphs.Contains(name))
            Break(2);
        else if (s_lines.Contains(name))
            Break(1);
        else if (name is "td" or "th")
            _pendingSpace = true;
    }

    /// <summary>
    /// Moves behind a tag or comment. The name is in lower case and empty for comments and declarations.
    /// </summary>
    private (string Name, string Attributes, bool Closing) TakeTag()
    {
        if (string.CompareOrdinal(_html, _at, "<!--", 0, 4) == 0)
        {
            var comment = _html.IndexOf("-->", _at + 4, StringComparison.Ordinal);
            _at = comment < 0 ? _html.Length : comment + 3;
            return ("", "", false);
        }
        var end = EndOfTag(_at);
        var tag = _html.AsSpan(_at + 1, Math.Max(0, end - _at - 2));
        _at = end;
        var closing = tag.StartsWith("/");
        if (closing)
            tag = tag[1..];
        var length = 0;
        while (length < tag.Length && char.IsAsciiLetterOrDigit(tag[length]))
            length++;
        return (tag[..length].ToString().ToLowerInvariant(), tag[length..].ToString(), closing);
    }

    // A > within quotes does not end a tag.
    private int EndOfTag(int from)
    {
        var quote = '\0';
        for (var i = from + 1; i < _html.Length; i++)
        {
            var c = _html[i];
            if (quote != '\0')
                quote = c == quote ? '\0' : quote;
            else if (c is '"' or '\'' && _html[i - 1] == '=')
                quote = c;
            else if (c == '>')
                return i + 1;
        }
        return _html.Length;
    }

    private void SkipElement(string name)
    {
        // What stands in scripts and styles is not markup, whatever it looks like.
        if (name is "script" or "style")
        {
            var close = _html.IndexOf($"</{name}", _at, StringComparison.OrdinalIgnoreCase);
            _at = close < 0 ? _html.Length : EndOfTag(close);
            return;
        }
        for (var depth = 1; depth > 0 && _at < _html.Length;)
        {
            _at = _html.IndexOf('<', _at);
            if (_at < 0)
            {
                _at = _html.Length;
                return;
            }
            if (!TagBegins())
            {
                _at++;
                continue;
            }
            var (inner, _, closing) = TakeTag();
            if (inner == name)
                depth += closing ? -1 : 1;
        }
    }

    private static bool IsNavigation(string attributes)
    {
        foreach (var key in (ReadOnlySpan<string>)["class=\"", "id=\"", "role=\""])
        {
            var at = attributes.IndexOf(key, StringComparison.OrdinalIgnoreCase);
            if (at < 0)
                continue;
            var value = attributes.AsSpan(at + key.Length);
            foreach (var word in s_navigation)
            {
                if (value.StartsWith(word, StringComparison.OrdinalIgnoreCase))
                    return true;
            }
        }
        return false;
    }

    private void ReadText()
    {
        var next = _html.IndexOf('<', _at + 1);
        var raw = _html[_at..(next < 0 ? _html.Length : next)];
        _at += raw.Length;
        foreach (var c in WebUtility.HtmlDecode(raw))
            Append(c == '\u00A0' ? ' ' : c);
    }

    private void Append(char c)
    {
        if (_preDepth == 0 && char.IsWhiteSpace(c))
        {
            _pendingSpace = true;
            return;
        }
        if (c == '\r')
            return;
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
