using System.Security.Cryptography;
using InfluencerAnalytics.Embedded.Files;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Generations;

namespace InfluencerAnalytics.ContractTests.Embedded.Files;

/// <summary>
/// Each kind of file of a data directory cut, emptied, deleted, and with a bit flipped: it opens whole, or is refused or fails to be read with
/// words that name the path and what to do; never with rows gone unsaid, and never by removing what could not be read.
/// </summary>
public sealed class EmbeddedDamageTests(DamagedDirectory directory) : IClassFixture<DamagedDirectory>
{
    public enum Kind
    {
        FirstLog,
        MiddleLog,
        LastLog,
        LargestDataFile,
        Manifest,
        Current,
        Options,
        Identity,
        DatabaseLock,
        DirectoryLock,
        Format,
        Synced,
    }

    public enum Damage
    {
        Cut,
        Emptied,
        Flipped,
        Deleted,
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static MatrixTheoryData<Kind, Damage> Everything => new(Enum.GetValues<Kind>(), Enum.GetValues<Damage>());

    public static MatrixTheoryData<Kind, Damage> Logs => new([Kind.FirstLog, Kind.MiddleLog, Kind.LastLog], Enum.GetValues<Damage>());

    [Theory]
    [MemberData(nameof(Everything))]
    public async Task Open_Damaged_IsWholeOrSaysSo(Kind kind, Damage damage)
    {
        for (var seed = 1; seed <= (damage == Damage.Flipped ? 4 : 1); seed++)
        {
            var copy = directory.Copy($"{kind}-{damage}");
            Inflict(FileOf(copy, kind), damage, seed);
            var before = Describe(copy);
            using var logs = new ListLoggerFactory();
            try
            {
                using var database = directory.Open(copy, logs);
                (await ReadAsync(database.Store)).SetEquals(directory.Acknowledged).ShouldBeTrue($"rows are gone and nothing said so ({kind} {damage} {seed})");
            }
            catch (EmbeddedDataException e)
            {
                e.Message.ShouldContain(copy);
                e.Message.ShouldContain("Embedded:");
                Describe(copy).ShouldBe(before, $"what could not be read was changed ({kind} {damage} {seed}: {e.Message})");
            }
            catch (StoreUnavailableException e)
            {
                e.Message.ShouldContain(copy);
                e.Message.ShouldContain("damaged");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Logs))]
    public async Task Open_DamagedLog_IsRefusedUntilTheLossIsAccepted(Kind kind, Damage damage)
    {
        var copy = directory.Copy($"accepted-{kind}-{damage}");
        var log = FileOf(copy, kind);
        Inflict(log, damage, seed: 7);
        var left = Directory.GetFiles(Path.Combine(copy, "db"), "*.log").ToDictionary(file => Path.GetFileName(file), Hash);
        using var logs = new ListLoggerFactory();
        var message = Should.Throw<EmbeddedDataException>(() => directory.Open(copy, logs)).Message;
        message.ShouldContain(log);
        message.ShouldContain("--accept-loss");
        message.ShouldContain("bytes");
        message.ShouldContain("changes (rows written or deleted) would be lost");

        HashSet<DataPoint> opened;
        using (var database = directory.Open(copy, logs, acceptLoss: true))
        {
            opened = await ReadAsync(database.Store);
            (await database.Store.ReadGenerationsAsync(Cancel)).IsRequested.ShouldBeTrue("shards may be lost");
            // A name is stored once, and may have been in what is lost: it comes back with the next reading.
            opened.Select(Nameless).ToHashSet().IsSubsetOf(directory.Acknowledged.Select(Nameless)).ShouldBeTrue("a row was invented");
            await DamagedDirectory.AppendAsync(database.Store, DamagedDirectory.Slots, new List<DataPoint>());
            (await ReadAsync(database.Store)).ShouldAllBe(point => point.Username == $"name-{point.InfluencerId}");
        }

        logs.Messages.ShouldContain(line => line.Contains("as asked") && line.Contains(log) && line.Contains("would be lost"));
        var aside = Directory.GetDirectories(copy, "damaged-*").ShouldHaveSingleItem();
        Directory.GetFiles(aside, "*.log").ToDictionary(file => Path.GetFileName(file), Hash).ShouldBe(left, ignoreOrder: true);

        using var again = directory.Open(copy, logs);
        (await ReadAsync(again.Store)).Count.ShouldBe(opened.Count + DamagedDirectory.Influencers);
        // It stays until it is met, and is not made anew by every start.
        var state = await again.Store.ReadGenerationsAsync(Cancel);
        state.IsRequested.ShouldBeTrue();
        var next = await again.Store.AllocateGenerationAsync(Cancel);
        next.ShouldBeGreaterThan(state.RequestedAfter!.Value);
        (await again.Store.TrySealGenerationAsync(new SealedGeneration(next, TimeSpan.FromMinutes(1), 500), long.MaxValue, Cancel)).ShouldBeTrue();
        again.Dispose();
        using var last = directory.Open(copy, logs);
        (await last.Store.ReadGenerationsAsync(Cancel)).IsRequested.ShouldBeFalse();
    }

