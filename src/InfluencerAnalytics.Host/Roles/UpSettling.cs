using System.Globalization;
using InfluencerAnalytics.Host.Configuration;
using InfluencerAnalytics.Host.Failures;
using InfluencerAnalytics.Pipeline.Roster;
using InfluencerAnalytics.Providers;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Working;

namespace InfluencerAnalytics.Host.Roles;

/// <summary>
/// What <c>up</c> settles with the store before its roles begin: whose readings it holds, what the deployment agrees on, whom to track. Where the store is on another machine and
/// away, the roles begin without it, since a fetcher never needs the store in order to fetch; the worker settles the same as soon as the store is there.
/// </summary>
internal sealed partial class UpSettling(
    ISettingStore settings, ProviderIdentity provider, SeedingOptions seeding, UpOptions options, UpRoster roster, IConfiguration configuration,
    WorkerHealth health, TimeProvider timeProvider, ILogger<UpSettling> logger) : Worker("start", health, timeProvider, logger)
{
    private volatile bool _isLeft;

    protected override TimeSpan IdlePause => TimeSpan.FromMinutes(1);

    // One of its own directory that cannot be used stays so.
    private bool IsElsewhere => StorageLayout.Of(configuration, HostedRole.Up).Store != StoreKind.Embedded;

    /// <summary>The provider first: where that is refused, nothing else has changed.</summary>
    /// <returns>The interval; null when it is not known yet, since the store is away.</returns>
    /// <exception cref="CommandFailedException">The store holds another provider's readings.</exception>
    /// <exception cref="StoreUnavailableException">The store of this very process cannot be used.</exception>
    public async Task<TimeSpan?> AgreeAsync(TextWriter output, CancellationToken cancellationToken)
    {
        try
        {
            return await ReachAgreementAsync(output, cancellationToken);
        }
        catch (StoreUnavailableException exception) when (IsElsewhere)
        {
            await LeaveAsync(output, exception);
            return null;
        }
    }

    /// <summary>Brings the roster to the range that this start was told; left, as above, when the store is away.</summary>
    public async Task ReachRosterAsync(TextWriter output, CancellationToken cancellationToken)
    {
        if (_isLeft)
            return;
        try
        {
            await ChangeRosterAsync(output, cancellationToken);
        }
        catch (StoreUnavailableException exception) when (IsElsewhere)
        {
            await LeaveAsync(output, exception);
        }
    }

    protected override async ValueTask<WorkResult> WorkAsync(CancellationToken stopping)
    {
        if (!_isLeft)
            return WorkResult.Idle;
        await using var said = new StringWriter(CultureInfo.InvariantCulture);
        await ReachAgreementAsync(said, stopping);
        await ChangeRosterAsync(said, stopping);
        _isLeft = false;
        Log.Settled(Logger, said.ToString().ReplaceLineEndings(" ").Trim());
        return WorkResult.Idle;
    }

    private async Task<TimeSpan> ReachAgreementAsync(TextWriter output, CancellationToken cancellationToken)
    {
        await AgreementAtStart.ReachProviderAsync(
            settings, provider, configuration.GetValue<bool>(SettingKeys.AcceptProvider), "add --accept-provider to go on with this one", output, cancellationToken);
        return await AgreementAtStart.ReachSeedingAsync(settings, configuration, seeding, output, cancellationToken);
    }

    private async Task ChangeRosterAsync(TextWriter output, CancellationToken cancellationToken)
    {
        if (await roster.DecideAsync(options, cancellationToken) is not { } target)
            return;
        var change = await roster.ApplyAsync(target, progress: null, cancellationToken);
        if (change.Added == 0 && change.Removed == 0)
            return;
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Roster: {change.Added:#,0} influencers added, {change.Removed:#,0} removed."));
    }

    private async Task LeaveAsync(TextWriter output, StoreUnavailableException exception)
    {
        _isLeft = true;
        await output.WriteLineAsync($"Interval and roster are settled as soon as the store is there: {exception.Message}");
    }

    private static partial class Log
    {
        [LoggerMessage(4120, LogLevel.Information, "The store is there, and what the start asked for is settled. {Said}")]
        public static partial void Settled(ILogger logger, string said);
    }
}
