using InfluencerAnalytics.Pipeline;
using InfluencerAnalytics.Pipeline.Fetching;
using InfluencerAnalytics.Pipeline.Fetching.Control;
using InfluencerAnalytics.Providers;
using InfluencerAnalytics.Providers.Mockstagram;
using Microsoft.Extensions.Logging.Abstractions;

namespace InfluencerAnalytics.Benchmarks.FetchLoop;

/// <summary>The program's own client through its gate: time limits, all checks of the answer, circuit breaker, counts.</summary>
internal sealed class ClientLoop : FetchLoops
{
    private readonly MockstagramDataProvider _provider;
    private readonly ProviderControl _control;
    private readonly ProviderGate _gate;

    public ClientLoop(Uri server, int connections) : base("the program's client through its gate", connections)
    {
        var metrics = new PipelineMetrics(TimeProvider.System);
        var clock = new ProviderClock(TimeProvider.System, NullLogger<ProviderClock>.Instance);
        var options = new ProviderOptions { BaseAddress = server };
        _provider = new MockstagramDataProvider(options, TimeProvider.System, clock);
        _control = new ProviderControl(new FetchingOptions().Limits, options, metrics, TimeProvider.System, NullLogger<ProviderControl>.Instance);
        _gate = new ProviderGate(_provider, _control, metrics, TimeProvider.System);
    }

    public override void Dispose()
    {
        _control.Dispose();
        _provider.Dispose();
    }

    protected override async Task LoopAsync(long id, CancellationToken cancellationToken)
    {
        // Cancelled at the end of a slot, as in production, so that each request registers with it.
        using var slot = new CancellationTokenSource();
        for (; !cancellationToken.IsCancellationRequested; id = Next(id))
        {
            if ((await _gate.FetchAsync(id, isFirst: true, slot.Token)).IsOk)
                CountGood();
        }
    }
}
