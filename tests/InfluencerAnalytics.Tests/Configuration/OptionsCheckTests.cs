using InfluencerAnalytics.Configuration;
using InfluencerAnalytics.Host.Configuration;
using Microsoft.Extensions.Configuration;

namespace InfluencerAnalytics.Tests.Configuration;

public sealed class OptionsCheckTests
{
    private static readonly OptionsSection Section = new("Sample", typeof(SampleOptions), (configuration, errors) =>
    {
        var options = configuration.GetSection("Sample").Get<SampleOptions>() ?? new SampleOptions();
        options.Validate(errors);
        return options;
    });

    [Fact]
    public void Run_NothingSet_ShowsEveryDefault()
    {
        var report = Run();

        report.Errors.ShouldBeEmpty();
        report.Values.ShouldContain(new EffectiveValue("Sample:Wait", "1m", "default"));
        report.Values.ShouldContain(new EffectiveValue("Sample:Limit", "(not set)", "default"));
    }

    [Fact]
    public void Run_SeveralMistakes_NamesThemAllAtOnce()
    {
        var report = Run(("Sample:Wait", "60"), ("Sample:Count", "many"), ("Sample:Cuont", "5"), ("Sample:Share", "7"));

        report.Errors.Count.ShouldBe(4);
        report.Errors.ShouldContain(error => error.StartsWith("Sample:Wait: '60' is not a time span", StringComparison.Ordinal));
        report.Errors.ShouldContain(error => error.StartsWith("Sample:Count: 'many' is not a whole number", StringComparison.Ordinal));
        report.Errors.ShouldContain(error => error.EndsWith("Did you mean Count?", StringComparison.Ordinal));
        report.Errors.ShouldContain("Sample:Share: 7 is not between 0 and 1.");
    }

    [Fact]
    public void Run_FriendlyTimeSpan_IsNormalizedForTheBinder()
    {
        var report = Run(("Sample:Wait", "90s"));

        report.Errors.ShouldBeEmpty();
        report.Normalized["Sample:Wait"].ShouldBe("00:01:30");
        report.Values.ShouldContain(new EffectiveValue("Sample:Wait", "90s", "command line"));
    }

    [Fact]
    public void Run_EmptyTextForANullable_MeansNotSet()
    {
        var report = Run(("Sample:Limit", ""));

        report.Errors.ShouldBeEmpty();
        report.Values.Single(value => value.Key == "Sample:Limit").Value.ShouldBe("(not set)");
    }

    [Fact]
    public void Run_NullInAFile_OverridesADefault()
    {
        using var file = new MemoryStream("""{"Sample":{"Kept":null}}"""u8.ToArray());
        var configuration = new ConfigurationBuilder().AddJsonStream(file).Build();

        var report = OptionsCheck.Run(configuration, [Section]);

        report.Values.Single(value => value.Key == "Sample:Kept").Value.ShouldBe("(not set)");
    }

    [Fact]
    public void Run_UnknownSectionOnTheCommandLine_IsAnErrorWithASuggestion() =>
        Run(("Smaple:Wait", "5s")).Errors.ShouldHaveSingleItem().ShouldEndWith("Did you mean Sample?");

    [Fact]
    public void Run_SecretValue_IsHidden() =>
        Run(("Sample:PasswordText", "hunter2")).Values.ShouldContain(new EffectiveValue("Sample:PasswordText", "(hidden)", "command line"));

    [Fact]
    public void Run_NestedKey_IsChecked() =>
        Run(("Sample:Inner:Szie", "5")).Errors.ShouldHaveSingleItem().ShouldStartWith("Sample:Inner:Szie: there is no such setting.");

    [Fact]
    public void All_EverySectionOfTheProgram_HasDefaultsThatPassAndANameOfItsOwn()
    {
        var report = OptionsCheck.Run(new ConfigurationBuilder().Build(), HostedRole.Up);

        report.Errors.ShouldBeEmpty();
        OptionsSection.All.Select(section => section.Name).ShouldBeUnique();
        OptionsSection.All.Select(section => section.Name).ShouldContain("Seeding");
    }

    private static OptionsReport Run(params (string Key, string Value)[] settings) =>
        OptionsCheck.Run(
            new ConfigurationBuilder().AddInMemoryCollection(settings.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value))).Build(), [Section]);

    internal sealed record SampleOptions : IValidatedOptions
    {
        static string IValidatedOptions.Section => "Sample";

        public TimeSpan Wait { get; init; } = TimeSpan.FromMinutes(1);

        public TimeSpan? Kept { get; init; } = TimeSpan.FromDays(7);

        public int Count { get; init; } = 3;

        public int? Limit { get; init; }

        public double Share { get; init; } = 0.5;

        public string PasswordText { get; init; } = "";

        public SampleInner Inner { get; init; } = new();

        public void Validate(OptionsErrors errors) => errors.Range(nameof(Share), Share, 0, 1);
    }

    internal sealed record SampleInner
    {
        public int Size { get; init; } = 1;
    }
}
