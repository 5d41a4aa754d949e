using Mono.Cecil;
using Mono.Cecil.Rocks;

namespace InfluencerAnalytics.Tests.Architecture;

/// <summary>A type that names a type of another room.</summary>
/// <param name="From">The room, as a namespace.</param>
/// <param name="To">The room of what it names.</param>
internal readonly record struct RoomArrow(string From, string FromType, string To, string ToType);

/// <summary>Which room of an assembly names types of which other one: in signatures, fields, bodies, base types and attributes, as compiled.</summary>
internal sealed class RoomGraph(IReadOnlyCollection<string> rooms, IReadOnlyCollection<RoomArrow> arrows)
{
    public IReadOnlyCollection<string> Rooms => rooms;

    public IReadOnlyCollection<RoomArrow> Arrows => arrows;

    public static RoomGraph Read(string path)
    {
        using var module = ModuleDefinition.ReadModule(path);
        var (rooms, arrows) = (new HashSet<string>(), new HashSet<RoomArrow>());
        foreach (var type in module.GetAllTypes())
        {
            var from = Outermost(type);
            if (IsOurs(from, module))
                rooms.Add(from.Namespace);
            foreach (var named in NamedBy(type).SelectMany(Flatten))
            {
                var to = Outermost(named);
                if (IsOurs(from, module) && IsOurs(to, module) && to.Namespace != from.Namespace)
                    arrows.Add(new RoomArrow(from.Namespace, from.Name, to.Namespace, to.Name));
            }
        }
        return new RoomGraph(rooms, arrows);
    }

    /// <summary>The pairs of rooms that each can be reached from the other, told with an arrow of each step on the way there and back.</summary>
    public IReadOnlyList<string> Circles()
    {
        var steps = arrows.GroupBy(arrow => (arrow.From, arrow.To)).ToDictionary(group => group.Key, group => group.MinBy(arrow => (arrow.FromType, arrow.ToType)));
        var (told, circles) = (new HashSet<string>(), new List<string>());
        foreach (var room in steps.Keys.Select(step => step.From).Distinct().Order(StringComparer.Ordinal))
        {
            if (told.Contains(room) || Way(room, room, steps) is not { } way)
                continue;
            told.UnionWith(way.Select(arrow => arrow.From));
            circles.Add(string.Join(", ", way.Select(arrow => $"{arrow.From} -> {arrow.To} ({arrow.FromType} -> {arrow.ToType})")));
        }
        return circles;
    }

    // The shortest one, breadth first.
    private static List<RoomArrow>? Way(string from, string to, Dictionary<(string From, string To), RoomArrow> steps)
    {
        var ways = new Queue<List<RoomArrow>>([[]]);
        var seen = new HashSet<string>();
        while (ways.TryDequeue(out var way))
        {
            var at = way.Count == 0 ? from : way[^1].To;
            foreach (var (step, arrow) in steps.Where(step => step.Key.From == at).OrderBy(step => step.Key.To, StringComparer.Ordinal))
            {
                if (step.To == to)
                    return [.. way, arrow];
                if (seen.Add(step.To))
                    ways.Enqueue([.. way, arrow]);
            }
        }
        return null;
    }

    private static IEnumerable<TypeReference?> NamedBy(TypeDefinition type) =>
    [
        type.BaseType,
        .. type.Interfaces.Select(implemented => implemented.InterfaceType),
        .. type.CustomAttributes.SelectMany(NamedBy),
        .. type.Fields.SelectMany(field => field.CustomAttributes.SelectMany(NamedBy).Prepend(field.FieldType)),
        .. type.Properties.SelectMany(property => property.CustomAttributes.SelectMany(NamedBy).Prepend(property.PropertyType)),
        .. type.GenericParameters.SelectMany(parameter => parameter.Constraints.Select(constraint => constraint.ConstraintType)),
        .. type.Methods.SelectMany(NamedBy),
    ];

    private static IEnumerable<TypeReference?> NamedBy(CustomAttribute attribute) =>
        attribute.ConstructorArguments.Select(argument => argument.Value as TypeReference).Prepend(attribute.AttributeType);

    private static IEnumerable<TypeReference?> NamedBy(MethodDefinition method) =>
    [
        method.ReturnType,
        .. method.Parameters.Select(parameter => parameter.ParameterType),
        .. method.CustomAttributes.SelectMany(NamedBy),
        .. method.GenericParameters.SelectMany(parameter => parameter.Constraints.Select(constraint => constraint.ConstraintType)),
        .. method.HasBody ? method.Body.Variables.Select(variable => variable.VariableType) : [],
        .. method.HasBody ? method.Body.ExceptionHandlers.Select(handler => handler.CatchType) : [],
        .. method.HasBody ? method.Body.Instructions.SelectMany(instruction => NamedBy(instruction.Operand)) : [],
    ];

    private static IEnumerable<TypeReference?> NamedBy(object? operand) => operand switch
    {
        TypeReference type => [type],
        GenericInstanceMethod method => [.. method.GenericArguments, method.DeclaringType, method.ReturnType, .. method.Parameters.Select(parameter => parameter.ParameterType)],
        MethodReference method => [method.DeclaringType, method.ReturnType, .. method.Parameters.Select(parameter => parameter.ParameterType)],
        FieldReference field => [field.DeclaringType, field.FieldType],
        _ => [],
    };

    // A list of arrays of points names points.
    private static IEnumerable<TypeReference> Flatten(TypeReference? type) => type switch
    {
        null or GenericParameter => [],
        GenericInstanceType generic => generic.GenericArguments.SelectMany(Flatten).Append(generic.ElementType),
        TypeSpecification specification => Flatten(specification.ElementType),
        _ => [type],
    };

    private static TypeReference Outermost(TypeReference type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    // What generators add lies in namespaces of others.
    private static bool IsOurs(TypeReference type, ModuleDefinition module) =>
        (type.Scope == module || type.Scope is ModuleReference)
        && (type.Namespace.StartsWith("InfluencerAnalytics", StringComparison.Ordinal) || type.Namespace.StartsWith("Mockstagram", StringComparison.Ordinal));
}
