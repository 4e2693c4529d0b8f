namespace Grpc.Core;

/// <summary>Which side of a call sends one message and which sends a stream.</summary>
public enum MethodType
{
    Unary = 0,
    ClientStreaming = 1,
    ServerStreaming = 2,
    DuplexStreaming = 3,
}
