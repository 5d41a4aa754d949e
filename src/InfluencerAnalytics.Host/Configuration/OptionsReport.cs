namespace InfluencerAnalytics.Host.Configuration;

/// <summary>What a look at the whole configuration came to.</summary>
/// <param name="Errors">Everything that is wrong, each in words that name the key; empty when the program can start.</param>
/// <param name="Warnings">What is likely a mistake and harmless.</param>
/// <param name="Normalized">Values in the form that .NET's binder reads, for those that were written in a friendlier one.</param>
/// <param name="Values">Every setting with its effective value; those of sections with errors are left out.</param>
internal sealed record OptionsReport(
    IReadOnlyList<string> Errors,
    IReadOnlyList<string> Warnings,
    IReadOnlyDictionary<string, string?> Normalized,
    IReadOnlyList<EffectiveValue> Values)
{
    /// <summary>All that is wrong in one text, a line each.</summary>
    public static string Describe(IReadOnlyList<string> errors)
    {
        var head = errors.Count == 1 ? "The configuration has an error:" : $"The configuration has {errors.Count} errors:";
        return head + string.Concat(errors.Select(error => $"{Environment.NewLine}  {error}"));
    }
}

/// <param name="Key">As in <c>Section:Key</c>.</param>
/// <param name="Value">For people: time spans as <c>60s</c>, secrets hidden.</param>
/// <param name="Source">Where it comes from: <c>default</c>, <c>environment</c>, <c>command line</c> or a file's name.</param>
internal sealed record EffectiveValue(string Key, string Value, string Source);
