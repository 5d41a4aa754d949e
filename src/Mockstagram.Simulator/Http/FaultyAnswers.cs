using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Mockstagram.Simulator.Answering;
using Mockstagram.Simulator.Faults;

namespace Mockstagram.Simulator.Http;

/// <summary>Spoils answers. None of them enters the ledger, except a slow drip, which is a good reading in the end.</summary>
internal sealed class FaultyAnswers(Provider provider, TimeProvider timeProvider)
{
    private const int HugeLength = 10 * 1024 * 1024;

    private static readonly byte[] Padding = CreatePadding();

    public Task AnswerReadingAsync(IFeatureCollection context, long pk, FaultKind fault)
    {
        if (!fault.SpoilsBody())
            return AnswerWithoutBodyAsync(context, fault);
        provider.CountFault(fault);
        var numbers = fault == FaultKind.SlowDrip ? provider.Serve(pk) : provider.Current(pk);
        var body = SpoiltBody.Reading(fault, pk, numbers, provider.DrawVariant(2));
        return AnswerWithBodyAsync(context, fault, body);
    }

    /// <summary>What is said to a request beyond the limit.</summary>
    public void Refuse(IFeatureCollection context)
    {
        provider.CountRefused();
        WriteTooMany(context);
    }

    public Task AnswerSuspicionAsync(IFeatureCollection context, long pk, bool suspicious, FaultKind fault)
    {
        if (!fault.SpoilsBody())
            return AnswerWithoutBodyAsync(context, fault);
        provider.CountFault(fault);
        return AnswerWithBodyAsync(context, fault, SpoiltBody.Suspicion(fault, pk, suspicious));
    }

    private async Task AnswerWithoutBodyAsync(IFeatureCollection context, FaultKind fault)
    {
        provider.CountFault(fault);
        switch (fault)
        {
            case FaultKind.ServerError:
                Answers.Write(context, StatusCodes.Status500InternalServerError, """{"error":{"name":"InternalServerError"}}"""u8);
                break;
            case FaultKind.Throttled:
                WriteTooMany(context);
                break;
            case FaultKind.Unavailable:
                Answers.Write(context, StatusCodes.Status503ServiceUnavailable, """{"error":{"name":"ServiceUnavailableError"}}"""u8);
                break;
            case FaultKind.Reset:
                // Kestrel closes an aborted socket without lingering, so the client gets RST and not FIN.
                context.Get<IHttpRequestLifetimeFeature>()!.Abort();
                break;
            case FaultKind.NotFound:
                Answers.Write(context, StatusCodes.Status500InternalServerError, Answers.NotFound);
                break;
            default:
                await StaySilentAsync(context);
                break;
        }
    }

    private void WriteTooMany(IFeatureCollection context)
    {
        context.Get<IHttpResponseFeature>()!.Headers.RetryAfter = provider.Options.RetryAfter.TotalSeconds.ToString("0", null);
        Answers.Write(context, StatusCodes.Status429TooManyRequests, """{"error":{"name":"TooManyRequestsError"}}"""u8);
    }

    private Task AnswerWithBodyAsync(IFeatureCollection context, FaultKind fault, string text)
    {
        var body = Encoding.UTF8.GetBytes(text);
        switch (fault)
        {
            case FaultKind.SlowDrip:
                return DripAsync(context, body);
            case FaultKind.Truncated:
                return TruncateAsync(context, body);
            case FaultKind.HugeBody:
                return InflateAsync(context, body);
            default:
                Answers.Write(context, StatusCodes.Status200OK, body);
                return Task.CompletedTask;
        }
    }

    private async Task StaySilentAsync(IFeatureCollection context)
    {
        var lifetime = context.Get<IHttpRequestLifetimeFeature>()!;
        // Ends when the client gives up, or when the server stops: stopping aborts what is still open.
        await Task.Delay(Timeout.InfiniteTimeSpan, timeProvider, lifetime.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lifetime.Abort();
    }

    private async Task DripAsync(IFeatureCollection context, ReadOnlyMemory<byte> body)
    {
        var aborted = context.Get<IHttpRequestLifetimeFeature>()!.RequestAborted;
        var writer = context.Get<IHttpResponseBodyFeature>()!.Writer;
        Answers.SetJson(context, body.Length);
        var pause = provider.Options.DripDuration / body.Length;
        for (var i = 0; i < body.Length; i++)
        {
            await Task.Delay(pause, timeProvider, aborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (aborted.IsCancellationRequested)
                return;
            await writer.WriteAsync(body.Slice(i, 1), aborted);
        }
    }

    private async Task TruncateAsync(IFeatureCollection context, ReadOnlyMemory<byte> body)
    {
        // Half of an answer ends within a count or before it, and never happens to be valid JSON.
        var half = body[..(body.Length / 2)];
        var headers = context.Get<IHttpResponseFeature>()!.Headers;
        headers.ContentType = Answers.JsonType;
        var variant = provider.DrawVariant(3);
        // 0: the header promises the whole. 1: no length, hence chunks, and the last one never comes. 2: the cut is complete HTTP.
        headers.ContentLength = variant switch { 0 => body.Length, 2 => half.Length, _ => null };
        await context.Get<IHttpResponseBodyFeature>()!.Writer.WriteAsync(half);
        // Kestrel answers a failure after the headers by sending what is written and closing, without a last chunk.
        if (variant != 2)
            throw new IOException("The answer is cut on purpose.");
    }

    private static async Task InflateAsync(IFeatureCollection context, ReadOnlyMemory<byte> body)
    {
        var aborted = context.Get<IHttpRequestLifetimeFeature>()!.RequestAborted;
        var writer = context.Get<IHttpResponseBodyFeature>()!.Writer;
        Answers.SetJson(context, HugeLength);
        // Blanks before the closing brace: the JSON stays valid, so that only its size is wrong.
        var padding = HugeLength - body.Length;
        await writer.WriteAsync(body[..^1], aborted);
        for (; padding > 0 && !aborted.IsCancellationRequested; padding -= Padding.Length)
            await writer.WriteAsync(Padding.AsMemory(0, Math.Min(padding, Padding.Length)), aborted);
        await writer.WriteAsync(body[^1..], aborted);
    }

    private static byte[] CreatePadding()
    {
        var padding = new byte[64 * 1024];
        Array.Fill(padding, (byte)' ');
        return padding;
    }
}
