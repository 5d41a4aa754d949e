namespace InfluencerAnalytics.Stores;

/// <summary>Keeps small named settings of the deployment with its data. Safe for concurrent use.</summary>
public interface ISettingStore
{
    /// <summary>The setting, or null when there is none.</summary>
    ValueTask<string?> ReadSettingAsync(string name, CancellationToken cancellationToken);

    ValueTask WriteSettingAsync(string name, string value, CancellationToken cancellationToken);

    /// <summary>Writes a setting unless it is there already, and returns what is there then: of several at once, all get the same.</summary>
    ValueTask<string> ReadOrWriteSettingAsync(string name, string value, CancellationToken cancellationToken);
}
