using InfluencerAnalytics.Pipeline.Fetching.Control.Answers;
using InfluencerAnalytics.Pipeline.Fetching.Control.Rate;

namespace InfluencerAnalytics.Tests.Pipeline.Fetching.Control.Rate;

public sealed class SentWindowsTests
{
    private const double Seconds = 0.5;

    private readonly SentWindows _windows = new();

    [Fact]
    public void TakeTelling_RefusalsComeBeforeReadings_IsTheShareOfWhatWasSent()
    {
        End(refused: 0, null, good: 10, answerTime: 0.6);
        _windows.TakeTelling().ShouldNotBeNull();
        var sent = Send(100);
        End(refused: 20, sent);
        _windows.TakeTelling().ShouldBeNull("by what has come, all are refused");
        for (var i = 0; i < 80; i++)
            sent.EndWell();
        End(refused: 0, null, good: 80, answerTime: 0.6);
        _windows.TakeTelling().ShouldNotBeNull().RefusedShare.ShouldBe(0.2, 0.001);
    }

    [Fact]
    public void TakeTelling_APartHangs_DoesNotWaitForIt()
    {
        var sent = Send(100);
        for (var i = 0; i < 60; i++)
            sent.EndWell();
        End(refused: 10, sent, good: 60, answerTime: 0.1);
        End(refused: 0, null);
        var told = _windows.TakeTelling().ShouldNotBeNull("30 are unknown for longer than a reading takes");
        (told.Good, told.Refused, told.Failed).ShouldBe((60, 10, 30));
    }

    [Fact]
    public void TakeTelling_SentAtTheEndOfAWindow_IsOneWithTheNext()
    {
        var sent = Send(32);
        End(refused: 0, null);
        _windows.TakeTelling().ShouldBeNull();
        for (var i = 0; i < 32; i++)
            sent.EndWell();
        End(refused: 0, null, good: 32, answerTime: 0.01);
        _windows.TakeTelling().ShouldNotBeNull().Seconds.ShouldBe(2 * Seconds);
    }

    private SentRequests Send(int requests)
    {
        var sent = _windows.Current;
        for (var i = 0; i < requests; i++)
            sent.Send();
        return sent;
    }

    private void End(int refused, SentRequests? sent, int good = 0, double answerTime = 0)
    {
        for (var i = 0; i < refused; i++)
            sent!.Fail(isRefused: true);
        _windows.End(new AnswerWindow(
            Seconds, Seconds, double.PositiveInfinity, good, refused, 0, good * answerTime, 0, 1, 100, IsBacklogged: true, IsPaced: false));
    }
}
