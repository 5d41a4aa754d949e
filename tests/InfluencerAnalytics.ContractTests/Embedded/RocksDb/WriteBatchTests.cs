using InfluencerAnalytics.Embedded.RocksDb;

namespace InfluencerAnalytics.ContractTests.Embedded.RocksDb;

public sealed class WriteBatchTests
{
    [Fact]
    public void Write_FilledForADroppedFamily_IsRefusedWhole()
    {
        using var test = new TestDatabase();
        var native = test.Database.Native;
        var kept = native.CreateColumnFamily("kept", ColumnFamilyUse.Small);
        var dropped = native.CreateColumnFamily("dropped", ColumnFamilyUse.Small);
        var batch = new WriteBatchBuffer();
        native.DropColumnFamily(dropped);
        batch.Put(kept, "a"u8, "1"u8);
        batch.Put(dropped, "a"u8, "1"u8);
        Should.Throw<RocksDbException>(() => native.Write(batch));
        native.Contains(kept, "a"u8).ShouldBeFalse();

        batch.Clear();
        batch.Put(kept, "a"u8, "1"u8);
        native.Write(batch);
        native.Contains(kept, "a"u8).ShouldBeTrue();
    }

    [Fact]
    public void Write_AfterAVeryLargeBatch_TakesOnlyWhatWasPutSince()
    {
        using var test = new TestDatabase();
        var native = test.Database.Native;
        var family = native.CreateColumnFamily("family", ColumnFamilyUse.Small);
        var batch = new WriteBatchBuffer();
        batch.Put(family, "large"u8, new byte[5_000_000]);
        batch.Clear();
        batch.Put(family, "a"u8, "1"u8);
        batch.Put(family, "b"u8, "1"u8);
        batch.Put(family, "c"u8, "1"u8);
        batch.Put(family, "d"u8, "1"u8);
        native.Write(batch);
        native.Contains(family, "large"u8).ShouldBeFalse();

        batch.Clear();
        batch.Delete(family, "a"u8);
        batch.SingleDelete(family, "b"u8);
        batch.DeleteRange(family, "c"u8, "d"u8);
        native.Write(batch);
        (native.Contains(family, "a"u8), native.Contains(family, "b"u8), native.Contains(family, "c"u8), native.Contains(family, "d"u8)).ShouldBe((false, false, false, true));
    }
}
