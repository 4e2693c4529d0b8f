using MiniCpmDist.Core.Chat;
using MiniCpmDist.Core.Configuration;

namespace MiniCpmDist.Core.Tests.Chat;

public sealed class ChatJinjaTests
{
    [Fact]
    public void An_exported_template_begins_with_the_begin_piece_ends_every_answer_and_breaks_marks() => Assert.Equal(
        "{{ bos_token }}{% for message in messages %}{% if message['role'] == 'system' %}"
        + "{{ message['content'].replace('<用户>', '< 用户>').replace('<AI>', '< AI>') }}"
        + "{% elif message['role'] == 'user' %}"
        + "{{ '<用户>' }}{{ message['content'].replace('<用户>', '< 用户>').replace('<AI>', '< AI>') }}{{ '<AI>' }}"
        + "{% else %}{{ message['content'].replace('<用户>', '< 用户>').replace('<AI>', '< AI>') }}{{ eos_token }}"
        + "{% endif %}{% endfor %}",
        ChatJinja.Of(ChatTemplateFile.Find("minicpm-2b")!));

    [Fact]
    public void The_published_form_ends_the_last_answer_only_and_chatml_asks_for_an_answer()
    {
        Assert.Contains(
            "{% if loop.last %}{{ eos_token }}{% endif %}",
            ChatJinja.Of(ChatTemplateFile.Find("minicpm-2b-published")!), StringComparison.Ordinal);
        Assert.EndsWith(
            @"{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}",
            ChatJinja.Of(ChatTemplateFile.Find("chatml")!), StringComparison.Ordinal);
    }

    [Fact]
    public void Quotes_and_backslashes_of_a_template_are_escaped()
    {
        var template = new ChatTemplate { Name = "odd", UserBefore = "it's \\ ", AnswerEnd = "." };

        Assert.Contains(@"{{ 'it\'s \\ ' }}", ChatJinja.Of(template), StringComparison.Ordinal);
    }
}
