using System.Globalization;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Mockstagram.Simulator.Answering;
using Mockstagram.Simulator.Faults;
using Mockstagram.Simulator.Pacing;

namespace Mockstagram.Simulator.Http;

/// <summary>
/// Answers requests directly on Kestrel: no routing, logging or scope a request, so that a benchmark on the same machine
/// measures the fetcher and not the provider. A good answer without latency runs to its end without an await.
/// </summary>
internal sealed class SimulatorApplication(
    Provider provider,
    TimeProvider timeProvider,
    FaultyAnswers faultyAnswers,
    SuspicionEndpoint suspicion,
    ControlEndpoints control) : IHttpApplication<IFeatureCollection>
{
    private const string Accounts = "/api/v1/influencers/";
    private const string Suspicious = "is_suspicious";

    public IFeatureCollection CreateContext(IFeatureCollection contextFeatures) => contextFeatures;

    public void DisposeContext(IFeatureCollection context, Exception? exception)
    {
    }

    public Task ProcessRequestAsync(IFeatureCollection context)
    {
        var request = context.Get<IHttpRequestFeature>()!;
        var path = request.Path.AsSpan();
        if (!path.StartsWith(Accounts, StringComparison.Ordinal))
            return control.AnswerAsync(context, request);
        var account = path[Accounts.Length..];
        if (account.SequenceEqual(Suspicious))
            return suspicion.AnswerAsync(context, request);

        // What is no number is simply an account that does not exist.
        if (!long.TryParse(account, NumberStyles.None, CultureInfo.InvariantCulture, out var pk))
            pk = 0;
        var pacing = provider.Pacing;
        if (!pacing.Admit())
        {
            faultyAnswers.Refuse(context);
            return Task.CompletedTask;
        }
        var fault = provider.DrawFault(pk);
        if (fault != FaultKind.None || !pacing.IsImmediate)
            return AnswerSlowlyAsync(context, pk, fault, pacing);
        Answer(context, pk);
        return Task.CompletedTask;
    }

    private void Answer(IFeatureCollection context, long pk)
    {
        if (provider.Knows(pk))
        {
            Answers.WriteReading(context, pk, provider.Serve(pk));
            return;
        }
        provider.CountUnknown();
        Answers.Write(context, StatusCodes.Status500InternalServerError, Answers.NotFound);
    }

    private async Task AnswerSlowlyAsync(IFeatureCollection context, long pk, FaultKind fault, ProviderPacing pacing)
    {
        if (!pacing.Pace.Latency.IsNone)
            await Task.Delay(provider.DrawWait(pacing.Pace.Latency), timeProvider);
        // Only good answers cost the provider work: spoilt ones are made at its door.
        if (fault == FaultKind.None)
            await pacing.WorkAsync();
        // Nobody is there any more to hear a good answer, which must then not be counted as one.
        if (context.Get<IHttpRequestLifetimeFeature>()!.RequestAborted.IsCancellationRequested)
        {
            provider.CountAbandoned();
            return;
        }
        // An account that does not exist has no counts to spoil.
        if (fault == FaultKind.None || (fault.SpoilsBody() && !provider.Knows(pk)))
            Answer(context, pk);
        else
            await faultyAnswers.AnswerReadingAsync(context, pk, fault);
    }
}
