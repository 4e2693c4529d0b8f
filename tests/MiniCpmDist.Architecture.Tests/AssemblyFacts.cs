using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace MiniCpmDist.Architecture.Tests;

/// <summary>
/// What a compiled assembly uses, read from its metadata: unlike a search through the sources this sees neither
/// comments nor strings, and no alias hides anything from it.
/// </summary>
internal sealed class AssemblyFacts
{
    private AssemblyFacts(MetadataReader reader)
    {
        ReferencedAssemblies =
            [.. reader.AssemblyReferences.Select(handle => reader.GetString(reader.GetAssemblyReference(handle).Name))];
        UsedTypes = [.. reader.TypeReferences.Select(handle => NameOf(reader, handle))];
        UsedMembers = [.. reader.MemberReferences.Select(reader.GetMemberReference)
            .Where(member => member.Parent.Kind == HandleKind.TypeReference)
            .Select(member => $"{NameOf(reader, (TypeReferenceHandle)member.Parent)}.{reader.GetString(member.Name)}")];
        TensorOperatorsOnNumbers = [.. reader.MemberReferences.Select(reader.GetMemberReference)
            .Where(member => member.Parent.Kind == HandleKind.TypeReference
                && NameOf(reader, (TypeReferenceHandle)member.Parent) == "TorchSharp.torch.Tensor"
                && reader.GetString(member.Name).StartsWith("op_", StringComparison.Ordinal)
                && TakesNumber(reader.GetBlobReader(member.Signature)))
            .Select(member => reader.GetString(member.Name))];
        DefinedTypes = [.. reader.TypeDefinitions.Select(reader.GetTypeDefinition)
            .Select(type => reader.GetString(type.Name))];
        ImportsNativeFunctions = reader.MethodDefinitions.Select(reader.GetMethodDefinition)
            .Any(method => method.Attributes.HasFlag(MethodAttributes.PinvokeImpl));
    }

    public IReadOnlyList<string> ReferencedAssemblies { get; }

    /// <summary>Full names of types of other assemblies.</summary>
    public IReadOnlyList<string> UsedTypes { get; }

    /// <summary>Members of types of other assemblies, such as <c>System.DateTime.get_Now</c>.</summary>
    public IReadOnlyList<string> UsedMembers { get; }

    /// <summary>Operators of tensors, one of whose operands is a number, such as <c>op_Multiply</c>.</summary>
    public IReadOnlyList<string> TensorOperatorsOnNumbers { get; }

    public IReadOnlyList<string> DefinedTypes { get; }

    public bool ImportsNativeFunctions { get; }

    public static AssemblyFacts Of(Project project)
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, project.AssemblyName + ".dll"));
        using var image = new PEReader(file);
        return new AssemblyFacts(image.GetMetadataReader());
    }

    /// <summary>Looks at the operands of an operator, which are classes, structures or numbers.</summary>
    private static bool TakesNumber(BlobReader signature)
    {
        signature.ReadSignatureHeader();
        var operands = signature.ReadCompressedInteger();
        var takesNumber = false;
        for (var i = -1; i < operands; i++)
        {
            var code = signature.ReadSignatureTypeCode();
            if (code == SignatureTypeCode.TypeHandle)
                signature.ReadTypeHandle();
            else if (i >= 0)
                takesNumber |= code is >= SignatureTypeCode.SByte and <= SignatureTypeCode.Double;
        }
        return takesNumber;
    }

    private static string NameOf(MetadataReader reader, TypeReferenceHandle handle)
    {
        var type = reader.GetTypeReference(handle);
        // A type inside another has no namespace of its own.
        var outer = type.ResolutionScope.Kind == HandleKind.TypeReference
            ? NameOf(reader, (TypeReferenceHandle)type.ResolutionScope)
            : reader.GetString(type.Namespace);
        return $"{outer}.{reader.GetString(type.Name)}";
    }
}
