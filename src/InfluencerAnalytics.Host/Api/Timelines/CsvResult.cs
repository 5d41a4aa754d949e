using System.Buffers;
using System.Text;
using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.Host.Api.Http;
using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Host.Api.Timelines;

/// <summary>Writes one item as a row.</summary>
internal delegate void CsvWriter<T>(in T item, IBufferWriter<byte> to);

/// <summary>
/// Streams items as CSV in bounded memory. The first item is read before the answer begins, so that a store that is away is still a 503;
/// what fails later breaks the connection.
/// </summary>
internal sealed class CsvResult<T>(string header, string fileName, long? availableFrom, IAsyncEnumerable<T> items, CsvWriter<T> write) : IResult
{
    // Large enough that the cost of a send does not show, small enough for many downloads at once.
    private const int PartBytes = 32 * 1024;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var buffer = BodyBuffer.Rent();
        try
        {
            await using var rows = items.GetAsyncEnumerator(httpContext.RequestAborted);
            var more = await rows.MoveNextAsync();
            var response = httpContext.Response;
            response.ContentType = "text/csv; charset=utf-8; header=present";
            response.Headers.ContentDisposition = $"attachment; filename=\"{fileName}\"";
            response.Headers.Vary = "Accept";
            if (availableFrom is { } from)
                response.Headers[ApiHeaders.AvailableFrom] = UtcText.Of(from);
            if (HttpMethods.IsHead(httpContext.Request.Method))
                return;
            Encoding.UTF8.GetBytes(header, buffer.Bytes);
            for (; more; more = await rows.MoveNextAsync())
            {
                Write(rows.Current, buffer.Bytes);
                if (buffer.Bytes.WrittenCount >= PartBytes)
                    await buffer.SendPartAsync(httpContext);
            }
            await buffer.SendPartAsync(httpContext);
        }
        finally
        {
            BodyBuffer.Return(buffer);
        }
    }

    private void Write(T item, IBufferWriter<byte> to) => write(in item, to);
}
