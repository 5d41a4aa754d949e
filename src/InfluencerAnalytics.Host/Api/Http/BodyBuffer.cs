using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.ObjectPool;

namespace InfluencerAnalytics.Host.Api.Http;

/// <summary>
/// Bytes of a body and a JSON writer over them, kept for reuse: an answer costs no buffers, and has a length when it fits.
/// Used by one request at a time.
/// </summary>
internal sealed class BodyBuffer
{
    // 1,500 points, the most that "auto" gives, are 70 KB; a larger one, grown for a long answer, is let go. At most 8 MB are kept in all.
    private const int MaxKept = 128 * 1024;
    private const int PoolSize = 64;

    private static readonly ObjectPool<BodyBuffer> Pool = new DefaultObjectPool<BodyBuffer>(new Policy(), PoolSize);

    private BodyBuffer()
    {
        Bytes = new ArrayBufferWriter<byte>(8 * 1024);
        // The answers are application/json, never part of a page, so what HTML would need escaped stays readable.
        Json = new Utf8JsonWriter(Bytes, new JsonWriterOptions { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    public ArrayBufferWriter<byte> Bytes { get; }

    public Utf8JsonWriter Json { get; }

    public static BodyBuffer Rent() => Pool.Get();

    public static void Return(BodyBuffer buffer) => Pool.Return(buffer);

    /// <summary>Sends all as the whole body.</summary>
    public Task SendAsync(HttpContext context, string contentType)
    {
        context.Response.ContentType = contentType;
        context.Response.ContentLength = Bytes.WrittenCount;
        return context.Response.BodyWriter.WriteAsync(Bytes.WrittenMemory, context.RequestAborted).AsTask();
    }

    /// <summary>Sends what there is as the next part of a body of unknown length.</summary>
    public async ValueTask SendPartAsync(HttpContext context)
    {
        await context.Response.BodyWriter.WriteAsync(Bytes.WrittenMemory, context.RequestAborted);
        Bytes.ResetWrittenCount();
    }

    private sealed class Policy : PooledObjectPolicy<BodyBuffer>
    {
        public override BodyBuffer Create() => new();

        public override bool Return(BodyBuffer obj)
        {
            obj.Bytes.ResetWrittenCount();
            obj.Json.Reset(obj.Bytes);
            return obj.Bytes.Capacity <= MaxKept;
        }
    }
}
