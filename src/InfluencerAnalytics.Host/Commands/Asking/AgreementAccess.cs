using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.Host.Configuration;
using InfluencerAnalytics.Host.Failures;
using InfluencerAnalytics.Host.Roles;
using InfluencerAnalytics.Pipeline.Roster;
using InfluencerAnalytics.Stores;

namespace InfluencerAnalytics.Host.Commands.Asking;

/// <summary>Reads and changes what the deployment agreed on: over HTTP when a process serves the data, in the directory itself when none does and none was named with --url.</summary>
internal sealed class AgreementAccess(RunningServer server, HostSettings settings, TextWriter error)
{
    public async Task<DeploymentAgreement> ReadAsync(CancellationToken cancellationToken)
    {
        if (await server.IsRunningAsync(cancellationToken))
            return Read(await server.AskAsync(client => client.GetConfigAsync(cancellationToken)));
        // To look must not make a data directory.
        DataDirectoryPath.Require(HostBuilding.CreateUnchecked(settings).Configuration);
        await using var direct = await DirectStorage.OpenAsync(settings, error, cancellationToken);
        return await DeploymentAgreement.ReadAsync(direct.Services.GetRequiredService<ISettingStore>(), cancellationToken);
    }

    /// <summary>Changes what is not null, and returns what was agreed before.</summary>
    public async Task<DeploymentAgreement> ChangeAsync(DeploymentAgreement change, CancellationToken cancellationToken)
    {
        if (await server.IsRunningAsync(cancellationToken))
            return Read((await server.AskAsync(client => client.ChangeConfigAsync(AgreementJson.ChangeOf(change), cancellationToken))).Before);
        await using var direct = await DirectStorage.OpenAsync(settings, error, cancellationToken);
        return await DeploymentAgreement.ChangeAsync(direct.Services.GetRequiredService<ISettingStore>(), change, cancellationToken);
    }

    private static DeploymentAgreement Read(ConfigResponse answer) =>
        AgreementJson.TryRead(answer, out var agreement, out var problem)
            ? agreement
            : throw new CommandFailedException(ExitCodes.Failure, $"The answer cannot be read: {problem} Is it another version that runs?");
}
