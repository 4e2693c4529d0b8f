using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using MiniCpmDist.Coordinator.Access;
using MiniCpmDist.Coordinator.V1;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Coordinator.Tests;

/// <summary>A name has at most 200 characters, whatever message it comes in.</summary>
public sealed class MessageNameTests
{
    private static readonly string s_long = new('n', RunName.Longest + 1);

    [Fact]
    public void Every_name_of_every_request_is_held_to_the_limit()
    {
        MessageDescriptor[] requests =
        [
            .. RunService.Descriptor.Methods.Concat(ReportService.Descriptor.Methods)
                .Select(method => method.InputType),
        ];
        var seen = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var request in requests)
        {
            foreach (var (path, message) in WithOneName(request, depth: 0))
            {
                seen.Add(path);
                Assert.StartsWith(
                    $"{path.Split('.')[^1]}: expected at most 200 characters, found 201", MessageNames.Problem(message),
                    StringComparison.Ordinal);
            }
        }
        // Of all depths; a name in a list too.
        Assert.Superset(
            new HashSet<string> { "run_name", "request_id", "hello.parent_run", "reports.statuses.sources.source" },
            seen.ToHashSet());
    }

    [Fact]
    public void A_name_of_200_characters_and_a_long_sentence_are_none_of_its_business()
    {
        Assert.Null(MessageNames.Problem(new GetStatusRequest { RunName = s_long[1..] }));
        Assert.Null(MessageNames.Problem(new ReportRequest
        {
            Reports = new Reports { Decisions = { new Decision { RequestId = "a", Outcome = new string('w', 5000) } } },
        }));
    }

    [Fact]
    public async Task A_call_with_such_a_name_is_refused_without_repeating_it()
    {
        await using var run = await CoordinatedRun.StartAsync();
        using var channel = Grpc.Net.Client.GrpcChannel.ForAddress(run.Address);

        var refused = await Assert.ThrowsAsync<RpcException>(async () =>
            await new RunService.RunServiceClient(channel).GetStatusAsync(
                new GetStatusRequest { RunName = s_long }, cancellationToken: TestContext.Current.CancellationToken));
        using var report = new ReportService.ReportServiceClient(channel).Report(
            cancellationToken: TestContext.Current.CancellationToken);
        await report.RequestStream.WriteAsync(
            new ReportRequest { Hello = new Hello { RunName = s_long } }, TestContext.Current.CancellationToken);
        var hello = await Assert.ThrowsAsync<RpcException>(
            () => report.ResponseStream.MoveNext(TestContext.Current.CancellationToken));

        foreach (var status in (Status[])[refused.Status, hello.Status])
        {
            Assert.Equal(StatusCode.InvalidArgument, status.StatusCode);
            Assert.Equal("run_name: expected at most 200 characters, found 201.", status.Detail);
        }
    }

    /// <summary>Messages of a type that are empty but for one name that is too long, with the path to it.</summary>
    private static IEnumerable<(string Path, IMessage Message)> WithOneName(MessageDescriptor type, int depth)
    {
        foreach (var field in type.Fields.InDeclarationOrder())
        {
            if (field.FieldType == FieldType.String && field.Name is not ("text" or "outcome"))
                yield return (field.Name, With(type, field, s_long));
            if (field.FieldType == FieldType.Message && depth < 6)
            {
                foreach (var (path, inner) in WithOneName(field.MessageType, depth + 1))
                    yield return ($"{field.Name}.{path}", With(type, field, inner));
            }
        }
    }

    private static IMessage With(MessageDescriptor type, FieldDescriptor field, object value)
    {
        var message = type.Parser.ParseFrom(ByteString.Empty);
        if (field.IsRepeated)
            ((System.Collections.IList)field.Accessor.GetValue(message)).Add(value);
        else
            field.Accessor.SetValue(message, value);
        return message;
    }
}
