namespace MiniCpmDist.Substitutes.Grpc.Tests;

/// <summary>
/// Names of types as <c>api-used.txt</c> has them: C#'s own words, and no namespace for System and collections.
/// </summary>
internal static class TypeName
{
    private static readonly Dictionary<Type, string> s_keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(double)] = "double",
    };

    public static string Of(Type type)
    {
        if (s_keywords.TryGetValue(type, out var keyword))
            return keyword;

        if (type.IsGenericParameter)
            return type.Name;

        if (type.IsArray)
            return $"{Of(type.GetElementType()!)}[]";

        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return $"{Of(underlying)}?";

        var arguments = type.GetGenericArguments().Select(Of).ToArray();
        var name = type.Name.Split('`')[0];
        if (arguments.Length > 0)
            name += $"<{string.Join(", ", arguments)}>";

        if (type.IsNested)
            return $"{Of(type.DeclaringType!)}.{name}";

        return type.Namespace is "System" or "System.Collections.Generic" ? name : $"{type.Namespace}.{name}";
    }
}
