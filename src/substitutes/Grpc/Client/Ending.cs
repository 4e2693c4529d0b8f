using Grpc.Core;

namespace Grpc.Net.Client;

/// <summary>How a call ended.</summary>
internal sealed record Ending(Status Status, Metadata Trailers);
