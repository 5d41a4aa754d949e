using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Mockstagram.Simulator.Answering;
using Mockstagram.Simulator.Faults;

namespace Mockstagram.Simulator.Http;

/// <summary>
/// <c>POST /api/v1/influencers/is_suspicious</c> with a reading: whether the account looks bought, after a long think.
/// It judges the numbers it is given; whether the account exists does not matter.
/// </summary>
internal sealed class SuspicionEndpoint(Provider provider, TimeProvider timeProvider, FaultyAnswers faultyAnswers)
{
    /// <summary>Mockstagram's own limit: at most this many followers for each one followed.</summary>
    private const double SuspiciousRatio = 5.64;

    public async Task AnswerAsync(IFeatureCollection context, IHttpRequestFeature request)
    {
        if (request.Method != HttpMethods.Post)
        {
            Answers.Write(context, StatusCodes.Status405MethodNotAllowed, """{"error":{"name":"MethodNotAllowedError"}}"""u8);
            return;
        }
        if (await ReadAsync(request.Body) is not { } record)
        {
            Answers.Write(context, StatusCodes.Status400BadRequest, """{"error":{"name":"BadRequestError"}}"""u8);
            return;
        }
        // As in JavaScript: nothing divided by nothing is no number, and no number is at most the limit.
        var suspicious = record.Followers / record.Following <= SuspiciousRatio;
        await Task.Delay(provider.DrawWait(provider.Options.SuspicionDelay) + provider.DrawWait(provider.Pacing.Pace.Latency), timeProvider);

        var fault = provider.DrawFault(record.Pk);
        if (fault != FaultKind.None)
        {
            await faultyAnswers.AnswerSuspicionAsync(context, record.Pk, suspicious, fault);
            return;
        }
        provider.CountSuspicionCheck();
        Answers.Write(context, StatusCodes.Status200OK, Encoding.UTF8.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $$"""{"pk":{{record.Pk}},"suspicious":{{(suspicious ? "true" : "false")}}}""")));
    }

    private static async Task<(long Pk, double Followers, double Following)?> ReadAsync(Stream body)
    {
        try
        {
            using var json = await JsonDocument.ParseAsync(body);
            var root = json.RootElement;
            return (root.GetProperty("pk").GetInt64(), root.GetProperty("followerCount").GetDouble(), root.GetProperty("followingCount").GetDouble());
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or BadHttpRequestException)
        {
            return null;
        }
    }
}
