using System.Text.Json;
using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.Host.Configuration;
using InfluencerAnalytics.Host.Failures;
using InfluencerAnalytics.Host.Roles;
using InfluencerAnalytics.Pipeline.Seeding;
using InfluencerAnalytics.Stores;

namespace InfluencerAnalytics.Host.Commands;

/// <summary>Reads and changes what the deployment agreed on: over HTTP when a process serves the data, in the directory itself when none does and none was named with --url.</summary>
internal sealed class AgreementAccess(ApiClient api, HostSettings settings, TextWriter error)
{
    private const string Path = "api/v1/config";

    public async Task<DeploymentAgreement> ReadAsync(CancellationToken cancellationToken)
    {
        if (await api.IsRunningAsync(cancellationToken))
            return Read(await api.GetJsonAsync(Path, cancellationToken));
        // To look must not make a data directory.
        DataDirectoryPath.Require(HostBuilding.CreateUnchecked(settings).Configuration);
        await using var direct = await DirectStorage.OpenAsync(settings, error, cancellationToken);
        return await DeploymentAgreement.ReadAsync(direct.Services.GetRequiredService<IInfluencerStore>(), cancellationToken);
    }

    /// <summary>Changes what is not null, and returns what was agreed before.</summary>
    public async Task<DeploymentAgreement> ChangeAsync(DeploymentAgreement change, CancellationToken cancellationToken)
    {
        if (await api.IsRunningAsync(cancellationToken))
            return Read((await api.PatchJsonAsync(Path, AgreementJson.ChangeOf(change), cancellationToken)).GetProperty("before"));
        await using var direct = await DirectStorage.OpenAsync(settings, error, cancellationToken);
        return await DeploymentAgreement.ChangeAsync(direct.Services.GetRequiredService<IInfluencerStore>(), change, cancellationToken);
    }

    private static DeploymentAgreement Read(JsonElement answer) =>
        AgreementJson.TryRead(answer.Deserialize(ApiJsonContext.Default.ConfigResponse)!, out var agreement, out var problem)
            ? agreement
            : throw new CommandFailedException(ExitCodes.Failure, $"The answer cannot be read: {problem} Is it another version that runs?");
}
