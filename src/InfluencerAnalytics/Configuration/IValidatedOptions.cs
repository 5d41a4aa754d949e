namespace InfluencerAnalytics.Configuration;

/// <summary>Options that say what is wrong with them. Every error of every section is reported at once, at start.</summary>
public interface IValidatedOptions
{
    /// <summary>The section of the configuration that they are read from.</summary>
    static abstract string Section { get; }

    void Validate(OptionsErrors errors);
}
