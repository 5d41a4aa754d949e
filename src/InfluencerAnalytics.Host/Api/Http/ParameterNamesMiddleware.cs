using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;

namespace InfluencerAnalytics.Host.Api.Http;

/// <summary>
/// Refuses query parameters that an endpoint does not take: left alone, a misspelt one would be answered as if it had not been sent. What an endpoint takes is read from its
/// handler, so that no list of it can fall behind.
/// </summary>
internal sealed class ParameterNamesMiddleware(RequestDelegate next)
{
    // As many as there are endpoints.
    private readonly ConcurrentDictionary<Endpoint, string[]> _known = new();

    public Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.QueryString.HasValue || context.GetEndpoint() is not { } endpoint || HandlerOf(endpoint) is not { } handler)
            return next(context);
        var known = _known.TryGetValue(endpoint, out var names) ? names : _known.GetOrAdd(endpoint, static (of, method) => NamesOf(of, method), handler);
        foreach (var (name, _) in context.Request.Query)
        {
            if (!known.Contains(name, StringComparer.OrdinalIgnoreCase))
                return Problems.BadRequest("Unknown parameter", Describe(name, known)).ExecuteAsync(context);
        }
        return next(context);
    }

    /// <summary>The handler of an endpoint of this API; null for what a library maps, whose parameters are its own business.</summary>
    private static MethodInfo? HandlerOf(Endpoint endpoint) =>
        endpoint.Metadata.GetMetadata<MethodInfo>() is { } method && method.DeclaringType?.Assembly == typeof(ParameterNamesMiddleware).Assembly ? method : null;

    private static string[] NamesOf(Endpoint endpoint, MethodInfo handler)
    {
        var route = endpoint is RouteEndpoint { RoutePattern: var pattern } ? pattern.Parameters.Select(static part => part.Name) : [];
        return [.. handler.GetParameters().Where(IsFromQuery).Select(NameOf).Except(route, StringComparer.OrdinalIgnoreCase)];
    }

    private static bool IsFromQuery(ParameterInfo parameter)
    {
        var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        return (type == typeof(string) || type.IsPrimitive || type.IsEnum || type == typeof(string[]))
            && !parameter.GetCustomAttributes().Any(static attribute => attribute is IFromHeaderMetadata or IFromServiceMetadata or IFromBodyMetadata or IFromRouteMetadata);
    }

    private static string NameOf(ParameterInfo parameter) =>
        parameter.GetCustomAttributes().OfType<IFromQueryMetadata>().FirstOrDefault()?.Name ?? parameter.Name!;

    private static string Describe(string name, string[] known) => NearestName.Of(name, known) is { } nearest
        ? $"'{Parameters.Shown(name)}' is not a parameter here; the nearest is '{nearest}'. {(known.Length == 1 ? "It is the only one." : $"There are {string.Join(", ", known)}.")}"
        : $"'{Parameters.Shown(name)}' is not a parameter here: there are none.";
}
