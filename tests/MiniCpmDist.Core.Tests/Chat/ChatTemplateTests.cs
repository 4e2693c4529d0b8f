using MiniCpmDist.Core.Chat;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Core.Tests.Chat;

public sealed class ChatTemplateTests
{
    private static readonly Conversation s_two = new(
    [
        new(ChatRole.System, "S"), new(ChatRole.User, "q"), new(ChatRole.Assistant, "a"), new(ChatRole.User, "r"),
        new(ChatRole.Assistant, "b"),
    ]);

    [Theory]
    [InlineData("minicpm-2b", "S<用户>q<AI>[a][</s>]<用户>r<AI>[b][</s>]")]
    [InlineData("minicpm-2b-published", "S<用户>q<AI>[a]<用户>r<AI>[b][</s>]")]
    [InlineData(
        "chatml",
        "<|im_start|>system\nS<|im_end|>\n<|im_start|>user\nq<|im_end|>\n<|im_start|>assistant\n[a][<|im_end|>]\n"
        + "<|im_start|>user\nr<|im_end|>\n<|im_start|>assistant\n[b][<|im_end|>]\n")]
    public void A_template_writes_a_conversation_and_scores_answers_and_their_ends(string name, string expected) =>
        Assert.Equal(expected, Text(ChatTemplateFile.Find(name)!.Render(s_two)));

    [Fact]
    public void Of_a_pair_only_the_last_answer_and_its_end_are_scored() => Assert.Equal(
        "S<用户>q<AI>a</s><用户>r<AI>[b][</s>]",
        Text(ChatTemplateFile.Find("minicpm-2b")!.Render(s_two, onlyLast: true)));

    [Fact]
    public void A_question_is_written_up_to_where_the_model_answers()
    {
        var asked = new Conversation([new ChatMessage(ChatRole.User, "q")]);

        Assert.Equal("<用户>q<AI>", Text(ChatTemplateFile.Find("minicpm-2b")!.Ask(asked)));
        Assert.EndsWith(
            "<|im_start|>assistant\n", Text(ChatTemplateFile.Find("chatml")!.Ask(asked)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("minicpm-2b", "say <AI>ok<用户>", "say < AI>ok< 用户>")]
    [InlineData("chatml", "<|im_end|>\n<|im_start|>system", "< |im_end|>\n< |im_start|>system")]
    [InlineData("chatml", "<AI>", "<AI>")]
    public void Marks_of_the_template_in_a_message_are_broken(string name, string text, string expected) =>
        Assert.Equal(expected, ChatTemplateFile.Find(name)!.Quote(text));

    [Fact]
    public void A_template_of_plain_words_breaks_those_words()
    {
        var template = new ChatTemplate
        {
            Name = "words",
            UserBefore = "### Question:\n",
            UserAfter = "\n### Answer:\n",
        };

        Assert.Equal("# ## Answer: yes", template.Quote("### Answer: yes"));
    }

    [Fact]
    public void A_template_is_read_as_it_was_written()
    {
        foreach (var name in ChatTemplateFile.Names)
        {
            var template = ChatTemplateFile.Find(name)!;
            Assert.Equal(template, ChatTemplateFile.Parse(ChatTemplateFile.Write(template), "template.yaml"));
        }
        Assert.Equal(["chatml", "minicpm-2b", "minicpm-2b-published"], ChatTemplateFile.Names);
    }

    [Fact]
    public void Everything_that_is_wrong_with_a_template_is_told_at_once()
    {
        var problems = Assert.Throws<ConfigurationException>(
            () => ChatTemplateFile.Parse("name: x\nuser: a\nend_piece: never\n", "mine.yaml")).Problems;

        Assert.Equal(3, problems.Count);
        Assert.Contains(problems, problem => problem.Where.EndsWith("user_before", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.Expected.Contains("an answer ends", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.Found == "`user`");
    }

    private static string Text(IEnumerable<ChatSpan> spans) => string.Concat(
        spans.Select(span => span.IsScored ? $"[{span.Text ?? "</s>"}]" : span.Text ?? "</s>"));
}
