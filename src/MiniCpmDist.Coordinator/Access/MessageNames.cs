using System.Collections;
using System.Collections.Concurrent;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Core.Interceptors;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Coordinator.Access;

/// <summary>
/// Turns away messages with a name that is too long to be one, wherever in a message it stands: such a name would go on
/// into a log, the memory, a page and the sentence that refuses it.
/// </summary>
internal sealed class MessageNames : Interceptor
{
    // These are for people and hold values of configurations; only the message's limit bounds their length.
    private static readonly HashSet<string> s_sentences = ["text", "outcome"];

    private static readonly ConcurrentDictionary<MessageDescriptor, FieldDescriptor[]> s_fields = [];

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        continuation(Required(request), context);

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        continuation(Required(request), responseStream, context);

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        continuation(new RequiredStream<TRequest>(requestStream), responseStream, context);

    /// <summary>What is wrong with the first name that is too long; null where none is.</summary>
    internal static string? Problem(IMessage message) =>
        FieldsOf(message.Descriptor).Select(field => Problem(field, message)).FirstOrDefault(
            problem => problem is not null);

    private static string? Problem(FieldDescriptor field, IMessage message) =>
        (field.IsRepeated
            ? ((IEnumerable)field.Accessor.GetValue(message)).Cast<object>()
            : Enumerable.Repeat(field.Accessor.GetValue(message), 1))
        .Select(value => value switch
        {
            string { Length: > RunName.Longest } name =>
                $"{field.Name}: expected at most {RunName.Longest} characters, found {name.Length}.",
            IMessage inner => Problem(inner),
            _ => null,
        })
        .FirstOrDefault(problem => problem is not null);

    /// <summary>Fields that are names, or have names in them: most of a report is numbers.</summary>
    private static FieldDescriptor[] FieldsOf(MessageDescriptor message) =>
        s_fields.GetOrAdd(message, static message =>
        [
            .. message.Fields.InDeclarationOrder().Where(field =>
                (field.FieldType == FieldType.String && !s_sentences.Contains(field.Name))
                || (field.FieldType == FieldType.Message && FieldsOf(field.MessageType).Length > 0)),
        ]);

    private static T Required<T>(T request) => request is IMessage message && Problem(message) is { } problem
        ? throw new RpcException(new Status(StatusCode.InvalidArgument, problem))
        : request;

    private sealed class RequiredStream<T>(IAsyncStreamReader<T> stream) : IAsyncStreamReader<T>
    {
        public T Current { get; private set; } = default!;

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            if (!await stream.MoveNext(cancellationToken).ConfigureAwait(false))
                return false;
            Current = Required(stream.Current);
            return true;
        }
    }
}
