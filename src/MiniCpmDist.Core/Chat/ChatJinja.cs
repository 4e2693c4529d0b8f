using System.Text;

namespace MiniCpmDist.Core.Chat;

/// <summary>Writes a template in the language that transformers has for them (Jinja).</summary>
public static class ChatJinja
{
    /// <summary>
    /// The <c>chat_template</c> of a tokenizer's configuration. It begins with the begin piece, and breaks marks in
    /// messages as <see cref="ChatTemplate.Quote"/> does.
    /// </summary>
    public static string Of(ChatTemplate template)
    {
        ArgumentNullException.ThrowIfNull(template);
        var content = "message['content']" + string.Concat(
            template.Marks.Select(mark => $".replace({Literal(mark)}, {Literal($"{mark[0]} {mark[1..]}")})"));
        var end = template.EndPiece switch
        {
            EndPiece.Every => "{{ eos_token }}",
            EndPiece.Last => "{% if loop.last %}{{ eos_token }}{% endif %}",
            _ => "",
        };
        return "{{ bos_token }}{% for message in messages %}"
            + "{% if message['role'] == 'system' %}"
            + Written(template.SystemBefore, content, template.SystemAfter)
            + "{% elif message['role'] == 'user' %}"
            + Written(template.UserBefore, content, template.UserAfter)
            + "{% else %}"
            + Written(template.AnswerBefore, content, template.AnswerEnd) + end + Written(template.AnswerAfter)
            + "{% endif %}{% endfor %}"
            + (template.AnswerBefore.Length == 0
                ? ""
                : "{% if add_generation_prompt %}" + Written(template.AnswerBefore) + "{% endif %}");
    }

    private static string Written(string text) => text.Length == 0 ? "" : $"{{{{ {Literal(text)} }}}}";

    private static string Written(string before, string content, string after) =>
        $"{Written(before)}{{{{ {content} }}}}{Written(after)}";

    private static string Literal(string text)
    {
        var literal = new StringBuilder("'");
        foreach (var character in text)
        {
            literal.Append(character switch
            {
                '\\' => "\\\\",
                '\'' => "\\'",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                _ => character.ToString(),
            });
        }
        return literal.Append('\'').ToString();
    }
}
