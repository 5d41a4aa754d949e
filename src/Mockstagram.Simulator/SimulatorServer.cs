using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Mockstagram.Simulator.Answering;
using Mockstagram.Simulator.Faults;
using Mockstagram.Simulator.Http;
using Mockstagram.Simulator.Ledger;
using Mockstagram.Simulator.Pacing;

namespace Mockstagram.Simulator;

/// <summary>A running simulator. Safe for concurrent use.</summary>
public sealed class SimulatorServer : IAsyncDisposable
{
    /// <summary>As Mockstagram, which runs on Node, has it. Kestrel looks once a second.</summary>
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(5);

    /// <summary>How long running answers may take when the server stops; silent ones and drips never finish anyway.</summary>
    private static readonly TimeSpan StopGrace = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan RebindPause = TimeSpan.FromMilliseconds(100);

    private readonly Provider _provider;
    private readonly TimeProvider _timeProvider;
    private readonly SimulatorApplication _application;
    private readonly SemaphoreSlim _listening = new(1, 1);
    private readonly CancellationTokenSource _stopping = new();
    private KestrelServer? _kestrel;
    private Task _outage = Task.CompletedTask;

    private SimulatorServer(SimulatorOptions options, TimeProvider timeProvider)
    {
        _provider = new Provider(options, timeProvider);
        _timeProvider = timeProvider;
        var faultyAnswers = new FaultyAnswers(_provider, timeProvider);
        _application = new SimulatorApplication(
            _provider,
            timeProvider,
            faultyAnswers,
            new SuspicionEndpoint(_provider, timeProvider, faultyAnswers),
            new ControlEndpoints(_provider, duration => StartOutage(duration)));
        Address = null!;
    }

    /// <summary>Where it listens, with the port it was given or has found.</summary>
    public Uri Address { get; private set; }

    /// <summary>How often answers are spoilt, from the next request on.</summary>
    /// <exception cref="ArgumentException">The rates cannot be used.</exception>
    public FaultRates Faults
    {
        get => _provider.Faults;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.Validate() is { Count: > 0 } errors)
                throw new ArgumentException(string.Join(' ', errors), nameof(value));
            _provider.Faults = value;
        }
    }

    /// <summary>Faults that stick to accounts, from the next request on.</summary>
    /// <exception cref="ArgumentException">The rates cannot be used.</exception>
    public FaultRates Sticky
    {
        get => _provider.Sticky;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.Validate() is { Count: > 0 } errors)
                throw new ArgumentException(string.Join(' ', errors), nameof(value));
            _provider.Sticky = value;
        }
    }

    /// <summary>Limit, capacity and latency, from the next request on.</summary>
    /// <exception cref="ArgumentException">They cannot be used.</exception>
    public Pace Pace
    {
        get => _provider.Pacing.Pace;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.Validate() is { Count: > 0 } errors)
                throw new ArgumentException(string.Join(' ', errors), nameof(value));
            _provider.SetPace(value);
        }
    }

    /// <summary>What was served; null when no ledger was asked for.</summary>
    public AnswerLedger? Ledger => _provider.Ledger;

    public SimulatorStats Stats => _provider.Stats();

    /// <summary>Starts listening. The server runs until it is disposed of; the token only gives up the start.</summary>
    /// <exception cref="ArgumentException">The options cannot be used; the message names every error.</exception>
    /// <exception cref="IOException">The address is in use or not of this machine.</exception>
    public static Task<SimulatorServer> StartAsync(SimulatorOptions options, CancellationToken cancellationToken) =>
        StartAsync(options, TimeProvider.System, cancellationToken);

    internal static async Task<SimulatorServer> StartAsync(SimulatorOptions options, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Validate() is { Count: > 0 } errors)
            throw new ArgumentException(string.Join(Environment.NewLine, errors), nameof(options));
        var server = new SimulatorServer(options, timeProvider);
        await server.ListenAsync(options.Port, cancellationToken);
        return server;
    }

    /// <summary>
    /// Takes the provider away: closes every connection and refuses new ones until the time is over. What was served
    /// and what is known stays. Returns when it listens again, or when the server is disposed of.
    /// </summary>
    public Task RefuseConnectionsAsync(TimeSpan duration) => StartOutage(duration);

    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
            return;
        await _stopping.CancelAsync();
        await _outage;
        await StopListeningAsync();
        _provider.Dispose();
        _stopping.Dispose();
        _listening.Dispose();
    }

    private Task StartOutage(TimeSpan duration)
    {
        // Outages follow one another: each waits for the one before.
        lock (_stopping)
        {
            if (_stopping.IsCancellationRequested)
                return Task.CompletedTask;
            return _outage = Task.WhenAll(_outage, Task.Run(() => OutageAsync(duration)));
        }
    }

    private async Task OutageAsync(TimeSpan duration)
    {
        try
        {
            await _listening.WaitAsync(_stopping.Token);
            await StopListeningAsync();
            await Task.Delay(duration, _timeProvider, _stopping.Token);
            await ListenAgainAsync();
            _listening.Release();
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
        }
    }

    /// <summary>Tries until it has its port again, should another program have it for a moment.</summary>
    private async Task ListenAgainAsync()
    {
        while (true)
        {
            try
            {
                await ListenAsync(Address.Port, _stopping.Token);
                return;
            }
            catch (IOException)
            {
                await Task.Delay(RebindPause, _timeProvider, _stopping.Token);
            }
        }
    }

    private async Task ListenAsync(int port, CancellationToken cancellationToken)
    {
        var options = new KestrelServerOptions { AddServerHeader = false, AllowSynchronousIO = false };
        options.Limits.KeepAliveTimeout = KeepAlive;
        options.Limits.MaxRequestBodySize = 64 * 1024;
        // A client that reads a 10 MB answer slowly is doing what it should.
        options.Limits.MinResponseDataRate = null;
        options.Listen(_provider.Options.ResolveHost()!, port, listen => listen.Protocols = HttpProtocols.Http1);
        // Answers are made where their request was read: a hop to the thread pool would cost a fifth more processor time.
        var transport = new SocketTransportOptions { Backlog = 4096, UnsafePreferInlineScheduling = true };
        var kestrel = new KestrelServer(
            Options.Create(options),
            new SocketTransportFactory(Options.Create(transport), NullLoggerFactory.Instance),
            NullLoggerFactory.Instance);
        try
        {
            await kestrel.StartAsync(_application, cancellationToken);
        }
        catch
        {
            kestrel.Dispose();
            throw;
        }
        _kestrel = kestrel;
        Address = new Uri(kestrel.Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    private async Task StopListeningAsync()
    {
        if (Interlocked.Exchange(ref _kestrel, null) is not { } kestrel)
            return;
        using var grace = new CancellationTokenSource(StopGrace, _timeProvider);
        await kestrel.StopAsync(grace.Token);
        kestrel.Dispose();
    }
}
