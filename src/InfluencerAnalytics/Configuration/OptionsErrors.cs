using System.Numerics;

namespace InfluencerAnalytics.Configuration;

/// <summary>Collects what is wrong with one section, in words that name the key.</summary>
public sealed class OptionsErrors(string section)
{
    private readonly List<string> _errors = [];

    public IReadOnlyList<string> All => _errors;

    public void Add(string key, string problem) => _errors.Add($"{section}:{key}: {problem}");

    public void Range<T>(string key, T value, T min, T max) where T : INumber<T>
    {
        if (value < min || value > max)
            Add(key, FormattableString.Invariant($"{value} is not between {min} and {max}."));
    }

    public void Range(string key, TimeSpan value, TimeSpan min, TimeSpan max)
    {
        if (value < min || value > max)
            Add(key, $"{value:c} is not between {min:c} and {max:c}.");
    }
}
