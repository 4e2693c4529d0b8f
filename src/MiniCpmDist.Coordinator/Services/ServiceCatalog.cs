using Google.Protobuf.Reflection;
using MiniCpmDist.Protocol.V1;

namespace MiniCpmDist.Coordinator.Services;

/// <summary>What the coordinator serves, and the proto files that say so.</summary>
internal static class ServiceCatalog
{
    private static readonly FileDescriptor[] s_roots =
    [
        RunServiceReflection.Descriptor,
        ReportServiceReflection.Descriptor,
        Protocol.Health.V1.HealthReflection.Descriptor,
        Protocol.Reflection.V1.ReflectionReflection.Descriptor,
        Protocol.Reflection.V1Alpha.ReflectionReflection.Descriptor,
    ];

    /// <summary>Full names of the services.</summary>
    public static IReadOnlyList<string> Services { get; } =
        [.. s_roots.SelectMany(file => file.Services).Select(service => service.FullName)];

    /// <summary>For errors.</summary>
    public static string Names => string.Join(", ", Services);

    /// <summary>All files, those first that others import.</summary>
    private static readonly IReadOnlyList<FileDescriptor> s_files = [.. s_roots.SelectMany(WithImports).Distinct()];

    /// <summary>The empty name is the server itself.</summary>
    public static bool IsKnown(string service) => service.Length == 0 || Services.Contains(service);

    /// <summary>A file and everything that it imports; empty for a file that is not there.</summary>
    public static IReadOnlyList<FileDescriptor> File(string name) =>
        s_files.FirstOrDefault(file => file.Name == name) is { } found ? [found, .. WithImports(found).SkipLast(1)]
            : [];

    /// <summary>The file that declares a symbol, and everything that it imports; empty for an unknown one.</summary>
    public static IReadOnlyList<FileDescriptor> FileOf(string symbol) =>
        s_files.FirstOrDefault(file => Declares(file, symbol)) is { } found ? File(found.Name) : [];

    private static IEnumerable<FileDescriptor> WithImports(FileDescriptor file) =>
        file.Dependencies.SelectMany(WithImports).Distinct().Append(file);

    private static bool Declares(FileDescriptor file, string symbol) =>
        file.Services.Any(service =>
            service.FullName == symbol || service.Methods.Any(method => method.FullName == symbol))
        || file.EnumTypes.Any(type => type.FullName == symbol)
        || file.MessageTypes.Any(type => Declares(type, symbol));

    private static bool Declares(MessageDescriptor type, string symbol) =>
        type.FullName == symbol
        || type.Fields.InDeclarationOrder().Any(field => field.FullName == symbol)
        || type.EnumTypes.Any(nested => nested.FullName == symbol)
        || type.NestedTypes.Any(nested => Declares(nested, symbol));
}
