namespace InfluencerAnalytics.ContractTests;

public abstract partial class InfluencerStoreContract
{
    [Fact]
    public async Task Setting_Written_IsRead()
    {
        (await Store.ReadSettingAsync("interval", Cancel)).ShouldBeNull();
        await Store.WriteSettingAsync("interval", "00:01:00", Cancel);
        await Store.WriteSettingAsync("interval", "00:00:10 é", Cancel);
        (await Store.ReadSettingAsync("interval", Cancel)).ShouldBe("00:00:10 é");
    }

    [Fact]
    public async Task ReadOrWriteSetting_ManyAtOnce_AllGetTheSame()
    {
        var read = await Task.WhenAll(Enumerable.Range(1, 16).Select(number =>
            Task.Run(async () => await Store.ReadOrWriteSettingAsync("agreed", $"value {number}", Cancel))));
        read.Distinct().Count().ShouldBe(1);
        (await Store.ReadSettingAsync("agreed", Cancel)).ShouldBe(read[0]);
        await Store.WriteSettingAsync("agreed", "another", Cancel);
        (await Store.ReadOrWriteSettingAsync("agreed", "one more", Cancel)).ShouldBe("another");
    }
}
