namespace InfluencerAnalytics.Host.Api.Http;

/// <summary>On an endpoint whose answers get an ETag by what they are, since no handler makes one by what they show.</summary>
internal sealed record TaggedAnswer;

/// <summary>Holds an answer until all of it is there, and sends it with its length and an ETag, or 304 to who has it. For answers of some hundred kilobytes at most.</summary>
internal sealed class TaggedAnswerMiddleware(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var response = context.Response;
        var body = response.Body;
        using var held = new MemoryStream();
        response.Body = held;
        try
        {
            await next(context);
            await response.BodyWriter.FlushAsync(context.RequestAborted);
        }
        finally
        {
            response.Body = body;
        }
        var bytes = held.GetBuffer().AsMemory(0, (int)held.Length);
        if (response.StatusCode == StatusCodes.Status200OK && response.Headers.ETag.Count == 0 && Tag(bytes.Span).IsNotModified(context))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            response.ContentType = null;
            response.ContentLength = null;
            return;
        }
        if (bytes.IsEmpty)
            return;
        response.ContentLength = bytes.Length;
        await body.WriteAsync(bytes, context.RequestAborted);
    }

    private static ContentTag Tag(ReadOnlySpan<byte> bytes)
    {
        var tag = new ContentTag();
        tag.AddBytes(bytes);
        return tag;
    }
}
