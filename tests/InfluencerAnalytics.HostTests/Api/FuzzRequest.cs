using System.Net.Http.Headers;

namespace InfluencerAnalytics.HostTests.Api;

/// <summary>One request of the fuzz test.</summary>
internal sealed record FuzzRequest(string Method, string Path, byte[]? Body, string? BodyType, IReadOnlyList<(string Name, string Value)> Headers)
{
    /// <summary>Whether its body is longer than any endpoint takes.</summary>
    public bool IsTooLong => Body?.Length > 4 * 1024 * 1024;

    public HttpRequestMessage ToMessage()
    {
        var message = new HttpRequestMessage(new HttpMethod(Method), new Uri(Path, UriKind.Relative));
        if (Body is not null)
        {
            message.Content = new ByteArrayContent(Body);
            if (BodyType is not null)
                message.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(BodyType);
        }
        foreach (var (name, value) in Headers)
            message.Headers.TryAddWithoutValidation(name, value);
        return message;
    }

    public override string ToString() =>
        $"{Method} {Path} [{string.Join(", ", Headers.Select(header => $"{header.Name}: {header.Value}"))}] {BodyType} {(Body is null ? "" : System.Text.Encoding.UTF8.GetString(Body.AsSpan(0, Math.Min(200, Body.Length))))}";
}
