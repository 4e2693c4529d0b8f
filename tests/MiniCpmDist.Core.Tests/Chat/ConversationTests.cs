using System.Text.Json;
using MiniCpmDist.Core.Chat;

namespace MiniCpmDist.Core.Tests.Chat;

public sealed class ConversationTests
{
    [Theory]
    [InlineData("""{"messages":[{"role":"assistant","content":"a"}]}""", "message 1 is an answer without a question")]
    [InlineData("""{"messages":[{"role":"user","content":"a"}]}""", "the last message is no answer")]
    [InlineData("""{"messages":[{"role":"user","content":"a"},{"role":"user","content":"b"}]}""", "second question")]
    [InlineData("""{"messages":[{"role":"robot","content":"a"}]}""", "the role `robot` in `messages[0]`")]
    [InlineData("""{"messages":[{"role":"user","content":7}]}""", "`content` is missing or no text")]
    [InlineData("""{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":" "}]}""", "2 is empty")]
    [InlineData("""{"instruction":"a"}""", "`output` is missing or no text")]
    [InlineData("""{"text":"a"}""", "neither `messages` nor `instruction`")]
    [InlineData("""{"prompt":"a","chosen":"b","rejected":"c"}""", "a pair of answers, which `minicpm dpo` takes")]
    [InlineData("""[1]""", "no object")]
    public void A_sample_that_is_no_conversation_is_refused_with_the_reason(string json, string expected)
    {
        var problem = Assert.Throws<FormatException>(() => ChatJson.Conversation(Parse(json)));

        Assert.Contains(expected, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_problem_of_a_conversation_is_named_at_once()
    {
        var conversation = new Conversation(
        [
            new(ChatRole.System, "a"), new(ChatRole.System, "b"), new(ChatRole.Assistant, "c"), new(ChatRole.User, ""),
        ]);

        Assert.Equal(
            [
                "two system messages", "message 3 is an answer without a question", "message 4 is empty",
                "the last message is no answer",
            ],
            conversation.Problems(endsWithAnswer: true));
    }

    [Fact]
    public void Instruction_and_input_are_one_question()
    {
        var conversation = ChatJson.Conversation(Parse("""{"instruction":"Add.","input":"1 2","output":"3"}"""));

        Assert.Equal([new(ChatRole.User, "Add.\n1 2"), new(ChatRole.Assistant, "3")], conversation.Messages);
    }

    [Fact]
    public void A_pair_may_be_two_texts_or_two_conversations_with_one_prompt()
    {
        var texts = ChatJson.Preference(Parse("""{"prompt":"q","chosen":"a","rejected":"b"}"""));
        var messages = ChatJson.Preference(Parse(
            """
            {"chosen":[{"role":"user","content":"q"},{"role":"assistant","content":"a"}],
             "rejected":[{"role":"user","content":"q"},{"role":"assistant","content":"b"}]}
            """));

        Assert.Equal(texts.WithChosen.Messages, messages.WithChosen.Messages);
        Assert.Equal(texts.WithRejected.Messages, messages.WithRejected.Messages);
        Assert.Throws<FormatException>(() => ChatJson.Preference(Parse(
            """
            {"chosen":[{"role":"user","content":"q"},{"role":"assistant","content":"a"}],
             "rejected":[{"role":"user","content":"other"},{"role":"assistant","content":"b"}]}
            """)));
    }

    [Fact]
    public void The_oldest_questions_are_left_out_and_the_system_message_stays()
    {
        var conversation = new Conversation(
        [
            new(ChatRole.System, "s"), new(ChatRole.User, "1"), new(ChatRole.Assistant, "2"), new(ChatRole.User, "3"),
            new(ChatRole.Assistant, "4"), new(ChatRole.User, "5"),
        ]);

        var fitted = ChatHistory.Fit(conversation, 4, kept => kept.Messages.Count);
        var smallest = ChatHistory.Fit(conversation, 1, kept => kept.Messages.Count);

        Assert.Equal("s345", string.Concat(fitted.Messages.Select(message => message.Text)));
        Assert.Equal("s5", string.Concat(smallest.Messages.Select(message => message.Text)));
    }

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;
}