    [Fact]
    public async Task Open_AStartDiedAfterItOpenedOverTheDamage_TheRosterIsAskedForAllTheSame()
    {
        using var logs = new ListLoggerFactory();
        var copy = directory.Copy("died");
        await File.WriteAllTextAsync(Path.Combine(copy, "LOSS"), "", Cancel);
        using (var database = directory.Open(copy, logs))
            (await database.Store.ReadGenerationsAsync(Cancel)).IsRequested.ShouldBeTrue();
        File.Exists(Path.Combine(copy, "LOSS")).ShouldBeFalse();
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Open_NewestLogAndWhatKnowsOfItAreGone_IsRefusedUntilTheLossIsAccepted(bool areEmptied, bool all)
    {
        using var logs = new ListLoggerFactory();
        var copy = directory.Copy("unknown");
        List<string> gone = [FileOf(copy, Kind.Synced), FileOf(copy, Kind.LastLog)];
        if (all)
            gone.AddRange(Directory.GetFiles(Path.Combine(copy, "db"), "*.log").Except(gone));
        foreach (var file in gone)
        {
            File.Delete(file);
            if (areEmptied)
                await File.WriteAllBytesAsync(file, [], Cancel);
        }

        Should.Throw<EmbeddedDataException>(() => directory.Open(copy, logs)).Message.ShouldContain("SYNCED");
        using var opened = directory.Open(copy, logs, acceptLoss: true);
        // Names may be among what is lost.
        (await ReadAsync(opened.Store)).Select(point => point with { Username = "" }).ShouldBeSubsetOf(directory.Acknowledged.Select(point => point with { Username = "" }));
    }

    [Fact]
    public void Open_LossIsADirectory_IsSaid()
    {
        using var logs = new ListLoggerFactory();
        var copy = directory.Copy("loss");
        Directory.CreateDirectory(Path.Combine(copy, "LOSS"));
        Should.Throw<EmbeddedDataException>(() => directory.Open(copy, logs)).Message.ShouldContain("LOSS is a directory");
    }

    [Fact]
    public async Task Open_OneRecordInTheMiddleDamaged_LosesWhatLiesInItOnly()
    {
        var copy = directory.Copy("middle");
        var log = FileOf(copy, Kind.LastLog);
        var bytes = await File.ReadAllBytesAsync(log, Cancel);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(log, bytes, Cancel);
        using var logs = new ListLoggerFactory();
        Should.Throw<EmbeddedDataException>(() => directory.Open(copy, logs));
        using var database = directory.Open(copy, logs, acceptLoss: true);
        // Three slots lie in the last log; those in the files and in the logs before it stay.
        (await ReadAsync(database.Store)).Count.ShouldBeInRange(directory.Acknowledged.Count - 3 * DamagedDirectory.Influencers, directory.Acknowledged.Count - 1);
    }

    [Theory]
    [InlineData(Damage.Cut)]
    [InlineData(Damage.Flipped)]
    public async Task Open_EndThatNoSyncHadConfirmed_NeedsNoLeave(Damage damage)
    {
        using var logs = new ListLoggerFactory();
        var copy = directory.Copy("unsynced");
        long synced;
        string log;
        var torn = copy + "-torn";
        using (var database = directory.Open(copy, logs))
        {
            database.Work.SyncLog();
            log = FileOf(copy, Kind.LastLog);
            synced = new FileInfo(log).Length;
            await DamagedDirectory.AppendAsync(database.Store, DamagedDirectory.Slots, new List<DataPoint>());
            TestDatabase.Copy(copy, torn);
        }

        log = Path.Combine(torn, "db", Path.GetFileName(log));
        using (var stream = File.Open(log, FileMode.Open))
        {
            stream.Length.ShouldBeGreaterThan(synced);
            if (damage == Damage.Cut)
                stream.SetLength((synced + stream.Length) / 2);
            else
                Flip(stream, (synced + stream.Length) / 2);
        }

        using var opened = directory.Open(torn, logs);
        (await ReadAsync(opened.Store)).SetEquals(directory.Acknowledged).ShouldBeTrue();
        logs.Messages.ShouldContain(line => line.Contains("was torn") && line.Contains(torn));
    }

    [Fact]
    public async Task Open_AcceptLossWithNothingLost_SaysToTakeItAway()
    {
        using var logs = new ListLoggerFactory();
        var copy = directory.Copy("whole");
        using var database = directory.Open(copy, logs, acceptLoss: true);
        (await ReadAsync(database.Store)).SetEquals(directory.Acknowledged).ShouldBeTrue();
        logs.Messages.ShouldContain(line => line.Contains("AcceptLoss") && line.Contains("Take it away"));
        Directory.GetDirectories(copy, "damaged-*").ShouldBeEmpty();
    }

    [Fact]
    public async Task Read_MeetsADamagedDataFile_IsSaidOnceAndShownFromThenOn()
    {
        var copy = directory.Copy("met");
        var file = FileOf(copy, Kind.LargestDataFile);
        using (var stream = File.Open(file, FileMode.Open))
        {
            // In the first block of rows; what a file is opened by lies at its end.
            Flip(stream, 100);
        }

        using var logs = new ListLoggerFactory();
        using var database = directory.Open(copy, logs);
        (await database.Store.GetStatusAsync(Cancel)).Detail.ShouldBeNull();
        for (var i = 0; i < 2; i++)
        {
            await Should.ThrowAsync<StoreUnavailableException>(() => ReadAsync(database.Store));
            var status = await database.Store.GetStatusAsync(Cancel);
            status.Ready.ShouldBeTrue("the rest goes on");
            status.Detail.ShouldNotBeNull().ShouldSatisfyAllConditions(
                detail => detail.ShouldContain(Path.GetFileName(file)), detail => detail.ShouldContain(copy), detail => detail.ShouldContain("restore the last backup"));
        }

        logs.Messages.Count(line => line.Contains("data file") && line.Contains("damaged")).ShouldBe(1);
    }

    [Fact]
    public void Fixture_HasSeveralLogsAndDataFiles()
    {
        var copy = directory.Copy("fixture");
        Directory.GetFiles(Path.Combine(copy, "db"), "*.log").Length.ShouldBeGreaterThanOrEqualTo(3);
        Directory.GetFiles(Path.Combine(copy, "db"), "*.sst").Length.ShouldBeGreaterThanOrEqualTo(3);
    }

    private static string FileOf(string copy, Kind kind)
    {
        var database = Path.Combine(copy, "db");
        string[] logs = [.. Directory.GetFiles(database, "*.log").Order(StringComparer.Ordinal)];
        return kind switch
        {
            Kind.FirstLog => logs[0],
            Kind.MiddleLog => logs[logs.Length / 2],
            Kind.LastLog => logs[^1],
            Kind.LargestDataFile => new DirectoryInfo(database).GetFiles("*.sst").MaxBy(file => file.Length)!.FullName,
            Kind.Manifest => Directory.GetFiles(database, "MANIFEST-*").Single(),
            Kind.Current => Path.Combine(database, "CURRENT"),
            Kind.Options => Directory.GetFiles(database, "OPTIONS-*").Order(StringComparer.Ordinal).Last(),
            Kind.Identity => Path.Combine(database, "IDENTITY"),
            Kind.DatabaseLock => Path.Combine(database, "LOCK"),
            Kind.DirectoryLock => Path.Combine(copy, "LOCK"),
            Kind.Format => Path.Combine(copy, "FORMAT"),
            _ => Path.Combine(copy, "SYNCED"),
        };
    }

    private static void Inflict(string file, Damage damage, int seed)
    {
        // The copy has no locks: the process that held them is dead.
        if (!File.Exists(file))
            File.WriteAllText(file, "x");
        if (damage == Damage.Deleted)
        {
            File.Delete(file);
            return;
        }

        using var stream = File.Open(file, FileMode.Open);
        if (damage == Damage.Flipped)
            Flip(stream, new Random(seed).NextInt64(stream.Length));
        else
            stream.SetLength(damage == Damage.Cut ? stream.Length / 2 : 0);
    }

    private static void Flip(FileStream stream, long at)
    {
        stream.Position = at;
        var value = stream.ReadByte();
        stream.Position = at;
        stream.WriteByte((byte)(value ^ 0x10));
    }

    private static DataPoint Nameless(DataPoint point) => point with { Username = "" };

    private static string Hash(string file) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)));

    private static string Describe(string path) => string.Join(
        '\n',
        Directory.GetFiles(path, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) is not ("LOCK" or "IDENTITY"))
            .Order(StringComparer.Ordinal).Select(file => $"{file} {Hash(file)}"));

    private static async Task<HashSet<DataPoint>> ReadAsync(IInfluencerStore store)
    {
        var points = new HashSet<DataPoint>();
        await foreach (var point in store.ReadAllPointsAsync(0, long.MaxValue / 4, Cancel))
            points.Add(point).ShouldBeTrue();
        return points;
    }
}
