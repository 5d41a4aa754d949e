using System.Globalization;

namespace InfluencerAnalytics.Host.Api.Http;

/// <summary>
/// A weak ETag over the values that an answer shows, made before the answer is written. Equal values give equal tags in every process.
/// A mutable struct: pass it by reference.
/// </summary>
internal struct ContentTag()
{
    // FNV-1a's constants, over 64-bit values instead of bytes, with a final mix: not for secrets, only to notice a change.
    private ulong _hash = 14695981039346656037UL;

    public void Add(long value) => _hash = unchecked(((_hash ^ (ulong)value) * 1099511628211UL) + (_hash >> 29));

    public void Add(ReadOnlySpan<long> values)
    {
        foreach (var value in values)
            Add(value);
    }

    public void Add(string? text)
    {
        Add(text?.Length ?? -1);
        foreach (var character in text.AsSpan())
            Add(character);
    }

    /// <summary>Sets the headers. True when the client has this very content: answer 304.</summary>
    public readonly bool IsNotModified(HttpContext context)
    {
        var tag = string.Create(CultureInfo.InvariantCulture, $"W/\"{_hash:x16}\"");
        context.Response.Headers.ETag = tag;
        // Keep it, but ask each time whether it still holds.
        context.Response.Headers.CacheControl = "no-cache";
        foreach (var known in context.Request.Headers.IfNoneMatch)
        {
            if (known is not null && (known == "*" || known.Contains(tag, StringComparison.Ordinal)))
                return true;
        }
        return false;
    }
}
