using InfluencerAnalytics.Host.IdLists;

namespace InfluencerAnalytics.Tests.IdLists;

public sealed class IdListTests
{
    private static Task<IdList> ReadAsync(string text) => IdList.ReadAsync(new StringReader(text), TestContext.Current.CancellationToken);

    [Fact]
    public async Task Read_IdsCommentsAndEmptyLines_GivesIdsAscendingOnce()
    {
        var list = await ReadAsync("# accounts\n1000002\n\n  1000001 \r\n1000002\n1000005+2\n");

        list.Ids.ShouldBe([1000001, 1000002, 1000005, 1000006]);
        list.Duplicates.ShouldBe(1);
        list.Invalid.ShouldBe(0);
    }

    [Fact]
    public async Task Read_GarbageLines_AreNamedByNumber()
    {
        var list = await ReadAsync("1000001\nabc\n\n-5\n0\n9007199254740992\n1.5\n1000002");

        list.Ids.ShouldBe([1000001, 1000002]);
        list.Invalid.ShouldBe(5);
        list.Errors.Select(error => error.Split(':')[0]).ShouldBe(["line 2", "line 4", "line 5", "line 6", "line 7"]);
        list.Errors[0].ShouldContain("'abc'");
    }

    [Fact]
    public async Task Read_ManyGarbageLines_ShowsTheFirstAndCountsAll()
    {
        var list = await ReadAsync(string.Join('\n', Enumerable.Repeat("x", 1000)));

        list.Invalid.ShouldBe(1000);
        list.Errors.Count.ShouldBe(20);
    }

    [Fact]
    public async Task Read_ControlCharacters_DoNotReachTheTerminal()
    {
        var list = await ReadAsync("\u001b[31mred\u0007");

        list.Errors.ShouldHaveSingleItem().ShouldNotContain('\u001b');
    }

    [Fact]
    public async Task Read_RangeWithATypo_IsRefusedInsteadOfFillingTheMemory()
    {
        var list = await ReadAsync("1000000-9000000000000");

        list.Ids.ShouldBeEmpty();
        list.Errors.ShouldHaveSingleItem().ShouldContain("more than");
        IdList.Of(new IdRange(1, 200_000_000)).Invalid.ShouldBe(1);
    }

    [Fact]
    public void Of_NumbersOfARequest_GivesIdsAscendingOnceAndNamesWhatIsNone()
    {
        var list = IdList.Of([3, 1, 0, 3, -7], "ids");

        list.Ids.ShouldBe([1, 3]);
        list.Duplicates.ShouldBe(1);
        list.Invalid.ShouldBe(2);
        list.Errors.ShouldBe(["ids[2] is 0.", "ids[4] is -7."]);
    }

    [Theory]
    [InlineData("1000000+10000", 1000000, 10000)]
    [InlineData("1000000-1009999", 1000000, 10000)]
    [InlineData("5-5", 5, 1)]
    public void TryParseRange_BothForms_GiveTheSame(string text, long first, long count)
    {
        IdRange.TryParse(text, out var range).ShouldBeTrue();
        range.ShouldBe(new IdRange(first, count));
    }

    [Theory]
    [InlineData("5-4")]
    [InlineData("0+5")]
    [InlineData("1+9007199254740992")]
    [InlineData("+5")]
    [InlineData("5+")]
    [InlineData("5+x")]
    [InlineData("10")]
    [InlineData("1-2-3")]
    [InlineData("9007199254740991+2")]
    public void TryParseRange_WhatIsNone_IsRefused(string text) => IdRange.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void Except_OverlappingRanges_GivesWhatIsOutsideTheOther() =>
        new IdRange(10, 5).Except(new IdRange(12, 2)).ShouldBe([10, 11, 14]);
}
