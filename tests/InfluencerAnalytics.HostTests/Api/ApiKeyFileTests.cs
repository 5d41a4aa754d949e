using InfluencerAnalytics.Host.Api.Keys;

namespace InfluencerAnalytics.HostTests.Api;

public sealed class ApiKeyFileTests : IDisposable
{
    private readonly string _directory = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose()
    {
        if (Directory.Exists(_directory))
            Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void LoadOrCreate_Twice_MakesOneKeyAndKeepsIt()
    {
        var first = ApiKeyFile.LoadOrCreate(_directory);
        var second = ApiKeyFile.LoadOrCreate(_directory);
        first.IsNew.ShouldBeTrue();
        second.IsNew.ShouldBeFalse();
        second.Key.ShouldBe(first.Key);
        first.Key.Length.ShouldBeGreaterThanOrEqualTo(43);
        first.ToString().ShouldNotContain(first.Key);
        first.Path.ShouldBe(Path.Combine(_directory, "api-key"));
        ApiKeyFile.LoadOrCreate(Path.Combine(_directory, "other")).Key.ShouldNotBe(first.Key);
    }

    [Fact]
    public void LoadOrCreate_OnUnix_IsForTheOwnerOnly()
    {
        if (OperatingSystem.IsWindows())
            return;
        var file = ApiKeyFile.LoadOrCreate(_directory);
        File.GetUnixFileMode(file.Path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.SetUnixFileMode(file.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        ApiKeyFile.LoadOrCreate(_directory);
        File.GetUnixFileMode(file.Path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Theory]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("a key of more than thirty-two characters with spaces")]
    [InlineData("ein-schlüssel-von-mehr-als-zweiunddreißig-zeichen")]
    [InlineData("a-key-of-more-than-thirty-two\0characters-with-a-zero")]
    public void LoadOrCreate_NoKeyInTheFile_SaysWhatToDoAndOverwritesNothing(string content)
    {
        Directory.CreateDirectory(_directory);
        var path = Path.Combine(_directory, ApiKeyFile.FileName);
        File.WriteAllText(path, content);
        Should.Throw<InvalidDataException>(() => ApiKeyFile.LoadOrCreate(_directory)).Message.ShouldContain(path);
        File.ReadAllText(path).ShouldBe(content);
    }
}
