using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.Options;

namespace InfluencerAnalytics.Host.Api.Http;

/// <summary>On an endpoint whose answers can be long.</summary>
internal sealed record CompressedAnswer;

/// <summary>Compresses only what is long enough to gain by it: the hot answers are a few hundred bytes, and fit one packet as they are.</summary>
internal sealed class LongAnswerCompression(IServiceProvider services, IOptions<ResponseCompressionOptions> options)
    : ResponseCompressionProvider(services, options)
{
    private const int MinBytes = 4096;

    public override bool ShouldCompressResponse(HttpContext context) =>
        context.Response.ContentLength is null or >= MinBytes && base.ShouldCompressResponse(context);
}
