using InfluencerAnalytics.Embedded.Files;

namespace InfluencerAnalytics.ContractTests.Embedded.Files;

/// <summary>What a power failure would show, without one.</summary>
public sealed class FileSyncTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("influencer-analytics-").FullName;

    private string Target => Path.Combine(_directory, "FORMAT");

    private string Beside => Target + ".new";

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Replace_Steps_AreOnTheDiskBeforeTheNextIsTaken()
    {
        var steps = new RecordingSteps();
        FileSync.Replace(Target, "new", steps);
        steps.Taken.ShouldBe([$"write {Beside}", $"flush {Beside}", $"rename {Beside} {Target}", $"flush names {_directory}"]);
    }

    [Theory]
    [InlineData("write")]
    [InlineData("flush")]
    [InlineData("rename")]
    public void Replace_FailsBeforeItIsInItsPlace_LeavesTheOldOneWhole(string step)
    {
        File.WriteAllText(Target, "old");
        Should.Throw<IOException>(() => FileSync.Replace(Target, "new", new RecordingSteps { FailsAt = step }));
        File.ReadAllText(Target).ShouldBe("old");
        FileSync.Replace(Target, "new");
        File.ReadAllText(Target).ShouldBe("new");
        File.Exists(Beside).ShouldBeFalse();
    }

    [Fact]
    public void Replace_WhoHasTheOldOneOpen_ReadsItWhole()
    {
        File.WriteAllText(Target, "old");
        using var open = new StreamReader(new FileStream(Target, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        FileSync.Replace(Target, "new");
        open.ReadToEnd().ShouldBe("old", "it is another file, not the same one written over");
        File.ReadAllText(Target).ShouldBe("new");
    }

    [Fact]
    public void MarkFormat_NothingCanBeWrittenBeside_MakesNoMark()
    {
        Directory.CreateDirectory(Beside);
        Should.Throw<Exception>(() => DirectoryLayout.MarkFormat(_directory));
        File.Exists(Target).ShouldBeFalse();
        Directory.Delete(Beside);
        DirectoryLayout.MarkFormat(_directory);
        File.ReadAllText(Target).ShouldEndWith("\n");
    }

    // The write and the rename are done; nobody sees whether the rest of it was.
    private sealed class RecordingSteps : IReplaceSteps
    {
        public List<string> Taken { get; } = [];

        public string? FailsAt { get; init; }

        public void Write(string path, string text)
        {
            Take("write", path);
            File.WriteAllText(path, text);
        }

        public void Flush(string path) => Take("flush", path);

        public void Rename(string from, string to)
        {
            Take("rename", $"{from} {to}");
            File.Move(from, to, overwrite: true);
        }

        public void FlushDirectory(string path) => Take("flush names", path);

        private void Take(string step, string of)
        {
            if (step == FailsAt)
                throw new IOException($"The disk fails at: {step}.");
            Taken.Add($"{step} {of}");
        }
    }
}
