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
/// <param name="isTagged">Whether rows that are not many get an ETag by what they are; not where the endpoint has made one, nor where nobody may keep them.</param>
internal sealed class CsvResult<T>(string header, string fileName, long? availableFrom, IAsyncEnumerable<T> items, CsvWriter<T> write, bool isTagged = false) : IResult
{
    // Held until it is known whether they are all: 1,500 rows, as many as JSON has at the most when it chooses the resolution, are 170 KB.
    private const int TaggedBytes = 256 * 1024;

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
            response.Headers.Vary = "Accept";
            Encoding.UTF8.GetBytes(header, buffer.Bytes);
            for (; isTagged && more && buffer.Bytes.WrittenCount < TaggedBytes; more = await rows.MoveNextAsync())
                Write(rows.Current, buffer.Bytes);
            if (isTagged && !more && TagOf(buffer.Bytes.WrittenSpan).IsNotModified(httpContext))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }
            response.ContentType = "text/csv; charset=utf-8; header=present";
            response.Headers.ContentDisposition = $"attachment; filename=\"{fileName}\"";
            if (availableFrom is { } from)
                response.Headers[ApiHeaders.AvailableFrom] = UtcText.Of(from);
            if (HttpMethods.IsHead(httpContext.Request.Method))
                return;
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

    private ContentTag TagOf(ReadOnlySpan<byte> rows)
    {
        var tag = new ContentTag();
        tag.Add(availableFrom ?? -1);
        tag.AddBytes(rows);
        return tag;
    }

    private void Write(T item, IBufferWriter<byte> to) => write(in item, to);
}
