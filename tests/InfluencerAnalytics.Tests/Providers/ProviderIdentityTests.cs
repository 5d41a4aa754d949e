using InfluencerAnalytics.Providers;

namespace InfluencerAnalytics.Tests.Providers;

public sealed class ProviderIdentityTests
{
    [Theory]
    [InlineData("http://10.0.0.7:3000", "http://10.0.0.7:3000")]
    [InlineData("http://10.0.0.7:3000/", "http://10.0.0.7:3000")]
    [InlineData("HTTP://Example.ORG:80", "http://example.org")]
    [InlineData("https://example.org:443/Api/", "https://example.org/Api")]
    [InlineData("https://user:secret@example.org/?key=secret#part", "https://example.org")]
    public void Of_Address_IsNormalized(string address, string key)
    {
        ProviderIdentity.Of(new Uri(address)).Key.ShouldBe(key);
        ProviderIdentity.TryParse(address, out var parsed).ShouldBeTrue();
        parsed.ShouldBe(ProviderIdentity.Of(new Uri(key)));
    }

    [Theory]
    [InlineData("http://example.org", "https://example.org")]
    [InlineData("http://example.org", "http://example.org:8080")]
    [InlineData("http://example.org/a", "http://example.org/b")]
    public void Of_DifferentAddresses_Differ(string one, string other) =>
        ProviderIdentity.Of(new Uri(one)).ShouldNotBe(ProviderIdentity.Of(new Uri(other)));

    [Theory]
    [InlineData("")]
    [InlineData("example.org")]
    [InlineData("ftp://example.org")]
    public void TryParse_NoProvider_IsRefused(string text) => ProviderIdentity.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void BuiltInSimulator_KeptAndRead_IsTheSame()
    {
        ProviderIdentity.TryParse(ProviderIdentity.BuiltInSimulator.Key, out var parsed).ShouldBeTrue();
        parsed.ShouldBe(ProviderIdentity.BuiltInSimulator);
        parsed.Description.ShouldBe("the built-in simulator");
    }
}
