using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.HttpResults;

namespace InfluencerAnalytics.Host.Api.Http;

/// <summary>Reads a request's JSON, so that what is wrong with it is said in a 400 rather than left to the framework.</summary>
internal static class JsonBody
{
    /// <param name="expected">What would be right, as the end of a sentence.</param>
    /// <returns>The value, or the problem; a body of no length is neither.</returns>
    public static async ValueTask<(T? Value, ProblemHttpResult? Problem)> ReadAsync<T>(
        HttpContext context, JsonTypeInfo<T> type, string expected) where T : class
    {
        if (context.Request.ContentLength == 0)
            return default;
        if (!context.Request.HasJsonContentType())
        {
            return (null, TypedResults.Problem(
                $"The body must come as application/json: {expected}.", statusCode: StatusCodes.Status415UnsupportedMediaType, title: "Unsupported media type"));
        }
        try
        {
            var value = await JsonSerializer.DeserializeAsync(context.Request.Body, type, context.RequestAborted);
            return value is null ? (null, Problems.BadRequest("Bad body", $"The body is null. It must be {expected}.")) : (value, null);
        }
        catch (JsonException exception)
        {
            if (UnknownMember(exception, type) is { } unknown)
                return (null, Problems.BadRequest("Unknown member", $"{unknown} The body must be {expected}."));
            var where = exception.Path is { Length: > 0 } path ? $" at {path}" : "";
            return (null, Problems.BadRequest("Bad body", $"The body is not the JSON expected{where}. It must be {expected}."));
        }
    }

    // Bodies are flat: the member that a type which allows no other ones stopped at stands right below the root.
    private static string? UnknownMember(JsonException exception, JsonTypeInfo type)
    {
        // One with a point or a quote in its name is written $['so'].
        var name = exception.Path switch
        {
            ['$', '[', '\'', .. var quoted, '\'', ']'] => quoted,
            ['$', '.', .. var plain] => plain,
            _ => null,
        };
        if (name is null || type.Properties.Count == 0)
            return null;
        var known = type.Properties.Select(static property => property.Name).ToList();
        return known.Contains(name, StringComparer.OrdinalIgnoreCase)
            ? null
            : $"'{Parameters.Shown(name)}' is not a member here; the nearest is '{NearestName.Of(name, known)}'.";
    }
}
