using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace MiniCpmDist.Architecture.Tests;

/// <summary>
/// The members of TorchSharp that make the object of a number by themselves and keep it for no longer than it takes to
/// read its address, found in TorchSharp's own code: <c>add_(Tensor)</c> is <c>add_(Tensor, 1)</c>, for example.
/// </summary>
internal static class HiddenNumbers
{
    private const byte Call = 0x28;
    private const byte CallVirtual = 0x6f;

    /// <summary>Their names with the types of what they take, such as <c>torch.Tensor.add_(Tensor)</c>.</summary>
    public static IReadOnlySet<string> Members { get; } = Find();

    /// <summary>Those that a project's assembly calls.</summary>
    public static IReadOnlyList<string> UsedBy(Project project)
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, project.AssemblyName + ".dll"));
        using var image = new PEReader(file);
        var reader = image.GetMetadataReader();
        return
        [
            .. reader.MemberReferences.Select(reader.GetMemberReference)
                .Where(member => member.Parent.Kind == HandleKind.TypeReference
                    && member.GetKind() == MemberReferenceKind.Method)
                .Select(member => Signature(
                    NameOf(reader, (TypeReferenceHandle)member.Parent), reader.GetString(member.Name),
                    member.DecodeMethodSignature(new TypeNames(), genericContext: null)))
                .Where(Members.Contains),
        ];
    }

    private static HashSet<string> Find()
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "TorchSharp.dll"));
        using var image = new PEReader(file);
        var reader = image.GetMetadataReader();
        var bodies = reader.MethodDefinitions
            .Where(handle => reader.GetMethodDefinition(handle).RelativeVirtualAddress != 0)
            .ToDictionary(handle => handle, handle => Calls(reader, image, handle));
        var makers = reader.MethodDefinitions
            .Where(handle => FullName(reader, handle) == "TorchSharp.Scalar.op_Implicit")
            .ToHashSet();
        var found = bodies.Where(body => body.Value.Overlaps(makers)).Select(body => body.Key).ToHashSet();
        // What calls such a member has the same fault, however many calls lie between.
        while (bodies.FirstOrDefault(body => !found.Contains(body.Key) && body.Value.Overlaps(found)) is
            { Key.IsNil: false } next)
            found.Add(next.Key);
        return
        [
            .. found.Select(handle => Signature(
                NameOf(reader, reader.GetMethodDefinition(handle).GetDeclaringType()),
                reader.GetString(reader.GetMethodDefinition(handle).Name),
                reader.GetMethodDefinition(handle).DecodeSignature(new TypeNames(), genericContext: null))),
        ];
    }

    /// <summary>The methods of the same assembly that a method calls.</summary>
    private static HashSet<MethodDefinitionHandle> Calls(
        MetadataReader reader, PEReader image, MethodDefinitionHandle handle)
    {
        var code = image.GetMethodBody(reader.GetMethodDefinition(handle).RelativeVirtualAddress).GetILBytes()!;
        var called = new HashSet<MethodDefinitionHandle>();
        for (var i = 0; i + 4 < code.Length; i++)
        {
            if (code[i] is not (Call or CallVirtual))
                continue;
            // Other bytes may look like a call, but hardly ever name an existing method.
            var token = BitConverter.ToInt32(code, i + 1);
            if (token >>> 24 == (int)TableIndex.MethodDef)
                called.Add(MetadataTokens.MethodDefinitionHandle(token & 0xffffff));
        }
        return called;
    }

    private static string Signature(string type, string name, MethodSignature<string> signature) =>
        $"{type}.{name}({string.Join(", ", signature.ParameterTypes)})";

    private static string FullName(MetadataReader reader, MethodDefinitionHandle handle)
    {
        var method = reader.GetMethodDefinition(handle);
        return $"{NameOf(reader, method.GetDeclaringType())}.{reader.GetString(method.Name)}";
    }

    private static string NameOf(MetadataReader reader, TypeDefinitionHandle handle)
    {
        var type = reader.GetTypeDefinition(handle);
        var outer = type.GetDeclaringType();
        var scope = outer.IsNil ? reader.GetString(type.Namespace) : NameOf(reader, outer);
        return $"{scope}.{reader.GetString(type.Name)}";
    }

    private static string NameOf(MetadataReader reader, TypeReferenceHandle handle)
    {
        var type = reader.GetTypeReference(handle);
        var scope = type.ResolutionScope.Kind == HandleKind.TypeReference
            ? NameOf(reader, (TypeReferenceHandle)type.ResolutionScope)
            : reader.GetString(type.Namespace);
        return $"{scope}.{reader.GetString(type.Name)}";
    }
}
