using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace MiniCpmDist.Substitutes.Grpc.Tests;

/// <summary>What an assembly shows to others, one line a type or member, in the form of <c>api-used.txt</c>.</summary>
internal static class PublicSurface
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance
        | BindingFlags.DeclaredOnly;

    private static readonly NullabilityInfoContext s_nullability = new();

    public static IEnumerable<string> Of(Assembly assembly) =>
        assembly.GetTypes()
            .Where(IsShown)
            .SelectMany(type => Members(type).Prepend($"{TypeName.Of(type)} !type : {Kind(type)}"))
            .Order(StringComparer.Ordinal);

    private static bool IsShown(Type type) =>
        type.IsNested
            ? (type.IsNestedPublic || type.IsNestedFamORAssem || type.IsNestedFamily) && IsShown(type.DeclaringType!)
            : type.IsPublic;

    private static IEnumerable<string> Members(Type type)
    {
        if (typeof(Delegate).IsAssignableFrom(type))
            return [];

        if (type.IsEnum)
            return Enum.GetNames(type)
                .Select(name => $"{TypeName.Of(type)}.{name} = {Enum.Format(type, Enum.Parse(type, name), "d")}");

        return type.GetConstructors(Declared).Where(IsShown).Select(Constructor)
            .Concat(type.GetMethods(Declared).Where(method => IsShown(method) && !method.IsSpecialName).Select(Method))
            .Concat(type
                .GetProperties(Declared)
                .Where(property => property.GetAccessors(true).Any(IsShown))
                .Select(Property))
            .Concat(type.GetFields(Declared).Where(field => field.IsPublic || field.IsFamily).Select(Field));
    }

    private static bool IsShown(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string Kind(Type type)
    {
        if (typeof(Delegate).IsAssignableFrom(type))
        {
            var invoke = type.GetMethod("Invoke")!;
            return $"public delegate {TypeName.Of(invoke.ReturnType)}({Parameters(invoke)})";
        }

        var access = type.IsNestedFamORAssem ? "protected internal" : type.IsNestedFamily ? "protected" : "public";
        var kind = type.IsEnum ? "enum : int"
            : type.IsInterface ? "interface"
            : type.IsValueType ? "struct"
            : type.IsAbstract && type.IsSealed ? "static class"
            : type.IsAbstract ? "abstract class"
            : type.IsSealed ? "sealed class" : "class";
        if (type.IsEnum)
            return $"{access} {kind}";

        var inherited = type.BaseType?.GetInterfaces() ?? [];
        var bases = type.GetInterfaces().Except(inherited);
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType))
            bases = bases.Prepend(parent);

        var list = string.Join(", ", bases.Select(TypeName.Of));
        return $"{access} {kind}{(list.Length == 0 ? "" : $" : {list}")}{Constraints(type.GetGenericArguments())}";
    }

    private static string Constructor(ConstructorInfo constructor) =>
        $"{TypeName.Of(constructor.DeclaringType!)}..ctor({Parameters(constructor)}) : {Access(constructor)}";

    private static string Method(MethodInfo method)
    {
        var generic = method.GetGenericArguments();
        var arguments = generic.Length == 0 ? "" : $"<{string.Join(", ", generic.Select(TypeName.Of))}>";
        var extension = method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "";
        var result = Annotated(method.ReturnType, s_nullability.Create(method.ReturnParameter));
        return $"{TypeName.Of(method.DeclaringType!)}.{method.Name}{arguments}({extension}{Parameters(method)}) : "
            + $"{Access(method)}{Modifiers(method)} {result}{Constraints(generic)}";
    }

    private static string Property(PropertyInfo property)
    {
        var accessor = property.GetAccessors(true).First(IsShown);
        var index = property.GetIndexParameters();
        var name = index.Length == 0
            ? property.Name
            : $"this[{string.Join(", ", index.Select(key => $"{TypeName.Of(key.ParameterType)} {key.Name}"))}]";
        var getter = property.GetMethod is { } get && IsShown(get) ? "get; " : "";
        var setter = property.SetMethod is { } set && IsShown(set) ? "set; " : "";
        return $"{TypeName.Of(property.DeclaringType!)}.{name} : {Access(accessor)}{Modifiers(accessor)} "
            + $"{Annotated(property.PropertyType, s_nullability.Create(property))} {{ {getter}{setter}}}";
    }

    private static string Field(FieldInfo field)
    {
        var kind = field.IsLiteral
            ? "const field"
            : $"{(field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}field";
        var value = field.IsLiteral ? $" = {field.GetRawConstantValue()}" : "";
        return $"{TypeName.Of(field.DeclaringType!)}.{field.Name} : {(field.IsPublic ? "public" : "protected")} {kind} "
            + $"{TypeName.Of(field.FieldType)}{value}";
    }

    private static string Access(MethodBase method) =>
        method.IsPublic ? "public" : method.IsFamilyOrAssembly ? "protected internal" : "protected";

    private static string Modifiers(MethodInfo method)
    {
        if (method.IsStatic)
            return " static";

        var overrides = method.GetBaseDefinition() != method;
        if (method.DeclaringType!.IsInterface || !method.IsVirtual || (method.IsFinal && !overrides))
            return "";

        return overrides
            ? method.IsFinal ? " sealed override" : " override"
            : method.IsAbstract ? " abstract" : " virtual";
    }

    private static string Parameters(MethodBase method) =>
        string.Join(", ", method.GetParameters().Select(parameter =>
        {
            var prefix = parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "";
            var type = Annotated(parameter.ParameterType, s_nullability.Create(parameter));
            return $"{prefix}{type} {parameter.Name}{Default(parameter)}";
        }));

    private static string Default(ParameterInfo parameter) => parameter switch
    {
        { HasDefaultValue: false } => "",
        { DefaultValue: bool value } => value ? " = true" : " = false",
        { DefaultValue: { } value } => $" = {Convert.ToInt64(value, CultureInfo.InvariantCulture)}",
        { ParameterType.IsValueType: true } when Nullable.GetUnderlyingType(parameter.ParameterType) is null =>
            " = default",
        _ => " = null",
    };

    private static string Annotated(Type type, NullabilityInfo nullability) =>
        !type.IsValueType && !type.IsGenericParameter && nullability.ReadState == NullabilityState.Nullable
            ? $"{TypeName.Of(type)}?"
            : TypeName.Of(type);

    private static string Constraints(Type[] parameters) => string.Concat(parameters.Select(parameter =>
    {
        var reference = parameter.GenericParameterAttributes.HasFlag(
            GenericParameterAttributes.ReferenceTypeConstraint);
        var constraints = parameter.GetGenericParameterConstraints().Select(TypeName.Of);
        var all = string.Join(", ", reference ? constraints.Prepend("class") : constraints);
        return all.Length == 0 ? "" : $" where {parameter.Name} : {all}";
    }));
}
