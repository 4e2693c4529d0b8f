namespace Grpc.Core;

/// <summary>A method without the types of its messages.</summary>
public interface IMethod
{
    MethodType Type { get; }

    string ServiceName { get; }

    string Name { get; }

    /// <summary>The HTTP path: <c>/package.Service/Method</c>.</summary>
    string FullName { get; }
}
