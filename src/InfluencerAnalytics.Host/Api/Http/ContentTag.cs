using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace InfluencerAnalytics.Host.Api.Http;

/// <summary>
/// A weak ETag over the values that an answer shows, made before the answer is written. Equal values give equal tags in every process.
/// A mutable struct: pass it by reference.
/// </summary>
internal struct ContentTag
{
    // What was added so far is the seed of what comes next. Not for secrets, only to notice a change.
    private ulong _hash;

    public void Add(long value) => Add([value]);

    public void AddBytes(ReadOnlySpan<byte> bytes) => _hash = XxHash3.HashToUInt64(bytes, unchecked((long)_hash));

    public void Add(ReadOnlySpan<long> values) => AddBytes(MemoryMarshal.AsBytes(values));

    public void Add(string? text)
    {
        Add(text?.Length ?? -1);
        AddBytes(MemoryMarshal.AsBytes(text.AsSpan()));
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
