using System.Text;
using MiniCpmDist.Core.Corpus;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Core.Tests.Corpus;

public sealed class JsonSampleTests
{
    private static readonly FieldMap s_usual = new();

    [Theory]
    [InlineData("""{"text":"one"}""", "", "one")]
    [InlineData("""{"input":"ask","output":"answer"}""", "ask", "answer")]
    [InlineData("""{"output":"answer","more":[{"text":"no"}],"input":"ask"}""", "ask", "answer")]
    [InlineData("""{"input":"","output":"plain"}""", "", "plain")]
    [InlineData("""{"output":"b","text":"a text wins","input":"c"}""", "", "a text wins")]
    [InlineData("""{"text":"a text wins","input":"c","output":"b"}""", "", "a text wins")]
    [InlineData("""{"meta":{"text":"deep"},"text":"flat"}""", "", "flat")]
    [InlineData("""{"text":"\u00fc \ud83e\udd9c \n \"quoted\" 中"}""", "", "ü 🦜 \n \"quoted\" 中")]
    [InlineData("""{"text":"first","text":"the last of a name counts"}""", "", "the last of a name counts")]
    [InlineData("""{"t\u0065xt":"an escaped name"}""", "", "an escaped name")]
    public void A_text_or_a_pair_is_found_whatever_stands_around_it(string line, string input, string output) =>
        Assert.Equal((null, input, output), Read(line, s_usual));

    [Theory]
    [InlineData("meta.text", """{"text":"no","meta":{"a":{"text":"no"},"text":"yes"}}""", "yes")]
    [InlineData("meta.text", """{"meta":"no","content":1,"meta":{"text":"yes"}}""", "yes")]
    [InlineData("a.b.c", """{"a":{"b":{"c":"yes"}}}""", "yes")]
    [InlineData("content", """{"content":"yes","text":"no"}""", "yes")]
    public void A_field_map_leads_to_other_names_and_into_objects(string field, string line, string text) =>
        Assert.Equal((null, "", text), Read(line, new FieldMap(field)));

    [Fact]
    public void Pairs_may_have_other_names_in_the_same_object() =>
        Assert.Equal(
            (null, "q", "a"),
            Read("""{"qa":{"question":"q","answer":"a"}}""", new FieldMap("text", "qa.question", "qa.answer")));

    [Theory]
    [InlineData("""{"text":"cut""", "not JSON: byte 12")]
    [InlineData("""{"text":"a"} x""", "not JSON")]
    [InlineData("", "not JSON")]
    [InlineData("[1]", "not a JSON object")]
    [InlineData("\"text\"", "not a JSON object")]
    [InlineData("""{"url":"x"}""", "the object has no \"text\", nor \"input\" and \"output\"")]
    [InlineData("""{"meta":{"text":"deep"}}""", "the object has no \"text\"")]
    [InlineData("""{"input":"x"}""", "the object has no \"output\"")]
    [InlineData("""{"output":"x"}""", "the object has no \"input\"")]
    [InlineData("""{"text":7}""", "\"text\" is not a string")]
    [InlineData("""{"text":null}""", "\"text\" is not a string")]
    [InlineData("""{"text":{"a":"b"}}""", "\"text\" is not a string")]
    [InlineData("""{"input":"x","output":["y"]}""", "\"output\" is not a string")]
    [InlineData("""{"text":" \u3000\n"}""", "\"text\" is empty")]
    [InlineData("""{"input":"x","output":" "}""", "\"output\" is empty")]
    [InlineData("""{"\ud800 alone":"x","text":"y"}""", "a key is not valid UTF-8")]
    [InlineData("""{"text":"\ud800 alone"}""", "\"text\" has an escape that is half of a surrogate pair")]
    public void A_line_that_gives_no_sample_says_why(string line, string reason) =>
        Assert.StartsWith(reason, Read(line, s_usual).Reason, StringComparison.Ordinal);

    [Theory]
    [InlineData(70)]
    [InlineData(100_000)]
    public void A_text_may_have_anything_beside_it_however_deep(int depth)
    {
        var deep = new string('[', depth) + new string(']', depth);
        Assert.Equal((null, "", "one"), Read($"{{\"meta\":{deep},\"text\":\"one\",\"more\":{deep}}}", s_usual));
        Assert.StartsWith("not JSON", Read($"{{\"meta\":{deep[1..]}", s_usual).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_no_UTF8_are_not_guessed_at() =>
        Assert.Equal(
            "not valid UTF-8", JsonSample.Read([.. "{\"text\":\""u8, 0xC3, 0x28, .. "\"}"u8], s_usual, new Sample()));

    [Theory]
    [InlineData("", "input", "output", "--text-field")]
    [InlineData("a..b", "input", "output", "--text-field")]
    [InlineData("text", "text", "output", "three different names")]
    public void Names_that_lead_nowhere_are_problems(string text, string input, string output, string says)
    {
        var problems = new ProblemCollector();
        new FieldMap(text, input, output).Check(problems);
        Assert.Contains(problems.Problems, problem => problem.ToString().Contains(says, StringComparison.Ordinal));
    }

    private static (string? Reason, string Input, string Output) Read(string line, FieldMap fields)
    {
        var sample = new Sample();
        var reason = JsonSample.Read(Encoding.UTF8.GetBytes(line), fields, sample);
        return (
            reason, Encoding.UTF8.GetString(sample.Input.WrittenSpan),
            Encoding.UTF8.GetString(sample.Output.WrittenSpan));
    }
}
